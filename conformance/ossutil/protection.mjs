// Versions, links, restoration, encryption.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  behaviour,
  DESTINATION,
  data,
  destination,
  download,
  file,
  folder,
  ossutil,
  refused,
  source,
  VERSIONED,
  versioned,
  waitUntil,
} from './setting.mjs';

behaviour("the SDK's own copier, uploader and downloader", () => {
  ossutil('sync', join(folder, 'tree'), source('synced/'), '-f');
  ossutil('sync', source('synced/'), destination('synced/'), '-f');
  assert.match(ossutil('ls', destination('synced/')), /Object Number is: 25/);
  mkdirSync(join(folder, 'back'), { recursive: true });
  ossutil('sync', destination('synced/'), join(folder, 'back/'), '-f');
  assert.equal(readdirSync(join(folder, 'back')).length, 25);
});

/** Ids of the versions of a key, newest first, as `ls` shows them. */
const versionsOf = (key) => [...ossutil('ls', versioned(key), '--all-versions').matchAll(/CAEQ\S+|(?<=\s)null(?=\s)/g)].map(([id]) => id);

behaviour('versions: enable, list, copy a version, delete markers', () => {
  ossutil('cp', file('one', 'before'), versioned('older'), '-f');
  ossutil('bucket-versioning', '--method', 'put', `oss://${VERSIONED}`, 'enabled');
  assert.match(ossutil('bucket-versioning', '--method', 'get', `oss://${VERSIONED}`), /Enabled/);
  assert.deepEqual(versionsOf('older'), ['null']);
  ossutil('cp', file('one', 'first'), versioned('v'), '-f');
  ossutil('cp', file('one', 'second'), versioned('v'), '-f');
  const ids = versionsOf('v');
  assert.equal(ids.length, 2);
  assert.equal(download(versioned('v'), '--version-id', ids[1]).toString(), 'first');
  // It copies nothing onto itself without new metadata.
  ossutil('cp', versioned('v'), versioned('v'), '--version-id', ids[1], '-f', '--meta', 'Content-Type:text/plain');
  assert.equal(download(versioned('v')).toString(), 'first');
  ossutil('rm', versioned('v'));
  refused('NoSuchKey|404', 'stat', versioned('v'));
  assert.equal(versionsOf('v').length, 4);
  ossutil('revert-versioning', versioned('v'));
  assert.equal(download(versioned('v')).toString(), 'first', 'without its marker');
});

behaviour('versions: meta, tags and ACL by id, deletion for good', () => {
  ossutil('cp', file('one', '1'), versioned('facts'), '-f');
  ossutil('cp', file('one', '22'), versioned('facts'), '-f');
  const [two, one] = versionsOf('facts');
  assert.match(ossutil('stat', versioned('facts'), '--version-id', one), /Content-Length\s*: 1\n/);
  ossutil('object-tagging', '--method', 'put', versioned('facts'), 'which#old', '--version-id', one);
  assert.match(ossutil('object-tagging', '--method', 'get', versioned('facts'), '--version-id', one), /"?which"?\s+"?old"?/);
  assert.doesNotMatch(ossutil('object-tagging', '--method', 'get', versioned('facts')), /which/);
  ossutil('set-acl', versioned('facts'), 'public-read', '--version-id', one);
  assert.match(ossutil('stat', versioned('facts'), '--version-id', one), /ACL\s*: public-read/);
  ossutil('rm', versioned('facts'), '--version-id', two);
  assert.equal(download(versioned('facts')).toString(), '1');
  refused('NoSuchVersion', 'cp', versioned('facts'), join(folder, 'gone'), '--version-id', two, '-f');
});

behaviour('versions: pages of the listing', () => {
  for (const key of ['page/a', 'page/b']) {
    for (const text of ['1', '2', '3']) ossutil('cp', file('one', text), versioned(key), '-f');
  }
  const all = versionsOf('page/');
  assert.equal(all.length, 6);
  const shown = ossutil('ls', versioned('page/'), '--all-versions', '--limited-num', '2');
  assert.deepEqual(
    [...shown.matchAll(/CAEQ\S+/g)].map(([id]) => id),
    all.slice(0, 2),
  );
  const after = ossutil('ls', versioned('page/'), '--all-versions', '--marker', 'page/a', '--version-id-marker', all[1]);
  assert.deepEqual(
    [...after.matchAll(/CAEQ\S+/g)].map(([id]) => id),
    all.slice(2),
  );
});

