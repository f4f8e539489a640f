/** The named family of suspended versioning: every write over every state that a key can be in, and what meets it. */
import { describe, expect, it } from 'vitest';
import type { Target } from './store.ts';
import {
  at,
  blobNames,
  bytesOf,
  enabledWorld,
  get,
  idsOf,
  isAtRest,
  meanwhile,
  named,
  openBucketWorld,
  properties,
  put,
  remove,
  setVersioning,
  versions,
  type World,
} from './world.test.support.ts';

/** What stands before, by the sizes of the versions; the last one written is the null version or a marker of it, where the state says so. */
const states: Readonly<Record<string, (world: World) => Promise<unknown>>> = {
  nothing: async () => {},
  'the null version': (world) => put(world, at('k'), bytesOf(20_000, 1)),
  'a version over the null version': async (world) => {
    await put(world, at('k'), bytesOf(20_000, 1));
    await setVersioning(world, 'Enabled');
    await put(world, at('k'), bytesOf(20_000, 2));
  },
  'versions, the null one between them': async (world) => {
    await setVersioning(world, 'Enabled');
    await put(world, at('k'), bytesOf(20_000, 3));
    await setVersioning(world, 'Suspended');
    await put(world, at('k'), bytesOf(20_000, 1));
    await setVersioning(world, 'Enabled');
    await put(world, at('k'), bytesOf(20_000, 2));
    await put(world, at('k'), bytesOf(20_000, 4));
  },
  'versions without a null one': async (world) => {
    await setVersioning(world, 'Enabled');
    await put(world, at('k'), bytesOf(20_000, 3));
    await put(world, at('k'), bytesOf(20_000, 4));
  },
  'a null marker': async (world) => {
    await put(world, at('k'), bytesOf(20_000, 1));
    await setVersioning(world, 'Suspended');
    await remove(world, at('k'));
  },
  'a version over a null marker': async (world) => {
    await states['a null marker']?.(world);
    await setVersioning(world, 'Enabled');
    await put(world, at('k'), bytesOf(20_000, 2));
  },
  'a marker with an id over the null version': async (world) => {
    await put(world, at('k'), bytesOf(20_000, 1));
    await setVersioning(world, 'Enabled');
    await remove(world, at('k'));
  },
};

const told: Target[] = [];
const telling = (target: Target) => {
  told.push(target);
  return properties;
};
const writes: Readonly<Record<string, (world: World) => Promise<unknown>>> = {
  put: (world) => world.store.putObject(at('k'), bytesOf(20_000, 9), telling),
  'copy from elsewhere': (world) => world.store.copyObject(at('s'), at('k'), telling),
  'copy onto itself': (world) =>
    world.store.copyObject(at('k'), at('k'), (rows) => {
      if (rows.source === undefined) throw new Error('NoSuchKey');
      return telling(rows);
    }),
  link: (world) => world.store.putSymlink(at('k'), 'target', telling),
  remove: (world) => world.store.removeObject(at('k'), telling),
};

describe('suspended versioning', () => {
  for (const [state, make] of Object.entries(states)) {
    it.each(Object.keys(writes))(`over ${state}: %s leaves one null version, on top, and all others`, async (write) => {
      const world = await openBucketWorld({ quarantineMs: 0 });
      await put(world, at('s'), bytesOf(20_000, 8));
      await make(world);
      await setVersioning(world, 'Suspended');
      const before = await versions(world, 'k');
      const nullBefore = before.find(({ object, marker }) => (object ?? marker).versionId === 'null');
      const [current] = before;
      told.length = 0;
      const written = await (writes[write] as (world: World) => Promise<unknown>)(world).catch((error: Error) => error.message);
      if (write === 'copy onto itself' && current?.object === undefined) {
        expect([written, await versions(world, 'k')]).toEqual(['NoSuchKey', before]);
        return;
      }
      const after = await versions(world, 'k');
      const ids = after.map(({ object, marker }) => (object ?? marker).versionId);
      expect(ids).toEqual(['null', ...before.map(({ object, marker }) => (object ?? marker).versionId).filter((id) => id !== 'null')]);
      expect(after.map(({ isLatest }) => isLatest)).toEqual(ids.map((_, i) => i === 0));
      expect(after[0]?.marker !== undefined).toBe(write === 'remove');
      // Told before: what stands, and the object that goes for good.
      expect(told.map(({ existing, marker, replaced }) => [existing, marker, replaced])).toEqual([
        [current?.object, current?.marker, nullBefore?.object],
      ]);
      await isAtRest(world);
      for (const { object } of after) if (object !== undefined) await get(world, named('k', object.versionId));
    });
  }

  it('an append goes on with a version that has an id, and replaces a null marker', async () => {
    const world = await enabledWorld();
    const append = (size: number) => world.store.appendObject(at('k'), bytesOf(size), ({ existing }) => existing ?? properties);
    const first = await append(10);
    await setVersioning(world, 'Suspended');
    expect((await append(5)).versionId).toBe(first.versionId);
    await remove(world, at('k'));
    expect(await append(7)).toMatchObject({ versionId: 'null', sizeBytes: 7 });
    expect(await idsOf(world)).toEqual(['null', first.versionId]);
    await isAtRest(world);
  });

  it('a null version that another write replaces between look and commit is not removed twice', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    await states['a version over the null version']?.(world);
    await setVersioning(world, 'Suspended');
    meanwhile(world, () => put(world, at('k'), bytesOf(20_000, 5)));
    await put(world, at('k'), bytesOf(20_000, 6));
    expect(await idsOf(world)).toHaveLength(2);
    await isAtRest(world);
    expect(await blobNames(world)).toHaveLength(2);
  });

  it('a switch of versioning between look and commit is obeyed', async () => {
    const world = await enabledWorld();
    await put(world, at('k'), bytesOf(1));
    meanwhile(world, () => setVersioning(world, 'Suspended'));
    expect((await put(world, at('k'), bytesOf(2))).versionId).toBe('null');
    meanwhile(world, () => setVersioning(world, 'Enabled'));
    const { marker } = await remove(world, at('k'));
    expect(marker?.versionId).not.toBe('null');
    expect(await idsOf(world)).toHaveLength(3);
    await isAtRest(world);
  });
});
