/**
 * The families of histories with versions, each by its name, as `families.test.ts` has those without. What another process or request does in the middle of an operation is done in
 * `beforeCommit`, between its look and its commit.
 */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { StoredObject } from './store.ts';
import {
  at,
  blobNames,
  bytesOf,
  copy,
  enabledWorld,
  get,
  head,
  idsOf,
  isAtRest,
  meanwhile,
  named,
  openBucketWorld,
  properties,
  put,
  putParts,
  readAll,
  remove,
  setVersioning,
  takeCommits,
  versions,
  type World,
} from './world.test.support.ts';

const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

describe('copy onto itself as a new version', () => {
  it.each(['a single blob', 'parts', 'inline bytes'])('every version keeps the bytes, and they go with the last: %s', async (what) => {
    const world = await enabledWorld();
    const bytes = bytesOf(what === 'inline bytes' ? 100 : 60_000);
    if (what === 'parts') await putParts(world, at('k'), [bytes.subarray(0, 20_000), bytes.subarray(20_000)]);
    else await put(world, at('k'), bytes);
    for (let i = 0; i < 3; i++) {
      await copy(world, at('k'), at('k'));
      await world.collectAll();
    }
    const ids = await idsOf(world);
    expect(new Set(ids).size).toBe(4);
    for (const versionId of ids.toReversed()) {
      expect(isSame(await get(world, named('k', versionId)), bytes)).toBe(true);
      await remove(world, named('k', versionId));
      await isAtRest(world);
    }
    expect(await blobNames(world)).toEqual([]);
  });

  it('many at a time make as many versions, all of one manifest', async () => {
    const world = await enabledWorld();
    const { manifest } = await put(world, at('k'), bytesOf(60_000));
    await Promise.all(Array.from({ length: 12 }, () => copy(world, at('k'), at('k'))));
    const listed = await versions(world);
    expect(new Set(listed.map(({ object }) => object?.versionId)).size).toBe(13);
    expect(new Set(listed.map(({ object }) => object?.holder)).size).toBe(13);
    expect(new Set(listed.map(({ object }) => object?.manifest))).toEqual(new Set([manifest]));
    await isAtRest(world);
  });
});

describe('copy of an old version onto its own key', () => {
  it('rolls back: the new version has its bytes, and outlives it', async () => {
    const world = await enabledWorld();
    const first = await put(world, at('k'), bytesOf(60_000, 1));
    await put(world, at('k'), bytesOf(60_000, 2));
    const back = await copy(world, named('k', first.versionId), at('k'));
    expect(back.etag).toBe(first.etag);
    await remove(world, named('k', first.versionId));
    await world.collectAll();
    expect(isSame(await get(world, at('k')), bytesOf(60_000, 1))).toBe(true);
    await isAtRest(world);
  });

  it('that is removed between look and commit does not come about', async () => {
    const world = await enabledWorld();
    const first = await put(world, at('k'), bytesOf(60_000, 1));
    await put(world, at('k'), bytesOf(60_000, 2));
    meanwhile(world, async () => {
      await remove(world, named('k', first.versionId));
      await world.collectAll();
    });
    await expect(copy(world, named('k', first.versionId), at('k'))).rejects.toThrow('NoSuchKey');
    expect(await idsOf(world)).toHaveLength(1);
    await isAtRest(world);
  });

  it('that becomes the current one between look and commit is the same content', async () => {
    const world = await enabledWorld();
    const first = await put(world, at('k'), bytesOf(60_000, 1));
    const second = await put(world, at('k'), bytesOf(60_000, 2));
    meanwhile(world, () => remove(world, named('k', second.versionId)));
    const back = await copy(world, named('k', first.versionId), at('k'));
    expect(await idsOf(world)).toEqual([back.versionId, first.versionId]);
    await isAtRest(world);
  });

  it('from elsewhere: an old version is copied while its key gets new ones, without being disturbed', async () => {
    const world = await enabledWorld();
    const first = await put(world, at('k'), bytesOf(60_000, 1));
    await put(world, at('k'), bytesOf(60_000, 2));
    let looks = 0;
    meanwhile(world, () => put(world, at('k'), bytesOf(3)));
    await world.store.copyObject(named('k', first.versionId), at('d'), () => {
      looks++;
      return properties;
    });
    expect(looks).toBe(1);
  });
});

