// Configurations of buckets, and who may do what.
import assert from 'node:assert/strict';
import {
  behaviour,
  DESTINATION,
  data,
  destination,
  file,
  OSS_REGION,
  OSS_RUN,
  ossutil,
  refused,
  SOURCE,
  session,
  signedUrl,
  source,
} from './setting.mjs';

behaviour('bucket policy', () => {
  const policy = {
    Version: '1',
    Statement: [
      { Effect: 'Allow', Action: ['oss:GetObject'], Principal: [process.env.OSS_RAM_USER_ID], Resource: [`acs:oss:*:*:${SOURCE}/*`] },
    ],
  };
  const user = ['-i', process.env.OSS_RAM_KEY_ID, '-k', process.env.OSS_RAM_KEY_SECRET];
  refused('AccessDenied', 'cat', source('plain.bin'), ...user);
  ossutil('bucket-policy', '--method', 'put', `oss://${SOURCE}`, file('policy.json', JSON.stringify(policy)));
  assert.match(ossutil('bucket-policy', '--method', 'get', `oss://${SOURCE}`), /oss:GetObject/);
  ossutil('cat', source('log'), ...user);
  refused('AccessDenied', 'cp', source('log'), source('by-user'), ...user);
  ossutil('bucket-policy', '--method', 'delete', `oss://${SOURCE}`);
  refused('AccessDenied', 'cat', source('log'), ...user);
});

behaviour('STS: temporary credentials, session policy', async () => {
  ossutil('cp', ...session('OSS_STS', file('session', 's'), source('by session'), '-f'));
  ossutil(
    'cp',
    ...session('OSS_STS', source('by session'), destination('by session'), '-f', '--sign-version', 'v4', '--region', OSS_REGION),
  );
  const url = signedUrl(...session('OSS_STS', destination('by session')));
  assert.equal(await (await fetch(url)).text(), 's');
  ossutil('cp', ...session('OSS_NARROW', file('session', 'n'), source('narrow'), '-f'));
  refused("Access denied by authorizer's policy", 'rm', ...session('OSS_NARROW', source('narrow')));
});

behaviour('bucket tags', () => {
  ossutil('bucket-tagging', '--method', 'put', `oss://${SOURCE}`, 'team#web', '阶段#测试');
  assert.match(ossutil('bucket-tagging', '--method', 'get', `oss://${SOURCE}`), /team.*web/);
  ossutil('bucket-tagging', '--method', 'delete', `oss://${SOURCE}`);
  assert.doesNotMatch(ossutil('bucket-tagging', '--method', 'get', `oss://${SOURCE}`), /team/);
});

behaviour('CORS and preflight', () => {
  const rule =
    '<AllowedOrigin>http://www.example.com</AllowedOrigin><AllowedMethod>PUT</AllowedMethod><AllowedHeader>x-oss-*</AllowedHeader>';
  ossutil(
    'cors',
    '--method',
    'put',
    `oss://${SOURCE}`,
    file('cors.xml', `<CORSConfiguration><CORSRule>${rule}</CORSRule></CORSConfiguration>`),
  );
  assert.match(ossutil('cors', '--method', 'get', `oss://${SOURCE}`), /<AllowedOrigin>http:\/\/www\.example\.com/);
  const preflight = ['cors-options', '--acr-method', 'PUT', '--acr-headers', 'x-oss-date', source('plain.bin'), '--origin'];
  assert.match(ossutil(...preflight, 'http://www.example.com'), /Access-Control-Allow-Origin:\s*http:\/\/www\.example\.com/i);
  refused('AccessForbidden', ...preflight, 'http://www.example.org');
  ossutil('cors', '--method', 'delete', `oss://${SOURCE}`);
});

