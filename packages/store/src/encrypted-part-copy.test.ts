import { crc64 } from '@ossature/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  initiateAs,
  isKeyFault,
  kms,
  md5,
  names,
  nothing,
  openKeyWorld,
  pairs,
  putAs,
  putPartsAs,
  taken,
  wanted,
} from './encrypted-world.test.support.ts';
import type { ByteRange, Encryption, ObjectAddress } from './store.ts';
import { at, blobNames, bytesOf, clean, complete, get, remove, type World } from './world.test.support.ts';

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
