import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';
import type { LocalKeyRing } from './local-key-ring.ts';

let test: TestServer;
let ring: LocalKeyRing;
let keyA: string;
let keyB: string;
let bucket = '';
let count = 0;
// One server for all: its threads take longer to start than a test does.
beforeAll(async () => {
  test = await startTestServer();
  ring = test.server.masterKeys as LocalKeyRing;
});
afterAll(() => test.server.close());
beforeEach(async () => {
  count += 1;
  bucket = `bkt-${count}`;
  expect((await test.send({ method: 'PUT', bucket })).status).toBe(200);
  keyA = (await ring.createKey('a'))?.id ?? '';
  keyB = (await ring.createKey('b'))?.id ?? '';
});

type Headers = Readonly<Record<string, string>>;
const small = Buffer.from('a small body');
const large = Buffer.from(Uint8Array.from({ length: 700_000 }, (_, index) => (index * 31 + (index >> 9)) & 0xff));
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex').toUpperCase();

const aes: Headers = { 'x-oss-server-side-encryption': 'AES256' };
const kms: Headers = { 'x-oss-server-side-encryption': 'KMS' };
const under = (keyId: string): Headers => ({ ...kms, 'x-oss-server-side-encryption-key-id': keyId });

const send = (request: TestRequest) => test.send({ bucket, ...request });
const put = (key: string, body: Uint8Array, headers: Headers = {}) => send({ method: 'PUT', key, body, headers });
const copy = (key: string, source: string, headers: Headers = {}) =>
  send({ method: 'PUT', key, headers: { 'x-oss-copy-source': `/${bucket}/${source}`, ...headers } });
const get = (key: string, headers: Headers = {}) => send({ key, headers });
const head = (key: string) => send({ method: 'HEAD', key });
const disable = (id: string) => ring.changeKey(id, () => ({ state: 'Disabled' }));
const enable = (id: string) => ring.changeKey(id, () => ({ state: 'Enabled' }));
const serviceKey = async () => (await ring.listKeys()).find(({ kind }) => kind === 'service')?.id;

const facts = (answer: Answer) => [answer.header('x-oss-server-side-encryption'), answer.header('x-oss-server-side-encryption-key-id')];
/** `-`: none, `aes`, `kms`: the key of the service, `a`, `b`: those keys. */
type Kind = '-' | 'aes' | 'kms' | 'a' | 'b';
const headersOf = (kind: Kind): Headers =>
  kind === '-' ? {} : kind === 'aes' ? aes : kind === 'kms' ? kms : under(kind === 'a' ? keyA : keyB);
async function factsOf(kind: Kind): Promise<readonly (string | undefined)[]> {
  if (kind === '-') return [undefined, undefined];
  if (kind === 'aes') return ['AES256', undefined];
  return ['KMS', kind === 'kms' ? await serviceKey() : kind === 'a' ? keyA : keyB];
}
const kinds: readonly Kind[] = ['-', 'aes', 'kms', 'a', 'b'];

/** The object stands with these bytes and this encryption. */
async function expectObject(key: string, bytes: Uint8Array, kind: Kind): Promise<void> {
  const wanted = await factsOf(kind);
  const got = await get(key);
  expect([got.status, got.bytes.equals(bytes), facts(got)]).toEqual([200, true, wanted]);
  const told = await head(key);
  expect([told.status, told.header('content-length'), facts(told)]).toEqual([200, String(bytes.length), wanted]);
}

