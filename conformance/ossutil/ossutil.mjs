// ossutil 1, unmodified and built from its module, against an endpoint. Its path: OSSUTIL. V1 signatures by default; V4 where a behaviour says so.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { OSSUTIL, OSS_ENDPOINT, OSS_REGION, OSS_RUN, OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET } = process.env;
const SOURCE = `${OSS_RUN}-util-source`;
const DESTINATION = `${OSS_RUN}-util-destination`;
const VERSIONED = `${OSS_RUN}-util-versioned`;
const MIB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'ossature-ossutil-'));
const configuration = join(folder, 'configuration');
writeFileSync(
  configuration,
  `[Credentials]\nlanguage=EN\nendpoint=${OSS_ENDPOINT}\naccessKeyID=${OSS_ACCESS_KEY_ID}\naccessKeySecret=${OSS_ACCESS_KEY_SECRET}\n`,
  { mode: 0o600 },
);

/** Runs ossutil and answers what it printed; an exit code that is not 0 is an error. */
function ossutil(...args) {
  const { status, text } = tried(...args);
  assert.equal(status, 0, `ossutil ${args.join(' ')}\n${text}`);
  return text;
}

function tried(...args) {
  // Its reports go below the working directory.
  const result = spawnSync(OSSUTIL, [...args, '-c', configuration], { cwd: folder, encoding: 'utf8' });
  return { status: result.status, text: `${result.stdout}${result.stderr}` };
}

function refused(code, ...args) {
  const { status, text } = tried(...args);
  assert.notEqual(status, 0, `ossutil ${args.join(' ')} succeeded`);
  assert.match(text, new RegExp(code), text);
}

function file(name, bytes) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function data(size, seed = 1) {
  const block = createHash('sha256').update(String(seed)).digest();
  return Buffer.concat(Array.from({ length: Math.ceil(size / block.length) }, () => block)).subarray(0, size);
}

function download(url, ...options) {
  const path = join(folder, 'downloaded');
  ossutil('cp', url, path, '-f', ...options);
  return readFileSync(path);
}

const source = (key = '') => `oss://${SOURCE}/${key}`;
const destination = (key = '') => `oss://${DESTINATION}/${key}`;
const versioned = (key = '') => `oss://${VERSIONED}/${key}`;

const behaviours = [];
const behaviour = (name, run) => behaviours.push([name, run]);

behaviour('buckets: create, list, info, location, stat', () => {
  for (const bucket of [SOURCE, DESTINATION, VERSIONED]) ossutil('mb', `oss://${bucket}`);
  assert.match(ossutil('ls'), new RegExp(`oss://${SOURCE}\\b`));
  assert.match(ossutil('stat', `oss://${SOURCE}`), new RegExp(`Location\\s*: oss-${OSS_REGION}`));
});

behaviour('bucket ACL', () => {
  ossutil('set-acl', `oss://${DESTINATION}`, 'public-read', '-b');
  assert.match(ossutil('stat', `oss://${DESTINATION}`), /ACL\s*: public-read/);
  ossutil('set-acl', `oss://${DESTINATION}`, 'private', '-b');
});

behaviour('put, get, head, meta, ranges', () => {
  const body = data(300 * 1024);
  ossutil('cp', file('plain.bin', body), source('plain.bin'), '--meta', 'Cache-Control:no-cache#X-Oss-Meta-Author:ada');
  assert.ok(download(source('plain.bin')).equals(body));
  const shown = ossutil('stat', source('plain.bin'));
  assert.match(shown, /X-Oss-Meta-Author\s*: ada/i);
  assert.match(shown, /Cache-Control\s*: no-cache/);
  assert.match(shown, /X-Oss-Hash-Crc64ecma\s*: \d+/);
  assert.ok(download(source('plain.bin'), '--range', '100-199').equals(body.subarray(100, 200)));
  assert.equal(ossutil('cat', source('plain.bin')).length > 0, true);
});

behaviour('keys of any script', () => {
  for (const key of ['目录/文件 +%&=#.txt', 'a b/c', '😀']) {
    ossutil('cp', file('named', key), source(key), '-f');
    ossutil('cp', source(key), destination(key), '-f');
    assert.equal(download(destination(key)).toString(), key);
  }
});

behaviour('listing: pages, prefixes, delimiters', () => {
  mkdirSync(join(folder, 'tree'), { recursive: true });
  for (let i = 0; i < 25; i++) writeFileSync(join(folder, 'tree', `${i}`), 'x');
  ossutil('cp', join(folder, 'tree'), source('list/'), '-r', '-f');
  assert.match(ossutil('ls', source('list/')), /Object Number is: 25/);
  assert.match(ossutil('ls', source(), '-d'), /oss:\/\/\S+\/list\/\n/);
});

behaviour('delete and multi-delete', () => {
  ossutil('rm', source('list/0'));
  ossutil('rm', source('list/'), '-r', '-f');
  assert.match(ossutil('ls', source('list/')), /Object Number is: 0/);
});

