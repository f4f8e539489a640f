/** The invariants of the design, each with a test of its own name. */
import { describe, expect, it } from 'vitest';
import type { Commit } from './kv/key-value.ts';
import { decodeVersion } from './rows/object-row.ts';
import { decodePart } from './rows/part-row.ts';
import { StoreError } from './store-error.ts';
import {
  at,
  blobNames,
  bucketProperties,
  bytesOf,
  clean,
  complete,
  copy,
  get,
  head,
  openBucketWorld,
  openWorld,
  properties,
  put,
  putParts,
  remove,
  setVersioning,
  type World,
} from './world.test.support.ts';

/** Rows of a commit by the tag of their keys. */
const tagOf = (key: Uint8Array) => String.fromCharCode(key[0] ?? 0);
const puts = (commit: Commit, tag: string) => commit.writes.filter(({ key, value }) => value !== undefined && tagOf(key) === tag);
const checked = (commit: Commit, tag: string) => commit.checks.filter(({ key, revision }) => revision !== undefined && tagOf(key) === tag);

/** One of each operation, so that a rule can be looked at in all their commits. */
async function everyOperation(world: World): Promise<void> {
  await put(world, at('a'), bytesOf(30_000, 1));
  await put(world, at('a'), bytesOf(30_000, 2));
  await put(world, at('i'), bytesOf(30, 3));
  await copy(world, at('a'), at('c'));
  await copy(world, at('a'), at('a'));
  await world.store.updateObject(at('c'), () => properties);
  await world.store.appendObject(at('p'), bytesOf(200_000, 4), () => properties);
  await world.store.appendObject(at('p'), bytesOf(200_000, 5), () => properties);
  const { id: uploadId } = await world.store.initiateUpload(at('m'), () => properties);
  const part = (partNumber: number) => ({ ...at('m'), uploadId, partNumber });
  await world.store.uploadPart(part(1), bytesOf(30_000, 6), () => {});
  await world.store.uploadPart(part(1), bytesOf(30_000, 7), () => {});
  await world.store.uploadPartCopy(at('a'), part(2), () => undefined);
  await world.store.uploadPartCopy(at('a'), part(3), () => ({ offsetBytes: 1, lengthBytes: 20_000 }));
  await world.store.uploadPartCopy(at('i'), part(4), () => undefined);
  await complete(world, part(0), [1, 3, 4]);
  const other = await world.store.initiateUpload(at('x'), () => properties);
  await world.store.uploadPart({ ...at('x'), uploadId: other.id, partNumber: 1 }, bytesOf(30_000, 8), () => {});
  await world.store.abortUpload({ ...at('x'), uploadId: other.id }, () => {});
  await remove(world, at('a'));
  await everyVersion(world);
  await world.collectAll();
}

/** The same with versions, in a bucket of their own. */
async function everyVersion(world: World): Promise<void> {
  const v = at('v', 'versions');
  await world.store.putBucket(v.bucket, () => bucketProperties);
  await put(world, v, bytesOf(30_000, 11));
  await setVersioning(world, 'Enabled', v.bucket);
  const second = await put(world, v, bytesOf(30_000, 12));
  await copy(world, v, v);
  await copy(world, { ...v, versionId: 'null' }, v);
  await world.store.putSymlink(v, 'x', () => properties);
  await remove(world, v);
  await world.store.updateObject({ ...v, versionId: second.versionId }, () => properties);
  await setVersioning(world, 'Suspended', v.bucket);
  await copy(world, { ...v, versionId: second.versionId }, v);
  await world.store.appendObject(at('p', v.bucket), bytesOf(20_000, 13), () => properties);
  await copy(world, at('p', v.bucket), v);
  await remove(world, v);
  await remove(world, { ...v, versionId: second.versionId });
  await remove(world, { ...v, versionId: 'null' });
}