describe('an encrypted object', () => {
  it.each(kinds)('is put and read (%s)', async (kind) => {
    for (const body of [new Uint8Array(0), small, large]) {
      const answer = await put('k', body, headersOf(kind));
      expect([answer.status, answer.header('etag'), facts(answer)]).toEqual([200, `"${md5(body)}"`, await factsOf(kind)]);
      await expectObject('k', body, kind);
    }
    for (const range of ['bytes=0-0', 'bytes=524280-524300', 'bytes=1000-699999', 'bytes=-5']) {
      const answer = await get('k', { Range: range });
      const [first = '', last = ''] = range.slice('bytes='.length).split('-');
      const wanted = first === '' ? large.subarray(-Number(last)) : large.subarray(Number(first), Number(last) + 1);
      expect([answer.status, answer.bytes.equals(wanted), facts(answer)]).toEqual([206, true, await factsOf(kind)]);
    }
  });

  it('is appended to as it was begun', async () => {
    const append = (position: number, body: Uint8Array, headers: Headers = {}) =>
      send({ method: 'POST', key: 'log', query: { append: undefined, position: String(position) }, body, headers });
    const begun = await append(0, small, aes);
    expect([begun.status, facts(begun)]).toEqual([200, ['AES256', undefined]]);
    expect((await append(small.length, large)).status).toBe(200);
    expect((await append(small.length + large.length, small)).status).toBe(200);
    await expectObject('log', Buffer.concat([small, large, small]), 'aes');
  });

  it.each(kinds.flatMap((source) => kinds.map((destination) => [source, destination] as const)))(
    'is copied (%s → %s)',
    async (source, destination) => {
      for (const body of [small, large]) {
        await put('src', body, headersOf(source));
        const answer = await copy('dst', 'src', headersOf(destination));
        expect([answer.status, answer.header('etag'), facts(answer)]).toEqual([200, `"${md5(body)}"`, await factsOf(destination)]);
        await expectObject('dst', body, destination);
        await expectObject('src', body, source);
        const crc = [(await head('src')).header('x-oss-hash-crc64ecma'), (await head('dst')).header('x-oss-hash-crc64ecma')];
        expect(crc[0]).toBe(crc[1]);
        // Onto itself: how an object's encryption is changed.
        expect((await copy('src', 'src', headersOf(destination))).status).toBe(200);
        await expectObject('src', body, destination);
      }
    },
  );

  it('lives as long as one of its copies', async () => {
    await put('src', large, under(keyA));
    await copy('dst', 'src', under(keyB));
    await send({ method: 'DELETE', key: 'src' });
    await test.server.store.collect();
    await expectObject('dst', large, 'b');
  });
});

describe('the default of a bucket', () => {
  const setDefault = (kind: Kind) => {
    const content =
      kind === 'aes'
        ? '<SSEAlgorithm>AES256</SSEAlgorithm>'
        : `<SSEAlgorithm>KMS</SSEAlgorithm>${kind === 'kms' ? '' : `<KMSMasterKeyID>${kind === 'a' ? keyA : keyB}</KMSMasterKeyID>`}`;
    const body = `<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault>${content}</ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>`;
    return send({ method: 'PUT', query: { encryption: undefined }, body });
  };

  it.each(['aes', 'kms', 'b'] as const)('is that of all that says nothing (%s)', async (kind) => {
    await put('before', small);
    expect((await setDefault(kind)).status).toBe(200);
    const answer = await put('k', small);
    expect(facts(answer)).toEqual(await factsOf(kind));
    await expectObject('k', small, kind);
    await expectObject('before', small, '-');
    await copy('copy', 'before');
    await expectObject('copy', small, kind);
    await copy('own', 'before', under(keyA));
    await expectObject('own', small, 'a');
    const upload = await send({ method: 'POST', key: 'm', query: { uploads: undefined } });
    expect(facts(upload)).toEqual(await factsOf(kind));
    await send({ method: 'DELETE', query: { encryption: undefined } });
    await put('after', small);
    await expectObject('after', small, '-');
    await expectObject('k', small, kind);
  });
});