behaviour('append', () => {
  ossutil('appendfromfile', file('first', 'hello '), source('log'));
  ossutil('appendfromfile', file('second', 'world'), source('log'));
  assert.equal(download(source('log')).toString(), 'hello world');
});

behaviour('object ACL', () => {
  ossutil('set-acl', source('plain.bin'), 'public-read');
  assert.match(ossutil('stat', source('plain.bin')), /ACL\s*: public-read/);
  ossutil('set-acl', source('plain.bin'), 'default');
});

behaviour('object tagging', () => {
  ossutil('object-tagging', '--method', 'put', source('plain.bin'), 'team#web', 'stage#a b');
  assert.match(ossutil('object-tagging', '--method', 'get', source('plain.bin')), /"?team"?\s+"?web"?/);
  ossutil('object-tagging', '--method', 'delete', source('plain.bin'));
});

behaviour('copy in a bucket and between buckets', () => {
  ossutil('cp', source('plain.bin'), source('copied.bin'));
  ossutil('cp', source('plain.bin'), destination('copied.bin'), '--meta', 'Content-Type:text/x-copied');
  assert.ok(download(destination('copied.bin')).equals(data(300 * 1024)));
  assert.match(ossutil('stat', destination('copied.bin')), /Content-Type\s*: text\/x-copied/);
  ossutil('cp', source('plain.bin'), destination('v4.bin'), '--sign-version', 'v4', '--region', OSS_REGION);
});

behaviour('copy: metadata directive', () => {
  ossutil('set-meta', source('copied.bin'), 'X-Oss-Meta-Colour:green#Content-Type:text/plain', '--update', '-f');
  assert.match(ossutil('stat', source('copied.bin')), /X-Oss-Meta-Colour\s*: green/i);
});

behaviour('copy: forbid overwrite, ACL, storage class', () => {
  refused('FileAlreadyExists', 'cp', source('plain.bin'), destination('copied.bin'), '-f', '--meta', 'x-oss-forbid-overwrite:true');
  ossutil('cp', source('plain.bin'), destination('infrequent.bin'), '--meta', 'X-Oss-Storage-Class:IA');
  assert.match(ossutil('stat', destination('infrequent.bin')), /X-Oss-Storage-Class\s*: IA/);
});

behaviour('multipart copy: the seed document, start to end', () => {
  const body = data(12 * MIB, 2);
  ossutil('cp', file('large.bin', body), source('large.bin'), '--bigfile-threshold', String(2 * MIB), '--part-size', String(MIB));
  ossutil('cp', source('large.bin'), destination('large.bin'), '--bigfile-threshold', String(2 * MIB), '--part-size', String(MIB));
  assert.ok(download(destination('large.bin'), '--bigfile-threshold', String(2 * MIB)).equals(body));
  assert.match(ossutil('stat', destination('large.bin')), /X-Oss-Object-Type\s*: Multipart/);
});

behaviour('versions: enable, list, copy a version, delete markers', () => {
  ossutil('bucket-versioning', '--method', 'put', `oss://${VERSIONED}`, 'enabled');
  assert.match(ossutil('bucket-versioning', '--method', 'get', `oss://${VERSIONED}`), /Enabled/);
  ossutil('cp', file('one', 'first'), versioned('v'), '-f');
  ossutil('cp', file('one', 'second'), versioned('v'), '-f');
  const ids = [...ossutil('ls', versioned('v'), '--all-versions').matchAll(/CAEQ\S+/g)].map(([id]) => id);
  assert.equal(ids.length, 2);
  assert.equal(download(versioned('v'), '--version-id', ids[1]).toString(), 'first');
  ossutil('cp', versioned('v'), versioned('rolled-back'), '--version-id', ids[1]);
  assert.equal(download(versioned('rolled-back')).toString(), 'first');
  ossutil('rm', versioned('v'));
  refused('NoSuchKey|404', 'stat', versioned('v'));
  ossutil('rm', versioned(), '-r', '-f', '--all-versions');
  ossutil('bucket-versioning', '--method', 'put', `oss://${VERSIONED}`, 'suspended');
});

behaviour('symlinks', () => {
  ossutil('create-symlink', source('link'), 'plain.bin');
  assert.match(ossutil('read-symlink', source('link')), /plain\.bin/);
  assert.ok(download(source('link')).equals(data(300 * 1024)));
});

behaviour('archive and restore', () => {
  ossutil('cp', file('cold', 'cold'), source('cold'), '--meta', 'X-Oss-Storage-Class:Archive');
  refused('InvalidObjectState', 'cp', source('cold'), destination('cold'));
  ossutil('restore', source('cold'));
});