describe('delete of versions by id in every order', () => {
  /** An object, a marker, the null version and another object: every order of four. */
  const orders = [0, 1, 2, 3].flatMap((a) =>
    [0, 1, 2, 3].flatMap((b) => [0, 1, 2, 3].flatMap((c) => [0, 1, 2, 3].map((d) => [a, b, c, d]))),
  );
  it.each(orders.filter((order) => new Set(order).size === 4).map((order) => [order.join('')]))('%s', async (order) => {
    const world = await enabledWorld();
    await put(world, at('k'), bytesOf(20_000, 1));
    await setVersioning(world, 'Suspended');
    await put(world, at('k'), bytesOf(20_000, 2));
    await setVersioning(world, 'Enabled');
    await remove(world, at('k'));
    await put(world, at('k'), bytesOf(20_000, 3));
    const before = await versions(world);
    const left = [...before];
    for (const index of order) {
      const version = before[Number(index)];
      left.splice(left.indexOf(version as (typeof left)[number]), 1);
      await remove(world, named('k', (version?.object ?? version?.marker)?.versionId));
      const now = await versions(world);
      expect(now).toEqual(left.map((each, i) => ({ ...each, isLatest: i === 0 })));
      expect(await head(world, at('k'))).toEqual(left[0]?.object);
      await isAtRest(world);
      for (const { object } of now) if (object !== undefined) await get(world, named('k', object.versionId));
    }
    expect(await blobNames(world)).toEqual([]);
    expect(await world.store.deleteBucket('b', () => {})).toBe('deleted');
  });

  it('many at a time: each goes once', async () => {
    const world = await enabledWorld();
    for (let i = 0; i < 40; i++) await put(world, at('k'), bytesOf(20_000, i));
    const ids = await idsOf(world);
    const removals = await Promise.all(ids.map((versionId) => remove(world, named('k', versionId))));
    expect(removals.map(({ removed }) => removed?.versionId)).toEqual(ids);
    await isAtRest(world);
    expect(await blobNames(world)).toEqual([]);
  });
});

describe('appendable sources', () => {
  const append = (world: World, size: number, seed = 1) =>
    world.store.appendObject(at('a'), bytesOf(size, seed), ({ existing }) => existing ?? properties);
  const md5Of = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex').toUpperCase();

  it.each([0, 100, 20_000, 600_000])('of %i bytes: the copy is Normal, with the MD5 of the bytes, and moves none', async (size) => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    const source = await append(world, size);
    world.blobCalls.length = 0;
    takeCommits(world);
    const object = await copy(world, at('a'), at('d'));
    expect(object).toMatchObject({ type: 'Normal', etag: md5Of(bytesOf(size)), hashCrc64: source.hashCrc64, manifest: source.manifest });
    expect(world.blobCalls).not.toContain('put');
    expect(takeCommits(world)).toEqual(['+N +R', '+H +R +T -N -R']);
    expect(await head(world, at('a'))).toEqual(source);
    await isAtRest(world);
  });

  it('onto itself it stays Appendable where no version is made, and is Normal as a new version', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    await append(world, 600_000);
    expect(await copy(world, at('a'), at('a'))).toMatchObject({ type: 'Appendable' });
    await setVersioning(world, 'Suspended');
    expect(await copy(world, at('a'), at('a'))).toMatchObject({ type: 'Appendable', versionId: 'null' });
    await setVersioning(world, 'Enabled');
    const copied = await copy(world, at('a'), at('a'));
    expect(copied).toMatchObject({ type: 'Normal', etag: md5Of(bytesOf(600_000)) });
    expect(await idsOf(world, 'a')).toEqual([copied.versionId, 'null']);
    await isAtRest(world);
  });

  it('that grows while it is digested is copied as it stands then', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    await append(world, 600_000);
    world.beforeBlobGet = async () => {
      world.beforeBlobGet = undefined;
      await append(world, 600_000, 2);
      await world.collectAll();
    };
    const object = await copy(world, at('a'), at('d'));
    expect(object.etag).toBe(md5Of(await get(world, at('d'))));
    expect(object.sizeBytes).toBe(1_200_000);
    await isAtRest(world);
  });

  it('that never stands still is copied as it stood once', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    await append(world, 600_000);
    let isOpen = true;
    world.beforeBlobGet = async () => {
      if (!isOpen) return;
      isOpen = false;
      await append(world, 600_000, 2);
      isOpen = true;
    };
    const object = await copy(world, at('a'), at('d'));
    world.beforeBlobGet = undefined;
    expect(object.etag).toBe(md5Of(await get(world, at('d'))));
    expect(object.sizeBytes).toBeLessThan((await head(world, at('a')))?.sizeBytes ?? 0);
    await isAtRest(world);
  });

  it('that goes away while it is digested is not there, and leaves no pin', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    await append(world, 600_000);
    world.beforeBlobGet = async () => {
      world.beforeBlobGet = undefined;
      await remove(world, at('a'));
      await world.collectAll();
    };
    await expect(copy(world, at('a'), at('d'))).rejects.toThrow('NoSuchKey');
    await isAtRest(world);
    expect(await blobNames(world)).toEqual([]);
  });

  it('whose copy is cut short leaves a pin, which the next opening drops', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    await append(world, 600_000);
    let later = world;
    world.beforeBlobGet = async () => {
      world.beforeBlobGet = undefined;
      later = await world.reopen();
      await later.store.collect();
    };
    await expect(copy(world, at('a'), at('d'))).rejects.toMatchObject({ fault: 'unavailable' });
    await remove(later, at('a'));
    await isAtRest(later);
    expect(await blobNames(later)).toEqual([]);
  });
});