describe('an encrypted upload', () => {
  const initiate = async (headers: Headers) => {
    const answer = await send({ method: 'POST', key: 'm', query: { uploads: undefined }, headers });
    return { answer, uploadId: answer.element('UploadId') ?? '' };
  };
  const part = (uploadId: string, number: number, request: TestRequest) =>
    send({ method: 'PUT', key: 'm', query: { partNumber: String(number), uploadId }, ...request });
  const complete = (uploadId: string, etags: readonly (string | undefined)[]) => {
    const list = etags.map((etag, index) => `<Part><PartNumber>${index + 1}</PartNumber><ETag>${etag}</ETag></Part>`).join('');
    const body = `<CompleteMultipartUpload>${list}</CompleteMultipartUpload>`;
    return send({ method: 'POST', key: 'm', query: { uploadId }, body });
  };

  it.each(kinds)('takes parts and parts of other objects (%s)', async (kind) => {
    const sources: readonly Kind[] = ['-', 'aes', 'a', 'b'];
    for (const source of sources) await put(`src-${source}`, large, headersOf(source));
    const { answer, uploadId } = await initiate(headersOf(kind));
    expect([answer.status, facts(answer)]).toEqual([200, await factsOf(kind)]);
    const sent = await part(uploadId, 1, { body: large });
    expect([sent.status, sent.header('etag'), facts(sent)]).toEqual([200, `"${md5(large)}"`, await factsOf(kind)]);
    const etags = [sent.header('etag')];
    const expected: Uint8Array[] = [large];
    for (const [index, source] of sources.entries()) {
      const headers = { 'x-oss-copy-source': `/${bucket}/src-${source}`, 'x-oss-copy-source-range': 'bytes=1000-399999' };
      const copied = await part(uploadId, index + 2, { headers });
      const bytes = large.subarray(1000, 400_000);
      expect([copied.status, copied.header('etag'), facts(copied)]).toEqual([200, `"${md5(bytes)}"`, await factsOf(kind)]);
      etags.push(copied.header('etag'));
      expected.push(bytes);
    }
    const done = await complete(uploadId, etags);
    expect([done.status, facts(done)]).toEqual([200, await factsOf(kind)]);
    await expectObject('m', Buffer.concat(expected), kind);
    expect((await copy('m-copy', 'm', under(keyB))).status).toBe(200);
    await expectObject('m-copy', Buffer.concat(expected), 'b');
    await expectObject('m', Buffer.concat(expected), kind);
  });

  it('says for all of its parts how they are encrypted', async () => {
    const { uploadId } = await initiate(aes);
    await put('src', small);
    for (const [name, value] of Object.entries({ ...under(keyA), 'x-oss-server-side-data-encryption': 'SM4' })) {
      const sent = await part(uploadId, 1, { body: small, headers: { [name]: value } });
      const copied = await part(uploadId, 1, { headers: { 'x-oss-copy-source': `/${bucket}/src`, [name]: value } });
      for (const answer of [sent, copied])
        expect([answer.status, answer.code, answer.element('ArgumentName')]).toEqual([400, 'InvalidArgument', name]);
    }
    const listed = await send({ key: 'm', query: { uploadId } });
    expect(listed.text).not.toContain('<Part>');
  });
});

describe('master keys', () => {
  const refused = (answer: Answer) => [answer.status, answer.code];

  it('of a copy can be disabled, and the source stays', async () => {
    await put('src', large, under(keyA));
    await copy('dst', 'src', under(keyB));
    await disable(keyB);
    expect(refused(await get('dst'))).toEqual([409, 'KeyDisabled']);
    expect((await head('dst')).status).toBe(200);
    await expectObject('src', large, 'a');
    expect(refused(await copy('third', 'dst'))).toEqual([409, 'KeyDisabled']);
    expect(refused(await copy('third', 'dst', under(keyA)))).toEqual([409, 'KeyDisabled']);
    expect((await get('third')).status).toBe(404);
    await enable(keyB);
    await expectObject('dst', large, 'b');
  });

  it('of a source can be disabled, and its copies stay', async () => {
    await put('src', large, under(keyA));
    await copy('dst', 'src', under(keyB));
    await copy('own', 'src', aes);
    await disable(keyA);
    expect(refused(await get('src'))).toEqual([409, 'KeyDisabled']);
    await expectObject('dst', large, 'b');
    await expectObject('own', large, 'aes');
    await copy('again', 'dst', kms);
    await expectObject('again', large, 'kms');
  });

  it('that are disabled take no write', async () => {
    await put('k', small);
    const { text } = await send({ method: 'POST', key: 'm', query: { uploads: undefined }, headers: under(keyA) });
    const uploadId = /<UploadId>(\w+)</.exec(text)?.[1] ?? '';
    await disable(keyA);
    expect(refused(await put('k', large, under(keyA)))).toEqual([409, 'KeyDisabled']);
    expect(refused(await copy('k', 'k', under(keyA)))).toEqual([409, 'KeyDisabled']);
    expect(refused(await send({ method: 'POST', key: 'm', query: { uploads: undefined }, headers: under(keyA) }))).toEqual([
      409,
      'KeyDisabled',
    ]);
    const part = await send({ method: 'PUT', key: 'm', query: { partNumber: '1', uploadId }, body: small });
    expect(refused(part)).toEqual([409, 'KeyDisabled']);
    const plain = await send({ method: 'POST', key: 'm', query: { uploads: undefined } });
    await enable(keyA);
    await put('src', small, under(keyA));
    await disable(keyA);
    const query = { partNumber: '1', uploadId: plain.element('UploadId') };
    const copied = await send({ method: 'PUT', key: 'm', query, headers: { 'x-oss-copy-source': `/${bucket}/src` } });
    expect(refused(copied)).toEqual([409, 'KeyDisabled']);
    expect((await send({ key: 'm', query: { uploadId: query.uploadId } })).text).not.toContain('<Part>');
    await expectObject('k', small, '-');
  });

  it('that are to be deleted or are gone take nothing', async () => {
    await put('k', small, under(keyA));
    await ring.changeKey(keyA, () => ({ state: 'PendingDeletion', deletionMs: test.clock.now() + 1000 }));
    expect(refused(await get('k'))).toEqual([409, 'KeyPendingDeletion']);
    expect(refused(await put('new', small, under(keyA)))).toEqual([409, 'KeyPendingDeletion']);
    test.clock.nowMs += 1000;
    expect(refused(await get('k'))).toEqual([404, 'KeyNotFound']);
    expect(refused(await put('new', small, under(keyA)))).toEqual([404, 'KeyNotFound']);
    expect((await send({ method: 'DELETE', key: 'k' })).status).toBe(204);
  });

  it('rotate, and what they wrapped stays', async () => {
    await put('old', large, under(keyA));
    await put('log', small, kms);
    await ring.rotateKey(keyA);
    await ring.rotateKey((await serviceKey()) ?? '');
    await put('new', large, under(keyA));
    await copy('copy', 'old', under(keyA));
    for (const key of ['old', 'new', 'copy']) await expectObject(key, large, 'a');
    await expectObject('log', small, 'kms');
  });
});

