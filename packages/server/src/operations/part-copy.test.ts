import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
  await test.send({ method: 'PUT', bucket, key: 'src', body: 'hello world' });
});
afterEach(async () => {
  await test.server.close();
});

const begin = async (headers: Readonly<Record<string, string>> = {}, into = bucket) => {
  const answer = await test.send({ method: 'POST', bucket: into, key: 'dst', query: { uploads: undefined }, headers });
  return answer.element('UploadId') ?? '';
};
const part = (uploadId: string, source: string, headers: Readonly<Record<string, string>> = {}, into = bucket) =>
  test.send({
    method: 'PUT',
    bucket: into,
    key: 'dst',
    query: { uploadId, partNumber: '1' },
    headers: { 'x-oss-copy-source': `/${bucket}/${source}`, ...headers },
  });

describe('UploadPartCopy', () => {
  it('copies from versions, and names the one that was read', async () => {
    const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
    await test.send({ method: 'PUT', bucket, query: { versioning: undefined }, body });
    await test.send({ method: 'PUT', bucket, key: 'src', body: 'newer' });
    const uploadId = await begin();
    const older = await part(uploadId, 'src?versionId=null', { 'x-oss-copy-source-range': 'bytes=0-4' });
    expect([older.header('x-oss-copy-source-version-id'), older.header('content-range')]).toEqual(['null', 'bytes 0-4/11']);
    expect(older.header('x-oss-version-id')).toBeUndefined();
    expect((await part(uploadId, 'src')).header('x-oss-copy-source-version-id')).toMatch(/^[A-Za-z0-9._-]{64}$/);
    const marker = (await test.send({ method: 'DELETE', bucket, key: 'src' })).header('x-oss-version-id') ?? '';
    expect(await part(uploadId, 'src')).toMatchObject({ status: 404, code: 'NoSuchKey' });
    expect(await part(uploadId, `src?versionId=${marker}`)).toMatchObject({ status: 400, code: 'InvalidArgument' });
    expect(await part(uploadId, `src?versionId=${'B'.repeat(64)}`)).toMatchObject({ status: 404, code: 'NoSuchVersion' });
    const done = await test.send({ method: 'POST', bucket, key: 'dst', query: { uploadId }, headers: { 'x-oss-complete-all': 'yes' } });
    expect(done.header('x-oss-version-id')).toMatch(/^[A-Za-z0-9._-]{64}$/);
    expect((await test.send({ bucket, key: 'dst' })).text).toBe('newer');
  });

  it('is encrypted as its upload is, and takes no encryption of its own', async () => {
    const sse = 'x-oss-server-side-encryption';
    const uploadId = await begin({ [sse]: 'AES256' });
    expect((await part(uploadId, 'src')).header(sse)).toBe('AES256');
    const sent = await test.send({ method: 'PUT', bucket, key: 'dst', query: { uploadId, partNumber: '2' }, body: 'x' });
    expect(sent.header(sse)).toBe('AES256');
    for (const name of [sse, `${sse}-key-id`, 'x-oss-server-side-data-encryption']) {
      expect(await part(uploadId, 'src', { [name]: 'AES256' })).toMatchObject({ status: 400, code: 'InvalidArgument' });
    }
    const done = await test.send({
      method: 'POST',
      bucket,
      key: 'dst',
      query: { uploadId },
      body: `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>5EB63BBBE01EEED093CB22BB8F5ACDC3</ETag></Part></CompleteMultipartUpload>`,
    });
    expect([done.status, done.header(sse)]).toEqual([200, 'AES256']);
    expect((await test.send({ bucket, key: 'dst' })).text).toBe('hello world');
  });

  it('is not supported on a bucket of class Archive, nor of links, nor of what a client encrypted', async () => {
    const body = '<CreateBucketConfiguration><StorageClass>Archive</StorageClass></CreateBucketConfiguration>';
    await test.send({ method: 'PUT', bucket: 'archive', body });
    expect(await part(await begin({}, 'archive'), 'src', {}, 'archive')).toMatchObject({ status: 400, code: 'OperationNotSupported' });
    const uploadId = await begin();
    await test.send({ method: 'PUT', bucket, key: 'link', query: { symlink: undefined }, headers: { 'x-oss-symlink-target': 'src' } });
    expect(await part(uploadId, 'link')).toMatchObject({ status: 400, code: 'OperationNotSupported' });
    await test.send({ method: 'PUT', bucket, key: 'cse', body: 'x', headers: { 'x-oss-meta-client-side-encryption-key': 'k' } });
    const encrypted = await part(uploadId, 'cse');
    expect([encrypted.status, encrypted.code, encrypted.header('x-oss-ec')]).toEqual([400, 'InvalidEncryptionRequest', '0042-00000309']);
  });

  it('needs an archived source restored', async () => {
    await test.send({ method: 'PUT', bucket, key: 'cold', body: 'x', headers: { 'x-oss-storage-class': 'Archive' } });
    const uploadId = await begin();
    expect(await part(uploadId, 'cold')).toMatchObject({ status: 403, code: 'InvalidObjectState' });
    await test.send({ method: 'POST', bucket, key: 'cold', query: { restore: undefined } });
    test.clock.nowMs += 60_000;
    expect((await part(uploadId, 'cold')).status).toBe(200);
  });

  it('tells of the upload before the source, and of the source before its conditions', async () => {
    expect(await part('0'.repeat(32), 'none')).toMatchObject({ status: 404, code: 'NoSuchUpload' });
    const uploadId = await begin();
    const unmet = { 'x-oss-copy-source-if-match': '"0"' };
    expect(await part(uploadId, 'none', unmet)).toMatchObject({ status: 404, code: 'NoSuchKey' });
    expect(await part(uploadId, 'src', unmet)).toMatchObject({ status: 412, code: 'PreconditionFailed' });
    expect((await part(uploadId, 'src', { 'x-oss-copy-source-if-match': '"0", 5eb63bbbe01eeed093cb22bb8f5acdc3' })).status).toBe(200);
    expect((await part(uploadId, 'src', { 'x-oss-copy-source-if-none-match': '"0","5EB63BBBE01EEED093CB22BB8F5ACDC3"' })).status).toBe(304);
    const list = await test.send({ bucket, key: 'dst', query: { uploadId } });
    expect(list.text.match(/<Part>/g)).toHaveLength(1);
  });
});
