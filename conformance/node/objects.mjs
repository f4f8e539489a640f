// Buckets and objects: making, put, get, lists, deletion, append, multipart uploads, signatures.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  behaviour,
  clientOf,
  DESTINATION,
  data,
  destination,
  KIB,
  md5,
  OSS_ENDPOINT,
  OSS_REGION,
  OSS_RUN,
  refused,
  SOURCE,
  source,
  VERSIONED,
} from './setting.mjs';

behaviour('buckets: create, list, info, location, stat', async () => {
  for (const name of [SOURCE, DESTINATION, VERSIONED]) assert.equal((await source.putBucket(name)).res.status, 200);
  const { buckets } = await source.listBuckets({ prefix: `${OSS_RUN}-ali` });
  assert.deepEqual(
    buckets.map((bucket) => bucket.name),
    [DESTINATION, SOURCE, VERSIONED],
  );
  const { bucket } = await source.getBucketInfo(SOURCE);
  assert.deepEqual([bucket.Name, bucket.Location, bucket.StorageClass], [SOURCE, `oss-${OSS_REGION}`, 'Standard']);
  assert.equal((await source.getBucketLocation(SOURCE)).location, `oss-${OSS_REGION}`);
  assert.equal((await source.getBucketStat(SOURCE)).stat.ObjectCount, '0');
});

behaviour('block public access', async () => {
  const { bucket } = await source.getBucketInfo(SOURCE);
  assert.equal(bucket.BlockPublicAccess, 'true', 'a new bucket');
  await refused('AccessDenied', 403, () => source.putBucketACL(SOURCE, 'public-read'));
  for (const name of [SOURCE, DESTINATION, VERSIONED]) {
    await unblock(name);
    assert.equal((await source.getBucketInfo(name)).bucket.BlockPublicAccess, 'false');
  }
});

/** It has no call for this: its own signed request, then. */
async function unblock(name) {
  const params = source._bucketRequestParams('PUT', name, 'publicAccessBlock');
  const content = '<PublicAccessBlockConfiguration><BlockPublicAccess>false</BlockPublicAccess></PublicAccessBlockConfiguration>';
  await source.request({ ...params, content, mime: 'xml', successStatuses: [200] });
}

behaviour('bucket ACL', async () => {
  await source.putBucketACL(SOURCE, 'public-read');
  assert.equal((await source.getBucketACL(SOURCE)).acl, 'public-read');
  await source.putBucketACL(SOURCE, 'private');
});

behaviour('put, get, head, meta, ranges', async () => {
  const body = data(300 * KIB);
  const put = await source.put('plain.bin', body, {
    mime: 'application/x-test',
    meta: { author: 'ada' },
    headers: { 'Cache-Control': 'no-cache' },
  });
  assert.equal(put.res.headers.etag, `"${md5(body)}"`);
  const got = await source.get('plain.bin');
  assert.ok(got.content.equals(body));
  const head = await source.head('plain.bin');
  assert.deepEqual(
    [head.meta.author, head.res.headers['content-type'], head.res.headers['x-oss-object-type']],
    ['ada', 'application/x-test', 'Normal'],
  );
  assert.equal((await source.getObjectMeta('plain.bin')).res.headers['content-length'], String(body.length));
  const part = await source.get('plain.bin', { headers: { Range: 'bytes=100-199' } });
  assert.equal(part.res.status, 206);
  assert.ok(part.content.equals(body.subarray(100, 200)));
  await source.putStream('streamed', Readable.from([body.subarray(0, 1000), body.subarray(1000)]));
  assert.ok((await source.get('streamed')).content.equals(body));
});

behaviour('keys of any script', async () => {
  for (const key of ['目录/文件 +%&=?#.txt', 'a//b/c', `quote'"<>`, '😀']) {
    await source.put(key, Buffer.from(key));
    await destination.copy(key, key, SOURCE);
    assert.equal((await destination.get(key)).content.toString(), key);
  }
});

behaviour('listing: pages, prefixes, delimiters', async () => {
  for (let i = 0; i < 25; i++) await source.put(`list/${i % 5}/${i}`, Buffer.from('x'));
  const first = await source.listV2({ prefix: 'list/', 'max-keys': 10 });
  const second = await source.listV2({ prefix: 'list/', 'max-keys': 100, 'continuation-token': first.nextContinuationToken });
  assert.deepEqual([first.objects.length, second.objects.length], [10, 15]);
  const grouped = await source.list({ prefix: 'list/', delimiter: '/' });
  assert.deepEqual(
    grouped.prefixes,
    [0, 1, 2, 3, 4].map((i) => `list/${i}/`),
  );
});

