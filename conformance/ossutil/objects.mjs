// Buckets, objects and their copies.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  behaviour,
  DESTINATION,
  data,
  destination,
  download,
  file,
  folder,
  MIB,
  OSS_REGION,
  ossutil,
  refused,
  SOURCE,
  source,
  unblockPublicAccess,
  VERSIONED,
} from './setting.mjs';

behaviour('buckets: create, list, info, location, stat', async () => {
  for (const bucket of [SOURCE, DESTINATION, VERSIONED]) ossutil('mb', `oss://${bucket}`);
  await unblockPublicAccess([SOURCE, DESTINATION, VERSIONED]);
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
