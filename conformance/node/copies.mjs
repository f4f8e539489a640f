// Copies in one call and in parts.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  behaviour,
  clientOf,
  DESTINATION,
  data,
  destination,
  fetchUrl,
  KIB,
  loopback,
  md5,
  OSS_VIRTUAL_ENDPOINT,
  refused,
  SOURCE,
  source,
} from './setting.mjs';

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
  await refused('InvalidArgument', 400, () => part('0-9', { headers: { 'x-oss-server-side-encryption': 'AES256' } }));
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

behaviour('virtual-hosted style', async () => {
  const virtual = clientOf(DESTINATION, { endpoint: OSS_VIRTUAL_ENDPOINT, agent: loopback });
  await virtual.copy('virtual', 'plain.bin', SOURCE);
  assert.equal((await virtual.head('virtual')).res.headers['content-length'], String(300 * KIB));
  const url = virtual.signatureUrl('virtual', { expires: 60 });
  assert.match(url, new RegExp(`^http://${DESTINATION}\\.`));
  assert.equal((await fetchUrl(url)).status, 200);
});