behaviour('delete and multi-delete', async () => {
  const { objects } = await source.list({ prefix: 'list/', 'max-keys': 100 });
  const { deleted } = await source.deleteMulti(objects.map((object) => object.name));
  assert.equal(deleted.length, 25);
  await source.delete('streamed');
  assert.equal((await source.delete('streamed')).res.status, 204);
  await refused('NoSuchKey', 404, () => source.get('streamed'));
});

behaviour('append', async () => {
  const first = await source.append('log', Buffer.from('hello '));
  const second = await source.append('log', Buffer.from('world'), { position: first.nextAppendPosition });
  assert.equal(second.nextAppendPosition, '11');
  await refused('PositionNotEqualToLength', 409, () => source.append('log', Buffer.from('x'), { position: '3' }));
});

behaviour('object ACL', async () => {
  await source.putACL('plain.bin', 'public-read');
  assert.equal((await source.getACL('plain.bin')).acl, 'public-read');
  assert.equal((await fetch(`${OSS_ENDPOINT}/${SOURCE}/plain.bin`)).status, 200);
  await source.putACL('plain.bin', 'private');
  assert.equal((await fetch(`${OSS_ENDPOINT}/${SOURCE}/plain.bin`)).status, 403);
});

behaviour('object tagging', async () => {
  await source.putObjectTagging('plain.bin', { a: '1', b: '2' });
  assert.deepEqual((await source.getObjectTagging('plain.bin')).tag, { a: '1', b: '2' });
  await source.deleteObjectTagging('plain.bin');
  assert.deepEqual((await source.getObjectTagging('plain.bin')).tag, {});
});

behaviour('multipart upload, part and upload listings', async () => {
  const { uploadId } = await destination.initMultipartUpload('big', { meta: { m: '1' } });
  const folder = mkdtempSync(join(tmpdir(), 'ossature-'));
  try {
    const parts = [];
    for (const number of [1, 2, 3]) {
      const path = join(folder, String(number));
      writeFileSync(path, data(110 * KIB, number));
      const { etag } = await destination.uploadPart('big', uploadId, number, path, 0, 110 * KIB);
      parts.push({ number, etag });
    }
    const listed = await destination.listParts('big', uploadId, { 'max-parts': 2 });
    assert.deepEqual([listed.parts.length, listed.isTruncated], [2, 'true']);
    const { uploads } = await destination.listUploads({ 'max-uploads': 10 });
    assert.deepEqual(
      uploads.map((upload) => upload.uploadId),
      [uploadId],
    );
    await refused('InvalidPart', 400, () => destination.completeMultipartUpload('big', uploadId, [{ number: 1, etag: '0'.repeat(32) }]));
    const done = await destination.completeMultipartUpload('big', uploadId, parts);
    assert.match(done.etag, /-3"$/);
    assert.ok((await destination.get('big')).content.equals(Buffer.concat([1, 2, 3].map((number) => data(110 * KIB, number)))));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

behaviour('abort', async () => {
  const { uploadId } = await destination.initMultipartUpload('aborted');
  assert.equal((await destination.abortMultipartUpload('aborted', uploadId)).res.status, 204);
  await refused('NoSuchUpload', 404, () => destination.abortMultipartUpload('aborted', uploadId));
});

behaviour('signatures: V1, presigned V4 and V1', async () => {
  const v4 = clientOf(SOURCE, { authorizationV4: true });
  await v4.put('v4 +签', Buffer.from('v4'), { meta: { a: 'b' } });
  assert.equal((await v4.get('v4 +签')).content.toString(), 'v4');
  assert.equal((await v4.list({ prefix: 'v4' })).objects.length, 1);
  assert.ok((await v4.list({ prefix: '', 'max-keys': 1 })).objects.length === 1, 'an empty value, which it signs with its sign');
  await v4.copy('v4 copy', 'v4 +签');
  const wrong = clientOf(SOURCE, { accessKeySecret: 'wrong' });
  await refused('SignatureDoesNotMatch', 403, () => wrong.get('plain.bin'));
});
