import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allow, makeUser, policyText } from '../rpc/rpc.test.support.ts';
import { startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const key = 'k';
beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
  await test.send({ method: 'PUT', bucket, key, body: 'hello', headers: { 'x-oss-tagging': 'team=red' } });
});
afterEach(async () => {
  await test.server.close();
});

const setPolicy = (body: string, more: TestRequest = {}) => test.send({ method: 'PUT', bucket, query: { policy: '' }, body, ...more });
const all = ['acs:oss:*:*:bkt', 'acs:oss:*:*:bkt/*'];
const everybody = (action: string | readonly string[], more: object = {}) => allow(action, all, { Principal: ['*'], ...more });
const anonymous = (request: TestRequest = {}) => test.send({ bucket, key, sign: 'none', ...request });

describe('the policy of a bucket', () => {
  it('is kept byte for byte, told, and taken away', async () => {
    expect(await test.send({ bucket, query: { policy: '' } })).toMatchObject({ status: 404, code: 'NoSuchBucketPolicy' });
    expect((await test.send({ bucket, query: { policyStatus: '' } })).element('IsPublic')).toBe('false');
    const text = ` { "Version": "1",\n"Statement" : [${JSON.stringify(everybody('oss:GetObject'))}]}\r\n`;
    expect((await setPolicy(text)).status).toBe(200);
    const told = await test.send({ bucket, query: { policy: '' } });
    expect([told.status, told.text]).toEqual([200, text]);
    expect((await test.send({ bucket, query: { policyStatus: '' } })).element('IsPublic')).toBe('true');
    expect((await test.send({ method: 'DELETE', bucket, query: { policy: '' } })).status).toBe(204);
    expect((await test.send({ method: 'DELETE', bucket, query: { policy: '' } })).status).toBe(204);
    expect((await test.send({ bucket, query: { policy: '' } })).header('x-oss-ec')).toBe('0030-00000006');
  });

  it.each<[string, string, string | undefined]>([
    ['nothing', '', undefined],
    ['no JSON', '{', undefined],
    ['another version', JSON.stringify({ Version: '2', Statement: [everybody('oss:*')] }), '0030-00000005'],
    ['another bucket', policyText(allow('oss:*', 'acs:oss:*:*:other/*', { Principal: ['*'] })), undefined],
    ['too much', policyText(everybody('oss:*')) + ' '.repeat(16 * 1024), '0030-00000001'],
    ['a long item', policyText(allow('oss:*', `acs:oss:*:*:bkt/${'x'.repeat(4096)}`)), '0030-00000003'],
  ])('is refused for %s, and nothing is changed', async (_, text, ec) => {
    await setPolicy(policyText(everybody('oss:GetObject')));
    const refused = await setPolicy(text);
    expect([refused.status, refused.code, refused.header('x-oss-ec')]).toEqual([400, 'InvalidPolicyDocument', ec]);
    expect((await anonymous()).status).toBe(200);
  });

  it('is refused where it is no text, or another than was announced', async () => {
    const bytes = new Uint8Array([0x7b, 0xff, 0x7d]);
    expect(await setPolicy('', { body: bytes })).toMatchObject({ status: 400, code: 'InvalidPolicyDocument' });
    const md5 = { 'Content-MD5': 'AAAAAAAAAAAAAAAAAAAAAA==' };
    expect(await setPolicy(policyText(everybody('oss:*')), { headers: md5 })).toMatchObject({ status: 400, code: 'InvalidDigest' });
    expect((await setPolicy('x'.repeat(65 * 1024))).status).toBe(400);
    expect((await test.send({ bucket, query: { policy: '' } })).code).toBe('NoSuchBucketPolicy');
  });

  it('is nobody\u2019s to see or set who may not', async () => {
    const { credentials } = await makeUser(test, 'alice', [allow('oss:*Object')]);
    for (const caller of [{ credentials }, { sign: 'none' }] as const) {
      expect((await setPolicy(policyText(everybody('oss:*')), caller)).code).toBe('AccessDenied');
      for (const query of [{ policy: '' }, { policyStatus: '' }])
        expect((await test.send({ bucket, query, ...caller })).code).toBe('AccessDenied');
      expect((await test.send({ method: 'DELETE', bucket, query: { policy: '' }, ...caller })).code).toBe('AccessDenied');
    }
    expect((await test.send({ bucket: 'none', query: { policy: '' } })).code).toBe('NoSuchBucket');
  });

  it('lets in and keeps out', async () => {
    expect((await anonymous()).status).toBe(403);
    await setPolicy(policyText(everybody(['oss:GetObject', 'oss:ListObjects'])));
    expect((await anonymous()).text).toBe('hello');
    expect((await test.send({ bucket, sign: 'none' })).text).toContain('<Key>k</Key>');
    expect((await anonymous({ method: 'PUT', body: 'x' })).status).toBe(403);
    await test.send({ method: 'PUT', bucket, query: { acl: '' }, headers: { 'x-oss-acl': 'public-read-write' } });
    await setPolicy(policyText({ ...everybody('oss:GetObject'), Effect: 'Deny' }));
    const denied = await anonymous();
    expect([denied.status, denied.element('Message'), denied.header('x-oss-ec')]).toEqual([
      403,
      'Access denied by bucket policy.',
      '0003-00000101',
    ]);
    expect((await test.send({ bucket, key })).status).toBe(200);
  });

  it('beats the list of an object', async () => {
    await test.send({ method: 'PUT', bucket, key, query: { acl: '' }, headers: { 'x-oss-object-acl': 'private' } });
    expect((await anonymous()).status).toBe(403);
    await setPolicy(policyText(everybody('oss:GetObject')));
    expect((await anonymous()).status).toBe(200);
  });
});

