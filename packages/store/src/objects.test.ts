import { createHash } from 'node:crypto';
import { crc64 } from '@ossature/protocol';
import { describe, expect, it } from 'vitest';
import type { ObjectProperties, Target } from './store.ts';
import { StoreError } from './store-error.ts';
import {
  at,
  blobNames,
  bucketProperties,
  bytesOf,
  clean,
  get,
  head,
  openBucketWorld,
  openWorld,
  properties,
  put,
  readAll,
  remove,
  takeCommits,
} from './world.test.support.ts';

const inlineSizes = [0, 1, 16 * 1024];
const blobSizes = [16 * 1024 + 1, 512 * 1024, 3 * 512 * 1024 + 7];

async function* failing(bytes: Uint8Array, error: Error) {
  yield bytes;
  throw error;
}

describe('putObject', () => {
  it.each([...inlineSizes, ...blobSizes])('keeps %i bytes, with their MD5 and CRC-64, and shows them to decide', async (size) => {
    const world = await openBucketWorld();
    const bytes = bytesOf(size);
    let seen: unknown;
    const object = await world.store.putObject(at('k'), bytes, ({ content, bucket, existing }) => {
      seen = { content, bucket: bucket?.name, existing };
      return properties;
    });
    const etag = createHash('md5').update(bytes).digest('hex').toUpperCase();
    const content = { sizeBytes: size, etag, hashCrc64: crc64(bytes), type: 'Normal' };
    expect(seen).toEqual({ content, bucket: 'b', existing: undefined });
    expect(object).toMatchObject({ ...properties, ...content, key: 'k', lastModifiedMs: world.clock.now() });
    expect(await head(world, at('k'))).toEqual(object);
    expect(Buffer.compare(await get(world, at('k')), bytes)).toBe(0);
    expect(await blobNames(world)).toHaveLength(inlineSizes.includes(size) ? 0 : 1);
    expect(await world.audit()).toEqual(clean);
  });

  it('takes a body that is a stream', async () => {
    const world = await openBucketWorld();
    const bytes = bytesOf(2_000_000);
    await put(
      world,
      at('k'),
      (async function* () {
        for (let i = 0; i < bytes.length; i += 60_000) yield bytes.subarray(i, i + 60_000);
      })(),
    );
    expect(Buffer.compare(await get(world, at('k')), bytes)).toBe(0);
  });

  it.each([10, 1_000_000])('keeps nothing of %i bytes when decide throws, and the error comes out unchanged', async (size) => {
    const world = await openBucketWorld();
    const refused = new Error('InvalidDigest');
    const refuse = () => {
      throw refused;
    };
    await expect(world.store.putObject(at('k'), bytesOf(size), refuse)).rejects.toBe(refused);
    expect(await blobNames(world)).toEqual([]);
    expect(takeCommits(world)).toEqual([]);
  });

  it.each([10, 1_000_000])('keeps nothing of a body that throws after %i bytes', async (size) => {
    const world = await openBucketWorld();
    const cut = new Error('the client has gone');
    await expect(put(world, at('k'), failing(bytesOf(size), cut))).rejects.toBe(cut);
    expect(await blobNames(world)).toEqual([]);
    expect(await head(world, at('k'))).toBeUndefined();
  });

  it('keeps nothing when its signal aborts', async () => {
    const world = await openBucketWorld();
    const abort = new AbortController();
    const body = (async function* () {
      for (let i = 0; i < 100; i++) {
        if (i === 3) abort.abort(new Error('gone'));
        yield bytesOf(100_000, i);
      }
    })();
    await expect(world.store.putObject(at('k'), body, () => properties, { signal: abort.signal })).rejects.toThrow('gone');
    expect(await blobNames(world)).toEqual([]);
  });

  it('decides again on fresh rows where another writer was first', async () => {
    const world = await openBucketWorld();
    const seen: (string | undefined)[] = [];
    world.beforeCommit = async () => {
      world.beforeCommit = undefined;
      await put(world, at('k'), Buffer.from('first'), { ownerId: 'first' });
    };
    await world.store.putObject(at('k'), Buffer.from('second'), ({ existing }) => {
      seen.push(existing?.ownerId);
      return properties;
    });
    expect(seen).toEqual([undefined, 'first']);
    expect(Buffer.from(await get(world, at('k'))).toString()).toBe('second');
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
  });

  it('of many writers of one absent name that forbid overwriting lets one win', async () => {
    const world = await openBucketWorld();
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) =>
        world.store.putObject(at('k'), bytesOf(20_000, i), ({ existing }) => {
          if (existing !== undefined) throw new Error('FileAlreadyExists');
          return properties;
        }),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await blobNames(world)).toHaveLength(1);
    expect(await world.audit()).toEqual(clean);
  });

  it('is a bug where decide lets pass a bucket that is not there', async () => {
    const world = await openWorld();
    await expect(put(world, at('k'), bytesOf(100_000))).rejects.toThrow('there is no bucket');
    expect(await blobNames(world)).toEqual([]);
  });
});

