import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const fresh = /^[A-Za-z0-9._-]{64}$/;
const sse = 'x-oss-server-side-encryption';

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
});
afterEach(async () => {
  await test.server.close();
});

const versioning = (status: string) =>
  test.send({
    method: 'PUT',
    bucket,
    query: { versioning: undefined },
    body: `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
  });
const put = (key: string, headers: Readonly<Record<string, string>> = {}) => test.send({ method: 'PUT', bucket, key, body: 'x', headers });
const append = (key: string, position: number, headers: Readonly<Record<string, string>> = {}, body = 'hello') =>
  test.send({ method: 'POST', bucket, key, query: { append: undefined, position: String(position) }, headers, body });
async function complete(key: string, headers: Readonly<Record<string, string>> = {}) {
  const uploadId = (await test.send({ method: 'POST', bucket, key, query: { uploads: undefined } })).element('UploadId') ?? '';
  await test.send({ method: 'PUT', bucket, key, query: { uploadId, partNumber: '1' }, body: 'x' });
  return test.send({ method: 'POST', bucket, key, query: { uploadId }, headers: { 'x-oss-complete-all': 'yes', ...headers } });
}

describe('x-oss-version-id of writes', () => {
  it('is told once the bucket has versions: a new one each time, or null while they are suspended', async () => {
    const told = async () => [await put('a'), await append('b', 0), await complete('c')].map((answer) => answer.header('x-oss-version-id'));
    expect(await told()).toEqual([undefined, undefined, undefined]);
    await versioning('Enabled');
    await test.send({ method: 'DELETE', bucket, key: 'b' });
    const ids = await told();
    for (const id of ids) expect(id).toMatch(fresh);
    expect(new Set(ids).size).toBe(3);
    await versioning('Suspended');
    await test.send({ method: 'DELETE', bucket, key: 'b' });
    expect(await told()).toEqual(['null', 'null', 'null']);
  });
});

describe('AppendObject', () => {
  it('goes on with the version that stands, and makes one behind a delete marker', async () => {
    await append('log', 0);
    await versioning('Enabled');
    expect((await append('log', 5)).header('x-oss-version-id')).toBe('null');
    await test.send({ method: 'DELETE', bucket, key: 'log' });
    const refused = await append('log', 10);
    expect([refused.status, refused.code, refused.header('x-oss-next-append-position')]).toEqual([409, 'PositionNotEqualToLength', '0']);
    const made = (await append('log', 0)).header('x-oss-version-id') ?? '';
    expect(made).toMatch(fresh);
    expect((await append('log', 5)).header('x-oss-version-id')).toBe(made);
    const list = await test.send({ bucket, query: { versions: undefined } });
    expect(list.text.match(/<VersionId>/g)).toHaveLength(3);
    expect((await test.send({ bucket, key: 'log', query: { versionId: 'null' } })).text).toBe('hellohello');
  });

  it('is refused once the object is sealed, at any position, and nothing is added', async () => {
    await append('log', 0);
    await test.send({ method: 'POST', bucket, key: 'log', query: { seal: undefined, position: '5' } });
    for (const position of [5, 0]) expect((await append('log', position)).status).toBe(409);
    expect((await test.send({ bucket, key: 'log' })).text).toBe('hello');
    // Another object under the key can grow again.
    await test.send({ method: 'DELETE', bucket, key: 'log' });
    expect((await append('log', 0)).status).toBe(200);
  });

  it('is encrypted as the first append says, without a key of its own', async () => {
    expect((await append('log', 0, { [sse]: 'AES256' })).header(sse)).toBe('AES256');
    expect((await append('log', 5)).header(sse)).toBe('AES256');
    expect((await test.send({ bucket, key: 'log' })).text).toBe('hellohello');
    const owned = await append('own', 0, { [sse]: 'KMS', [`${sse}-key-id`]: 'k' });
    expect([owned.status, owned.code, owned.element('ArgumentName')]).toEqual([400, 'InvalidArgument', `${sse}-key-id`]);
    expect((await test.send({ method: 'HEAD', bucket, key: 'own' })).status).toBe(404);
  });
});

describe('writes', () => {
  it('tell how their object is encrypted, by their own headers or by their bucket', async () => {
    const told = async (answer: ReturnType<typeof put>) => (await answer).header(sse);
    expect(await told(put('a'))).toBeUndefined();
    expect(await told(put('a', { [sse]: 'AES256' }))).toBe('AES256');
    const rule = '<ApplyServerSideEncryptionByDefault><SSEAlgorithm>KMS</SSEAlgorithm></ApplyServerSideEncryptionByDefault>';
    const body = `<ServerSideEncryptionRule>${rule}</ServerSideEncryptionRule>`;
    await test.send({ method: 'PUT', bucket, query: { encryption: undefined }, body });
    expect(await told(put('a'))).toBe('KMS');
    expect(await told(complete('b'))).toBe('KMS');
    expect(await told(put('a', { [sse]: 'AES256' }))).toBe('AES256');
    const begun = await test.send({ method: 'POST', bucket, key: 'c', query: { uploads: undefined }, headers: { [sse]: 'AES256' } });
    expect(begun.header(sse)).toBe('AES256');
  });

  it('take the ACL of their completion before that of their beginning', async () => {
    const acl = async (key: string) => (await test.send({ bucket, key, query: { acl: undefined } })).element('Grant');
    await complete('a', { 'x-oss-object-acl': 'private' });
    await complete('b');
    expect([await acl('a'), await acl('b')]).toEqual(['private', 'default']);
    const bad = await complete('c', { 'x-oss-object-acl': 'secret' });
    expect([bad.status, bad.code, bad.element('ArgumentName')]).toEqual([400, 'InvalidArgument', 'x-oss-object-acl']);
  });
});