describe('conditions on a request', () => {
  const condition = (Condition: object) =>
    setPolicy(policyText(everybody(['oss:GetObject', 'oss:ListObjects', 'oss:PutObject'], { Condition })));

  it('its address, its channel and its program', async () => {
    await condition({ IpAddress: { 'acs:SourceIp': ['192.0.2.0/24', '2001:db8::/32'] } });
    const from = (remoteAddress: string) => anonymous({ peer: { remoteAddress, secure: false } });
    expect((await from('192.0.2.77')).status).toBe(200);
    expect((await from('::ffff:192.0.2.77')).status).toBe(200);
    expect((await from('2001:db8::7')).status).toBe(200);
    expect((await from('198.51.100.1')).status).toBe(403);
    await condition({ Bool: { 'acs:SecureTransport': ['true'] } });
    expect((await anonymous()).status).toBe(403);
    expect((await anonymous({ peer: { remoteAddress: '192.0.2.77', secure: true } })).status).toBe(200);
    await condition({ StringLike: { 'acs:UserAgent': 'tool/*' } });
    expect((await anonymous({ headers: { 'User-Agent': 'tool/1.0' } })).status).toBe(200);
    expect((await anonymous()).status).toBe(403);
  });

  it('its time', async () => {
    await condition({ DateLessThan: { 'acs:CurrentTime': '2024-05-01T09:00:00Z' } });
    expect((await anonymous()).status).toBe(200);
    test.clock.nowMs += 60 * 60_000;
    expect((await anonymous()).status).toBe(403);
  });

  it('what a list asks for', async () => {
    await condition({ StringLike: { 'oss:Prefix': ['team/*', ''] }, StringEquals: { 'oss:Delimiter': '/' } });
    const list = (query: Readonly<Record<string, string>>) => test.send({ bucket, sign: 'none', query });
    expect((await list({ prefix: 'team/red', delimiter: '/' })).status).toBe(200);
    expect((await list({ delimiter: '/' })).status).toBe(200);
    expect((await list({ prefix: 'team/red' })).status).toBe(403);
    expect((await list({ prefix: 'other', delimiter: '/' })).status).toBe(403);
    expect((await list({ 'list-type': '2', prefix: 'team/', delimiter: '/' })).status).toBe(200);
    expect((await anonymous()).status).toBe(403);
  });

  it('its access key, which nobody has', async () => {
    await condition({ StringEquals: { 'acs:AccessId': 'ak' } });
    expect((await anonymous()).status).toBe(403);
    const deny = { ...everybody('oss:GetObject', { Condition: { StringEquals: { 'acs:AccessId': 'ak' } } }), Effect: 'Deny' };
    await setPolicy(policyText(deny));
    expect((await test.send({ bucket, key })).header('x-oss-ec')).toBe('0003-00000101');
  });
});