describe('a reference only comes from a reference', () => {
  it('each new holder and owner has its origin checked in the same commit', async () => {
    const world = await openBucketWorld();
    await everyOperation(world);
    let references = 0;
    for (const commit of world.commits) {
      const added = [...puts(commit, 'R'), ...puts(commit, 'O')];
      references += added.length;
      if (added.length === 0) continue;
      // The manifest is new, with bytes of its own process; or it comes from an object, a part or a pin that is checked.
      const isOrigin = ['H', 'V', 'P', 'N'].some((tag) => checked(commit, tag).length > 0) || checked(commit, 'W').length > 0;
      const isNewInline = puts(commit, 'M').length === 1 && puts(commit, 'O').length === 0;
      const isEmptyOrListed = checked(commit, 'U').length > 0;
      expect(isOrigin || isNewInline || isEmptyOrListed).toBe(true);
    }
    expect(references).toBeGreaterThan(10);
    expect(await world.audit()).toEqual(clean);
  });

  it('a new blob is published under the lease of the process that wrote it, and nothing else needs the lease', async () => {
    const world = await openBucketWorld();
    await put(world, at('k'), bytesOf(30_000));
    await put(world, at('i'), bytesOf(30));
    await copy(world, at('k'), at('l'));
    expect(world.commits.map((commit) => checked(commit, 'W').length)).toEqual([1, 0, 0]);
  });

  it('a copy checks the row that it copies from', async () => {
    const world = await openBucketWorld();
    await put(world, at('k'), bytesOf(30_000));
    await copy(world, at('k'), at('l'));
    expect(checked(world.commits.at(-1) as Commit, 'H').map(({ key }) => decodeObjectKey(key))).toEqual(['k']);
  });
});

const nameOf = (key: Uint8Array) => Buffer.from(tagOf(key) === 'V' ? key.subarray(1, -8) : key.subarray(1)).toString('latin1');
const decodeObjectKey = (key: Uint8Array) => Buffer.from(key.subarray(17, -1)).toString();

describe('no scan inside a commit', () => {
  it('writers of parts and enders of an upload check its row; writers of a bucket check that; writers of a key check or put its head', async () => {
    const world = await openBucketWorld();
    await everyOperation(world);
    for (const commit of world.commits) {
      const isByCollector = commit.writes.some(({ key, value }) => 'TQ'.includes(tagOf(key)) && value === undefined);
      if (puts(commit, 'P').length > 0) expect(checked(commit, 'U')).toHaveLength(1);
      if (puts(commit, 'U').length > 0) expect(checked(commit, 'B')).toHaveLength(1);
      const headWrites = commit.writes.filter(({ key }) => tagOf(key) === 'H');
      for (const { key } of headWrites) {
        expect(checked(commit, 'B').length).toBeGreaterThan(0);
        expect(commit.checks.some((check) => Buffer.compare(check.key, key) === 0)).toBe(true);
      }
      const endsUpload = commit.writes.some(({ key, value }) => tagOf(key) === 'U' && value === undefined);
      if (endsUpload) expect(checked(commit, 'U')).toHaveLength(1);
      if (!isByCollector && puts(commit, 'M').length > 0) expect(headWrites).toHaveLength(1);
      // A version that comes or goes, or moves between the rows, rewrites the head of its key.
      const versions = commit.writes.filter(({ key }) => tagOf(key) === 'V');
      const isChangedInPlace =
        versions.length === 1 && commit.checks.some(({ key }) => Buffer.compare(key, versions[0]?.key as Uint8Array) === 0);
      if (versions.length > 0 && !isChangedInPlace)
        expect(headWrites.map(({ key }) => nameOf(key))).toEqual([nameOf(versions[0]?.key as Uint8Array)]);
      for (const { key, value } of versions)
        if (value === undefined) expect(commit.checks.some((check) => Buffer.compare(check.key, key) === 0)).toBe(true);
    }
  });

  it('Complete checks every part that it lists', async () => {
    const world = await openBucketWorld();
    await putParts(world, at('m'), [bytesOf(10, 1), bytesOf(10, 2), bytesOf(10, 3)]);
    expect(checked(world.commits.at(-1) as Commit, 'P')).toHaveLength(3);
  });
});

describe('publish last, in one commit; blob before row; the removal of a row before that of its blob', () => {
  it('no row names a blob that is not there, at any moment', async () => {
    const world = await openBucketWorld();
    const missing: string[][] = [];
    world.beforeCommit = async (commit) => {
      const there = new Set(await blobNames(world));
      const named = puts(commit, 'O').map(({ key }) => Buffer.from(key.subarray(1, key.indexOf(0))).toString());
      missing.push(named.filter((name) => !there.has(name)));
    };
    await everyOperation(world);
    expect(missing.length).toBeGreaterThan(20);
    expect(missing.flat()).toEqual([]);
  });

  it('a blob is removed only after the commit that dropped its last owner', async () => {
    const world = await openBucketWorld();
    const remove = world.blobs.remove.bind(world.blobs);
    let removed = 0;
    Object.assign(world.blobs, {
      remove: async (names: readonly string[]) => {
        for (const name of names) {
          const from = Buffer.from(`O${name}\0`);
          expect(await world.kv.scan({ from, to: Buffer.from(`O${name}\x01`), limit: 1 })).toEqual([]);
          removed++;
        }
        return remove(names);
      },
    });
    await everyOperation(world);
    // The object that was overwritten, the part that was replaced, and that of the aborted upload. Every removed version has a copy.
    expect(removed).toBe(3);
  });

  it('a put is one commit', async () => {
    const world = await openBucketWorld();
    await put(world, at('k'), bytesOf(2_000_000));
    expect(world.commits).toHaveLength(1);
  });
});