behaviour('encryption at rest', () => {
  ossutil('cp', file('secret', 'secret'), source('secret'), '--meta', 'X-Oss-Server-Side-Encryption:AES256');
  assert.match(ossutil('stat', source('secret')), /X-Oss-Server-Side-Encryption\s*: AES256/);
  assert.equal(download(source('secret')).toString(), 'secret');
  ossutil('bucket-encryption', '--method', 'put', `oss://${DESTINATION}`, '--sse-algorithm', 'AES256');
  ossutil('cp', source('plain.bin'), destination('encrypted.bin'));
  assert.match(ossutil('stat', destination('encrypted.bin')), /X-Oss-Server-Side-Encryption\s*: AES256/);
  ossutil('bucket-encryption', '--method', 'delete', `oss://${DESTINATION}`);
});

behaviour('bucket policy', () => {
  const policy = {
    Version: '1',
    Statement: [{ Effect: 'Deny', Action: ['oss:GetObject'], Principal: ['1'], Resource: [`acs:oss:*:*:${SOURCE}/*`] }],
  };
  ossutil('bucket-policy', '--method', 'put', `oss://${SOURCE}`, file('policy.json', JSON.stringify(policy)));
  assert.match(ossutil('bucket-policy', '--method', 'get', `oss://${SOURCE}`), /oss:GetObject/);
  ossutil('bucket-policy', '--method', 'delete', `oss://${SOURCE}`);
});

behaviour('bucket tags, CORS, lifecycle, logging, payment, referer', () => {
  ossutil('bucket-tagging', '--method', 'put', `oss://${SOURCE}`, 'team#web');
  assert.match(ossutil('bucket-tagging', '--method', 'get', `oss://${SOURCE}`), /team/);
  ossutil('bucket-tagging', '--method', 'delete', `oss://${SOURCE}`);
  const cors =
    '<CORSConfiguration><CORSRule><AllowedOrigin>*</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>';
  ossutil('cors', '--method', 'put', `oss://${SOURCE}`, file('cors.xml', cors));
  assert.match(ossutil('cors', '--method', 'get', `oss://${SOURCE}`), /AllowedOrigin/);
  ossutil('cors', '--method', 'delete', `oss://${SOURCE}`);
  const lifecycle =
    '<LifecycleConfiguration><Rule><ID>old</ID><Prefix>logs/</Prefix><Status>Enabled</Status><Expiration><Days>30</Days></Expiration></Rule></LifecycleConfiguration>';
  ossutil('lifecycle', '--method', 'put', `oss://${SOURCE}`, file('lifecycle.xml', lifecycle));
  assert.match(ossutil('lifecycle', '--method', 'get', `oss://${SOURCE}`), /logs\//);
  ossutil('lifecycle', '--method', 'delete', `oss://${SOURCE}`);
  ossutil('logging', '--method', 'put', `oss://${SOURCE}`, `oss://${DESTINATION}/logs`);
  ossutil('logging', '--method', 'delete', `oss://${SOURCE}`);
  ossutil('request-payment', '--method', 'put', `oss://${SOURCE}`, 'Requester');
  assert.match(ossutil('request-payment', '--method', 'get', `oss://${SOURCE}`), /Requester/);
  ossutil('request-payment', '--method', 'put', `oss://${SOURCE}`, 'BucketOwner');
  ossutil('referer', '--method', 'put', `oss://${SOURCE}`, 'http://*.example.com');
  ossutil('referer', '--method', 'delete', `oss://${SOURCE}`);
});

behaviour('retention', () => {
  assert.match(ossutil('worm', 'init', `oss://${DESTINATION}`, '1'), /worm id is/i);
  assert.match(ossutil('worm', 'get', `oss://${DESTINATION}`), /InProgress/);
  refused('FileImmutable', 'rm', destination('copied.bin'));
  ossutil('worm', 'abort', `oss://${DESTINATION}`);
});

behaviour('presigned URLs', async () => {
  const url = /https?:\/\/\S+/.exec(ossutil('sign', source('plain.bin'), '--timeout', '60'))?.[0];
  assert.ok(url, 'a URL is printed');
  const answer = await fetch(url);
  assert.equal(answer.status, 200);
  assert.ok(Buffer.from(await answer.arrayBuffer()).equals(data(300 * 1024)));
});

behaviour('delete bucket', () => {
  for (const bucket of [SOURCE, DESTINATION, VERSIONED]) {
    ossutil('rm', `oss://${bucket}`, '-a', '-r', '-b', '-f', ...(bucket === VERSIONED ? ['--all-versions'] : []));
  }
});

let failed = 0;
for (const [name, run] of behaviours) {
  try {
    await run();
    process.stdout.write(`${JSON.stringify({ behaviour: name, ok: true })}\n`);
  } catch (error) {
    failed++;
    process.stdout.write(`${JSON.stringify({ behaviour: name, ok: false, detail: `${error.message}`.slice(0, 1500) })}\n`);
  }
}
process.stdout.write(`${JSON.stringify({ count: behaviours.length })}\n`);
rmSync(folder, { recursive: true, force: true });
process.exit(failed === 0 ? 0 : 1);
