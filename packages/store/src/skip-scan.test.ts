import { compareKeys } from '@ossature/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ListPage } from './store.ts';
import { bucketProperties, openWorld, properties, put, type World } from './world.test.support.ts';

/** What a listing answers, told in the plainest words. */
function listedByModel(names: readonly string[], { prefix, delimiter, after, limit }: ListPage) {
  const seen: string[] = [];
  for (const name of [...new Set(names)].sort(compareKeys)) {
    if (!name.startsWith(prefix)) continue;
    const at = delimiter === '' ? -1 : name.indexOf(delimiter, prefix.length);
    const shown = at < 0 ? name : name.slice(0, at + delimiter.length);
    if (!seen.includes(shown)) seen.push(shown);
  }
  // A marker under a common prefix stands for it: everything under it is passed.
  const cut = delimiter === '' || !after.startsWith(prefix) ? -1 : after.indexOf(delimiter, prefix.length);
  const past = cut < 0 ? after : after.slice(0, cut + delimiter.length);
  const left = seen.filter((name) => after === '' || compareKeys(name, past) > 0);
  return { names: left.slice(0, limit), next: left.length > limit ? left[limit - 1] : undefined };
}

async function worldWith(names: readonly string[]): Promise<World> {
  const world = await openWorld();
  await world.store.putBucket('b', () => bucketProperties);
  for (const key of names) await put(world, { bucket: 'b', key }, new Uint8Array());
  return world;
}

async function list(world: World, page: Partial<ListPage>) {
  const listed = await world.store.listObjects('b', { prefix: '', delimiter: '', after: '', limit: 1_000, ...page });
  const items = listed?.items.map(({ key }) => key) ?? [];
  const commonPrefixes = listed?.commonPrefixes ?? [];
  return { items, commonPrefixes, names: [...items, ...commonPrefixes].sort(compareKeys), next: listed?.next };
}

/** Pages until the end, by `next`. */
async function listAll(world: World, page: Partial<ListPage>) {
  const names: string[] = [];
  for (let after = page.after ?? ''; ; ) {
    const listed = await list(world, { ...page, after });
    names.push(...listed.names);
    if (listed.next === undefined) return names;
    after = listed.next;
  }
}

