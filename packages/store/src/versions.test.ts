/** What each operation does where versioning is enabled or suspended; the histories that meet each other are in `version-families.test.ts`. */
import { describe, expect, it } from 'vitest';
import type { ListedVersion, Source, StoredObject, Target, Versioning } from './store.ts';
import { parseVersionId, versionIdOf } from './version-id.ts';
import {
  at,
  bytesOf,
  clean,
  copy,
  get,
  head,
  openBucketWorld,
  properties,
  put,
  putParts,
  remove,
  setVersioning,
  versions,
  type World,
} from './world.test.support.ts';

/** `size` for objects, `-` for delete markers, `!` for what has a version id, newest first. */
function shown(listed: readonly ListedVersion[]): string {
  return listed.map(({ object, marker }) => `${object?.sizeBytes ?? '-'}${(object ?? marker)?.versionId === 'null' ? '' : '!'}`).join(' ');
}

async function worldWith(versioning: Versioning): Promise<World> {
  const world = await openBucketWorld();
  await setVersioning(world, versioning);
  return world;
}

const idsOf = (listed: readonly ListedVersion[]) => listed.map(({ object, marker }) => (object ?? marker).versionId);

describe('where versioning is enabled', () => {
  const writers: Readonly<Record<string, (world: World) => Promise<StoredObject>>> = {
    put: (world) => put(world, at('k'), bytesOf(20)),
    copy: async (world) => {
      await put(world, at('source'), bytesOf(20));
      return copy(world, at('source'), at('k'));
    },
    complete: (world) => putParts(world, at('k'), [bytesOf(20)]),
    link: (world) => world.store.putSymlink(at('k'), 'target', () => properties),
  };
  it.each(Object.keys(writers))('a %s makes a version with an id, and what stood before stays as it was', async (writer) => {
    const world = await openBucketWorld();
    const before = await put(world, at('k'), bytesOf(10));
    await setVersioning(world, 'Enabled');
    const object = await (writers[writer] as (world: World) => Promise<StoredObject>)(world);
    expect(parseVersionId(object.versionId)).toBeDefined();
    expect(await head(world, at('k'))).toEqual(object);
    expect(await head(world, { ...at('k'), versionId: object.versionId })).toEqual(object);
    expect(await head(world, { ...at('k'), versionId: 'null' })).toEqual(before);
    expect((await get(world, { ...at('k'), versionId: 'null' })).length).toBe(10);
    expect(idsOf(await versions(world, 'k'))).toEqual([object.versionId, 'null']);
    expect(await world.audit()).toEqual(clean);
  });

  it('decide is told what stands, and that nothing goes', async () => {
    const world = await worldWith('Enabled');
    const first = await put(world, at('k'), bytesOf(10));
    const seen: Target[] = [];
    await world.store.putObject(at('k'), bytesOf(20), (target) => {
      seen.push(target);
      return properties;
    });
    await remove(world, at('k'));
    await world.store.initiateUpload(at('k'), (target) => {
      seen.push(target);
      return properties;
    });
    expect(seen.map(({ existing, marker, replaced }) => [existing?.versionId, marker !== undefined, replaced])).toEqual([
      [first.versionId, false, undefined],
      [undefined, true, undefined],
    ]);
  });

  it('decide is told whether the version that is named is the current one', async () => {
    const world = await openBucketWorld();
    await put(world, at('k'), bytesOf(5));
    await setVersioning(world, 'Enabled');
    const first = await put(world, at('k'), bytesOf(10));
    const { marker } = await remove(world, at('k'));
    const latest = async (versionId?: string) => (await world.store.headObject({ ...at('k'), versionId })).isLatest;
    expect([await latest('null'), await latest(first.versionId), await latest(marker?.versionId)]).toEqual([false, false, true]);
    await remove(world, { ...at('k'), versionId: marker?.versionId ?? '' });
    expect([await latest(first.versionId), await latest(marker?.versionId), await latest()]).toEqual([true, undefined, undefined]);
    await remove(world, { ...at('k'), versionId: first.versionId });
    expect(await latest('null')).toBe(true);
  });

  it('a removal puts a delete marker, over an object, a marker, and nothing', async () => {
    const world = await worldWith('Enabled');
    await put(world, at('k'), bytesOf(10));
    for (const key of ['k', 'k', 'nothing']) {
      const { removed, marker } = await remove(world, at(key));
      expect([removed, marker]).toEqual([
        undefined,
        { key, versionId: expect.any(String), lastModifiedMs: world.clock.now(), ownerId: '1000' },
      ]);
      expect(await world.store.headObject(at(key))).toMatchObject({ existing: undefined, marker });
    }
    expect(shown(await versions(world, 'k'))).toBe('-! -! 10!');
    expect(shown(await versions(world, 'nothing'))).toBe('-!');
    expect(await world.store.getBucketStatistics('b')).toMatchObject({ objectCount: 1, deleteMarkerCount: 3, storageBytes: 10 });
    expect(await world.audit()).toEqual(clean);
  });

  it('removal of the marker brings the object back; of each version the next older one', async () => {
    const world = await worldWith('Enabled');
    for (const size of [1, 2, 3]) await put(world, at('k'), bytesOf(size));
    const { marker } = await remove(world, at('k'));
    expect(await remove(world, { ...at('k'), versionId: marker?.versionId })).toEqual({ removed: marker, marker: undefined });
    for (const size of [3, 2, 1]) {
      const current = await head(world, at('k'));
      expect(current?.sizeBytes).toBe(size);
      expect((await remove(world, { ...at('k'), versionId: current?.versionId })).removed).toEqual(current);
    }
    expect(await versions(world)).toEqual([]);
    expect(await world.store.deleteBucket('b', () => {})).toBe('deleted');
  });

  it('a delete marker is found by its id, and is no object', async () => {
    const world = await worldWith('Enabled');
    await put(world, at('k'), bytesOf(1));
    const { marker } = await remove(world, at('k'));
    const address = { ...at('k'), versionId: marker?.versionId };
    expect(await world.store.headObject(address)).toMatchObject({ existing: undefined, marker });
    await put(world, at('k'), bytesOf(2));
    expect(await world.store.headObject(address)).toMatchObject({ existing: undefined, marker });
  });

  it('versions that are not there are not there, whatever the text', async () => {
    const world = await worldWith('Enabled');
    const object = await put(world, at('k'), bytesOf(1));
    const other = await put(world, at('l'), bytesOf(1));
    const { order, id } = parseVersionId(object.versionId) ?? { order: 0, id: '' };
    const ids = [
      '',
      'null',
      'IllegalVersion',
      other.versionId,
      versionIdOf({ order: order + 1, id }),
      versionIdOf({ order, id: '0'.repeat(32) }),
    ];
    for (const versionId of ids) {
      const address = { ...at('k'), versionId };
      expect(await world.store.headObject(address)).toMatchObject({ existing: undefined });
      await expect(get(world, address)).rejects.toThrow('NoSuchKey');
      expect(await remove(world, address)).toEqual({ removed: undefined, marker: undefined });
    }
    expect(await head(world, at('k'))).toEqual(object);
  });

  it('a source is the current version or the one that is named; a marker in its place is told', async () => {
    const world = await worldWith('Enabled');
    const first = await put(world, at('k'), bytesOf(20_000, 1));
    const second = await put(world, at('k'), bytesOf(20_000, 2));
    const { marker } = await remove(world, at('k'));
    const { id: uploadId } = await world.store.initiateUpload(at('m'), () => properties);
    const to = { ...at('m'), uploadId, partNumber: 1 };
    for (const version of [first, second]) {
      const from = { ...at('k'), versionId: version.versionId };
      expect(await copy(world, from, at('d'))).toMatchObject({ etag: version.etag, manifest: version.manifest });
      expect(await world.store.uploadPartCopy(from, to, () => undefined)).toMatchObject({ source: version, part: { etag: version.etag } });
    }
    const refuse = ({ source, sourceMarker }: Source): never => {
      throw new Error(`${source?.key} ${sourceMarker?.versionId}`);
    };
    for (const from of [at('k'), { ...at('k'), versionId: marker?.versionId }]) {
      await expect(world.store.copyObject(from, at('d'), refuse)).rejects.toThrow(`undefined ${marker?.versionId}`);
      await expect(world.store.uploadPartCopy(from, to, refuse)).rejects.toThrow(`undefined ${marker?.versionId}`);
    }
  });

  it('metadata of an older version is changed in place', async () => {
    const world = await worldWith('Enabled');
    const first = await put(world, at('k'), bytesOf(1));
    const second = await put(world, at('k'), bytesOf(2));
    const address = { ...at('k'), versionId: first.versionId };
    world.clock.advance(1_000);
    const changed = await world.store.updateObject(address, () => ({ ...properties, storageClass: 'IA', tags: [['new', '1']] }));
    expect(changed).toEqual({ ...first, storageClass: 'IA', tags: [['new', '1']] });
    expect(await head(world, address)).toEqual(changed);
    expect(await head(world, at('k'))).toEqual(second);
    expect((await world.store.getBucketStatistics('b'))?.byStorageClass).toEqual({
      IA: { storageBytes: 1, objectCount: 1 },
      Standard: { storageBytes: 2, objectCount: 1 },
    });
    expect(await world.audit()).toEqual(clean);
  });

  it('what an update leaves out is gone: of a version nothing of the old properties stays', async () => {
    const world = await worldWith('Enabled');
    const retention = { mode: 'GOVERNANCE', untilMs: 5 } as const;
    await put(world, at('k'), bytesOf(1), { retention, legalHold: true, persistentHeaders: { a: 'b' }, sealedMs: 3 });
    const changed = await world.store.updateObject(at('k'), () => properties);
    for (const name of ['retention', 'legalHold', 'persistentHeaders', 'sealedMs']) expect(changed).not.toHaveProperty(name);
    await put(world, at('s'), bytesOf(1), { retention });
    expect(await copy(world, at('s'), at('d'))).not.toHaveProperty('retention');
  });

  it('an append goes on with the current version, and makes one on a delete marker', async () => {
    const world = await worldWith('Enabled');
    const append = (size: number) => world.store.appendObject(at('k'), bytesOf(size), ({ existing }) => existing ?? properties);
    const first = await append(10);
    const second = await append(5);
    expect([second.versionId, second.sizeBytes]).toEqual([first.versionId, 15]);
    await remove(world, at('k'));
    const third = await append(7);
    expect(third.sizeBytes).toBe(7);
    expect(shown(await versions(world))).toBe('7! -! 15!');
    await world.collectAll();
    expect((await get(world, { ...at('k'), versionId: first.versionId })).length).toBe(15);
    expect(await world.audit()).toEqual(clean);
  });

  it('orders versions by their coming, also where the clock stands still or goes back', async () => {
    const world = await worldWith('Enabled');
    const now = world.clock.now.bind(world.clock);
    const sizes = [1, 2, 3, 4, 5, 6];
    for (const size of sizes) {
      Object.assign(world.clock, { now: () => now() - size * 1_000_000 });
      await put(world, at('k'), bytesOf(size));
    }
    expect((await versions(world)).map(({ object }) => object?.sizeBytes)).toEqual(sizes.toReversed());
    expect((await head(world, at('k')))?.sizeBytes).toBe(6);
  });

  it('a bucket with an older version or a delete marker is not empty', async () => {
    const world = await worldWith('Enabled');
    const object = await put(world, at('k'), bytesOf(1));
    const { marker } = await remove(world, at('k'));
    expect(await world.store.deleteBucket('b', () => {})).toBe('not-empty');
    await remove(world, { ...at('k'), versionId: object.versionId });
    expect(await world.store.deleteBucket('b', () => {})).toBe('not-empty');
    await remove(world, { ...at('k'), versionId: marker?.versionId });
    expect(await world.store.deleteBucket('b', () => {})).toBe('deleted');
  });
});

