import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const etag = '"5EB63BBBE01EEED093CB22BB8F5ACDC3"';

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket, 'other'] });
  await test.send({
    method: 'PUT',
    bucket,
    key: 'src/中 +.txt',
    body: 'hello world',
    headers: {
      'Content-Type': 'text/plain',
      'Cache-Control': 'no-cache',
      'x-oss-meta-a': '1',
      'x-oss-tagging': 'k=v',
      'x-oss-object-acl': 'public-read',
      'x-oss-storage-class': 'IA',
    },
  });
  test.clock.nowMs += 10_000;
});
afterEach(async () => {
  await test.server.close();
});

const source = `/${bucket}/${encodeURIComponent('src/中 +.txt')}`;
const copy = (headers: Readonly<Record<string, string>> = {}, key = 'dst', into = bucket) =>
  test.send({ method: 'PUT', bucket: into, key, headers: { 'x-oss-copy-source': source, ...headers } });

async function head(key = 'dst', of = bucket) {
  const answer = await test.send({ method: 'HEAD', bucket: of, key });
  return Object.fromEntries(answer.headers.map(([name, value]) => [name.toLowerCase(), value]));
}

describe('CopyObject', () => {
  it.each([bucket, 'other'])('copies into %s, with metadata and tags, without ACL and class', async (into) => {
    const copied = await copy({}, 'dst', into);
    expect([copied.status, copied.header('content-type')]).toEqual([200, 'application/xml']);
    expect([copied.element('ETag')?.replaceAll('&quot;', '"'), copied.element('LastModified')]).toEqual([etag, '2024-05-01T08:00:10.000Z']);
    expect([copied.header('etag'), copied.header('x-oss-hash-crc64ecma')]).toEqual([etag, '5981764153023615706']);
    expect(await head('dst', into)).toMatchObject({
      'content-type': 'text/plain',
      'cache-control': 'no-cache',
      'x-oss-meta-a': '1',
      'x-oss-tagging-count': '1',
      'x-oss-storage-class': 'Standard',
      'x-oss-object-type': 'Normal',
      'last-modified': 'Wed, 01 May 2024 08:00:10 GMT',
      etag,
    });
    expect((await test.send({ bucket: into, key: 'dst' })).text).toBe('hello world');
    expect((await test.send({ bucket: into, key: 'dst', query: { acl: undefined } })).element('Grant')).toBe('default');
  });

  it('takes the request\u2019s metadata with REPLACE, and drops all of the source\u2019s', async () => {
    await copy({ 'x-oss-metadata-directive': 'replace', 'Content-Type': 'text/html', 'x-oss-meta-b': '2' });
    const facts = await head();
    expect(facts).toMatchObject({ 'content-type': 'text/html', 'x-oss-meta-b': '2', 'x-oss-tagging-count': '1', etag });
    expect([facts['x-oss-meta-a'], facts['cache-control']]).toEqual([undefined, undefined]);
    await copy({ 'x-oss-metadata-directive': 'REPLACE' });
    expect((await head())['content-type']).toBe('application/octet-stream');
  });

  it('ignores the request\u2019s metadata and tags with COPY', async () => {
    await copy({ 'x-oss-metadata-directive': 'COPY', 'Content-Type': 'text/html', 'x-oss-meta-b': '2', 'x-oss-tagging': 'x=1&y=2' });
    const facts = await head();
    expect(facts).toMatchObject({ 'content-type': 'text/plain', 'x-oss-meta-a': '1', 'x-oss-tagging-count': '1' });
    expect(facts['x-oss-meta-b']).toBeUndefined();
  });

  it('takes the request\u2019s tags with Replace; none given are none', async () => {
    await copy({ 'x-oss-tagging-directive': 'Replace', 'x-oss-tagging': 'x=1&y=2' });
    expect((await head())['x-oss-tagging-count']).toBe('2');
    await copy({ 'x-oss-tagging-directive': 'Replace' });
    expect((await head())['x-oss-tagging-count']).toBeUndefined();
  });

  it('of an object onto itself rewrites its metadata, whatever the directive says', async () => {
    const self = { 'x-oss-meta-b': '2', 'x-oss-storage-class': 'IA' };
    for (const directive of ['COPY', 'REPLACE']) {
      const copied = await copy({ ...self, 'x-oss-metadata-directive': directive }, 'src/中 +.txt');
      expect(copied.status).toBe(200);
      const facts = await head('src/中 +.txt');
      expect(facts).toMatchObject({ 'x-oss-meta-b': '2', etag, 'x-oss-tagging-count': '1', 'x-oss-storage-class': 'IA' });
      expect(facts['x-oss-meta-a']).toBeUndefined();
    }
    expect((await test.send({ bucket, key: 'src/中 +.txt' })).text).toBe('hello world');
  });

  it('sets ACL and class of the copy', async () => {
    await copy({ 'x-oss-object-acl': 'private', 'x-oss-storage-class': 'Archive' });
    expect((await head())['x-oss-storage-class']).toBe('Archive');
    expect((await test.send({ bucket, key: 'dst', query: { acl: undefined } })).element('Grant')).toBe('private');
  });

  it('does not overwrite where that is forbidden', async () => {
    expect((await copy({ 'x-oss-forbid-overwrite': 'true' })).status).toBe(200);
    expect(await copy({ 'x-oss-forbid-overwrite': 'true' })).toMatchObject({ status: 409, code: 'FileAlreadyExists' });
    expect((await copy({ 'x-oss-forbid-overwrite': 'false' })).status).toBe(200);
    const bad = await copy({ 'x-oss-forbid-overwrite': 'maybe' });
    expect([bad.status, bad.code, bad.header('x-oss-ec')]).toEqual([400, 'InvalidArgument', '0017-00000279']);
  });

  it('judges the conditions of the source: 412 before 304, all of them', async () => {
    const modified = 'Wed, 01 May 2024 08:00:00 GMT';
    const earlier = 'Wed, 01 May 2024 07:59:59 GMT';
    const cases: readonly (readonly [Readonly<Record<string, string>>, number])[] = [
      [{ 'if-match': etag }, 200],
      [{ 'if-match': '5eb63bbbe01eeed093cb22bb8f5acdc3' }, 200],
      [{ 'if-match': `"0",${etag}` }, 200],
      [{ 'if-match': '"0"' }, 412],
      [{ 'if-none-match': etag }, 304],
      [{ 'if-none-match': '"0"' }, 200],
      [{ 'if-unmodified-since': modified }, 200],
      [{ 'if-unmodified-since': earlier }, 412],
      [{ 'if-modified-since': modified }, 304],
      [{ 'if-modified-since': earlier }, 200],
      [{ 'if-modified-since': '2024-05-01T08:00:00.000Z' }, 304],
      [{ 'if-unmodified-since': '2024-05-01T07:59:59.000Z' }, 412],
      [{ 'if-modified-since': 'yesterday' }, 200],
      [{ 'if-match': etag, 'if-none-match': etag }, 304],
      [{ 'if-match': etag, 'if-unmodified-since': earlier }, 412],
      [{ 'if-unmodified-since': earlier, 'if-modified-since': modified }, 412],
    ];
    for (const [conditions, status] of cases) {
      const headers = Object.fromEntries(Object.entries(conditions).map(([name, value]) => [`x-oss-copy-source-${name}`, value]));
      const copied = await copy(headers);
      expect([conditions, copied.status]).toEqual([conditions, status]);
      if (status === 304) expect(copied.bytes.length).toBe(0);
      if (status === 412) expect(copied.code).toBe('PreconditionFailed');
    }
  });

  it('takes what ali-oss sends beside it', async () => {
    const copied = await copy({ 'If-Match': '"0"', 'x-oss-copy-source-cache-control': 'x', 'If-Modified-Since': 'x' });
    expect(copied.status).toBe(200);
    const strict = await startTestServer({ buckets: [bucket], strict: true });
    await strict.send({ method: 'PUT', bucket, key: 'a', body: 'x' });
    const headers = { 'x-oss-copy-source': `/${bucket}/a`, 'x-oss-copy-source-cache-control': 'x', 'If-Match': '"0"' };
    expect((await strict.send({ method: 'PUT', bucket, key: 'b', headers })).status).toBe(200);
    const unknown = await strict.send({ method: 'PUT', bucket, key: 'b', headers: { ...headers, 'x-oss-sparkle': '1' } });
    expect([unknown.status, unknown.code, unknown.element('Header')]).toEqual([400, 'NotImplemented', 'x-oss-sparkle']);
    expect((await test.send({ bucket, key: 'dst', headers: { 'x-oss-sparkle': '1' } })).status).toBe(200);
    await strict.server.close();
  });

  it('tells what is wrong with its source', async () => {
    const from = (value: string) => copy({ 'x-oss-copy-source': value });
    expect(await from('/nowhere/key')).toMatchObject({ status: 404, code: 'NoSuchBucket' });
    expect((await from('/nowhere/key')).element('BucketName')).toBe('nowhere');
    expect(await from(`/${bucket}/none`)).toMatchObject({ status: 404, code: 'NoSuchKey' });
    expect((await from(`/${bucket}/none`)).element('Key')).toBe('none');
    for (const value of ['bkt/key', '/bkt', '/bkt/', '/', 'x', `/${bucket}/%zz`]) {
      const answer = await from(value);
      expect([value, answer.status, answer.code]).toEqual([value, 400, 'InvalidArgument']);
      expect(answer.element('Message')).toBe('Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.');
    }
    expect((await from(`${source}?versionId=`)).element('Message')).toBe('Version id can not be the empty string.');
    expect((await from(`${source}?versionId=%25`)).element('Message')).toBe('Invalid version id specified.');
    expect((await from(`${source}?other=1`)).header('x-oss-ec')).toBe('0016-00000304');
    expect((await from(`${source}?versionId=null`)).status).toBe(200);
    // Encoded or not: the current version is never copied in place of the one that was asked for.
    for (const id of ['CAEQ', 'CAE%51', '%43AEQ', 'CAEQ%2D']) expect((await from(`${source}?versionId=${id}`)).code).toBe('NoSuchVersion');
    expect((await from(`${source}?versionId=nul%6C`)).status).toBe(200);
    expect(await copy({}, 'dst', 'nowhere')).toMatchObject({ status: 404, code: 'NoSuchBucket' });
  });

  it('refuses by name what is not built', async () => {
    for (const name of ['x-oss-server-side-encryption', 'x-oss-server-side-data-encryption']) {
      const answer = await copy({ [name]: 'SM4' });
      expect([name, answer.status, answer.code, answer.element('Header')]).toEqual([name, 400, 'NotImplemented', name]);
    }
  });

  it('refuses directives that it does not know', async () => {
    expect(await copy({ 'x-oss-metadata-directive': 'MERGE' })).toMatchObject({ status: 400, code: 'InvalidArgument' });
    expect(await copy({ 'x-oss-tagging-directive': 'MERGE' })).toMatchObject({ status: 400, code: 'InvalidArgument' });
    expect((await copy({ 'x-oss-storage-class': 'Gold' })).element('Message')).toBe('No such bucket storage class exists.');
  });
});