describe('a listing', () => {
  it('is in the order of bytes, which is neither that of UTF-16 nor that of a language', async () => {
    const names = ['a', 'B', 'é', 'ﬀ', '𝄞', 'z', '文', '~', 'a/b', 'a b', '\u{10ffff}', 'ÿ'];
    const world = await worldWith(names);
    expect((await list(world, {})).items).toEqual([...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  });

  it('gathers what a delimiter makes common, and passes it at once', async () => {
    const world = await worldWith(['a/1', 'a/2', 'b', 'c/1', 'c/d/1', 'e']);
    expect(await list(world, { delimiter: '/' })).toMatchObject({ items: ['b', 'e'], commonPrefixes: ['a/', 'c/'], next: undefined });
    expect(await list(world, { delimiter: '/', prefix: 'c/' })).toMatchObject({ items: ['c/1'], commonPrefixes: ['c/d/'] });
    expect(await list(world, { delimiter: '/', limit: 1 })).toMatchObject({ commonPrefixes: ['a/'], items: [], next: 'a/' });
    expect(await list(world, { delimiter: '/', limit: 1, after: 'a/' })).toMatchObject({ items: ['b'], next: 'b' });
  });

  it('behind a marker under a common prefix begins behind that', async () => {
    const world = await worldWith(['a/1', 'a/2', 'a/3', 'b']);
    expect(await list(world, { delimiter: '/', after: 'a/1' })).toMatchObject({ items: ['b'], commonPrefixes: [] });
    expect(await list(world, { after: 'a/1' })).toMatchObject({ items: ['a/2', 'a/3', 'b'] });
  });

  it('of names at the edges of bytes misses none', async () => {
    const names = ['ÿ', 'ÿÿ', 'ÿ/ÿ', 'ÿ/', '\u{10ffff}/\u{10ffff}', 'x'.repeat(1_023), `${'文'.repeat(341)}`];
    const world = await worldWith(names);
    expect((await list(world, {})).items).toHaveLength(names.length);
    expect((await list(world, { prefix: 'ÿ' })).items).toEqual(['ÿ', 'ÿ/', 'ÿ/ÿ', 'ÿÿ']);
    expect((await list(world, { delimiter: 'ÿ' })).commonPrefixes).toEqual(['ÿ']);
    expect((await list(world, { delimiter: '/', prefix: '\u{10ffff}' })).commonPrefixes).toEqual(['\u{10ffff}/']);
    expect((await list(world, { prefix: 'x'.repeat(1_023) })).items).toHaveLength(1);
  });

  it('takes markers and prefixes that no name can be', async () => {
    const world = await worldWith(['a', 'b']);
    expect((await list(world, { prefix: 'a\0' })).items).toEqual([]);
    expect((await list(world, { prefix: 'a'.repeat(5_000) })).items).toEqual([]);
    expect((await list(world, { after: 'a'.repeat(5_000) })).items).toEqual(['b']);
    expect((await list(world, { after: 'a\0b' })).items).toEqual(['b']);
    expect((await list(world, { prefix: 'b', after: 'a' })).items).toEqual(['b']);
    expect((await list(world, { prefix: 'a', after: 'b' })).items).toEqual([]);
  });

  it('of a bucket that is not there is undefined', async () => {
    const world = await worldWith([]);
    expect(await world.store.listObjects('c', { prefix: '', delimiter: '', after: '', limit: 1 })).toBeUndefined();
  });

  it('is what the model says, whole and in pages', async () => {
    const unit = fc.constantFrom('a', 'b', '/', '//', 'ÿ', '\u{10ffff}', '-');
    const name = fc.array(unit, { minLength: 1, maxLength: 5 }).map((units) => units.join(''));
    const piece = fc.array(unit, { maxLength: 2 }).map((units) => units.join(''));
    const page = fc.record({
      prefix: piece,
      delimiter: fc.constantFrom('', '/', 'a', '//', 'b-', 'ÿ'),
      after: piece,
      limit: fc.integer({ min: 1, max: 7 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(name, { maxLength: 30 }), fc.array(page, { minLength: 5, maxLength: 5 }), async (names, pages) => {
        const world = await worldWith(names);
        for (const page of pages) {
          const expected = listedByModel(names, page);
          const { names: found, next } = await list(world, page);
          expect({ names: found, next }).toEqual(expected);
          expect(await listAll(world, page)).toEqual(listedByModel(names, { ...page, limit: 1_000 }).names);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('costs what it returns: rows under a common prefix are passed and not read', async () => {
    const names = Array.from({ length: 20 }, (_, i) => Array.from({ length: 200 }, (_, j) => `${String.fromCharCode(97 + i)}/${j}`)).flat();
    const world = await worldWith(names);
    const reads = await rowsRead(world, () => list(world, { delimiter: '/' }));
    expect(reads.answer.commonPrefixes).toHaveLength(20);
    expect(reads.rows).toBeLessThan(120);
    const flat = await rowsRead(world, () => list(world, { limit: 100 }));
    expect(flat.answer.items).toHaveLength(100);
    expect(flat.rows).toBeLessThan(110);
  });
});

/** How many rows an answer took. */
async function rowsRead<T>(world: World, ask: () => Promise<T>): Promise<{ readonly answer: T; readonly rows: number }> {
  world.rowsRead = 0;
  const answer = await ask();
  return { answer, rows: world.rowsRead };
}

describe('a listing of uploads', () => {
  const page = { prefix: '', delimiter: '', keyMarker: '', uploadIdMarker: '', limit: 1_000 };

  async function worldOfUploads(keys: readonly string[]) {
    const world = await worldWith([]);
    const uploads: { key: string; id: string }[] = [];
    for (const key of keys) {
      const { id } = await world.store.initiateUpload({ bucket: 'b', key }, () => properties);
      uploads.push({ key, id });
    }
    uploads.sort((a, b) => compareKeys(a.key, b.key) || compareKeys(a.id, b.id));
    const listed = async (changed: Partial<typeof page>) => {
      const listed = await world.store.listUploads('b', { ...page, ...changed });
      return { ...listed, items: listed?.items.map(({ key, id }) => ({ key, id })) ?? [] };
    };
    return { uploads, listed };
  }

  it('is in the order of keys and then of ids, page after page', async () => {
    const { uploads, listed } = await worldOfUploads(['b', 'a', 'b', 'b', 'a/x', 'ab', 'b']);
    expect((await listed({})).items).toEqual(uploads);
    const paged: unknown[] = [];
    for (let marker = { keyMarker: '', uploadIdMarker: '' }; ; ) {
      const found = await listed({ ...marker, limit: 2 });
      paged.push(...found.items);
      if (found.next === undefined) break;
      marker = found.next;
    }
    expect(paged).toEqual(uploads);
  });

  it('behind a key alone passes all its uploads; with an id, those up to that one', async () => {
    const { uploads, listed } = await worldOfUploads(['a', 'a', 'a', 'b']);
    const [first, second, third, last] = uploads;
    expect((await listed({ keyMarker: 'a' })).items).toEqual([last]);
    expect((await listed({ keyMarker: 'a', uploadIdMarker: first?.id ?? '' })).items).toEqual([second, third, last]);
    expect((await listed({ keyMarker: 'a', uploadIdMarker: '0' })).items).toEqual(uploads);
    expect((await listed({ keyMarker: 'a', uploadIdMarker: 'zzz' })).items).toEqual([last]);
    expect((await listed({ uploadIdMarker: second?.id ?? '' })).items).toEqual(uploads);
  });

  it('gathers common prefixes, which come back as key markers', async () => {
    const { uploads, listed } = await worldOfUploads(['a/1', 'a/2', 'b']);
    expect(await listed({ delimiter: '/' })).toMatchObject({ commonPrefixes: ['a/'], items: [uploads[2]] });
    const first = await listed({ delimiter: '/', limit: 1 });
    expect(first.next).toEqual({ keyMarker: 'a/', uploadIdMarker: '' });
    expect((await listed({ delimiter: '/', ...first.next })).items).toEqual([uploads[2]]);
    expect((await listed({ prefix: 'a\0' })).items).toEqual([]);
  });
});

describe('a listing of buckets', () => {
  it('is in order, by prefix, behind a name, and tells whether there is more', async () => {
    const world = await openWorld();
    for (const name of ['b-2', 'a', 'b-1', 'b-10', 'c']) await world.store.putBucket(name, () => bucketProperties);
    const listed = async (page: { prefix?: string; after?: string; limit?: number }) => {
      const { items, next } = await world.store.listBuckets({ prefix: '', after: '', limit: 100, ...page });
      return [items.map(({ name }) => name), next];
    };
    expect(await listed({})).toEqual([['a', 'b-1', 'b-10', 'b-2', 'c'], undefined]);
    expect(await listed({ prefix: 'b-', limit: 2 })).toEqual([['b-1', 'b-10'], 'b-10']);
    expect(await listed({ prefix: 'b-', after: 'b-10' })).toEqual([['b-2'], undefined]);
    expect(await listed({ after: 'zzz' })).toEqual([[], undefined]);
    expect(await listed({ prefix: 'b', after: 'a' })).toEqual([['b-1', 'b-10', 'b-2'], undefined]);
  });
});
