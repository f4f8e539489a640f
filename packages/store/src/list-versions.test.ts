import { compareKeys } from '@ossature/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListedVersion, ListPage, VersionPage } from './store.ts';
import {
  at,
  bytesOf,
  copy,
  enabledWorld,
  idsOf,
  named,
  openBucketWorld,
  properties,
  put,
  remove,
  setVersioning,
  versions,
  type World,
} from './world.test.support.ts';

const noPage: VersionPage = { prefix: '', delimiter: '', limit: 1_000, keyMarker: '', versionIdMarker: '' };

async function list(world: World, page: Partial<VersionPage>) {
  const listed = await world.store.listVersions('b', { ...noPage, ...page });
  if (listed === undefined) throw new Error('NoSuchBucket');
  return listed;
}

const nameOf = ({ object, marker }: ListedVersion) => {
  const { key, versionId } = object ?? marker;
  return `${key} ${versionId}`;
};

/** Pages until the end, by what each says of the next. `between` is called after each. */
async function listAll(
  world: World,
  page: Partial<VersionPage>,
  between: (items: readonly ListedVersion[]) => Promise<void> = async () => {},
) {
  const names: string[] = [];
  for (let { keyMarker = '', versionIdMarker = '' } = page; ; ) {
    const listed = await list(world, { ...page, keyMarker, versionIdMarker });
    names.push(...[...listed.items.map(nameOf), ...listed.commonPrefixes].sort(byKey));
    await between(listed.items);
    if (listed.next === undefined) return names;
    ({ keyMarker, versionIdMarker } = listed.next);
  }
}

/** Of one page: common prefixes among keys; versions of one key stay as they are, since sorting keeps the order of equals. */
const byKey = (a: string, b: string) => compareKeys(a.split(' ')[0] ?? '', b.split(' ')[0] ?? '');

/** As many versions of each key as its number; some are delete markers, and some null. */
async function worldWith(keys: Readonly<Record<string, number>>): Promise<World> {
  const world = await enabledWorld();
  for (const [key, count] of Object.entries(keys)) {
    for (let i = 0; i < count; i++) {
      if (i % 3 === 2) await remove(world, at(key));
      else await put(world, at(key), bytesOf(i));
    }
  }
  return world;
}

