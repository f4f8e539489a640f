import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Envelope, type KeyRing, StoreError } from '@ossature/store';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerOptions } from '../config.ts';
import { startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

let directory: string;
let test: TestServer;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ossature-encrypted-'));
  await start();
});
afterEach(async () => {
  await test.server.close();
  await rm(directory, { recursive: true });
});

const start = async (options: Partial<ServerOptions> = {}) => {
  test = await startTestServer({ data: join(directory, 'data'), buckets: ['bkt'], ...options });
};
const restart = async (options: Partial<ServerOptions> = {}) => {
  await test.server.close();
  await start(options);
};

const marker = 'the words that must not be found';
const small = Buffer.from(marker);
const large = Buffer.from(`${marker}. `.repeat(20_000));
const aes = { 'x-oss-server-side-encryption': 'AES256' };
const under = (keyId: string) => ({ 'x-oss-server-side-encryption': 'KMS', 'x-oss-server-side-encryption-key-id': keyId });

const send = (request: TestRequest) => test.send({ bucket: 'bkt', ...request });
const put = (key: string, body: Uint8Array, headers: Readonly<Record<string, string>> = {}) => send({ method: 'PUT', key, body, headers });
const copy = (key: string, source: string, headers: Readonly<Record<string, string>> = {}) =>
  put(key, new Uint8Array(0), { 'x-oss-copy-source': `/bkt/${source}`, ...headers });
const newKey = async () => (await test.server.masterKeys?.createKey())?.id ?? '';

async function filesUnder(path: string): Promise<readonly string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
const blobs = async () => (await filesUnder(join(directory, 'data', 'blobs'))).toSorted();

async function expectBytes(key: string, bytes: Uint8Array): Promise<void> {
  const answer = await send({ key });
  expect([key, answer.status, answer.bytes.equals(bytes)]).toEqual([key, 200, true]);
}

async function upload(key: string, headers: Readonly<Record<string, string>>): Promise<void> {
  const uploadId = (await send({ method: 'POST', key, query: { uploads: undefined }, headers })).element('UploadId') ?? '';
  const query = { partNumber: '1', uploadId };
  const { status } = await send({ method: 'PUT', key, query, headers: { 'x-oss-copy-source': '/bkt/large' } });
  expect(status).toBe(200);
  const complete = { 'x-oss-complete-all': 'yes' };
  expect((await send({ method: 'POST', key, query: { uploadId }, headers: complete })).status).toBe(200);
}