behaviour('lifecycle', () => {
  const rule = '<ID>old</ID><Prefix>logs/</Prefix><Status>Enabled</Status><Expiration><Days>30</Days></Expiration>';
  const rules = `<LifecycleConfiguration><Rule>${rule}</Rule></LifecycleConfiguration>`;
  ossutil('lifecycle', '--method', 'put', `oss://${SOURCE}`, file('lifecycle.xml', rules));
  assert.match(ossutil('lifecycle', '--method', 'get', `oss://${SOURCE}`), /logs\//);
  ossutil('cp', file('log', 'l'), source('logs/1'));
  assert.match(ossutil('stat', source('logs/1')), /rule-id="old"/);
  ossutil('lifecycle', '--method', 'delete', `oss://${SOURCE}`);
});

behaviour('logging', () => {
  ossutil('logging', '--method', 'put', `oss://${SOURCE}`, `oss://${DESTINATION}/logs`);
  assert.match(ossutil('logging', '--method', 'get', `oss://${SOURCE}`), new RegExp(DESTINATION));
  ossutil('logging', '--method', 'delete', `oss://${SOURCE}`);
});

behaviour('referer', async () => {
  ossutil('referer', '--method', 'put', `oss://${SOURCE}`, 'http://*.example.com', '--disable-empty-referer');
  assert.match(ossutil('referer', '--method', 'get', `oss://${SOURCE}`), /http:\/\/\*\.example\.com/);
  const url = signedUrl(source('plain.bin'));
  assert.equal((await fetch(url)).status, 403);
  assert.equal((await fetch(url, { headers: { Referer: 'http://www.example.com' } })).status, 200);
  ossutil('referer', '--method', 'delete', `oss://${SOURCE}`);
  assert.equal((await fetch(url)).status, 200);
});

behaviour('request payment', () => {
  ossutil('request-payment', '--method', 'put', `oss://${SOURCE}`, 'Requester');
  assert.match(ossutil('request-payment', '--method', 'get', `oss://${SOURCE}`), /Requester/);
  ossutil('cp', source('plain.bin'), destination('paid'), '--payer', 'requester');
  ossutil('request-payment', '--method', 'put', `oss://${SOURCE}`, 'BucketOwner');
});

behaviour('retention', () => {
  const bucket = `oss://${OSS_RUN}-util-worm`;
  ossutil('mb', bucket);
  ossutil('cp', source('plain.bin'), `${bucket}/before`);
  assert.match(ossutil('worm', 'init', bucket, '1'), /worm id is/i);
  assert.match(ossutil('worm', 'get', bucket), /InProgress/);
  refused('FileImmutable', 'rm', `${bucket}/before`);
  refused('FileImmutable', 'cp', source('plain.bin'), `${bucket}/before`, '-f');
  ossutil('worm', 'abort', bucket);
  const id = /worm id is:?\s*(\w+)/i.exec(ossutil('worm', 'init', bucket, '1'))?.[1];
  ossutil('worm', 'complete', bucket, id);
  ossutil('worm', 'extend', bucket, '2', id);
  assert.match(ossutil('worm', 'get', bucket), /Locked[\s\S]*>2</);
});

behaviour('traffic limit', async () => {
  const url = signedUrl(source('plain.bin'), '--trafic-limit', '8192000');
  assert.match(url, /x-oss-traffic-limit=8192000/);
  assert.equal((await (await fetch(url)).arrayBuffer()).byteLength, 300 * 1024);
});

behaviour('presigned URLs', async () => {
  const url = signedUrl(source('plain.bin'), '--timeout', '60');
  assert.ok(url, 'a URL is printed');
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(data(300 * 1024)));
  assert.equal((await fetch(url.replace('plain.bin', 'log'))).status, 403, 'for another object');
});

behaviour('what is not built is refused', () => {
  refused('NotImplemented', 'cp', source('plain.bin'), destination('e'), '--meta', 'X-Oss-Server-Side-Encryption:SM4');
  const website = '<WebsiteConfiguration><IndexDocument><Suffix>index.html</Suffix></IndexDocument></WebsiteConfiguration>';
  refused('NotImplemented', 'website', '--method', 'put', `oss://${SOURCE}`, file('website.xml', website));
  refused('NotImplemented', 'inventory', '--method', 'list', `oss://${SOURCE}`);
});
