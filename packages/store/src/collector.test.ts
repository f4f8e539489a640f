import { describe, expect, it } from 'vitest';
import { untilDueMs } from './collector.ts';
import type { Engine } from './engine.ts';
import { decideDue, decideQuarantine } from './gc.ts';
import type { Manifest } from './rows/manifest-row.ts';
import {
  at,
  blobNames,
  bytesOf,
  clean,
  copy,
  get,
  openBucketWorld,
  properties,
  put,
  putParts,
  remove,
  takeCommits,
  type World,
} from './world.test.support.ts';

const pieces: Manifest = { kind: 'pieces', pieces: [] };
const parts: Manifest = { kind: 'parts', numbers: Uint16Array.of(1), sizesBytes: Float64Array.of(1), crc64: BigUint64Array.of(1n) };

describe('what becomes of a manifest', () => {
  it.each([
    [{ isHeld: false, exists: true, isQuarantined: false }, 'quarantine'],
    [{ isHeld: true, exists: true, isQuarantined: false }, 'forget'],
    [{ isHeld: false, exists: false, isQuarantined: false }, 'forget'],
    [{ isHeld: false, exists: true, isQuarantined: true }, 'forget'],
  ] as const)('that lost a holder: %j: %s', (seen, decision) => expect(decideQuarantine(seen)).toBe(decision));

  const quarantine = { sinceMs: 1, state: 'quarantined' } as const;
  const removing = { sinceMs: 1, state: 'removing' } as const;
  it.each([
    ['of pieces, not held', { quarantine, isHeld: false, manifest: pieces }, 'remove'],
    ['held after all', { quarantine, isHeld: true, manifest: pieces }, 'alarm'],
    ['of parts', { quarantine, isHeld: false, manifest: parts }, 'mark-removing'],
    ['of parts, marked', { quarantine: removing, isHeld: false, manifest: parts }, 'remove-parts'],
    ['gone', { quarantine, isHeld: false, manifest: undefined }, 'forget'],
    ['out of quarantine', { quarantine: undefined, isHeld: false, manifest: pieces }, 'forget'],
  ] as const)('whose quarantine is over: %s: %#', (_, seen, decision) => expect(decideDue(seen)).toBe(decision));
});

async function hold(world: World, isSet: boolean): Promise<void> {
  await world.kv.commit({ checks: [], writes: [{ key: Buffer.from('X'), value: isSet ? Buffer.of(1) : undefined }] });
}

describe('collect', () => {
  it('keeps what nothing holds for the quarantine, and then removes it with its bytes', async () => {
    const world = await openBucketWorld({ quarantineMs: 5_000 });
    await put(world, at('k'), bytesOf(30_000));
    await remove(world, at('k'));
    await world.store.collect();
    world.clock.advance(4_999);
    await world.store.collect();
    expect(await blobNames(world)).toHaveLength(1);
    world.clock.advance(1);
    await world.store.collect();
    expect(await blobNames(world)).toEqual([]);
    expect(await world.audit()).toEqual(clean);
  });

  it('tells when the next quarantine is over', async () => {
    const world = await openBucketWorld({ quarantineMs: 5_000 });
    const engine = { kv: world.kv, clock: world.clock, quarantineMs: 5_000 } as unknown as Engine;
    expect(await untilDueMs(engine)).toBeUndefined();
    await put(world, at('k'), bytesOf(30_000));
    await remove(world, at('k'));
    await world.store.collect();
    world.clock.advance(1_000);
    expect(await untilDueMs(engine)).toBe(4_000);
    world.clock.advance(10_000);
    expect(await untilDueMs(engine)).toBe(0);
  });

  it('takes many small steps and leaves no row behind', async () => {
    const world = await openBucketWorld();
    for (let i = 0; i < 300; i++) await put(world, at(`k${i}`), bytesOf(i % 2 === 0 ? 10 : 20_000, i));
    for (let i = 0; i < 300; i++) await remove(world, at(`k${i}`));
    await world.collectAll();
    expect(await blobNames(world)).toEqual([]);
    for (const tag of 'MROTQDCP') {
      expect([tag, await world.kv.scan({ from: Buffer.from(tag), to: Buffer.from([tag.charCodeAt(0) + 1]), limit: 10 })]).toEqual([
        tag,
        [],
      ]);
    }
  });

  it('removes an object of parts by marking it, then its pages, then itself; stopped at any of these, it goes on', async () => {
    const world = await openBucketWorld();
    await putParts(world, at('m'), [bytesOf(20_000, 1), bytesOf(20_000, 2)]);
    await remove(world, at('m'));
    await world.store.collect();
    world.clock.advance(1_001);
    takeCommits(world);
    for (let stopAt = 1; stopAt < 10; stopAt++) {
      let count = 0;
      world.beforeCommit = async () => {
        if (++count === 2) throw new Error('killed');
      };
      const collected = await world.store.collect().then(
        () => true,
        () => false,
      );
      if (collected) break;
    }
    world.beforeCommit = undefined;
    await world.store.collect();
    const commits = takeCommits(world).filter((rows) => /[MQP]/.test(rows));
    expect(commits).toEqual(['+Q', '+T -O*2 -P*2', '-D -M -Q']);
    expect(await blobNames(world)).toEqual([]);
    expect(await world.audit()).toEqual(clean);
  });

  it('removes no blob while hold is set, and goes on with all else', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    for (const key of ['a', 'b']) await put(world, at(key), bytesOf(30_000));
    await hold(world, true);
    await remove(world, at('a'));
    await world.collectAll();
    await remove(world, at('b'));
    await world.collectAll();
    expect(await blobNames(world)).toHaveLength(2);
    expect(await world.kv.scan({ from: Buffer.from('M'), to: Buffer.from('N'), limit: 10 })).toEqual([]);
    await hold(world, false);
    await world.store.collect();
    expect(await blobNames(world)).toEqual([]);
    expect(await world.audit()).toEqual(clean);
  });

  it('tries again what failed, does the rest meanwhile, and throws the failure', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    for (const key of ['a', 'b']) await put(world, at(key), bytesOf(30_000));
    const remove_ = world.blobs.remove.bind(world.blobs);
    const [first] = await blobNames(world);
    Object.assign(world.blobs, {
      remove: async (names: readonly string[]) => {
        if (names.includes(first ?? '')) throw new Error('disk error');
        await remove_(names);
      },
    });
    for (const key of ['a', 'b']) await remove(world, at(key));
    await expect(world.store.collect()).rejects.toThrow('disk error');
    expect(await blobNames(world)).toEqual([first]);
    Object.assign(world.blobs, { remove: remove_ });
    await world.store.collect();
    expect(await blobNames(world)).toEqual([]);
    expect(await world.audit()).toEqual(clean);
  });

  it('raises an alarm for a manifest in quarantine that has a holder, and removes nothing', async () => {
    const world = await openBucketWorld();
    await put(world, at('k'), bytesOf(30_000));
    const rows = await world.kv.scan({ from: Buffer.from('R'), to: Buffer.from('S'), limit: 1 });
    await remove(world, at('k'));
    await world.store.collect();
    // What cannot be: a holder out of nothing.
    await world.kv.commit({ checks: [], writes: rows.map(({ key, value }) => ({ key, value })) });
    world.clock.advance(2_000);
    await world.store.collect();
    expect(world.alarms).toMatchObject([{ message: expect.stringContaining('has a holder') }]);
    expect(await blobNames(world)).toHaveLength(1);
  });

  it('sees a manifest that loses holders over and over once', async () => {
    const world = await openBucketWorld();
    await put(world, at('k'), bytesOf(30_000));
    for (let i = 0; i < 5; i++) {
      await copy(world, at('k'), at('l'));
      await remove(world, at('l'));
    }
    await remove(world, at('k'));
    await world.store.collect();
    expect(await world.kv.scan({ from: Buffer.from('Q'), to: Buffer.from('R'), limit: 10 })).toHaveLength(1);
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
  });
});