describe('a data directory', () => {
  it('shows nothing of what is encrypted, nor the keys', async () => {
    const keyId = await newKey();
    await put('small', small, aes);
    await put('large', large, under(keyId));
    await copy('copy', 'large', aes);
    await upload('m', aes);
    await send({ method: 'POST', key: 'log', query: { append: undefined, position: '0' }, body: small, headers: aes });
    await test.server.close();
    const secret = Buffer.from((await readFile(join(directory, 'data', 'server.key'), 'utf8')).trim(), 'hex');
    const files = await filesUnder(directory);
    expect(files.length).toBeGreaterThan(3);
    for (const file of files) {
      const bytes = await readFile(file);
      expect([file, bytes.includes(marker)]).toEqual([file, false]);
      expect([file, bytes.includes(secret)]).toEqual([file, false]);
    }
    await start();
    // The search would have found it.
    await put('plain', small);
    await put('plain large', large);
    await test.server.close();
    const found = await Promise.all((await filesUnder(directory)).map(async (file) => (await readFile(file)).includes(marker)));
    expect(found.filter((isFound) => isFound).length).toBeGreaterThanOrEqual(2);
    await start();
  });

  it('gets no blob by a copy under another key, one by a change from or to plain', async () => {
    const [keyA, keyB] = [await newKey(), await newKey()];
    await put('large', large, under(keyA));
    const before = await blobs();
    expect(before).toHaveLength(1);
    expect((await copy('b', 'large', under(keyB))).status).toBe(200);
    expect((await copy('own', 'large', aes)).status).toBe(200);
    expect((await copy('same', 'b', under(keyB))).status).toBe(200);
    await upload('m', under(keyB));
    expect(await blobs()).toEqual(before);
    expect((await copy('plain', 'large')).status).toBe(200);
    expect(await blobs()).toHaveLength(2);
    expect((await copy('plain too', 'plain')).status).toBe(200);
    expect(await blobs()).toHaveLength(2);
    expect((await copy('back', 'plain', aes)).status).toBe(200);
    expect(await blobs()).toHaveLength(3);
    for (const key of ['large', 'b', 'own', 'same', 'm', 'plain', 'plain too', 'back']) await expectBytes(key, large);
  });

  it('is read by the next server, with rotated and with disabled keys', async () => {
    const [keyA, keyB] = [await newKey(), await newKey()];
    await put('a', large, under(keyA));
    await put('small', small, under(keyA));
    await put('own', small, aes);
    await put('kms', small, { 'x-oss-server-side-encryption': 'KMS' });
    await copy('b', 'a', under(keyB));
    await test.server.masterKeys?.rotateKey(keyA);
    await put('rotated', large, under(keyA));
    await test.server.masterKeys?.changeKey(keyB, () => ({ state: 'Disabled' }));
    await restart();
    for (const key of ['a', 'rotated']) await expectBytes(key, large);
    for (const key of ['small', 'own', 'kms']) await expectBytes(key, small);
    const refused = await send({ key: 'b' });
    expect([refused.status, refused.code]).toEqual([409, 'KeyDisabled']);
    await test.server.masterKeys?.changeKey(keyB, () => ({ state: 'Enabled' }));
    await expectBytes('b', large);
  });

  it('is not opened without the key that it was written with', async () => {
    await put('k', small, aes);
    await test.server.close();
    const file = join(directory, 'data', 'server.key');
    const text = await readFile(file, 'utf8');
    const attempts: readonly (readonly [() => Promise<unknown>, Partial<ServerOptions>, RegExp])[] = [
      [() => writeFile(file, `${'0'.repeat(64)}\n`), {}, /server\.key is not the one that the secrets .* were encrypted under/],
      [() => writeFile(file, 'nonsense'), {}, /server\.key does not hold a key/],
      [() => rm(file), {}, /The server key cannot be read from .*server\.key \(ENOENT\)/],
      [
        () => writeFile(join(directory, 'other.key'), '1'.repeat(64)),
        { keyFile: join(directory, 'other.key') },
        /other\.key is not the one/,
      ],
      [() => Promise.resolve(), { keyFile: join(directory, 'none.key') }, /none\.key \(ENOENT\)/],
    ];
    for (const [spoil, options, message] of attempts) {
      await spoil();
      const refused = await startTestServer({ data: join(directory, 'data'), ...options }).catch((error: unknown) => error as Error);
      expect(refused).toBeInstanceOf(RangeError);
      expect((refused as Error).message).toMatch(message);
    }
    await writeFile(join(directory, 'moved.key'), text);
    await start({ keyFile: join(directory, 'moved.key') });
    await expectBytes('k', small);
  });

  it('can have its master keys elsewhere', async () => {
    const far = farKeyRing();
    await test.server.close();
    await rm(join(directory, 'data'), { recursive: true });
    await start({ keyRing: far });
    expect(test.server.masterKeys).toBeUndefined();
    const answer = await put('k', large, under('far/1'));
    expect([answer.status, answer.header('x-oss-server-side-encryption-key-id')]).toEqual([200, 'far/1']);
    await put('own', small, aes);
    await restart({ keyRing: far });
    await expectBytes('k', large);
    await expectBytes('own', small);
    expect(await test.server.store.listDocuments('kms/')).toEqual([]);
    // The server's own ring has none of these keys.
    await restart();
    const lost = await send({ key: 'k' });
    expect([lost.status, lost.code]).toEqual([404, 'KeyNotFound']);
  });
});

/** A key ring as a program may give one: it remembers what it wrapped. */
function farKeyRing(): KeyRing {
  const kept = new Map<string, Uint8Array>();
  return {
    wrap: (encryption, contentKey) => {
      const name = `wrapping ${kept.size}`;
      kept.set(name, Uint8Array.from(contentKey));
      return Promise.resolve({ ...encryption, wrapped: Buffer.from(name) });
    },
    unwrap: ({ wrapped }: Envelope) => {
      const contentKey = kept.get(Buffer.from(wrapped).toString());
      return contentKey === undefined ? Promise.reject(new StoreError('corrupt', 'unknown')) : Promise.resolve(contentKey);
    },
  };
}