describe('conditions on tags and lists', () => {
  it('tags of the object that stands there', async () => {
    await setPolicy(
      policyText(everybody(['oss:GetObject', 'oss:PutObject'], { Condition: { StringEquals: { 'oss:ExistingObjectTag/team': 'red' } } })),
    );
    expect((await anonymous()).text).toBe('hello');
    expect((await anonymous({ method: 'PUT', body: 'again' })).status).toBe(200);
    // What it has put has no tags.
    expect((await anonymous()).status).toBe(403);
    const deny = {
      ...everybody('oss:GetObject', { Condition: { StringEquals: { 'oss:ExistingObjectTag/team': 'blue' } } }),
      Effect: 'Deny',
    };
    await setPolicy(policyText(deny));
    await test.send({ method: 'PUT', bucket, key: 'blue', body: 'x', headers: { 'x-oss-tagging': 'team=blue' } });
    expect((await test.send({ bucket, key: 'blue' })).header('x-oss-ec')).toBe('0003-00000101');
    expect((await test.send({ bucket, key })).status).toBe(200);
  });

  it('tags that the request sets, in its head and in its body', async () => {
    const condition = { StringEquals: { 'oss:RequestObjectTag/team': 'red' } };
    await setPolicy(policyText(everybody(['oss:PutObject', 'oss:PutObjectTagging'], { Condition: condition })));
    const put = (tagging: string) => anonymous({ method: 'PUT', key: 'new', body: 'x', headers: { 'x-oss-tagging': tagging } });
    expect((await put('team=red')).status).toBe(200);
    expect((await put('team=blue')).status).toBe(403);
    expect((await anonymous({ method: 'PUT', key: 'new', body: 'x' })).status).toBe(403);
    const tag = (value: string) =>
      anonymous({
        method: 'PUT',
        query: { tagging: '' },
        body: `<Tagging><TagSet><Tag><Key>team</Key><Value>${value}</Value></Tag></TagSet></Tagging>`,
      });
    expect((await tag('red')).status).toBe(200);
    expect((await tag('blue')).status).toBe(403);
    const deny = { ...everybody('oss:PutObjectTagging', { Condition: condition }), Effect: 'Deny' };
    await setPolicy(policyText(everybody('oss:PutObjectTagging'), deny));
    expect((await tag('blue')).status).toBe(200);
    expect((await tag('red')).status).toBe(403);
  });

  it('tags of the bucket', async () => {
    await setPolicy(policyText(everybody('oss:GetObject', { Condition: { StringEquals: { 'oss:BucketTag/stage': 'open' } } })));
    expect((await anonymous()).status).toBe(403);
    const body = '<Tagging><TagSet><Tag><Key>stage</Key><Value>open</Value></Tag></TagSet></Tagging>';
    expect((await test.send({ method: 'PUT', bucket, query: { tagging: '' }, body })).status).toBe(200);
    expect((await anonymous()).status).toBe(200);
  });

  it('the list that the request gives its object', async () => {
    const condition = { StringEquals: { 'oss:x-oss-object-acl': ['public-read', 'public-read-write'] } };
    await setPolicy(policyText({ ...everybody('oss:PutObject', { Condition: condition }), Effect: 'Deny' }));
    const put = (acl: string) => test.send({ method: 'PUT', bucket, key: 'new', body: 'x', headers: { 'x-oss-object-acl': acl } });
    expect((await put('private')).status).toBe(200);
    expect((await put('public-read')).header('x-oss-ec')).toBe('0003-00000101');
  });
});

describe('the number of a user or of an account', () => {
  it('lets a user in whose own policies say nothing', async () => {
    const { id, credentials } = await makeUser(test, 'alice');
    await setPolicy(policyText(allow('oss:GetObject', all, { Principal: [id] })));
    expect((await test.send({ bucket, key, credentials })).text).toBe('hello');
    expect((await anonymous()).status).toBe(403);
  });

  it('lets the account into a bucket of another one, and its users only where it lets them go', async () => {
    const theirs = { name: 'theirs', ownerId: '9999999999999999' };
    const policy = policyText(
      allow(['oss:GetObject', 'oss:ListObjects'], ['acs:oss:*:*:theirs', 'acs:oss:*:*:theirs/*'], { Principal: ['1234567890123456'] }),
    );
    await test.server.store.putBucket(theirs.name, () => ({
      region: 'cn-hangzhou',
      ownerId: theirs.ownerId,
      acl: 'private',
      storageClass: 'Standard',
      dataRedundancyType: 'LRS',
      configurations: { policy },
    }));
    const at = { bucket: theirs.name } as const;
    expect((await test.send(at)).status).toBe(200);
    expect((await test.send({ ...at, key: 'none' })).code).toBe('NoSuchKey');
    const put = await test.send({ ...at, method: 'PUT', key: 'k', body: 'x' });
    expect([put.status, put.code]).toEqual([403, 'AccessDenied']);
    const bare = await makeUser(test, 'bare');
    const sent = await makeUser(test, 'sent', [allow('oss:*')]);
    const refused = await test.send({ ...at, credentials: bare.credentials });
    expect([refused.status, refused.header('x-oss-ec')]).toEqual([403, '0003-00000905']);
    expect((await test.send({ ...at, credentials: sent.credentials })).status).toBe(200);
    // Copies into the account's own buckets from there, too.
    const copy = { method: 'PUT', bucket, key: 'copy', headers: { 'x-oss-copy-source': '/theirs/none' } } as const;
    expect((await test.send(copy)).code).toBe('NoSuchKey');
    expect((await test.send({ ...copy, credentials: sent.credentials })).code).toBe('NoSuchKey');
  });
});