describe('statistics', () => {
  it('are sums of all that was committed, before and after they are folded', async () => {
    const world = await openBucketWorld();
    await put(world, at('a'), bytesOf(10), { storageClass: 'IA' });
    await put(world, at('b'), bytesOf(30_000));
    await copy(world, at('b'), at('c'));
    const { id: uploadId } = await world.store.initiateUpload(at('m'), () => properties);
    await world.store.uploadPart({ ...at('m'), uploadId, partNumber: 1 }, bytesOf(5), () => {});
    await remove(world, at('b'));
    const expected = {
      storageBytes: 30_010,
      objectCount: 2,
      multipartUploadCount: 1,
      multipartPartCount: 1,
      deleteMarkerCount: 0,
      byStorageClass: { IA: { storageBytes: 10, objectCount: 1 }, Standard: { storageBytes: 30_000, objectCount: 1 } },
    };
    expect(await world.store.getBucketStatistics('b')).toEqual({ ...expected, asOfMs: world.clock.now() });
    await world.store.collect();
    expect(await world.kv.scan({ from: Buffer.from('C'), to: Buffer.from('D'), limit: 10 })).toEqual([]);
    expect(await world.store.getBucketStatistics('b')).toMatchObject(expected);
    expect(await world.store.getBucketStatistics('nowhere')).toBeUndefined();
  });

  it('of a deleted bucket are dropped', async () => {
    const world = await openBucketWorld();
    const { id: uploadId } = await world.store.initiateUpload(at('m'), () => properties);
    await world.store.uploadPart({ ...at('m'), uploadId, partNumber: 1 }, bytesOf(5), () => {});
    await world.store.abortUpload({ ...at('m'), uploadId }, () => {});
    expect(await world.store.deleteBucket('b', () => {})).toBe('deleted');
    await world.collectAll();
    for (const tag of 'CSPT') {
      expect(await world.kv.scan({ from: Buffer.from(tag), to: Buffer.from([tag.charCodeAt(0) + 1]), limit: 10 })).toEqual([]);
    }
  });

  it('of many changes are folded in some commits', async () => {
    const world = await openBucketWorld();
    for (let i = 0; i < 2_500; i++) await put(world, at('k'), bytesOf(i % 5));
    await world.store.collect();
    expect(takeCommits(world).filter((rows) => rows.includes('+S')).length).toBeLessThan(6);
    expect(await world.store.getBucketStatistics('b')).toMatchObject({ objectCount: 1, storageBytes: 4 });
    expect(await get(world, at('k'))).toHaveLength(4);
  });
});
