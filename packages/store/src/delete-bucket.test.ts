import { describe, expect, it } from 'vitest';
import {
  at,
  bucketProperties,
  bytesOf,
  clean,
  copy,
  get,
  head,
  openBucketWorld,
  properties,
  put,
  remove,
  rowsOf,
  setVersioning,
  takeCommits,
} from './world.test.support.ts';

describe('deleteBucket', () => {
  it('closes, looks and deletes', async () => {
    const world = await openBucketWorld();
    expect(await world.store.deleteBucket('b', () => {})).toBe('deleted');
    expect(takeCommits(world)).toEqual(['+B', '-B -S']);
    expect(await world.store.getBucket('b')).toBeUndefined();
  });

  it('asks decide, also of a bucket that is not there', async () => {
    const world = await openBucketWorld();
    const refuse = () => {
      throw new Error('AccessDenied');
    };
    await expect(world.store.deleteBucket('b', refuse)).rejects.toThrow('AccessDenied');
    const seen: unknown[] = [];
    await world.store.deleteBucket('c', (bucket) => seen.push(bucket));
    expect(seen).toEqual([undefined]);
    expect(takeCommits(world)).toEqual([]);
  });

  it.each(['an object', 'an upload', 'a delete marker', 'older versions'])(
    'of a bucket with %s answers not-empty, and the bucket goes on',
    async (what) => {
      const world = await openBucketWorld();
      if (what === 'a delete marker' || what === 'older versions') await setVersioning(world, 'Enabled');
      if (what === 'an object' || what === 'older versions') await put(world, at('k'), bytesOf(1));
      if (what === 'a delete marker' || what === 'older versions') await remove(world, at('k'));
      if (what === 'an upload') await world.store.initiateUpload(at('k'), () => properties);
      expect(await world.store.deleteBucket('b', () => {})).toBe('not-empty');
      await put(world, at('l'), bytesOf(2));
      expect(await get(world, at('l'))).toHaveLength(2);
      expect(await world.audit()).toEqual(clean);
    },
  );

  const writers = {
    put: async (world: Awaited<ReturnType<typeof openBucketWorld>>) => void (await put(world, at('k'), bytesOf(1))),
    copy: async (world: Awaited<ReturnType<typeof openBucketWorld>>) => void (await copy(world, at('s', 'other'), at('k'))),
    initiate: async (world: Awaited<ReturnType<typeof openBucketWorld>>) =>
      void (await world.store.initiateUpload(at('k'), () => properties)),
    'delete marker': async (world: Awaited<ReturnType<typeof openBucketWorld>>) => void (await remove(world, at('k'))),
    append: async (world: Awaited<ReturnType<typeof openBucketWorld>>) =>
      void (await world.store.appendObject(at('k'), bytesOf(1), () => properties)),
  };
  it.each(Object.keys(writers) as (keyof typeof writers)[])(
    'meets a %s between its look and its end: it lives, in a bucket',
    async (writer) => {
      const world = await openBucketWorld();
      await world.store.putBucket('other', () => bucketProperties);
      await put(world, at('s', 'other'), bytesOf(1));
      if (writer === 'delete marker') await setVersioning(world, 'Enabled');
      let closed = false;
      world.beforeCommit = async (commit) => {
        // The second commit of the deletion: it has looked already.
        if (!closed) closed = rowsOf(commit) === '+B';
        else {
          world.beforeCommit = undefined;
          await writers[writer](world);
        }
      };
      expect(await world.store.deleteBucket('b', () => {})).toBe('not-empty');
      expect(await world.store.getBucket('b')).toBeDefined();
      expect(await world.audit()).toEqual(clean);
    },
  );

  it('wins over a put that had read before it closed: that one sees no bucket', async () => {
    const world = await openBucketWorld();
    world.beforeCommit = async () => {
      world.beforeCommit = undefined;
      await world.store.deleteBucket('b', () => {});
    };
    const putting = world.store.putObject(at('k'), bytesOf(1), ({ bucket }) => {
      if (bucket === undefined) throw new Error('NoSuchBucket');
      return properties;
    });
    await expect(putting).rejects.toThrow('NoSuchBucket');
  });

  it('that died after it closed leaves a bucket that works, and that can be deleted', async () => {
    const world = await openBucketWorld();
    world.beforeCommit = async (commit) => {
      if (rowsOf(commit) === '-B -S') throw new Error('killed');
    };
    await expect(world.store.deleteBucket('b', () => {})).rejects.toThrow('killed');
    const later = await world.reopen();
    expect(await later.store.getBucket('b')).toBeDefined();
    await put(later, at('k'), bytesOf(1));
    expect(await head(later, at('k'))).toBeDefined();
    expect(await later.store.deleteBucket('b', () => {})).toBe('not-empty');
    await remove(later, at('k'));
    expect(await later.store.deleteBucket('b', () => {})).toBe('deleted');
  });

  it('of many at the same time says deleted to at least one, and to nobody that it is not empty', async () => {
    const world = await openBucketWorld();
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => world.store.deleteBucket('b', () => {})));
    expect(outcomes).toContain('deleted');
    expect(await world.store.getBucket('b')).toBeUndefined();
  });
});