behaviour('versions: copies onto versions, suspended, forbid overwrite', () => {
  ossutil('cp', file('one', 'kept'), versioned('onto'), '-f');
  const [kept] = versionsOf('onto');
  ossutil('cp', versioned('older'), versioned('onto'), '-f', '--meta', 'x-oss-forbid-overwrite:true');
  assert.equal(download(versioned('onto'), '--version-id', kept).toString(), 'kept');
  ossutil('bucket-versioning', '--method', 'put', `oss://${VERSIONED}`, 'suspended');
  ossutil('cp', file('one', 'null'), versioned('onto'), '-f');
  ossutil('cp', versioned('older'), versioned('onto'), '-f');
  const ids = versionsOf('onto');
  assert.deepEqual([ids.length, ids[0]], [3, 'null'], 'one null version beside the two that have ids');
  assert.equal(download(versioned('onto')).toString(), 'before');
});

behaviour('symlinks', () => {
  ossutil('create-symlink', source('link'), 'plain.bin');
  assert.match(ossutil('read-symlink', source('link')), /plain\.bin/);
  assert.ok(download(source('link')).equals(data(300 * 1024)));
  ossutil('create-symlink', source('named link'), '目录/文件 +%&=#.txt');
  assert.equal(download(source('named link')).toString(), '目录/文件 +%&=#.txt');
});

behaviour('archive and restore', async () => {
  ossutil('cp', file('cold', 'cold'), source('cold'), '--meta', 'X-Oss-Storage-Class:Archive');
  refused('InvalidObjectState', 'cp', source('cold'), destination('cold'));
  ossutil('restore', source('cold'));
  await waitUntil(() => /X-Oss-Restore\s*: ongoing-request="false"/.test(ossutil('stat', source('cold'))), 'the restoration');
  assert.equal(download(source('cold')).toString(), 'cold');
  ossutil('cp', source('cold'), destination('cold'), '--meta', 'X-Oss-Storage-Class:Standard');
  assert.equal(download(destination('cold')).toString(), 'cold');
  ossutil('cp', file('deep', 'deep'), source('deep'), '--meta', 'X-Oss-Storage-Class:DeepColdArchive');
  const request = '<RestoreRequest><Days>2</Days><JobParameters><Tier>Standard</Tier></JobParameters></RestoreRequest>';
  ossutil('restore', source('deep'), file('restore.xml', request));
});

behaviour('encryption at rest', () => {
  ossutil('cp', file('secret', 'secret'), source('secret'), '--meta', 'X-Oss-Server-Side-Encryption:AES256');
  assert.match(ossutil('stat', source('secret')), /X-Oss-Server-Side-Encryption\s*: AES256/);
  assert.equal(download(source('secret')).toString(), 'secret');
  const { OSS_KMS_KEY_ID: key } = process.env;
  const named = `X-Oss-Server-Side-Encryption:KMS#X-Oss-Server-Side-Encryption-Key-Id:${key}`;
  ossutil('cp', join(folder, 'secret'), source('named'), '--meta', named);
  assert.match(ossutil('stat', source('named')), new RegExp(`X-Oss-Server-Side-Encryption-Key-Id\\s*: ${key}`));
  assert.equal(download(source('named')).toString(), 'secret');
});

behaviour('encryption: default of the bucket', () => {
  ossutil('bucket-encryption', '--method', 'put', `oss://${DESTINATION}`, '--sse-algorithm', 'AES256');
  assert.match(ossutil('bucket-encryption', '--method', 'get', `oss://${DESTINATION}`), /AES256/);
  ossutil('cp', source('plain.bin'), destination('encrypted.bin'));
  assert.match(ossutil('stat', destination('encrypted.bin')), /X-Oss-Server-Side-Encryption\s*: AES256/);
  ossutil('bucket-encryption', '--method', 'delete', `oss://${DESTINATION}`);
});

behaviour('copy: encryption there and back', () => {
  ossutil('cp', source('plain.bin'), destination('there'), '--meta', 'X-Oss-Server-Side-Encryption:KMS');
  assert.match(ossutil('stat', destination('there')), /X-Oss-Server-Side-Encryption\s*: KMS/);
  ossutil('cp', destination('there'), destination('back'));
  assert.doesNotMatch(ossutil('stat', destination('back')), /X-Oss-Server-Side-Encryption/);
  assert.ok(download(destination('back')).equals(data(300 * 1024)));
});
