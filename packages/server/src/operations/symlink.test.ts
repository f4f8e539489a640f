import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
  await send({
    method: 'PUT',
    key: 'dir/中 +.txt',
    body: 'hello world',
    headers: { 'Content-Type': 'text/html', 'x-oss-meta-of': 'target', 'x-oss-storage-class': 'IA', 'x-oss-tagging': 'k=v' },
  });
});
afterEach(async () => {
  await test.server.close();
});

const send = (request: TestRequest) => {
  test.clock.nowMs += 1000;
  return test.send({ bucket, ...request });
};
const target = encodeURIComponent('dir/中 +.txt');
const link = (headers: Readonly<Record<string, string>> = {}, key = 'link') =>
  send({ method: 'PUT', key, query: { symlink: undefined }, headers: { 'x-oss-symlink-target': target, ...headers } });
const head = (key: string, query: TestRequest['query'] = {}) => send({ method: 'HEAD', key, query });

describe('PutSymlink and GetSymlink', () => {
  it('keep the target, whatever stands there', async () => {
    const put = await link({ 'x-oss-symlink-target': 'no%20where/%E4%B8%AD' });
    expect([put.status, put.bytes.length, put.header('x-oss-version-id')]).toEqual([200, 0, undefined]);
    expect(put.header('etag')).toMatch(/^"[0-9A-F]{32}"$/);
    const got = await send({ key: 'link', query: { symlink: undefined } });
    expect([got.status, got.bytes.length]).toEqual([200, 0]);
    expect(got.header('x-oss-symlink-target')).toBe('no%20where/%E4%B8%AD');
    expect(got.header('etag')).toBe(put.header('etag'));
    expect(got.header('last-modified')).toBe('Wed, 01 May 2024 08:00:02 GMT');
  });

  it.each([{}, { 'x-oss-symlink-target': '' }, { 'x-oss-symlink-target': '%zz' }, { 'x-oss-symlink-target': '/abs' }])(
    'refuse %j, and nothing changes',
    async (headers) => {
      const answer = await send({ method: 'PUT', key: 'link', query: { symlink: undefined }, headers });
      expect([answer.status, answer.code]).toEqual([400, 'InvalidArgument']);
      expect((await head('link')).status).toBe(404);
    },
  );

  it('refuse what is no link, and what is not there', async () => {
    const none = await send({ key: 'dir/中 +.txt', query: { symlink: undefined } });
    expect([none.status, none.code, none.element('Message')]).toEqual([400, 'NotSymlink', 'The object is not symlink.']);
    expect(await send({ key: 'none', query: { symlink: undefined } })).toMatchObject({ status: 404, code: 'NoSuchKey' });
  });

  it('overwrite, unless that is forbidden', async () => {
    await link();
    const refused = await link({ 'x-oss-forbid-overwrite': 'true', 'x-oss-symlink-target': 'other' });
    expect([refused.status, refused.code]).toEqual([409, 'FileAlreadyExists']);
    expect((await send({ key: 'link', query: { symlink: undefined } })).header('x-oss-symlink-target')).toBe('dir/%E4%B8%AD%20%2B.txt');
    expect((await link({ 'x-oss-symlink-target': 'other' })).status).toBe(200);
    expect((await send({ key: 'link', query: { symlink: undefined } })).header('x-oss-symlink-target')).toBe('other');
  });

  it('stand in lists as links', async () => {
    await link();
    expect((await send({ query: { prefix: 'link' } })).element('Type')).toBe('Symlink');
    expect((await send({ query: { versions: undefined, prefix: 'link' } })).element('Type')).toBe('Symlink');
  });
});

