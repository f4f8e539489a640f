// ali-oss, unmodified, against an endpoint. It forges the Host on IP endpoints, sends %2F, V1 by default, and doubles its copy headers.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { lookup } from 'node:dns';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import OSS from 'ali-oss';

const { OSS_ENDPOINT, OSS_VIRTUAL_ENDPOINT, OSS_REGION, OSS_RUN, OSS_ACCESS_KEY_ID, OSS_ACCESS_KEY_SECRET } = process.env;
const SOURCE = `${OSS_RUN}-ali-source`;
const DESTINATION = `${OSS_RUN}-ali-destination`;
const KIB = 1024;

const settings = {
  endpoint: OSS_ENDPOINT,
  region: `oss-${OSS_REGION}`,
  accessKeyId: OSS_ACCESS_KEY_ID,
  accessKeySecret: OSS_ACCESS_KEY_SECRET,
};
const source = new OSS({ ...settings, bucket: SOURCE });
const destination = new OSS({ ...settings, bucket: DESTINATION });

const behaviours = [];
const behaviour = (name, run) => behaviours.push([name, run]);

function data(size, seed = 1) {
  const block = createHash('sha256').update(String(seed)).digest();
  return Buffer.concat(Array.from({ length: Math.ceil(size / block.length) }, () => block)).subarray(0, size);
}
const md5 = (bytes) => createHash('md5').update(bytes).digest('hex').toUpperCase();

async function refused(code, status, call) {
  const error = await call().then(
    () => assert.fail(`expected ${code}, the call succeeded`),
    (each) => each,
  );
  assert.deepEqual([error.code, error.status], [code, status], error.message);
  return error;
}

behaviour('buckets: create, list, info, location, stat', async () => {
  for (const [client, name] of [
    [source, SOURCE],
    [destination, DESTINATION],
  ])
    assert.equal((await client.putBucket(name)).res.status, 200);
  const { buckets } = await source.listBuckets({ prefix: `${OSS_RUN}-ali` });
  assert.deepEqual(
    buckets.map((bucket) => bucket.name),
    [DESTINATION, SOURCE],
  );
  const { bucket } = await source.getBucketInfo(SOURCE);
  assert.deepEqual([bucket.Name, bucket.Location, bucket.StorageClass], [SOURCE, `oss-${OSS_REGION}`, 'Standard']);
  assert.equal((await source.getBucketLocation(SOURCE)).location, `oss-${OSS_REGION}`);
  assert.equal((await source.getBucketStat(SOURCE)).stat.ObjectCount, '0');
});

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

behaviour('copy in a bucket and between buckets', async () => {
  const { res } = await source.head('plain.bin');
  for (const client of [source, destination]) {
    const copied = await client.copy('copied.bin', 'plain.bin', SOURCE);
    assert.equal(copied.data.etag, res.headers.etag);
    assert.ok((await client.get('copied.bin')).content.equals(data(300 * KIB)));
  }
  await destination.copy('dir/copied.bin', `/${SOURCE}/plain.bin`);
  await refused('NoSuchKey', 404, () => destination.copy('x', 'missing', SOURCE));
});

behaviour('copy: the four conditions', async () => {
  const { res } = await source.head('plain.bin');
  const { etag, 'last-modified': stamp } = res.headers;
  const before = new Date(Date.parse(stamp) - 3_600_000).toUTCString();
  const copy = (headers) => destination.copy('c', 'plain.bin', SOURCE, { headers });
  assert.equal((await copy({ 'If-Match': etag })).res.status, 200);
  await refused('PreconditionFailed', 412, () => copy({ 'If-Match': 'foo-bar' }));
  const same = await copy({ 'If-None-Match': etag });
  assert.deepEqual([same.res.status, same.data], [304, null]);
  assert.equal((await copy({ 'If-None-Match': 'foo-bar' })).res.status, 200);
  assert.equal((await copy({ 'If-Modified-Since': before })).res.status, 200);
  assert.equal((await copy({ 'If-Modified-Since': stamp })).res.status, 304);
  assert.equal((await copy({ 'If-Unmodified-Since': stamp })).res.status, 200);
  await refused('PreconditionFailed', 412, () => copy({ 'If-Unmodified-Since': before }));
});