describe('openObject', () => {
  it('reads the range that decide asks for', async () => {
    const world = await openBucketWorld();
    for (const [key, size] of [
      ['inline', 1_000],
      ['blob', 1_200_000],
    ] as const) {
      const bytes = bytesOf(size);
      await put(world, at(key), bytes);
      for (const range of [
        { offsetBytes: 0, lengthBytes: 0 },
        { offsetBytes: size - 1, lengthBytes: 1 },
        { offsetBytes: 500, lengthBytes: size - 600 },
      ]) {
        const opened = await world.store.openObject(at(key), () => range);
        expect(opened.range).toEqual(range);
        expect(Buffer.compare(await readAll(opened.body), bytes.subarray(range.offsetBytes, range.offsetBytes + range.lengthBytes))).toBe(
          0,
        );
      }
    }
  });

  it('throws what decide throws', async () => {
    const world = await openBucketWorld();
    const refused = new Error('NoSuchKey');
    const decide = ({ existing, bucket }: Target): undefined => {
      expect([existing, bucket?.name]).toEqual([undefined, 'b']);
      throw refused;
    };
    await expect(world.store.openObject(at('k'), decide)).rejects.toBe(refused);
  });

  it('rejects with corrupt and an alarm where bytes are not those that were written', async () => {
    const blobs = await openBucketWorld();
    await put(blobs, at('k'), bytesOf(600_000));
    const [name] = await blobNames(blobs);
    const original = blobs.blobs.get.bind(blobs.blobs);
    // The same adapter, with one byte of the second chunk turned.
    Object.assign(blobs.blobs, {
      get: async function* (...args: Parameters<typeof original>) {
        let i = 0;
        for await (const chunk of original(...args)) {
          const copy = Uint8Array.from(chunk);
          if (i++ === 1) copy[5] = (copy[5] ?? 0) ^ 1;
          yield copy;
        }
      },
    });
    const { body } = await blobs.store.openObject(at('k'), () => undefined);
    await expect(readAll(body)).rejects.toMatchObject({ fault: 'corrupt' });
    expect(blobs.alarms).toMatchObject([{ facts: { bucket: 'b', key: 'k' }, message: expect.stringContaining(name ?? '') }]);
  });

  it('stops at the signal', async () => {
    const world = await openBucketWorld();
    await put(world, at('k'), bytesOf(3_000_000));
    const abort = new AbortController();
    const { body } = await world.store.openObject(at('k'), () => undefined, abort.signal);
    const chunks = body[Symbol.asyncIterator]();
    await chunks.next();
    abort.abort(new Error('gone'));
    await expect(readAll({ [Symbol.asyncIterator]: () => chunks })).rejects.toThrow('gone');
  });
});

describe('headObject', () => {
  it('answers what is there, and takes names that no row can have', async () => {
    const world = await openBucketWorld();
    const object = await put(world, at('k'), bytesOf(3));
    expect(await world.store.headObject(at('k'))).toMatchObject({ existing: object, bucket: { name: 'b' } });
    expect(await world.store.headObject(at('k', 'c'))).toEqual({ bucket: undefined, existing: undefined });
    for (const key of ['', 'a\0b', '\ud800', 'x'.repeat(2_000)]) expect((await world.store.headObject(at(key))).existing).toBeUndefined();
    expect(await world.store.headObject(at('k', ''))).toEqual({ bucket: undefined, existing: undefined });
  });
});

