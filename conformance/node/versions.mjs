// Versions: by id, as sources of copies and below them, and their listing.
import assert from 'node:assert/strict';
import { behaviour, isRead, refused, VERSIONED, versioned } from './setting.mjs';

const put = async (key, text) => (await versioned.put(key, Buffer.from(text))).res.headers['x-oss-version-id'];
const copyVersion = (key, sourceKey, options) => versioned.copy(key, sourceKey, VERSIONED, options);
const setVersioning = (status) => versioned.putBucketVersioning(VERSIONED, status);

async function versionsOf(prefix) {
  const { objects, deleteMarker } = await versioned.listObjectVersions({ prefix });
  return [objects.map((each) => each.versionId), deleteMarker.map((each) => each.versionId)];
}

behaviour('versions: enable, list, copy a version, delete markers', async () => {
  await put('older', 'before');
  await setVersioning('Enabled');
  assert.equal((await versioned.getBucketVersioning(VERSIONED)).versionStatus, 'Enabled');
  assert.equal((await versioned.head('older')).res.headers['x-oss-version-id'], 'null', 'written before');
  const first = await put('v', 'first');
  const second = await put('v', 'second');
  assert.match(first, /^CAEQ/);
  const rolledBack = (await copyVersion('v', 'v', { versionId: first })).res.headers;
  assert.equal(rolledBack['x-oss-copy-source-version-id'], first);
  await isRead(versioned, 'v', 'first');
  await isRead(versioned, 'v', 'second', { versionId: second });
  const marker = (await versioned.delete('v')).res.headers;
  assert.equal(marker['x-oss-delete-marker'], 'true');
  await refused('NoSuchKey', 404, () => versioned.get('v'));
  await refused('MethodNotAllowed', 405, () => versioned.get('v', { versionId: marker['x-oss-version-id'] }));
  await refused('NoSuchKey', 404, () => copyVersion('w', 'v'));
  assert.deepEqual(await versionsOf('v'), [[rolledBack['x-oss-version-id'], second, first], [marker['x-oss-version-id']]]);
  const gone = (await versioned.delete('v', { versionId: marker['x-oss-version-id'] })).res.headers;
  assert.deepEqual([gone['x-oss-delete-marker'], gone['x-oss-version-id']], ['true', marker['x-oss-version-id']]);
  await isRead(versioned, 'v', 'first');
});

behaviour('versions: meta, tags and ACL by id, deletion for good', async () => {
  const one = { versionId: await put('facts', '1') };
  const two = { versionId: await put('facts', '22') };
  const meta = (await versioned.getObjectMeta('facts', { ...one })).res.headers;
  assert.deepEqual([meta['content-length'], meta['x-oss-version-id']], ['1', one.versionId]);
  await versioned.putObjectTagging('facts', { which: 'old' }, { ...one });
  assert.deepEqual((await versioned.getObjectTagging('facts')).tag, {});
  assert.deepEqual((await versioned.getObjectTagging('facts', { ...one })).tag, { which: 'old' });
  await versioned.putACL('facts', 'public-read', { ...one });
  assert.deepEqual([(await versioned.getACL('facts', { ...one })).acl, (await versioned.getACL('facts')).acl], ['public-read', 'default']);
  assert.equal((await versioned.delete('facts', { ...two })).res.headers['x-oss-version-id'], two.versionId);
  await isRead(versioned, 'facts', '1');
  await refused('NoSuchVersion', 404, () => versioned.get('facts', { ...two }));
  await refused('InvalidArgument', 400, () => versioned.get('facts', { versionId: '%%%' }));
  const { deleted } = await versioned.deleteMulti([{ key: 'facts', ...one }]);
  assert.deepEqual([deleted[0].Key, deleted[0].VersionId], ['facts', one.versionId]);
  assert.deepEqual(await versionsOf('facts'), [[], []]);
});

behaviour('versions: pages of the listing', async () => {
  const expected = [];
  for (const key of ['page/a', 'page/b', 'page/sub/c']) {
    const ids = [];
    for (const text of ['1', '2', '3']) ids.unshift(await put(key, text));
    expected.push(...ids.map((id) => `${key} ${id}`));
  }
  for (const maxKeys of [1, 2, 5]) {
    const found = [];
    let markers = {};
    for (;;) {
      const page = await versioned.listObjectVersions({ prefix: 'page/', maxKeys, ...markers });
      found.push(...page.objects.map(({ name, versionId }) => `${name} ${versionId}`));
      if (!page.isTruncated) break;
      markers = { keyMarker: page.nextKeyMarker, versionIdMarker: page.nextVersionIdMarker };
    }
    assert.deepEqual(found, expected, `pages of ${maxKeys}`);
  }
  const grouped = await versioned.listObjectVersions({ prefix: 'page/', delimiter: '/' });
  assert.deepEqual([grouped.prefixes, grouped.objects.length], [['page/sub/'], 6]);
});

behaviour('versions: copies onto versions, suspended, forbid overwrite', async () => {
  const kept = await put('onto', 'kept');
  await put('from', 'from');
  const copied = (await copyVersion('onto', 'from', { headers: { 'x-oss-forbid-overwrite': 'true' } })).res.headers['x-oss-version-id'];
  assert.notEqual(copied, kept, 'not asked where there are versions');
  await isRead(versioned, 'onto', 'kept', { versionId: kept });
  const { uploadId } = await versioned.initMultipartUpload('onto');
  const of = { sourceKey: 'onto', sourceBucketName: VERSIONED };
  const part = await versioned.uploadPartCopy('onto', uploadId, 1, undefined, of, { versionId: kept });
  assert.equal(part.res.headers['x-oss-copy-source-version-id'], kept);
  const done = await versioned.completeMultipartUpload('onto', uploadId, [{ number: 1, etag: part.etag }]);
  await isRead(versioned, 'onto', 'kept', { versionId: done.res.headers['x-oss-version-id'] });
  const marker = (await versioned.delete('onto')).res.headers['x-oss-version-id'];
  await refused('InvalidArgument', 400, () => copyVersion('x', 'onto', { versionId: marker }));
  await setVersioning('Suspended');
  assert.equal(await put('onto', 'null'), 'null');
  assert.equal((await copyVersion('onto', 'from')).res.headers['x-oss-version-id'], 'null');
  await isRead(versioned, 'onto', 'from', { versionId: 'null' });
  await versioned.putMeta('onto', { self: 'yes' });
  assert.equal((await versionsOf('onto'))[0].length, 4, 'one null version beside the three that have ids');
  assert.equal((await versioned.delete('onto')).res.headers['x-oss-version-id'], 'null');
  assert.deepEqual((await versionsOf('onto'))[1], ['null', marker]);
  await setVersioning('Enabled');
});
