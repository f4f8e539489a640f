import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { crc64 } from '@ossature/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunkBytes } from './blob/blob-store.ts';
import { memoryBlobStore } from './blob/memory.ts';
import type { KeyFault, KeyRing } from './key-ring.ts';
import { seededRandom } from './seeded-random.ts';
import { memoryKeyRing } from './simulation/memory-key-ring.ts';
import type { Encryption, ObjectAddress } from './store.ts';
import {
  at,
  blobNames,
  bucketProperties,
  bytesOf,
  clean,
  complete,
  get,
  head,
  openBucketWorld,
  properties,
  put,
  readAll,
  remove,
  takeCommits,
  type World,
  type WorldOptions,
} from './world.test.support.ts';

const kms = (keyId: string): Encryption => ({ algorithm: 'KMS', keyId });
const aes: Encryption = { algorithm: 'AES256' };
const marker = 'nobody is to find this text. ';

/** Text that is full of the marker, of any length, and different for every seed. */
function secret(sizeBytes: number, seed = 1): Uint8Array {
  return Buffer.from(`${marker}${seed} `.repeat(Math.ceil(sizeBytes / marker.length))).subarray(0, sizeBytes);
}

async function openKeyWorld(options: WorldOptions = {}) {
  const ring = memoryKeyRing(seededRandom(4_711));
  const contentKeys: Uint8Array[] = [];
  const keys: KeyRing = {
    wrap: (encryption, contentKey) => {
      contentKeys.push(Uint8Array.from(contentKey));
      return ring.wrap(encryption, contentKey);
    },
    unwrap: (envelope) => ring.unwrap(envelope),
  };
  return { world: await openBucketWorld({ ...options, keys }), ring, contentKeys };
}

function putEncrypted(world: World, address: ObjectAddress, body: Uint8Array, encryption: Encryption) {
  return world.store.putObject(address, body, () => properties, { encryption });
}

function append(world: World, address: ObjectAddress, body: Uint8Array, encryption?: Encryption) {
  return world.store.appendObject(address, body, () => properties, { encryption });
}

/** Everything that is kept, rows and blobs. */
async function everything(world: World): Promise<Buffer> {
  const found: Uint8Array[] = [];
  for (const { key, value } of await world.kv.scan({ from: Buffer.of(0), to: Buffer.of(255), limit: 100_000 })) found.push(key, value);
  for (const name of await blobNames(world)) {
    const { sizeBytes } = (await world.blobs.head(name)) as { sizeBytes: number };
    found.push(await readAll(world.blobs.get(name, { offsetBytes: 0, lengthBytes: sizeBytes })));
  }
  return Buffer.concat(found);
}

const isKeyFault = (reason: KeyFault['reason']) => expect.objectContaining({ name: 'KeyFault', reason });
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex').toUpperCase();