describe('a listing of versions', () => {
  it('is by key, the newest first, and says which is the latest', async () => {
    const world = await worldWith({ b: 3, a: 1, 'a/b': 2 });
    const { items, next } = await list(world, {});
    expect(items.map((each) => [(each.object ?? each.marker).key, each.object?.sizeBytes, each.isLatest])).toEqual([
      ['a', 0, true],
      ['a/b', 1, true],
      ['a/b', 0, false],
      ['b', undefined, true],
      ['b', 1, false],
      ['b', 0, false],
    ]);
    expect(next).toBeUndefined();
  });

  it('of a bucket that never had versions shows null versions, and of one that is not there nothing', async () => {
    const world = await openBucketWorld();
    const [a, b] = [await put(world, at('a'), bytesOf(1)), await put(world, at('b'), bytesOf(2))];
    expect((await list(world, {})).items).toEqual([
      { isLatest: true, object: a },
      { isLatest: true, object: b },
    ]);
    expect((await list(world, { limit: 1 })).next).toEqual({ keyMarker: 'a', versionIdMarker: 'null' });
    expect((await list(world, { keyMarker: 'a', versionIdMarker: 'null' })).items.map(nameOf)).toEqual(['b null']);
    expect(await world.store.listVersions('nowhere', noPage)).toBeUndefined();
  });

  it('gathers common prefixes, also of delete markers alone', async () => {
    const world = await worldWith({ 'a/1': 2, 'a/2': 1, b: 2, 'c/1': 1 });
    for (const { object } of await versions(world, 'c/')) await remove(world, named('c/1', object?.versionId));
    await remove(world, at('c/1'));
    const { items, commonPrefixes } = await list(world, { delimiter: '/' });
    expect([items.map(({ object }) => object?.key), commonPrefixes]).toEqual([
      ['b', 'b'],
      ['a/', 'c/'],
    ]);
    expect((await list(world, { delimiter: '/', limit: 1 })).next).toEqual({ keyMarker: 'a/', versionIdMarker: '' });
    expect((await list(world, { delimiter: '/', keyMarker: 'a/1', versionIdMarker: 'whatever' })).commonPrefixes).toEqual(['c/']);
    expect((await list(world, { delimiter: '/', prefix: 'a/' })).items).toHaveLength(3);
  });

  it('goes on behind its markers: a key, or one of its versions', async () => {
    const world = await worldWith({ a: 4, b: 2 });
    const [first, , third] = await idsOf(world, 'a');
    expect((await list(world, { keyMarker: 'a' })).items).toHaveLength(2);
    expect((await list(world, { keyMarker: 'a', versionIdMarker: first ?? '' })).items).toHaveLength(5);
    expect((await list(world, { keyMarker: 'a', versionIdMarker: third ?? '' })).items).toHaveLength(3);
    // What no version can have as its id marks the key alone, as does the marker of a key that cannot be.
    for (const versionIdMarker of ['IllegalVersion', '\0'])
      expect((await list(world, { keyMarker: 'a', versionIdMarker })).items).toHaveLength(2);
    expect((await list(world, { keyMarker: 'a'.repeat(3_000), versionIdMarker: first ?? '' })).items).toHaveLength(2);
  });

  it('goes on at the right place when the marked version is gone, or is not the latest any more', async () => {
    const world = await worldWith({ a: 5 });
    const ids = await idsOf(world, 'a');
    const after = async (index: number) => (await list(world, { keyMarker: 'a', versionIdMarker: ids[index] ?? '' })).items.map(nameOf);
    const expected = ids.slice(2).map((id) => `a ${id}`);
    expect(await after(1)).toEqual(expected);
    await remove(world, named('a', ids[1]));
    expect(await after(1)).toEqual(expected);
    await put(world, at('a'), bytesOf(9));
    expect(await after(0)).toEqual(expected);
    await remove(world, named('a', ids[0]));
    expect(await after(0)).toEqual(expected);
  });

  it('goes on behind the null version, wherever it stands, and shows the key again where it is gone', async () => {
    const world = await openBucketWorld();
    await put(world, at('k'), bytesOf(1));
    await setVersioning(world, 'Enabled');
    for (const size of [2, 3]) await put(world, at('k'), bytesOf(size));
    const behind = async () =>
      (await list(world, { keyMarker: 'k', versionIdMarker: 'null' })).items.map(({ object }) => object?.sizeBytes);
    expect(await behind()).toEqual([]);
    await setVersioning(world, 'Suspended');
    await put(world, at('k'), bytesOf(4));
    expect(await behind()).toEqual([3, 2]);
    await remove(world, named('k', 'null'));
    expect(await behind()).toEqual([3, 2]);
  });

  it('in pages, whatever is removed of each page before the next one, comes past everything', async () => {
    for (const limit of [1, 2, 3]) {
      const world = await worldWith({ a: 5, 'a/b': 1, c: 4 });
      await setVersioning(world, 'Suspended');
      await put(world, at('c'), bytesOf(1));
      await setVersioning(world, 'Enabled');
      await put(world, at('c'), bytesOf(2));
      const all = (await versions(world)).map(nameOf);
      const seen = await listAll(world, { limit }, async (items) => {
        for (const { object, marker } of items) await remove(world, { bucket: 'b', ...(object ?? marker) });
      });
      expect(new Set(seen)).toEqual(new Set(all));
      expect(await versions(world)).toEqual([]);
    }
  });

  it('is the same in pages as whole, whatever the page', async () => {
    const unit = fc.constantFrom('a', 'b', '/', 'ÿ');
    const name = fc.array(unit, { minLength: 1, maxLength: 4 }).map((units) => units.join(''));
    const page = fc.record({
      prefix: fc.array(unit, { maxLength: 2 }).map((units) => units.join('')),
      delimiter: fc.constantFrom('', '/', 'a'),
      limit: fc.integer({ min: 1, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, fc.integer({ min: 1, max: 5 }), { maxKeys: 8 }),
        fc.array(page, { minLength: 4, maxLength: 4 }),
        async (keys, pages) => {
          const world = await worldWith(keys);
          const whole = (await versions(world)).map(nameOf);
          for (const { prefix, delimiter, limit } of pages) {
            const shown = whole.flatMap((line) => {
              const key = line.split(' ')[0] ?? '';
              const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
              if (!key.startsWith(prefix)) return [];
              return at < 0 ? [line] : [key.slice(0, at + delimiter.length)];
            });
            const once = shown.filter((line, i) => line.includes(' ') || shown[i - 1] !== line);
            expect(await listAll(world, { prefix, delimiter, limit })).toEqual(once);
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

/** Rows that a listing reads. */
async function rowsRead(world: World, listing: () => Promise<unknown>): Promise<number> {
  world.rowsRead = 0;
  await listing();
  return world.rowsRead;
}

const objectsPage: ListPage = { prefix: '', delimiter: '', after: '', limit: 100 };

describe('what listings read', () => {
  it('current objects cost the same with a thousand versions a key as with one', async () => {
    const world = await enabledWorld();
    for (let i = 0; i < 20; i++) await put(world, at(`k${i}`), bytesOf(1));
    const listing = () => world.store.listObjects('b', { ...objectsPage, limit: 10 });
    const before = await rowsRead(world, listing);
    for (let i = 0; i < 1_000; i++) await copy(world, at('k3'), at('k3'));
    expect(await rowsRead(world, listing)).toBe(before);
    expect(before).toBeLessThanOrEqual(11);
  });

  it('a page of versions reads in the order of what it shows, whatever else the key has', async () => {
    const world = await enabledWorld();
    await put(world, at('k'), bytesOf(1));
    for (let i = 0; i < 1_000; i++) await copy(world, at('k'), at('k'));
    await put(world, at('l'), bytesOf(1));
    const ids = await idsOf(world);
    for (const page of [{}, { delimiter: '/' }, { keyMarker: 'k', versionIdMarker: ids[500] ?? '' }, { prefix: 'l' }]) {
      expect(await rowsRead(world, () => list(world, { limit: 5, ...page }))).toBeLessThanOrEqual(2 * 6);
    }
  });

  it('delete markers are passed over, however many: also behind the end of a page, and under a common prefix', async () => {
    const world = await enabledWorld();
    const names = Array.from({ length: 3_000 }, (_, i) => `gone/${String(i).padStart(5, '0')}`);
    for (const key of ['a', 'gone/99999', 'z']) await put(world, at(key), bytesOf(1));
    for (const key of names) await remove(world, at(key));
    const pages = async (page: Partial<ListPage>) => {
      const listed = await world.store.listObjects('b', { ...objectsPage, ...page });
      return [listed?.items.map(({ key }) => key), listed?.commonPrefixes, listed?.next];
    };
    expect(await pages({})).toEqual([['a', 'gone/99999', 'z'], [], undefined]);
    expect(await pages({ delimiter: '/' })).toEqual([['a', 'z'], ['gone/'], undefined]);
    expect(await pages({ limit: 1 })).toEqual([['a'], [], 'a']);
    expect(await pages({ limit: 1, after: 'a' })).toEqual([['gone/99999'], [], 'gone/99999']);
    // They are read once, in growing batches and not one by one.
    let scans = 0;
    const snapshot = world.kv.snapshot.bind(world.kv);
    Object.assign(world.kv, {
      snapshot: async () => {
        const taken = await snapshot();
        const scan = (range: Parameters<typeof taken.scan>[0]) => {
          scans++;
          return taken.scan(range);
        };
        return { get: taken.get.bind(taken), scan, close: taken.close.bind(taken) };
      },
    });
    expect(await rowsRead(world, () => pages({ limit: 1 }))).toBeLessThan(2 * names.length);
    expect(scans).toBeLessThan(20);
    await remove(world, at('gone/99999'));
    expect(await pages({ delimiter: '/' })).toEqual([['a', 'z'], [], undefined]);
    expect(await pages({ limit: 2 })).toEqual([['a', 'z'], [], undefined]);
  });

  it('an object over a delete marker is listed again', async () => {
    const world = await enabledWorld();
    await put(world, at('k'), bytesOf(1));
    await remove(world, at('k'));
    await world.store.putSymlink(at('k'), 'elsewhere', () => properties);
    expect((await world.store.listObjects('b', objectsPage))?.items).toMatchObject([{ key: 'k', type: 'Symlink' }]);
  });
});