behaviour('copy: metadata directive', async () => {
  await source.put('meta', Buffer.from('m'), { mime: 'text/a', meta: { a: '1' } });
  await destination.copy('meta', 'meta', SOURCE);
  assert.deepEqual((await destination.head('meta')).meta, { a: '1' });
  await destination.copy('meta', 'meta', SOURCE, { meta: { b: '2' } });
  assert.deepEqual((await destination.head('meta')).meta, { b: '2' });
  await destination.copy('meta', 'meta', SOURCE, { headers: { 'Content-Disposition': 'inline' } });
  const replaced = await destination.head('meta');
  assert.deepEqual([replaced.meta, replaced.res.headers['content-disposition']], [null, 'inline']);
  await source.putMeta('meta', { self: 'yes' });
  assert.deepEqual((await source.head('meta')).meta, { self: 'yes' }, 'onto itself');
});

behaviour('copy: tagging directive', async () => {
  await source.put('tagged', Buffer.from('t'), { headers: { 'x-oss-tagging': 'k1=v1' } });
  await destination.copy('tagged', 'tagged', SOURCE);
  assert.deepEqual((await destination.getObjectTagging('tagged')).tag, { k1: 'v1' });
  await destination.copy('tagged', 'tagged', SOURCE, { headers: { 'x-oss-tagging': 'k2=v2', 'x-oss-tagging-directive': 'Replace' } });
  assert.deepEqual((await destination.getObjectTagging('tagged')).tag, { k2: 'v2' });
});

behaviour('copy: forbid overwrite, ACL, storage class', async () => {
  const headers = () => ({ 'x-oss-forbid-overwrite': 'true', 'x-oss-object-acl': 'public-read', 'x-oss-storage-class': 'IA' });
  await destination.copy('guarded', 'plain.bin', SOURCE, { headers: headers() });
  assert.equal((await destination.getACL('guarded')).acl, 'public-read');
  assert.equal((await destination.head('guarded')).res.headers['x-oss-storage-class'], 'IA');
  await refused('FileAlreadyExists', 409, () => destination.copy('guarded', 'plain.bin', SOURCE, { headers: headers() }));
});