describe('no counters', () => {
  it('an object lives as long as one of its copies, however many there were, and no longer', async () => {
    const world = await openBucketWorld();
    await put(world, at('k0'), bytesOf(30_000));
    for (let i = 1; i <= 20; i++) await copy(world, at(`k${i - 1}`), at(`k${i}`));
    for (let i = 0; i < 20; i++) {
      await remove(world, at(`k${i}`));
      await world.collectAll();
      expect(await blobNames(world)).toHaveLength(1);
    }
    expect(await get(world, at('k20'))).toHaveLength(30_000);
    await remove(world, at('k20'));
    await world.collectAll();
    expect(await blobNames(world)).toEqual([]);
  });

  it('wrong statistics lose and keep nothing', async () => {
    const world = await openBucketWorld();
    await put(world, at('k'), bytesOf(30_000));
    await world.store.collect();
    const rows = await world.kv.scan({ from: Buffer.from('S'), to: Buffer.from('T'), limit: 10 });
    await world.kv.commit({ checks: [], writes: rows.map(({ key }) => ({ key, value: undefined })) });
    await copy(world, at('k'), at('l'));
    await remove(world, at('k'));
    await world.collectAll();
    expect(await get(world, at('l'))).toHaveLength(30_000);
    expect(await world.audit()).toMatchObject({ missing: [], extra: [] });
  });
});

describe('revisions are never reused; ids are minted; references never carry the name of an object', () => {
  it('a row that was removed and put again is another one', async () => {
    const world = await openBucketWorld();
    const revisions = new Set<bigint>();
    const holders = new Set<string>();
    for (let i = 0; i < 5; i++) {
      await put(world, at('k'), bytesOf(10));
      const rows = await world.kv.scan({ from: Buffer.from('H'), to: Buffer.from('I'), limit: 1 });
      revisions.add(rows[0]?.revision ?? 0n);
      holders.add((await head(world, at('k')))?.holder ?? '');
      await remove(world, at('k'));
    }
    expect([revisions.size, holders.size]).toEqual([5, 5]);
  });

  it('keys of holders and owners have ids and blob names only', async () => {
    const world = await openBucketWorld();
    await put(world, at('name-of-an-object'), bytesOf(30_000));
    await copy(world, at('name-of-an-object'), at('another-name'));
    const keys = world.commits.flatMap((commit) =>
      [...puts(commit, 'R'), ...puts(commit, 'O')].map(({ key }) => Buffer.from(key).toString('latin1')),
    );
    expect(keys).toHaveLength(3);
    for (const key of keys) expect(key).not.toMatch(/name/);
  });
});

describe('leases are per process', () => {
  it('an opening fences all earlier ones, and a clean close leaves nothing to fence', async () => {
    const world = await openBucketWorld();
    const rows = async (tag: string) =>
      (await world.kv.scan({ from: Buffer.from(tag), to: Buffer.from([tag.charCodeAt(0) + 1]), limit: 10 })).length;
    const second = await world.reopen();
    await put(second, at('k'), bytesOf(30_000));
    await second.store.appendObject(at('p'), bytesOf(200_000), () => properties);
    await second.store.appendObject(at('p'), bytesOf(20), () => properties);
    expect([await rows('W'), await rows('L'), await rows('F')]).toEqual([1, 1, 1]);
    await second.store.collect();
    expect(await rows('F')).toBe(0);
    await second.store.close();
    expect([await rows('W'), await rows('L')]).toEqual([0, 0]);
    await world.reopen();
    expect(await rows('F')).toBe(0);
  });

  it('a put costs no row of a lease', async () => {
    const world = await openBucketWorld();
    await put(world, at('k'), bytesOf(30_000));
    expect(world.commits.flatMap(({ writes }) => writes.filter(({ key }) => 'WLF'.includes(tagOf(key))))).toEqual([]);
  });
});