describe('the collector against versions', () => {
  it('keeps what an older version has, and takes it when that goes', async () => {
    const world = await enabledWorld();
    const first = await put(world, at('k'), bytesOf(60_000, 1));
    await put(world, at('k'), bytesOf(60_000, 2));
    await remove(world, at('k'));
    await world.collectAll();
    expect(await blobNames(world)).toHaveLength(2);
    meanwhile(world, () => world.store.collect());
    await remove(world, named('k', first.versionId));
    await world.collectAll();
    expect(await blobNames(world)).toHaveLength(1);
    await isAtRest(world);
  });

  it('a version copied while it is removed keeps the bytes', async () => {
    const world = await enabledWorld();
    const first = await put(world, at('k'), bytesOf(60_000, 1));
    await put(world, at('k'), bytesOf(60_000, 2));
    meanwhile(world, () => copy(world, named('k', first.versionId), at('d')));
    await remove(world, named('k', first.versionId));
    await world.collectAll();
    expect(isSame(await get(world, at('d')), bytesOf(60_000, 1))).toBe(true);
    await isAtRest(world);
  });

  it('and writers of every kind at the same time agree', async () => {
    const world = await enabledWorld();
    await put(world, at('k'), bytesOf(60_000, 1));
    for (let round = 0; round < 15; round++) {
      const ids = await idsOf(world);
      await Promise.allSettled([
        put(world, at('k'), bytesOf(60_000, round)),
        copy(world, named('k', ids.at(-1)), at('k')),
        remove(world, named('k', ids[0])),
        remove(world, named('k', ids.at(-1))),
        remove(world, at('k')),
        setVersioning(world, round % 2 === 0 ? 'Suspended' : 'Enabled'),
        world.store.collect(),
      ]);
      for (const { object } of await versions(world)) {
        if (object !== undefined) expect(await get(world, named('k', object.versionId))).toHaveLength(60_000);
      }
    }
    await isAtRest(world);
  });
});

describe('a reader of a version that moves between head and older versions', () => {
  it.each(['becomes an older one', 'becomes the current one'])('goes on when it %s', async (how) => {
    const world = await enabledWorld();
    const first = await put(world, at('k'), bytesOf(60_000, 1));
    const second = how === 'becomes the current one' ? await put(world, at('k'), bytesOf(60_000, 2)) : undefined;
    world.beforeBlobGet = async () => {
      world.beforeBlobGet = undefined;
      await (second === undefined ? put(world, at('k'), bytesOf(60_000, 2)) : remove(world, named('k', second.versionId)));
      await world.collectAll();
    };
    const address = second === undefined ? at('k') : named('k', first.versionId);
    expect(isSame(await get(world, address), bytesOf(60_000, 1))).toBe(true);
    expect(world.alarms).toEqual([]);
  });

  it('is told that it is corrupt where its blob is gone and the version stands, wherever', async () => {
    const world = await enabledWorld();
    const first = await put(world, at('k'), bytesOf(60_000, 1));
    world.beforeBlobGet = async () => {
      world.beforeBlobGet = undefined;
      await world.blobs.remove(await blobNames(world));
      await put(world, at('k'), bytesOf(3));
    };
    await expect(get(world, at('k'))).rejects.toMatchObject({ fault: 'corrupt' });
    expect(world.alarms).toMatchObject([{ facts: { bucket: 'b', key: 'k', holder: first.holder } }]);
  });

  it('that is removed opens the next one, or is told that there is none', async () => {
    const world = await enabledWorld();
    const first = await put(world, at('k'), bytesOf(60_000, 1));
    const second = await put(world, at('k'), bytesOf(60_000, 2));
    const without = ({ versionId }: StoredObject) => {
      world.beforeBlobGet = async () => {
        world.beforeBlobGet = undefined;
        await remove(world, named('k', versionId));
        await world.collectAll();
      };
    };
    without(second);
    const { object, body } = await world.store.openObject(at('k'), () => undefined);
    expect([object.versionId, isSame(await readAll(body), bytesOf(60_000, 1))]).toEqual([first.versionId, true]);
    without(first);
    await expect(get(world, named('k', first.versionId))).rejects.toThrow('NoSuchKey');
    expect(world.alarms).toEqual([]);
  });
});