behaviour('copy: what is not built is refused', async () => {
  const refuse = (headers) => refused('NotImplemented', 400, () => destination.copy('e', 'plain.bin', SOURCE, { headers }));
  await refuse({ 'x-oss-server-side-encryption': 'AES256' });
  await refuse({ 'x-oss-traffic-limit': '819200' });
  await refused('NotImplemented', 400, () => destination.copy('e', 'plain.bin', SOURCE, { versionId: 'CAEQNhiBgMDJgZCA0BYiIDc4MGZjZGI2' }));
  await refused('NoSuchKey', 404, () => destination.head('e'));
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

behaviour('multipart copy: the seed document, start to end', async () => {
  const body = data(1_234_567, 'seed');
  await source.put('large', body);
  const { uploadId } = await destination.initMultipartUpload('large');
  const parts = [];
  for (let offset = 0; offset < body.length; offset += 200 * KIB) {
    const end = Math.min(offset + 200 * KIB, body.length) - 1;
    const part = await destination.uploadPartCopy('large', uploadId, parts.length + 1, `${offset}-${end}`, {
      sourceKey: 'large',
      sourceBucketName: SOURCE,
    });
    assert.equal(part.etag, `"${md5(body.subarray(offset, end + 1))}"`);
    parts.push({ number: parts.length + 1, etag: part.etag });
  }
  const done = await destination.completeMultipartUpload('large', uploadId, parts);
  assert.deepEqual([done.bucket, done.name], [DESTINATION, 'large']);
  assert.ok((await destination.get('large')).content.equals(body));
});

behaviour('part copy: ranges, conditions, errors', async () => {
  const { uploadId } = await destination.initMultipartUpload('pc');
  const part = (range, { key = 'plain.bin', number = 1, upload = uploadId, headers } = {}) =>
    destination.uploadPartCopy('pc', upload, number, range, { sourceKey: key, sourceBucketName: SOURCE }, { headers });
  const whole = `"${md5(data(300 * KIB))}"`;
  assert.equal((await part(undefined)).etag, whole);
  assert.equal((await part(`0-${300 * KIB}`)).etag, whole, 'a range beyond the end');
  await refused('PreconditionFailed', 412, () => part('0-9', { headers: { 'x-oss-copy-source-if-match': 'x' } }));
  await refused('NoSuchKey', 404, () => part('0-9', { key: 'missing' }));
  await refused('NoSuchUpload', 404, () => part('0-9', { upload: '0'.repeat(32) }));
  await refused('InvalidArgument', 400, () => part('0-9', { number: 10001 }));
  await destination.abortMultipartUpload('pc', uploadId);
});

behaviour("the SDK's own copier, uploader and downloader", async () => {
  const copied = await destination.multipartUploadCopy(
    'by-copier',
    { sourceKey: 'large', sourceBucketName: SOURCE },
    { partSize: 200 * KIB, parallel: 2 },
  );
  assert.equal(copied.res.status, 200);
  assert.ok((await destination.get('by-copier')).content.equals(data(1_234_567, 'seed')));
  const folder = mkdtempSync(join(tmpdir(), 'ossature-'));
  try {
    const path = join(folder, 'file');
    await source.get('large', path);
    await source.multipartUpload('uploaded', path, { partSize: 200 * KIB });
    assert.ok(readFileSync(path).equals((await source.get('uploaded')).content));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

behaviour('signatures: V1, presigned V4 and V1', async () => {
  const v4 = new OSS({ ...settings, bucket: SOURCE, authorizationV4: true });
  await v4.put('v4 +签', Buffer.from('v4'), { meta: { a: 'b' } });
  assert.equal((await v4.get('v4 +签')).content.toString(), 'v4');
  assert.equal((await v4.list({ prefix: 'v4' })).objects.length, 1);
  assert.ok((await v4.list({ prefix: '', 'max-keys': 1 })).objects.length === 1, 'an empty value, which it signs with its sign');
  await v4.copy('v4 copy', 'v4 +签');
  const wrong = new OSS({ ...settings, accessKeySecret: 'wrong', bucket: SOURCE });
  await refused('SignatureDoesNotMatch', 403, () => wrong.get('plain.bin'));
});

behaviour('virtual-hosted style', async () => {
  // The harness's resolver: names under .test lead to this machine.
  const agent = new Agent({ lookup: (name, options, done) => lookup(name.endsWith('.test') ? '127.0.0.1' : name, options, done) });
  const virtual = new OSS({ ...settings, endpoint: OSS_VIRTUAL_ENDPOINT, bucket: DESTINATION, agent });
  await virtual.copy('virtual', 'plain.bin', SOURCE);
  assert.equal((await virtual.head('virtual')).res.headers['content-length'], String(300 * KIB));
  const url = virtual.signatureUrl('virtual', { expires: 60 });
  assert.match(url, new RegExp(`^http://${DESTINATION}\\.`));
  agent.destroy();
});

behaviour('delete bucket', async () => {
  await refused('BucketNotEmpty', 409, () => source.deleteBucket(SOURCE));
  for (const [client, name] of [
    [source, SOURCE],
    [destination, DESTINATION],
  ]) {
    for (;;) {
      const { objects } = await client.list({ 'max-keys': 1000 });
      if (!objects?.length) break;
      await client.deleteMulti(
        objects.map((object) => object.name),
        { quiet: true },
      );
    }
    assert.equal((await client.deleteBucket(name)).res.status, 204);
  }
  await refused('NoSuchBucket', 404, () => source.getBucketInfo(SOURCE));
});

let failed = 0;
for (const [name, run] of behaviours) {
  try {
    await run();
    process.stdout.write(`${JSON.stringify({ behaviour: name, ok: true })}\n`);
  } catch (error) {
    failed++;
    process.stdout.write(`${JSON.stringify({ behaviour: name, ok: false, detail: String(error.stack ?? error).slice(0, 1500) })}\n`);
  }
}
process.stdout.write(`${JSON.stringify({ count: behaviours.length })}\n`);
process.exit(failed === 0 ? 0 : 1);
