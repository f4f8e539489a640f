import { describe, expect, it } from 'vitest';
import type { Write } from './kv/key-value.ts';
import { allOf, holderKey, under } from './rows/keys.ts';
import { decodeVersion, encodeVersion, isMarkerRow } from './rows/object-row.ts';
import { pinRecord } from './rows/reference-row.ts';
import {
  at,
  blobNames,
  bytesOf,
  clean,
  copy,
  openBucketWorld,
  properties,
  put,
  putParts,
  remove,
  setVersioning,
  type World,
} from './world.test.support.ts';

async function world(): Promise<World> {
  const world = await openBucketWorld();
  await put(world, at('k'), bytesOf(30_000, 1));
  await copy(world, at('k'), at('l'));
  await putParts(world, at('m'), [bytesOf(30_000, 2), bytesOf(30_000, 3)]);
  await put(world, at('n'), bytesOf(30_000, 4));
  await remove(world, at('n'));
  // Its rows come after those of the object of parts: ids begin with the time.
  world.clock.advance(1);
  const { id: uploadId } = await world.store.initiateUpload(at('u'), () => properties);
  await world.store.uploadPart({ ...at('u'), uploadId, partNumber: 1 }, bytesOf(30_000, 5), () => {});
  return world;
}

async function firstOf(world: World, tag: string) {
  const [row] = await world.kv.scan({ from: Buffer.from(tag), to: Buffer.from([tag.charCodeAt(0) + 1]), limit: 1 });
  if (row === undefined) throw new Error(`no row ${tag}`);
  return row;
}

async function drop(world: World, tag: string): Promise<void> {
  const { key } = await firstOf(world, tag);
  await world.kv.commit({ checks: [], writes: [{ key, value: undefined }] });
}

async function add(world: World, tag: string): Promise<void> {
  const { key, value } = await firstOf(world, tag);
  const changed = Buffer.from(key);
  changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
  await world.kv.commit({ checks: [], writes: [{ key: changed, value }] });
}

describe('audit', () => {
  it('has nothing to say of a store at rest, before and after it was collected', async () => {
    const store = await world();
    expect(await store.audit()).toEqual(clean);
    await store.store.collect();
    expect(await store.audit()).toEqual(clean);
    await store.collectAll();
    expect(await store.audit()).toEqual(clean);
  });

  it.each(['R', 'O', 'M', 'P', 'B'])('misses a row %s that something live needs', async (tag) => {
    const store = await world();
    // What was removed has gone: any row that is left is one of something live.
    await store.collectAll();
    await drop(store, tag);
    expect((await store.audit()).missing).not.toEqual([]);
  });

  it.each(['R', 'O', 'M', 'N', 'D'])('shows a row %s that nothing needs', async (tag) => {
    const store = await world();
    await store.store.collect();
    if (tag === 'N')
      await store.kv.commit({
        checks: [],
        writes: [
          {
            key: Buffer.concat([Buffer.from('N'), Buffer.alloc(32)]),
            value: pinRecord.encode({ manifest: '0'.repeat(32), process: '0'.repeat(32) }),
          },
        ],
      });
    else await add(store, tag);
    expect((await store.audit()).extra).not.toEqual([]);
  });

  describe('of versions', () => {
    /** Of `v`: the null version, one with an id, and a delete marker above both. */
    async function versionedWorld(): Promise<World> {
      const store = await world();
      await put(store, at('v'), bytesOf(30_000, 6));
      await setVersioning(store, 'Enabled');
      await put(store, at('v'), bytesOf(30_000, 7));
      await remove(store, at('v'));
      return store;
    }

    async function rowsOfVersions(store: World) {
      const [newer, older] = await store.kv.scan({ ...under(allOf('version'), 2) });
      const heads = await store.kv.scan(under(allOf('head'), 100));
      const head = heads.find(isMarkerRow);
      if (newer === undefined || older === undefined || head === undefined) throw new Error('there are three versions');
      return { newer, older, head };
    }

    const change = (store: World, ...writes: readonly Write[]) => store.kv.commit({ checks: [], writes });

    it('has nothing to say of them at rest', async () => {
      const store = await versionedWorld();
      expect(await store.audit()).toEqual(clean);
      await store.collectAll();
      expect(await store.audit()).toEqual(clean);
    });

    it('misses a head, the null version that it names, and a name of one that is there', async () => {
      for (const what of ['the head', 'the null version', 'its name'] as const) {
        const store = await versionedWorld();
        const { older, head } = await rowsOfVersions(store);
        if (what === 'the head') await change(store, { key: head.key, value: undefined });
        else if (what === 'the null version') await change(store, { key: older.key, value: undefined });
        else await change(store, { key: head.key, value: encodeVersion({ ...decodeVersion(head), nullOrder: undefined }) });
        expect((await store.audit()).missing, what).toHaveLength(1);
      }
    });

    it('shows a version that is newer than the head, and a second null version', async () => {
      const store = await versionedWorld();
      const { newer, head } = await rowsOfVersions(store);
      const { order } = decodeVersion(head);
      await change(store, { key: Buffer.concat([newer.key.subarray(0, -8), Buffer.alloc(8)]), value: newer.value });
      expect((await store.audit()).extra).toEqual([expect.stringContaining('version ')]);
      await change(store, { key: head.key, value: encodeVersion({ order, object: await nullObject(store) }) });
      expect((await store.audit()).extra).toContainEqual(expect.stringContaining('second null version'));
    });

    it('misses the holder of an older version, and counts markers', async () => {
      const store = await versionedWorld();
      const { newer } = await rowsOfVersions(store);
      const { object } = decodeVersion(newer);
      if (object === undefined) throw new Error('it is an object');
      await change(store, { key: holderKey(object.manifest, object.holder), value: undefined });
      expect((await store.audit()).missing).toEqual([expect.stringContaining('reference')]);
      await store.store.collect();
      await drop(store, 'S');
      expect((await store.audit()).miscounted).toEqual([expect.stringMatching(/^bucket/)]);
    });

    async function nullObject(store: World) {
      const { existing } = await store.store.headObject({ ...at('v'), versionId: 'null' });
      if (existing === undefined) throw new Error('there is a null version');
      return existing;
    }
  });

  it('shows a queue that was lost', async () => {
    const store = await world();
    await drop(store, 'T');
    await drop(store, 'T');
    expect((await store.audit()).extra).not.toEqual([]);
  });

  it('misses a blob, and shows one that nobody owns', async () => {
    const store = await world();
    const [name] = await blobNames(store);
    await store.blobs.remove([name ?? '']);
    await store.blobs.put('stray/00000001/1', one());
    const report = await store.audit();
    expect(report.missing).toEqual([`blob ${name}`]);
    expect(report.extra).toEqual(['blob stray/00000001/1']);
  });

  it.each(['S', 'C'])('counts what the statistics should be: a row %s is lost', async (tag) => {
    const store = await world();
    if (tag === 'S') await store.store.collect();
    await drop(store, tag);
    expect((await store.audit()).miscounted).toHaveLength(1);
  });
});

async function* one() {
  yield bytesOf(5);
}