describe('versions', () => {
  it('are encrypted each for itself', async () => {
    const versioning = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
    expect((await send({ method: 'PUT', query: { versioning: undefined }, body: versioning })).status).toBe(200);
    const [first, second] = [await put('k', large, under(keyA)), await put('k', small, under(keyB))].map((answer) =>
      answer.header('x-oss-version-id'),
    );
    await disable(keyB);
    const current = await get('k');
    expect([current.status, current.code]).toEqual([409, 'KeyDisabled']);
    const old = await send({ key: 'k', query: { versionId: first } });
    expect([old.status, old.bytes.equals(large), facts(old)]).toEqual([200, true, await factsOf('a')]);
    // Back to the old version, under a key of its own.
    expect((await copy('k', `k?versionId=${first}`, aes)).status).toBe(200);
    await expectObject('k', large, 'aes');
    const newer = await send({ key: 'k', query: { versionId: second } });
    expect([newer.status, newer.code]).toEqual([409, 'KeyDisabled']);
  });
});

describe('bad input', () => {
  const unknown = '00000000-0000-4000-8000-000000000000';
  const keyIdHeader = 'x-oss-server-side-encryption-key-id';
  it.each<[Headers, number, string]>([
    [{ 'x-oss-server-side-encryption': 'DES' }, 400, 'InvalidEncryptionAlgorithmError'],
    [{ 'x-oss-server-side-encryption': 'aes256' }, 400, 'InvalidEncryptionAlgorithmError'],
    [{ 'x-oss-server-side-encryption': 'SM4' }, 400, 'NotImplemented'],
    [{ ...kms, 'x-oss-server-side-data-encryption': 'SM4' }, 400, 'NotImplemented'],
    [{ ...kms, 'x-oss-server-side-data-encryption': 'AES256' }, 400, 'InvalidDataEncryptionAlgorithmError'],
    [{ [keyIdHeader]: unknown }, 400, 'InvalidArgument'],
    [{ ...aes, [keyIdHeader]: unknown }, 400, 'InvalidArgument'],
    [{ ...kms, [keyIdHeader]: 'no key' }, 400, 'InvalidParameter'],
    [under(unknown), 404, 'KeyNotFound'],
  ])('changes nothing (%j)', async (headers, status, code) => {
    await put('k', small);
    await put('src', large);
    const answers = [
      await put('k', large, headers),
      await copy('k', 'src', headers),
      await send({ method: 'POST', key: 'k', query: { uploads: undefined }, headers }),
    ];
    for (const answer of answers) expect([answer.status, answer.code]).toEqual([status, code]);
    // Appendable objects have no key of their own.
    const appended = await send({ method: 'POST', key: 'log', query: { append: undefined, position: '0' }, body: small, headers });
    expect([appended.status, appended.code]).toEqual(headers[keyIdHeader] === undefined ? [status, code] : [400, 'InvalidArgument']);
    await expectObject('k', small, '-');
    expect((await head('log')).status).toBe(404);
    expect((await send({ query: { uploads: undefined } })).text).not.toContain('<Upload>');
  });
});
