import { createHash } from 'node:crypto';
import { crc64 } from '@ossature/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeyFault } from './key-ring.ts';
import { seededRandom } from './seeded-random.ts';
import { type MemoryKeyRing, memoryKeyRing } from './simulation/memory-key-ring.ts';
import type { ByteRange, Encryption, ObjectAddress, StoredObject } from './store.ts';
import {
  at,
  blobNames,
  bytesOf,
  clean,
  complete,
  get,
  head,
  openBucketWorld,
  properties,
  put,
  remove,
  takeCommits,
  type World,
} from './world.test.support.ts';

const kms = (keyId: string): Encryption => ({ algorithm: 'KMS', keyId });
const wanted: Readonly<Record<string, Encryption | undefined>> = {
  plain: undefined,
  aes: { algorithm: 'AES256' },
  one: kms('one'),
  two: kms('two'),
};
const names = Object.keys(wanted);
const pairs = names.flatMap((from) => names.map((to) => [from, to] as const));
const isKeyFault = (reason: KeyFault['reason']) => expect.objectContaining({ name: 'KeyFault', reason });
const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex').toUpperCase();

async function openKeyWorld(): Promise<{ readonly world: World; readonly ring: MemoryKeyRing }> {
  const ring = memoryKeyRing(seededRandom(4_711));
  const world = await openBucketWorld({ keys: ring, quarantineMs: 0 });
  return { world, ring };
}

function putAs(world: World, address: ObjectAddress, body: Uint8Array, encryption: Encryption | undefined) {
  return world.store.putObject(address, body, () => properties, { encryption });
}

async function initiateAs(world: World, address: ObjectAddress, encryption: Encryption | undefined) {
  const { id: uploadId } = await world.store.initiateUpload(address, () => properties, { encryption });
  return { ...address, uploadId };
}

async function putPartsAs(world: World, address: ObjectAddress, bodies: readonly Uint8Array[], encryption: Encryption | undefined) {
  const to = await initiateAs(world, address, encryption);
  for (const [i, body] of bodies.entries()) await world.store.uploadPart({ ...to, partNumber: i + 1 }, body, () => {});
  return complete(world, to);
}

function copyAs(world: World, source: ObjectAddress, destination: ObjectAddress, encryption: Encryption | undefined) {
  return world.store.copyObject(
    source,
    destination,
    (rows) => {
      if (rows.source === undefined) throw new Error('NoSuchKey');
      return properties;
    },
    { encryption },
  );
}

/** What was done since it was asked last. */
function taken(world: World) {
  return { commits: takeCommits(world), blobCalls: world.blobCalls.splice(0) };
}

const nothing = { commits: [], blobCalls: [] };

