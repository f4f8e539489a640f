import { createHash } from 'node:crypto';
import { crc64 } from '@ossature/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoredObject } from './store.ts';
import { at, blobNames, bytesOf, clean, copy, get, head, openBucketWorld, properties, put, type World } from './world.test.support.ts';

function append(world: World, bytes: Uint8Array, position?: number): Promise<StoredObject> {
  return world.store.appendObject(at('k'), bytes, ({ existing, appended }) => {
    expect(appended).toMatchObject({ sizeBytes: bytes.length, hashCrc64: crc64(bytes), type: 'Appendable' });
    if (existing !== undefined && existing.type !== 'Appendable') throw new Error('ObjectNotAppendable');
    if (position !== undefined && position !== (existing?.sizeBytes ?? 0)) throw new Error('PositionNotEqualToLength');
    return existing ?? properties;
  });
}

describe('appendObject', () => {
  it('makes an Appendable object, and another ETag each time', async () => {
    const world = await openBucketWorld();
    const first = await append(world, Buffer.from('one '), 0);
    expect(first).toMatchObject({ ...properties, type: 'Appendable', sizeBytes: 4, etag: expect.stringMatching(/^[0-9A-F]{32}$/) });
    world.clock.advance(1_000);
    const second = await append(world, Buffer.from('two'), 4);
    expect(second).toMatchObject({ sizeBytes: 7, hashCrc64: crc64(Buffer.from('one two')), lastModifiedMs: world.clock.now() });
    expect(second.etag).not.toBe(first.etag);
    expect(Buffer.from(await get(world, at('k'))).toString()).toBe('one two');
  });

  it('holds what was appended, whatever the sizes', async () => {
    const size = fc.oneof(fc.nat(300), fc.integer({ min: 5_000, max: 17_000 }), fc.integer({ min: 16_000, max: 700_000 }));
    await fc.assert(
      fc.asyncProperty(fc.array(size, { minLength: 1, maxLength: 12 }), async (sizes) => {
        const world = await openBucketWorld();
        const bodies = sizes.map((size, i) => bytesOf(size, i));
        for (const body of bodies) await append(world, body);
        const bytes = Buffer.concat(bodies);
        expect(Buffer.compare(await get(world, at('k')), bytes)).toBe(0);
        expect(await head(world, at('k'))).toMatchObject({ sizeBytes: bytes.length, hashCrc64: crc64(bytes) });
        await world.collectAll();
        expect(await world.audit()).toEqual(clean);
        expect(world.alarms).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('keeps small pieces inline until they are worth a blob', async () => {
    const world = await openBucketWorld();
    for (let i = 0; i < 16; i++) await append(world, bytesOf(1_024, i));
    expect(await blobNames(world)).toEqual([]);
    await append(world, bytesOf(1, 16));
    expect(await blobNames(world)).toHaveLength(1);
    expect(await head(world, at('k'))).toMatchObject({ sizeBytes: 16 * 1_024 + 1 });
  });

  it('joins blobs, so that few are left of many appends, and none is written again often', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    const bodies = Array.from({ length: 600 }, (_, i) => bytesOf(16 * 1_024 + 1 + (i % 3), i % 7));
    for (const body of bodies) await append(world, body);
    await world.collectAll();
    expect((await blobNames(world)).length).toBeLessThan(25);
    expect(world.blobCalls.filter((call) => call === 'put').length).toBeLessThan(1.2 * bodies.length);
    expect(Buffer.compare(await get(world, at('k')), Buffer.concat(bodies))).toBe(0);
    expect(await world.audit()).toEqual(clean);
  });

  it('of nothing changes nothing', async () => {
    const world = await openBucketWorld();
    const before = await append(world, bytesOf(5));
    world.clock.advance(1_000);
    expect(await append(world, new Uint8Array(), 5)).toEqual(before);
    expect(await head(world, at('k'))).toEqual(before);
  });

  it('of many at the same position lets one win, and keeps no blob of the others', async () => {
    const world = await openBucketWorld();
    const results = await Promise.allSettled(Array.from({ length: 8 }, (_, i) => append(world, bytesOf(20_000, i), 0)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await blobNames(world)).toHaveLength(1);
    expect(await world.audit()).toEqual(clean);
  });

  it('of many at any position appends all of them once', async () => {
    const world = await openBucketWorld();
    const bodies = Array.from({ length: 8 }, (_, i) => Buffer.alloc(9_000, 65 + i));
    await Promise.all(bodies.map((body) => append(world, body)));
    const bytes = Buffer.from(await get(world, at('k')));
    const found = Array.from({ length: 8 }, (_, i) => bytes.subarray(9_000 * i, 9_000 * (i + 1)));
    expect(found.map((run) => bodies.findIndex((body) => body.equals(run))).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
  });

  it('leaves the copies that were made before as they were', async () => {
    const world = await openBucketWorld();
    await append(world, bytesOf(20_000, 1));
    await copy(world, at('k'), at('copy'));
    await append(world, bytesOf(20_000, 2));
    await put(world, at('k'), bytesOf(1));
    await world.collectAll();
    expect(Buffer.compare(await get(world, at('copy')), bytesOf(20_000, 1))).toBe(0);
    const etag = createHash('md5').update(bytesOf(20_000, 1)).digest('hex').toUpperCase();
    expect(await head(world, at('copy'))).toMatchObject({ type: 'Normal', etag });
    expect(await world.audit()).toEqual(clean);
  });

  it('throws what decide throws, and keeps nothing', async () => {
    const world = await openBucketWorld();
    await put(world, at('k'), bytesOf(3));
    await expect(append(world, bytesOf(20_000))).rejects.toThrow('ObjectNotAppendable');
    expect(await blobNames(world)).toEqual([]);
  });
});