describe('reading through a link', () => {
  it('gives bytes, ETag, length, class and MD5 of the target, everything else of the link', async () => {
    const { 0: before } = [test.clock.nowMs];
    await link({ 'Content-Type': 'text/plain', 'x-oss-meta-of': 'link', 'x-oss-storage-class': 'Archive' });
    for (const method of ['GET', 'HEAD'] as const) {
      const got = await send({ method, key: 'link' });
      expect([got.status, got.text]).toEqual([200, method === 'GET' ? 'hello world' : '']);
      const facts = Object.fromEntries(got.headers.map(([name, value]) => [name.toLowerCase(), value]));
      expect(facts).toMatchObject({
        'content-length': '11',
        etag: '"5EB63BBBE01EEED093CB22BB8F5ACDC3"',
        'content-md5': 'XrY7u+Ae7tCTyyK7j1rNww==',
        'x-oss-hash-crc64ecma': '5981764153023615706',
        'x-oss-storage-class': 'IA',
        'x-oss-object-type': 'Symlink',
        'content-type': 'text/plain',
        'x-oss-meta-of': 'link',
        'last-modified': new Date(before + 1000).toUTCString(),
      });
      expect(facts['x-oss-tagging-count']).toBeUndefined();
    }
    const part = await send({ key: 'link', headers: { Range: 'bytes=6-' } });
    expect([part.status, part.text, part.header('content-range')]).toEqual([206, 'world', 'bytes 6-10/11']);
  });

  it('was last modified when the later of both was', async () => {
    await link();
    test.clock.nowMs += 60_000;
    await send({ method: 'PUT', key: 'dir/中 +.txt', body: 'changed' });
    const changed = new Date(test.clock.nowMs).toUTCString();
    for (const method of ['GET', 'HEAD'] as const) {
      expect((await send({ method, key: 'link' })).header('last-modified')).toBe(changed);
      expect((await send({ method, key: 'link', headers: { 'If-Modified-Since': changed } })).status).toBe(304);
    }
  });

  it('judges conditions on the ETag of the target', async () => {
    await link();
    expect((await send({ key: 'link', headers: { 'If-Match': '"5EB63BBBE01EEED093CB22BB8F5ACDC3"' } })).status).toBe(200);
    expect(await send({ key: 'link', headers: { 'If-Match': '"0"' } })).toMatchObject({ status: 412, code: 'PreconditionFailed' });
  });

  it('leaves the link itself to GetObjectMeta, its ACL and its tags', async () => {
    const put = await link();
    const meta = await head('link', { objectMeta: undefined });
    expect([meta.status, meta.header('content-length'), meta.header('etag')]).toEqual([200, '0', put.header('etag')]);
    expect((await send({ key: 'link', query: { tagging: undefined } })).text).not.toContain('<Tag>');
    await send({ method: 'DELETE', key: 'link' });
    expect((await head('dir/中 +.txt')).status).toBe(200);
  });

  it.each(['GET', 'HEAD'] as const)('%s tells of a target that is missing, or a link', async (method) => {
    await link({ 'x-oss-symlink-target': 'none' });
    expect(await send({ method, key: 'link' })).toMatchObject({ status: 404, code: 'SymlinkTargetNotExist' });
    await link({ 'x-oss-symlink-target': 'link' }, 'second');
    expect(await send({ method, key: 'second' })).toMatchObject({ status: 400, code: 'InvalidTargetType' });
    await link({ 'x-oss-symlink-target': 'self' }, 'self');
    expect(await send({ method, key: 'self' })).toMatchObject({ status: 400, code: 'InvalidTargetType' });
  });

  it('needs leave for the link and for the target', async () => {
    const anonymous = async () => (await send({ key: 'link', sign: 'none' })).status;
    const publish = (key: string) =>
      send({ method: 'PUT', key, query: { acl: undefined }, headers: { 'x-oss-object-acl': 'public-read' } });
    await link();
    expect(await anonymous()).toBe(403);
    await publish('link');
    expect(await anonymous()).toBe(403);
    await publish('dir/中 +.txt');
    expect(await anonymous()).toBe(200);
    await link();
    expect(await anonymous()).toBe(403);
  });

  it('follows the target through its versions', async () => {
    const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
    await send({ method: 'PUT', query: { versioning: undefined }, body });
    const first = (await link()).header('x-oss-version-id') ?? '';
    await send({ method: 'PUT', key: 'dir/中 +.txt', body: 'second' });
    const got = await send({ key: 'link' });
    expect([got.text, got.header('x-oss-version-id')]).toEqual(['second', first]);
    await send({ method: 'PUT', key: 'link', body: 'no link any more' });
    expect((await send({ key: 'link', query: { versionId: first } })).text).toBe('second');
    expect((await send({ key: 'link', query: { symlink: undefined } })).code).toBe('NotSymlink');
    const old = await send({ key: 'link', query: { symlink: undefined, versionId: first } });
    expect([old.status, old.header('x-oss-version-id')]).toEqual([200, first]);
    await send({ method: 'DELETE', key: 'dir/中 +.txt' });
    expect((await send({ key: 'link', query: { versionId: first } })).code).toBe('SymlinkTargetNotExist');
  });

  it('waits for an archived target to be restored', async () => {
    await send({ method: 'PUT', key: 'cold', body: 'x', headers: { 'x-oss-storage-class': 'Archive' } });
    await link({ 'x-oss-symlink-target': 'cold' });
    expect(await send({ key: 'link' })).toMatchObject({ status: 403, code: 'InvalidObjectState' });
    expect((await head('link')).header('x-oss-storage-class')).toBe('Archive');
    await send({ method: 'POST', key: 'cold', query: { restore: undefined } });
    test.clock.nowMs += 60_000;
    expect((await send({ key: 'link' })).text).toBe('x');
    expect((await head('link')).header('x-oss-restore')).toMatch(/^ongoing-request="false"/);
  });
});
