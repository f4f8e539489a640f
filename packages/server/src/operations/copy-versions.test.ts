import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, startTestServer, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const other = 'other';

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket, other], restoreMs: 1000 });
});
afterEach(async () => {
  await test.server.close();
});

const versioning = (of: string, status: string) =>
  test.send({
    method: 'PUT',
    bucket: of,
    query: { versioning: undefined },
    body: `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
  });
const put = async (key: string, body: string, headers: Readonly<Record<string, string>> = {}) => {
  test.clock.nowMs += 1000;
  return test.send({ method: 'PUT', bucket, key, body, headers });
};
const copy = (source: string, headers: Readonly<Record<string, string>> = {}, key = 'dst', into = bucket) =>
  test.send({ method: 'PUT', bucket: into, key, headers: { 'x-oss-copy-source': `/${bucket}/${source}`, ...headers } });
const text = async (key: string, versionId?: string, of = bucket) =>
  (await test.send({ bucket: of, key, query: versionId === undefined ? {} : { versionId } })).text;
const versionOf = (answer: Answer) => answer.header('x-oss-version-id') ?? '';
const head = (key: string, of = bucket) => test.send({ method: 'HEAD', bucket: of, key });

describe('a copy of a version', () => {
  it('names the version that was read, also where none was asked for, and the one that was made', async () => {
    await put('a', 'old');
    await versioning(bucket, 'Enabled');
    const newer = versionOf(await put('a', 'new'));
    const current = await copy('a', {}, 'dst', other);
    expect([current.header('x-oss-copy-source-version-id'), current.header('x-oss-version-id')]).toEqual([newer, undefined]);
    expect(await text('dst', undefined, other)).toBe('new');
    const nulls = await copy('a?versionId=null');
    expect(nulls.header('x-oss-copy-source-version-id')).toBe('null');
    expect(nulls.header('x-oss-version-id')).toMatch(/^[A-Za-z0-9._-]{64}$/);
    expect(await text('dst')).toBe('old');
  });

  it('onto its own key rolls back: a new version, and none is lost', async () => {
    await versioning(bucket, 'Enabled');
    const first = versionOf(await put('a', 'first', { 'x-oss-meta-m': '1' }));
    const second = versionOf(await put('a', 'second', { 'x-oss-meta-m': '2' }));
    const back = await copy(`a?versionId=${first}`, { 'x-oss-meta-m': '3' }, 'a');
    expect(back.header('x-oss-copy-source-version-id')).toBe(first);
    expect([await text('a'), await text('a', first), await text('a', second)]).toEqual(['first', 'first', 'second']);
    // With versions the directive counts, and COPY is the default.
    expect((await head('a')).header('x-oss-meta-m')).toBe('1');
    await copy('a', { 'x-oss-meta-m': '4', 'x-oss-metadata-directive': 'REPLACE' }, 'a');
    expect((await head('a')).header('x-oss-meta-m')).toBe('4');
  });

  it('while versioning is suspended takes the place of the null version alone', async () => {
    await versioning(bucket, 'Enabled');
    const kept = versionOf(await put('dst', 'kept'));
    await put('a', 'a');
    await versioning(bucket, 'Suspended');
    for (const _ of [1, 2]) expect((await copy('a')).header('x-oss-version-id')).toBe('null');
    expect([await text('dst'), await text('dst', kept)]).toEqual(['a', 'kept']);
    const list = await test.send({ bucket, query: { versions: undefined, prefix: 'dst' } });
    expect(list.text.match(/<VersionId>/g)).toHaveLength(2);
  });

  it('is told what is wrong with it', async () => {
    await versioning(bucket, 'Enabled');
    const stands = versionOf(await put('a', 'a'));
    const marker = versionOf(await test.send({ method: 'DELETE', bucket, key: 'a' }));
    const told = async (source: string) => {
      const { status, code, ...answer } = await copy(source);
      return [status, code, answer.header('x-oss-ec')];
    };
    expect(await told('a')).toEqual([404, 'NoSuchKey', '0026-00000001']);
    expect(await told(`a?versionId=${marker}`)).toEqual([400, 'InvalidArgument', '0016-00000307']);
    expect(await told(`a?versionId=${'A'.repeat(64)}`)).toEqual([404, 'NoSuchVersion', '0012-00000203']);
    expect(await told(`a?versionId=${stands}`)).toEqual([200, '', undefined]);
    expect((await copy(`a?versionId=${stands}`, { 'x-oss-copy-source-if-none-match': '*' })).status).toBe(304);
  });

  it('is not held back by x-oss-forbid-overwrite where versions are kept', async () => {
    await put('a', 'a');
    await put('dst', 'dst');
    const forbid = { 'x-oss-forbid-overwrite': 'true' };
    expect((await copy('a', forbid)).code).toBe('FileAlreadyExists');
    for (const status of ['Enabled', 'Suspended']) {
      await versioning(bucket, status);
      expect((await copy('a', forbid)).status).toBe(200);
    }
  });
});

describe('a copy', () => {
  it('of an archived object needs it restored, and makes one that is not', async () => {
    await put('cold', 'cold', { 'x-oss-storage-class': 'ColdArchive' });
    expect(await copy('cold')).toMatchObject({ status: 403, code: 'InvalidObjectState' });
    expect((await copy('cold')).header('x-oss-ec')).toBe('0016-00000330');
    await test.send({ method: 'POST', bucket, key: 'cold', query: { restore: undefined } });
    expect((await copy('cold')).code).toBe('InvalidObjectState');
    test.clock.nowMs += 1000;
    expect((await copy('cold')).status).toBe(200);
    expect(await text('dst')).toBe('cold');
    expect((await copy('cold', { 'x-oss-storage-class': 'ColdArchive' })).status).toBe(200);
    expect((await copy('dst', {}, 'again')).code).toBe('InvalidObjectState');
    // Onto itself it is a new object of its class: the restoration was of the old one.
    expect((await copy('cold', { 'x-oss-storage-class': 'Archive' }, 'cold')).status).toBe(200);
    expect((await test.send({ bucket, key: 'cold' })).code).toBe('InvalidObjectState');
  });

  it('of a link is a link, which has no bytes to encrypt', async () => {
    await put('target', 'target');
    await test.send({ method: 'PUT', bucket, key: 'link', query: { symlink: undefined }, headers: { 'x-oss-symlink-target': 'target' } });
    expect((await copy('link')).status).toBe(200);
    expect((await head('dst')).header('x-oss-object-type')).toBe('Symlink');
    expect(await text('dst')).toBe('target');
    await test.send({ method: 'DELETE', bucket, key: 'target' });
    expect((await copy('link')).status).toBe(200);
    const encrypted = await copy('link', { 'x-oss-server-side-encryption': 'AES256' });
    expect([encrypted.status, encrypted.code, encrypted.element('ArgumentName')]).toEqual([
      400,
      'InvalidArgument',
      'x-oss-server-side-encryption',
    ]);
  });

  it('of an appendable object is Normal with its MD5; onto itself it stays what it is, sealed or not', async () => {
    const append = (position: number) =>
      test.send({ method: 'POST', bucket, key: 'log', query: { append: undefined, position: String(position) }, body: 'hello world' });
    await append(0);
    const copied = await copy('log');
    expect(copied.header('etag')).toBe('"5EB63BBBE01EEED093CB22BB8F5ACDC3"');
    expect((await head('dst')).header('x-oss-object-type')).toBe('Normal');
    await copy('log', { 'x-oss-meta-m': '1' }, 'log');
    const facts = await head('log');
    expect([facts.header('x-oss-object-type'), facts.header('x-oss-meta-m')]).toEqual(['Appendable', '1']);
    expect((await append(11)).status).toBe(200);
    await test.send({ method: 'POST', bucket, key: 'log', query: { seal: undefined, position: '22' } });
    await copy('log', {}, 'log');
    expect((await head('log')).header('x-oss-sealed-time')).toBeDefined();
    expect((await append(22)).status).toBe(409);
    await copy('log');
    expect((await head('dst')).header('x-oss-sealed-time')).toBeUndefined();
  });

  it('takes its encryption from its own request and bucket, never from its source', async () => {
    await put('secret', 'secret', { 'x-oss-server-side-encryption': 'AES256' });
    const sse = 'x-oss-server-side-encryption';
    expect((await copy('secret')).header(sse)).toBeUndefined();
    expect((await head('dst')).header(sse)).toBeUndefined();
    const encrypted = await copy('secret', { [sse]: 'KMS' });
    expect(encrypted.header(sse)).toBe('KMS');
    const facts = await head('dst');
    expect([facts.header(sse), facts.header('x-oss-server-side-encryption-key-id')]).toEqual([
      'KMS',
      encrypted.header('x-oss-server-side-encryption-key-id'),
    ]);
    expect(await text('dst')).toBe('secret');
    for (const [headers, status, code] of [
      [{ [sse]: 'DES' }, 400, 'InvalidEncryptionAlgorithmError'],
      [{ [`${sse}-key-id`]: 'k' }, 400, 'InvalidArgument'],
      [{ [sse]: 'KMS', [`${sse}-key-id`]: 'no-such-key' }, 404, 'KeyNotFound'],
    ] as const) {
      expect([headers, (await copy('secret', headers, 'none')).code]).toEqual([headers, code]);
      expect((await copy('secret', headers, 'none')).status).toBe(status);
    }
    expect((await head('none')).status).toBe(404);
  });
});