describe('updateObject', () => {
  it('changes the properties and nothing else', async () => {
    const world = await openBucketWorld();
    const object = await put(world, at('k'), bytesOf(3));
    world.clock.advance(5_000);
    const changed: ObjectProperties = { ...properties, tags: [['b', '2']], acl: 'public-read', storageClass: 'IA' };
    takeCommits(world);
    expect(await world.store.updateObject(at('k'), () => changed)).toEqual({ ...object, ...changed });
    expect(takeCommits(world)).toEqual(['+H']);
    expect(await head(world, at('k'))).toEqual({ ...object, ...changed });
    expect((await world.store.getBucketStatistics('b'))?.byStorageClass).toEqual({ IA: { storageBytes: 3, objectCount: 1 } });
    expect(await world.audit()).toEqual(clean);
  });
});

describe('removeObject', () => {
  it('answers what it removed; nothing there is no error', async () => {
    const world = await openBucketWorld();
    const object = await put(world, at('k'), bytesOf(3));
    expect(await world.store.removeObject(at('k'), () => {})).toEqual({ removed: object, marker: undefined });
    expect((await world.store.removeObject(at('k'), () => {})).removed).toBeUndefined();
    expect(await head(world, at('k'))).toBeUndefined();
  });
});

describe('close', () => {
  it('refuses what comes after, and is harmless twice', async () => {
    const world = await openBucketWorld();
    await world.store.close();
    await world.store.close();
    await expect(world.store.getBucket('b')).rejects.toMatchObject({ fault: 'closed' });
    await expect(put(world, at('k'), bytesOf(3))).rejects.toBeInstanceOf(StoreError);
  });

  it('waits for what is in flight', async () => {
    const world = await openBucketWorld();
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const putting = put(
      world,
      at('k'),
      (async function* () {
        yield bytesOf(200_000);
        await gate;
        yield bytesOf(200_000);
      })(),
    );
    let closed = false;
    const closing = world.store.close().then(() => {
      closed = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(false);
    go();
    await putting;
    await closing;
    const again = await world.reopen();
    expect(await get(again, at('k'))).toHaveLength(400_000);
  });

  it('ends the bodies that are being read, and not as if they were whole', async () => {
    const world = await openBucketWorld();
    await put(world, at('k'), bytesOf(3_000_000));
    const { body } = await world.store.openObject(at('k'), () => undefined);
    const chunks = body[Symbol.asyncIterator]();
    await chunks.next();
    await world.store.close();
    await expect(chunks.next()).rejects.toMatchObject({ fault: 'closed' });
  });
});

describe('putBucket', () => {
  it('creates, changes, and keeps id and date', async () => {
    const world = await openWorld();
    const bucket = await world.store.putBucket('b', (existing) => {
      expect(existing).toBeUndefined();
      return bucketProperties;
    });
    world.clock.advance(1_000);
    const changed = await world.store.putBucket('b', (existing) => ({ ...(existing ?? bucketProperties), acl: 'public-read' }));
    expect(changed).toEqual({ ...bucket, acl: 'public-read' });
    expect(await world.store.getBucket('b')).toEqual(changed);
    expect(await world.store.getBucket('c')).toBeUndefined();
  });

  it('made again under its name shares nothing with the one before', async () => {
    const world = await openBucketWorld();
    const before = await world.store.getBucket('b');
    await put(world, at('k'), bytesOf(3));
    await remove(world, at('k'));
    expect(await world.store.deleteBucket('b', () => {})).toBe('deleted');
    const after = await world.store.putBucket('b', () => bucketProperties);
    expect(after.id).not.toBe(before?.id);
    await world.collectAll();
    expect(await world.store.getBucketStatistics('b')).toMatchObject({ objectCount: 0, storageBytes: 0 });
    expect(await world.audit()).toEqual(clean);
  });
});