describe('copyObject', () => {
  it.each(pairs)('%s to %s: the bytes and facts of the source, under the key that was asked for', async (from, to) => {
    const { world, ring } = await openKeyWorld();
    const bodies = [bytesOf(600_000, 3), bytesOf(900, 4), new Uint8Array(), bytesOf(20_000, 5)];
    const sources: Record<string, Uint8Array> = {
      empty: new Uint8Array(),
      inline: bytesOf(16_384, 1),
      blob: bytesOf(1_300_000, 2),
      parts: Buffer.concat(bodies),
    };
    for (const [key, bytes] of Object.entries(sources)) {
      if (key === 'parts') await putPartsAs(world, at(key), bodies, wanted[from]);
      else await putAs(world, at(key), bytes, wanted[from]);
    }
    for (const [key, bytes] of Object.entries(sources)) {
      taken(world);
      const source = (await head(world, at(key))) as StoredObject;
      const copied = await copyAs(world, at(key), at(`${key}-copy`), wanted[to]);
      expect(copied.source).toEqual(source);
      const { sizeBytes, etag, hashCrc64, type } = source;
      expect(copied.object).toMatchObject({ sizeBytes, etag, hashCrc64, type });
      expect(copied.object.encryption?.algorithm).toBe(wanted[to]?.algorithm);
      expect(copied.object.encryption?.keyId).toBe(wanted[to]?.keyId);
      const { commits, blobCalls } = taken(world);
      const isSameKind = (wanted[from] === undefined) === (wanted[to] === undefined);
      if (isSameKind) {
        expect({ commits, blobCalls }).toEqual({ commits: ['+H +R'], blobCalls: [] });
        expect(copied.object.manifest).toBe(source.manifest);
      } else {
        const isBlob = bytes.length > 16_384;
        expect(commits).toEqual(['+N +R', isBlob ? '+H +M +O +R +T -N -R' : '+H +M +R +T -N -R']);
        expect(blobCalls.filter((call) => call === 'put')).toHaveLength(isBlob ? 1 : 0);
        expect(copied.object.manifest).not.toBe(source.manifest);
      }
      expect(Buffer.compare(await get(world, at(`${key}-copy`)), bytes), key).toBe(0);
      expect(Buffer.compare(await get(world, at(key)), bytes), key).toBe(0);
    }
    // What becomes of the source is nothing to the copy.
    for (const key of Object.keys(sources)) await remove(world, at(key));
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
    if (from !== to && from !== 'plain') ring.disable(from === 'aes' ? 'service' : from);
    for (const [key, bytes] of Object.entries(sources)) {
      expect(Buffer.compare(await get(world, at(`${key}-copy`)), bytes), key).toBe(0);
      await remove(world, at(`${key}-copy`));
    }
    await world.collectAll();
    expect(await blobNames(world)).toEqual([]);
    expect(await world.audit()).toEqual(clean);
    expect(world.alarms).toEqual([]);
  });

  it.each([
    ['the copy', 'two', 'd', 's'],
    ['the source', 'one', 's', 'd'],
  ])("disabling the key of %s leaves the other's bytes readable", async (_, keyId, locked, open) => {
    const { world, ring } = await openKeyWorld();
    await putAs(world, at('s'), bytesOf(700_000), kms('one'));
    await copyAs(world, at('s'), at('d'), kms('two'));
    expect(await blobNames(world)).toHaveLength(1);
    ring.disable(keyId);
    await expect(get(world, at(locked))).rejects.toEqual(isKeyFault('disabled'));
    expect(Buffer.compare(await get(world, at(open)), bytesOf(700_000))).toBe(0);
    await copyAs(world, at(open), at('third'), wanted['aes']);
    taken(world);
    await expect(copyAs(world, at(locked), at('fourth'), wanted['aes'])).rejects.toEqual(isKeyFault('disabled'));
    await expect(copyAs(world, at(locked), at('fourth'), undefined)).rejects.toEqual(isKeyFault('disabled'));
    await expect(copyAs(world, at(open), at('fourth'), kms(keyId))).rejects.toEqual(isKeyFault('disabled'));
    expect(taken(world)).toEqual(nothing);
    expect(await head(world, at('fourth'))).toBeUndefined();
    ring.enable(keyId);
    expect(await get(world, at(locked))).toHaveLength(700_000);
  });

  it('onto itself under a rotated key wraps anew, moves no byte, and plain onto itself as it is asks no ring', async () => {
    const { world, ring } = await openKeyWorld();
    const before = await putAs(world, at('k'), bytesOf(100_000), kms('one'));
    ring.rotate('one');
    taken(world);
    const { object } = await copyAs(world, at('k'), at('k'), kms('one'));
    expect(taken(world)).toEqual({ commits: ['+H +R +T -R'], blobCalls: [] });
    expect(object.encryption?.wrapped).not.toEqual(before.encryption?.wrapped);
    expect(Buffer.compare(await get(world, at('k')), bytesOf(100_000))).toBe(0);

    await put(world, at('p'), bytesOf(100_000));
    ring.calls.length = 0;
    await copyAs(world, at('p'), at('p'), undefined);
    expect(ring.calls).toEqual([]);
    // Encrypting in place: the plain bytes go.
    await copyAs(world, at('p'), at('p'), kms('one'));
    await world.collectAll();
    expect(await blobNames(world)).toHaveLength(2);
    expect(Buffer.compare(await get(world, at('p')), bytesOf(100_000))).toBe(0);
    expect(await world.audit()).toEqual(clean);
  });

  it('throws what decide throws, before a key is asked for, and again in the commit', async () => {
    const { world, ring } = await openKeyWorld();
    await putAs(world, at('s'), bytesOf(100_000), kms('one'));
    await put(world, at('p'), bytesOf(100_000));
    taken(world);
    ring.calls.length = 0;
    const refused = new Error('AccessDenied');
    for (const key of ['s', 'p']) {
      const refuse = () => {
        throw refused;
      };
      await expect(world.store.copyObject(at(key), at('d'), refuse, { encryption: kms('two') })).rejects.toBe(refused);
      expect(ring.calls).toEqual([]);
      let judged = 0;
      const refuseLast = () => {
        if (++judged > (key === 's' ? 1 : 2)) throw refused;
        return properties;
      };
      await expect(world.store.copyObject(at(key), at('d'), refuseLast, { encryption: kms('two') })).rejects.toBe(refused);
      ring.calls.length = 0;
    }
    expect(await head(world, at('d'))).toBeUndefined();
    await world.collectAll();
    expect(await blobNames(world)).toHaveLength(2);
    expect(await world.audit()).toEqual(clean);
  });

  it.each(names)('gives way to a source that is replaced by one that is %s while its key is unwrapped', async (kind) => {
    const { world, ring } = await openKeyWorld();
    await putAs(world, at('s'), bytesOf(100_000, 1), kms('one'));
    ring.during = async () => {
      ring.during = undefined;
      await putAs(world, at('s'), bytesOf(100_000, 2), wanted[kind]);
    };
    const { object, source } = await copyAs(world, at('s'), at('d'), kms('two'));
    expect(source.etag).toBe(md5(bytesOf(100_000, 2)));
    expect(object.etag).toBe(source.etag);
    await remove(world, at('s'));
    await world.collectAll();
    expect(Buffer.compare(await get(world, at('d')), bytesOf(100_000, 2))).toBe(0);
    expect(await world.audit()).toEqual(clean);
  });

  it('that writes anew goes on when its source is removed and collected meanwhile', async () => {
    const { world } = await openKeyWorld();
    await put(world, at('s'), bytesOf(900_000));
    world.beforeBlobGet = async () => {
      world.beforeBlobGet = undefined;
      await remove(world, at('s'));
      await world.collectAll();
    };
    await copyAs(world, at('s'), at('d'), kms('one'));
    await world.collectAll();
    expect(Buffer.compare(await get(world, at('d')), bytesOf(900_000))).toBe(0);
    expect(await blobNames(world)).toHaveLength(1);
    expect(await world.audit()).toEqual(clean);
  });

  it('that writes anew leaves nothing where the source is damaged, or its blob gone', async () => {
    const { world } = await openKeyWorld();
    await put(world, at('s'), bytesOf(900_000));
    await putAs(world, at('e'), bytesOf(900_000, 2), kms('one'));
    await world.blobs.remove(await blobNames(world));
    await expect(copyAs(world, at('s'), at('d'), kms('one'))).rejects.toMatchObject({ fault: 'corrupt' });
    await expect(copyAs(world, at('e'), at('d'), undefined)).rejects.toMatchObject({ fault: 'corrupt' });
    expect(world.alarms).toHaveLength(2);
    expect(await head(world, at('d'))).toBeUndefined();
    await world.collectAll();
    expect((await world.audit()).extra).toEqual([]);
    expect(await blobNames(world)).toEqual([]);
  });

  it('that writes anew is fenced by a later opening, which sweeps its pin and its blob', async () => {
    const { world } = await openKeyWorld();
    await put(world, at('s'), bytesOf(900_000));
    let later: World | undefined;
    world.beforeBlobGet = async () => {
      world.beforeBlobGet = undefined;
      later = await world.reopen();
      await later.collectAll();
    };
    await expect(copyAs(world, at('s'), at('d'), kms('one'))).rejects.toMatchObject({ fault: 'unavailable' });
    await later?.collectAll();
    expect(await blobNames(world)).toHaveLength(1);
    expect(await world.audit()).toEqual(clean);
    expect(Buffer.compare(await get(later as World, at('s')), bytesOf(900_000))).toBe(0);
  });

  it('of an appendable object is a Normal one under its own key, whose ETag is the MD5', async () => {
    const { world } = await openKeyWorld();
    for (const [from, to] of pairs) {
      const key = `${from}-${to}`;
      const parts = [bytesOf(30_000, 1), bytesOf(5_000, 2), bytesOf(300_000, 3)];
      for (const body of parts) await world.store.appendObject(at(key), body, () => properties, { encryption: wanted[from] });
      const { object } = await copyAs(world, at(key), at(`${key}-copy`), wanted[to]);
      const whole = Buffer.concat(parts);
      expect(object, key).toMatchObject({ type: 'Normal', etag: md5(whole), hashCrc64: crc64(whole) });
      expect(object.encryption?.keyId).toBe(wanted[to]?.keyId);
      expect(Buffer.compare(await get(world, at(`${key}-copy`)), whole), key).toBe(0);
      const { object: same } = await copyAs(world, at(key), at(key), wanted[to]);
      expect(same.type, key).toBe('Appendable');
      const more = await world.store.appendObject(at(key), bytesOf(10, 4), () => properties);
      expect(more.encryption, key).toEqual(same.encryption);
      expect(Buffer.compare(await get(world, at(key)), Buffer.concat([whole, bytesOf(10, 4)])), key).toBe(0);
    }
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
  });
});