describe('an encrypted object', () => {
  it.each([0, 1, 16 * 1024, 16 * 1024 + 1, 200_000, chunkBytes, 2 * chunkBytes + 17])(
    'of %i bytes comes back, in any range, with the digests of its plain bytes',
    async (sizeBytes) => {
      const { world } = await openKeyWorld();
      const bytes = secret(sizeBytes);
      const object = await putEncrypted(world, at('k'), bytes, kms('one'));
      expect(object).toMatchObject({
        sizeBytes,
        etag: md5(bytes),
        hashCrc64: crc64(bytes),
        encryption: { algorithm: 'KMS', keyId: 'one' },
      });
      expect(await head(world, at('k'))).toEqual(object);
      expect(Buffer.compare(await get(world, at('k')), bytes)).toBe(0);
      const range = fc.tuple(fc.nat(), fc.nat());
      await fc.assert(
        fc.asyncProperty(range, async ([from, length]) => {
          const offsetBytes = from % (sizeBytes + 1);
          const lengthBytes = length % (sizeBytes - offsetBytes + 1);
          const { body } = await world.store.openObject(at('k'), () => ({ offsetBytes, lengthBytes }));
          expect(Buffer.compare(await readAll(body), bytes.subarray(offsetBytes, offsetBytes + lengthBytes))).toBe(0);
        }),
        { numRuns: 15 },
      );
    },
  );

  it('writes as many rows and blobs as a plain one', async () => {
    const { world } = await openKeyWorld();
    await putEncrypted(world, at('k'), bytesOf(40_000), aes);
    await putEncrypted(world, at('i'), bytesOf(100), aes);
    expect(takeCommits(world)).toEqual(['+H +M +O +R', '+H +M +R']);
    expect(world.blobCalls).toEqual(['put']);
  });

  it('takes the key that the ring chose, and another content key each time', async () => {
    const { world, ring, contentKeys } = await openKeyWorld();
    expect((await putEncrypted(world, at('a'), bytesOf(10), aes)).encryption).toMatchObject({ algorithm: 'AES256' });
    const chosen = await putEncrypted(world, at('b'), bytesOf(10), { algorithm: 'KMS' });
    expect(chosen.encryption?.keyId).toBe('default');
    expect(ring.calls).toEqual(['wrap service', 'wrap default']);
    expect(new Set(contentKeys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(2);
  });

  it('cannot be read or overwritten in part while its key is disabled: nothing is handed out, and nothing of it is lost', async () => {
    const { world, ring } = await openKeyWorld();
    await putEncrypted(world, at('k'), secret(100_000), kms('one'));
    await putEncrypted(world, at('empty'), secret(0), kms('one'));
    await putEncrypted(world, at('other'), secret(50), kms('two'));
    ring.disable('one');
    await expect(get(world, at('k'))).rejects.toEqual(isKeyFault('disabled'));
    await expect(get(world, at('empty'))).rejects.toEqual(isKeyFault('disabled'));
    expect(await get(world, at('other'))).toHaveLength(50);
    expect((await head(world, at('k')))?.sizeBytes).toBe(100_000);
    takeCommits(world);
    world.blobCalls.length = 0;
    await expect(putEncrypted(world, at('new'), secret(40_000), kms('one'))).rejects.toEqual(isKeyFault('disabled'));
    expect(takeCommits(world)).toEqual([]);
    expect(world.blobCalls).toEqual([]);
    ring.enable('one');
    ring.rotate('one');
    expect(Buffer.compare(await get(world, at('k')), secret(100_000))).toBe(0);
    expect(world.alarms).toEqual([]);
  });

  it('keeps its key through changes of metadata, and each version has its own', async () => {
    const { world, ring } = await openKeyWorld();
    await world.store.putBucket('b', (bucket) => ({ ...bucketProperties, ...bucket, versioning: 'Enabled' }));
    const ids: string[] = [];
    for (const [i, name] of ['one', 'two', 'three'].entries()) {
      const { versionId, encryption } = await putEncrypted(world, at('k'), secret(50_000, i), kms(name));
      ids.push(versionId);
      const updated = await world.store.updateObject(at('k'), () => ({ ...properties, tags: [['b', name]] }));
      expect(updated).toMatchObject({ versionId, encryption });
    }
    ring.disable('two');
    const read = async (versionId: string | undefined) => {
      const { body } = await world.store.openObject({ ...at('k'), versionId }, () => undefined);
      return readAll(body);
    };
    expect(Buffer.compare(await read(ids[0]), secret(50_000, 0))).toBe(0);
    await expect(read(ids[1])).rejects.toEqual(isKeyFault('disabled'));
    expect(Buffer.compare(await read(undefined), secret(50_000, 2))).toBe(0);
    // An older version as source, under another key: rows only.
    world.blobCalls.length = 0;
    const { object } = await world.store.copyObject({ ...at('k'), versionId: ids[0] }, at('k'), () => properties, { encryption: aes });
    expect(object.encryption?.algorithm).toBe('AES256');
    expect(world.blobCalls).toEqual([]);
    expect(Buffer.compare(await read(undefined), secret(50_000, 0))).toBe(0);
  });

  it('is refused by a store without keys', async () => {
    const world = await openBucketWorld();
    await expect(putEncrypted(world, at('k'), bytesOf(1), aes)).rejects.toEqual(isKeyFault('unavailable'));
    await expect(world.store.initiateUpload(at('k'), () => properties, { encryption: aes })).rejects.toEqual(isKeyFault('unavailable'));
    expect(await head(world, at('k'))).toBeUndefined();
    expect(await world.audit()).toEqual(clean);
  });

  it('is corrupt, with an alarm that tells no key, where its envelope, a row or a blob is another', async () => {
    const { world, contentKeys } = await openKeyWorld();
    const victim = await putEncrypted(world, at('k'), secret(700_000, 1), kms('one'));
    await putEncrypted(world, at('l'), secret(700_000, 2), kms('one'));
    const { store } = world;
    // The bytes of two blobs, swapped: both are whole and under the right names.
    const [first, second] = (await blobNames(world)) as [string, string];
    const whole = { offsetBytes: 0, lengthBytes: 700_000 };
    const [ofFirst, ofSecond] = [await readAll(world.blobs.get(first, whole)), await readAll(world.blobs.get(second, whole))];
    await world.blobs.remove([first, second]);
    const put = (name: string, bytes: Uint8Array) =>
      world.blobs.put(
        name,
        (async function* () {
          yield bytes;
        })(),
      );
    await put(first, ofSecond);
    await put(second, ofFirst);
    const reading = store.openObject(at('k'), () => undefined);
    await expect(reading).rejects.toMatchObject({ name: 'StoreError', fault: 'corrupt' });
    await expect(get(world, at('l'))).rejects.toMatchObject({ fault: 'corrupt' });
    expect(world.alarms.map(({ facts }) => facts['holder'])).toContain(victim.holder);
    const shown = inspect([world.alarms, await reading.catch((error: unknown) => error)], { depth: 9, showHidden: true });
    for (const key of contentKeys) {
      expect(shown).not.toContain(Buffer.from(key).toString('hex'));
      expect(shown).not.toContain(Buffer.from(key).toString('base64'));
    }
    expect(shown).not.toContain(Buffer.from((victim.encryption as { wrapped: Uint8Array }).wrapped).toString('hex'));
  });
});

describe('an encrypted append', () => {
  it.each([0, 10, 3_000, 20_000, 200_000])(
    'of pieces of %i bytes and others goes on under the envelope of the object',
    async (sizeBytes) => {
      const { world, ring } = await openKeyWorld();
      let whole: Uint8Array = secret(2_000);
      const first = await append(world, at('log'), whole, kms('one'));
      expect(first.encryption).toMatchObject({ keyId: 'one' });
      for (let turn = 0; turn < 12; turn++) {
        const more = secret(turn % 3 === 0 ? 70_000 : sizeBytes, turn);
        // What is asked for later is not looked at.
        const object = await append(world, at('log'), more, turn % 2 === 0 ? kms('two') : undefined);
        whole = Buffer.concat([whole, more]);
        expect(object.encryption).toEqual(first.encryption);
        expect(object).toMatchObject({ sizeBytes: whole.length, hashCrc64: crc64(whole) });
      }
      expect(Buffer.compare(await get(world, at('log')), whole)).toBe(0);
      expect(ring.calls.filter((call) => call.startsWith('wrap'))).toEqual(['wrap one']);
      const kept = await everything(world);
      expect(kept.includes(marker)).toBe(false);
      ring.disable('one');
      await expect(append(world, at('log'), bytesOf(1))).rejects.toEqual(isKeyFault('disabled'));
      await remove(world, at('log'));
      await world.collectAll();
      expect(await blobNames(world)).toEqual([]);
      expect(await world.audit()).toEqual(clean);
    },
  );

  it('to a plain object stays plain', async () => {
    const { world } = await openKeyWorld();
    await append(world, at('plain'), bytesOf(10));
    expect((await append(world, at('plain'), bytesOf(10), kms('one'))).encryption).toBeUndefined();
  });

  const kinds: readonly (readonly [string, Encryption | undefined | 'gone'])[] = [
    ['plain', undefined],
    ['of one key', kms('one')],
    ['of another', kms('two')],
    ['gone', 'gone'],
  ];
  const races = kinds.flatMap(([was, before]) => kinds.map(([is, after]) => ({ was, before, is, after })));
  it.each(races)('while whose body came the object that was $was became $is is encrypted as that', async ({ before, after }) => {
    for (const halfBytes of [40, 20_000, 100_000]) {
      const { world } = await openKeyWorld();
      if (before !== 'gone') await append(world, at('log'), secret(10, 1), before);
      const body = (async function* () {
        yield secret(halfBytes, 2);
        await remove(world, at('log'));
        if (after !== 'gone') await append(world, at('log'), secret(10, 3), after);
        yield secret(halfBytes, 4);
      })();
      const asked = kms('three');
      const appending = world.store.appendObject(at('log'), body, () => properties, { encryption: asked });
      const whole = Buffer.concat([secret(after === 'gone' ? 0 : 10, 3), secret(halfBytes, 2), secret(halfBytes, 4)]);
      const made = await appending.catch((error: unknown) => error);
      // A blob is not written again: that is left to the caller.
      const isBlob = halfBytes === 100_000;
      const [first, then] = [before === 'gone' ? asked : before, after === 'gone' ? asked : after];
      if (isBlob && (first === undefined) !== (then === undefined)) {
        expect(made).toMatchObject({ fault: 'unavailable' });
      } else {
        expect(made).toMatchObject({ sizeBytes: whole.length });
        const object = await head(world, at('log'));
        expect(object?.encryption?.keyId).toBe(then?.keyId);
        expect(Buffer.compare(await get(world, at('log')), whole)).toBe(0);
      }
      await remove(world, at('log'));
      await world.collectAll();
      expect(await blobNames(world)).toEqual([]);
      expect(await world.audit()).toEqual(clean);
    }
  });

  it('that comes first with another is told by decide, or made under the key of the one that was first', async () => {
    const { world } = await openKeyWorld();
    const decide = ({ existing }: { readonly existing: { readonly sizeBytes: number } | undefined }) => {
      if ((existing?.sizeBytes ?? 0) !== 0) throw new Error('PositionNotEqualToLength');
      return properties;
    };
    const results = await Promise.allSettled(
      [kms('one'), kms('two'), undefined].map((encryption) => world.store.appendObject(at('log'), secret(30_000), decide, { encryption })),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(Buffer.compare(await get(world, at('log')), secret(30_000))).toBe(0);
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
  });
});

describe('an encrypted upload', () => {
  it('encrypts its parts under one envelope, which becomes that of the object', async () => {
    const { world, ring } = await openKeyWorld();
    const bodies = [secret(600_000, 1), secret(900, 2), new Uint8Array(), secret(chunkBytes, 3)];
    const upload = await world.store.initiateUpload(at('m'), () => properties, { encryption: kms('one') });
    expect(upload.encryption).toMatchObject({ algorithm: 'KMS', keyId: 'one' });
    const to = { ...at('m'), uploadId: upload.id };
    takeCommits(world);
    for (const [i, body] of bodies.entries()) {
      const part = await world.store.uploadPart({ ...to, partNumber: i + 1 }, body, () => {});
      expect(part).toMatchObject({ etag: md5(body), hashCrc64: crc64(body) });
    }
    expect(takeCommits(world)).toEqual(['+O +P', '+P', '+P', '+O +P']);
    expect(
      (await world.store.listUploads('b', { prefix: '', delimiter: '', keyMarker: '', uploadIdMarker: '', limit: 10 }))?.items,
    ).toEqual([upload]);
    const object = await complete(world, to);
    expect(object.encryption).toEqual(upload.encryption);
    const whole = Buffer.concat(bodies);
    expect(object.hashCrc64).toBe(crc64(whole));
    expect(Buffer.compare(await get(world, at('m')), whole)).toBe(0);
    expect(ring.calls.filter((call) => call.startsWith('wrap'))).toEqual(['wrap one']);
    expect((await everything(world)).includes(marker)).toBe(false);
    expect(await complete(world, to)).toEqual(object);
  });

  it('refuses parts before their bodies are read while its key is disabled, and is initiated only with one that can be used', async () => {
    const { world, ring } = await openKeyWorld();
    const { id: uploadId } = await world.store.initiateUpload(at('m'), () => properties, { encryption: kms('one') });
    ring.disable('one');
    let isRead = false;
    const body = (async function* () {
      isRead = true;
      yield bytesOf(10);
    })();
    await expect(world.store.uploadPart({ ...at('m'), uploadId, partNumber: 1 }, body, () => {})).rejects.toEqual(isKeyFault('disabled'));
    expect(isRead).toBe(false);
    takeCommits(world);
    const initiating = world.store.initiateUpload(at('n'), () => properties, { encryption: kms('one') });
    await expect(initiating).rejects.toEqual(isKeyFault('disabled'));
    expect(takeCommits(world)).toEqual([]);
    // What decide refuses asks for no key.
    ring.calls.length = 0;
    const refused = new Error('NoSuchBucket');
    const refuse = () => {
      throw refused;
    };
    await expect(world.store.initiateUpload(at('n'), refuse, { encryption: kms('two') })).rejects.toBe(refused);
    expect(ring.calls).toEqual([]);
  });
});

describe('what is kept of encrypted bodies', () => {
  it('holds nothing of the plain text and no key, wherever the bytes stand', async () => {
    const { world, contentKeys } = await openKeyWorld();
    for (const [i, sizeBytes] of [40, 16_384, 40_000, 3 * chunkBytes + 5].entries()) {
      await putEncrypted(world, at(`k${i}`), secret(sizeBytes), kms('one'));
      await append(world, at(`a${i}`), secret(sizeBytes), aes);
      await append(world, at(`a${i}`), secret(sizeBytes), aes);
    }
    const kept = await everything(world);
    expect(kept.includes(marker)).toBe(false);
    for (const key of contentKeys) expect(kept.includes(Buffer.from(key))).toBe(false);
    // The search finds what is there.
    await put(world, at('plain'), secret(40));
    expect((await everything(world)).includes(marker)).toBe(true);
  });

  it('is freed by the collector, and the audit has nothing to say', async () => {
    const { world } = await openKeyWorld({ blobs: memoryBlobStore() });
    await putEncrypted(world, at('k'), secret(100_000), kms('one'));
    await putEncrypted(world, at('k'), secret(200_000), kms('two'));
    expect(await world.audit()).toEqual(clean);
    await remove(world, at('k'));
    await world.collectAll();
    expect(await blobNames(world)).toEqual([]);
    expect(await world.audit()).toEqual(clean);
  });
});