describe('where versioning was never enabled', () => {
  it('the object is the null version, by its id too', async () => {
    const world = await openBucketWorld();
    const object = await put(world, at('k'), bytesOf(10));
    expect(object.versionId).toBe('null');
    expect(await head(world, { ...at('k'), versionId: 'null' })).toEqual(object);
    expect(idsOf(await versions(world))).toEqual(['null']);
    const seen: (StoredObject | undefined)[] = [];
    await world.store.removeObject({ ...at('k'), versionId: 'null' }, ({ existing, replaced }) => seen.push(existing, replaced));
    expect(seen).toEqual([object, undefined]);
    expect(await versions(world)).toEqual([]);
  });

  it('decide is told that what stands is what goes', async () => {
    const world = await openBucketWorld();
    const object = await put(world, at('k'), bytesOf(10));
    await world.store.putObject(at('k'), bytesOf(1), ({ existing, replaced }) => {
      expect([existing, replaced]).toEqual([object, object]);
      return properties;
    });
  });

  it('versioning cannot be undone', async () => {
    const world = await worldWith('Suspended');
    await expect(world.store.putBucket('b', ({ versioning, ...bucket } = {} as never) => bucket)).rejects.toThrow('never undone');
    expect((await world.store.getBucket('b'))?.versioning).toBe('Suspended');
  });
});
