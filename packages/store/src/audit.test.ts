import { describe, expect, it } from 'vitest';
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
  type World,
} from './world.test.support.ts';

async function world(): Promise<World> {
  const world = await openBucketWorld();
  await put(world, at('k'), bytesOf(30_000, 1));
  await copy(world, at('k'), at('l'));
  await putParts(world, at('m'), [bytesOf(30_000, 2), bytesOf(30_000, 3)]);
  await put(world, at('n'), bytesOf(30_000, 4));
  await remove(world, at('n'));
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