describe('uploadPartCopy', () => {
  async function copyRange(world: World, source: ObjectAddress, encryption: Encryption | undefined, range: ByteRange | undefined) {
    const to = { ...(await initiateAs(world, at('d'), encryption)), partNumber: 1 };
    taken(world);
    const { part } = await world.store.uploadPartCopy(source, to, () => range);
    return { part, to };
  }

  it('has any range of any source, whichever of both is encrypted', async () => {
    const { world } = await openKeyWorld();
    const bodies = [bytesOf(600_000, 3), bytesOf(900, 4), new Uint8Array(), bytesOf(200_000, 5), bytesOf(1, 6), bytesOf(7, 7)];
    const sources: Record<string, Uint8Array> = { inline: bytesOf(5_000, 1), blob: bytesOf(1_300_000, 2), parts: Buffer.concat(bodies) };
    for (const name of names) {
      await putAs(world, at(`inline ${name}`), sources['inline'] as Uint8Array, wanted[name]);
      await putAs(world, at(`blob ${name}`), sources['blob'] as Uint8Array, wanted[name]);
      await putPartsAs(world, at(`parts ${name}`), bodies, wanted[name]);
    }
    const some = fc.record({
      source: fc.constantFrom(...Object.keys(sources)),
      pair: fc.constantFrom(...pairs),
      from: fc.nat(),
      length: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(some, async ({ source, pair: [from, to], ...drawn }) => {
        const bytes = sources[source] as Uint8Array;
        const offsetBytes = drawn.from % (bytes.length + 1);
        const lengthBytes = drawn.length % (bytes.length - offsetBytes + 1);
        const copied = bytes.subarray(offsetBytes, offsetBytes + lengthBytes);
        const { part, to: upload } = await copyRange(world, at(`${source} ${from}`), wanted[to], { offsetBytes, lengthBytes });
        expect(part).toMatchObject({ sizeBytes: lengthBytes, etag: md5(copied), hashCrc64: crc64(copied) });
        const isRewritten = (wanted[from] === undefined) !== (wanted[to] === undefined);
        if (!isRewritten) expect(world.blobCalls).not.toContain('put');
        expect((await complete(world, upload)).hashCrc64).toBe(crc64(copied));
        expect(Buffer.compare(await get(world, at('d')), copied)).toBe(0);
      }),
      { numRuns: 60 },
    );
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
    expect(world.alarms).toEqual([]);
  });

  it.each(pairs)('%s to %s writes these rows and calls the blob store so', async (from, to) => {
    const { world } = await openKeyWorld();
    await putAs(world, at('blob'), bytesOf(700_000), wanted[from]);
    await putAs(world, at('inline'), bytesOf(500), wanted[from]);
    const isSameKind = (wanted[from] === undefined) === (wanted[to] === undefined);
    // The whole object: its MD5 is known.
    await copyRange(world, at('blob'), wanted[to], undefined);
    const anew = { commits: ['+N +R', '+O +P +T -N -R'], blobCalls: ['put', 'get'] };
    expect(taken(world)).toEqual(isSameKind ? { commits: ['+O +P'], blobCalls: [] } : anew);
    // Inline bytes are encrypted anew where they stand.
    await copyRange(world, at('inline'), wanted[to], { offsetBytes: 3, lengthBytes: 50 });
    expect(taken(world)).toEqual({ commits: ['+P'], blobCalls: [] });
    if (!isSameKind) return;
    // A range is read for its MD5 once, whatever the keys.
    const range = { offsetBytes: 0, lengthBytes: 512 * 1024 };
    await copyRange(world, at('blob'), wanted[to], range);
    expect(taken(world)).toEqual({ commits: ['+N +R', '+O +P +T -N -R'], blobCalls: ['get'] });
    await copyRange(world, at('blob'), wanted[to], range);
    expect(taken(world)).toEqual({ commits: ['+O +P'], blobCalls: [] });
  });

  it('into one upload from sources of every kind makes one object under one key', async () => {
    const { world, ring } = await openKeyWorld();
    const to = await initiateAs(world, at('d'), kms('three'));
    const whole: Uint8Array[] = [];
    for (const [i, name] of [...names, ...names].entries()) {
      const bytes = bytesOf(i % 2 === 0 ? 300_000 : 2_000, i);
      await putAs(world, at(name), bytes, wanted[name]);
      await world.store.uploadPartCopy(at(name), { ...to, partNumber: i + 1 }, () => undefined);
      whole.push(bytes);
    }
    await world.store.uploadPart({ ...to, partNumber: 9 }, bytesOf(40_000, 9), () => {});
    await complete(world, to);
    for (const name of names) await remove(world, at(name));
    await world.collectAll();
    for (const keyId of ['service', 'one', 'two']) ring.disable(keyId);
    expect(Buffer.compare(await get(world, at('d')), Buffer.concat([...whole, bytesOf(40_000, 9)]))).toBe(0);
    ring.disable('three');
    await expect(get(world, at('d'))).rejects.toEqual(isKeyFault('disabled'));
    await remove(world, at('d'));
    await world.collectAll();
    expect(await blobNames(world)).toEqual([]);
    expect(await world.audit()).toEqual(clean);
  });

  it('with a key that cannot be used is refused, with nothing written', async () => {
    const { world, ring } = await openKeyWorld();
    await putAs(world, at('s'), bytesOf(100_000), kms('one'));
    const to = { ...(await initiateAs(world, at('d'), kms('two'))), partNumber: 1 };
    taken(world);
    for (const keyId of ['one', 'two']) {
      ring.disable(keyId);
      await expect(world.store.uploadPartCopy(at('s'), to, () => undefined)).rejects.toEqual(isKeyFault('disabled'));
      ring.enable(keyId);
    }
    expect(taken(world)).toEqual(nothing);
    await world.store.uploadPartCopy(at('s'), to, () => undefined);
  });
});