describe('time guards comfort only', () => {
  it('with no quarantine and a clock that leaps to and fro, live bytes stay', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    const now = world.clock.now.bind(world.clock);
    let leapMs = 0;
    Object.assign(world.clock, { now: () => now() + leapMs });
    for (let i = 0; i < 10; i++) {
      leapMs = i % 2 === 0 ? 10 ** 10 : -(10 ** 10);
      await put(world, at(`k${i}`), bytesOf(30_000, i));
      await copy(world, at(`k${i}`), at('c'));
      if (i % 3 === 0) await remove(world, at(`k${i}`));
      await world.store.collect();
    }
    expect(await get(world, at('c'))).toEqual(Buffer.from(bytesOf(30_000, 9)));
    leapMs = 10 ** 11;
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
  });
});

describe('an unknown outcome is resolved before anything else', () => {
  it('the blob of a put whose commit may have landed is left alone, and the next opening decides', async () => {
    for (const hasLanded of [true, false]) {
      const world = await openWorld();
      await world.store.putBucket('b', () => bucketProperties);
      const commit = world.kv.commit.bind(world.kv);
      Object.assign(world.kv, {
        commit: async (each: Commit) => {
          if (hasLanded) await commit(each);
          // Not one of the port's own errors, which promise that nothing was written.
          throw new Error('connection lost');
        },
      });
      await expect(put(world, at('k'), bytesOf(30_000))).rejects.toThrow('connection lost');
      expect(await blobNames(world)).toHaveLength(1);
      Object.assign(world.kv, { commit });
      await world.store.close();
      const later = await world.reopen();
      await later.store.collect();
      expect(await blobNames(later)).toHaveLength(hasLanded ? 1 : 0);
      expect((await head(later, at('k'))) !== undefined).toBe(hasLanded);
      expect(await later.audit()).toEqual(clean);
    }
  });

  it('the blob of a put that the store is known to have refused is removed', async () => {
    const world = await openBucketWorld();
    const commit = world.kv.commit.bind(world.kv);
    Object.assign(world.kv, {
      commit: async () => {
        throw new StoreError('full', 'no room');
      },
    });
    await expect(put(world, at('k'), bytesOf(30_000))).rejects.toMatchObject({ fault: 'full' });
    Object.assign(world.kv, { commit });
    expect(await blobNames(world)).toEqual([]);
  });
});

describe('a row that moves takes its holder along', () => {
  it('becoming an older version and the current one again writes no reference', async () => {
    const world = await openBucketWorld();
    await setVersioning(world, 'Enabled');
    const object = await put(world, at('k'), bytesOf(30_000));
    world.commits.length = 0;
    const { marker } = await remove(world, at('k'));
    expect(await head(world, { ...at('k'), versionId: object.versionId })).toEqual(object);
    await remove(world, { ...at('k'), versionId: marker?.versionId });
    expect(await head(world, at('k'))).toEqual(object);
    expect(world.commits.flatMap(({ writes }) => writes.filter(({ key }) => 'ROT'.includes(tagOf(key))))).toEqual([]);
  });
});

describe('metadata is per object, bytes are shared', () => {
  it('a copy and its source change apart and share one manifest', async () => {
    const world = await openBucketWorld();
    const source = await put(world, at('k'), bytesOf(30_000), { tags: [['of', 'source']] });
    const object = await copy(world, at('k'), at('l'));
    expect([object.manifest === source.manifest, object.holder === source.holder]).toEqual([true, false]);
    await world.store.updateObject(at('l'), () => ({ ...properties, acl: 'public-read' }));
    expect(await head(world, at('k'))).toEqual(source);
    expect(await blobNames(world)).toHaveLength(1);
  });

  it('Complete leaves the rows of its parts as they are', async () => {
    const world = await openBucketWorld();
    const { id: uploadId } = await world.store.initiateUpload(at('m'), () => properties);
    await world.store.uploadPart({ ...at('m'), uploadId, partNumber: 1 }, bytesOf(30_000), () => {});
    const parts = () => world.kv.scan({ from: Buffer.from('P'), to: Buffer.from('Q'), limit: 10 });
    const before = await parts();
    await complete(world, { ...at('m'), uploadId });
    expect(await parts()).toEqual(before);
    expect(before.map((row) => decodePart(row).partNumber)).toEqual([1]);
    const [row] = await world.kv.scan({ from: Buffer.from('H'), to: Buffer.from('I'), limit: 1 });
    expect(row && decodeVersion(row).object?.manifest).toBe(uploadId);
  });
});
