/** The core of the engine on the adapters of a data directory: LMDB and files. */
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc64, systemClock } from '@ossature/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { manualClock } from './manual-clock.ts';
import { type OpenStoreOptions, openStore } from './open-store.ts';
import type { Store } from './store.ts';
import { bucketProperties, bytesOf, properties, readAll } from './world.test.support.ts';

const at = (key: string, bucket = 'b') => ({ bucket, key });
let data: string;
let opened: Store[];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'ossature-store-'));
  opened = [];
});
afterEach(async () => {
  for (const store of opened) await store.close();
  await rm(data, { recursive: true, force: true });
});

async function open(options: Partial<OpenStoreOptions> = {}): Promise<Store> {
  const store = await openStore({ data, clock: manualClock(), quarantineMs: 0, ...options });
  opened.push(store);
  return store;
}

async function openWithBucket(): Promise<Store> {
  const store = await open();
  await store.putBucket('b', () => bucketProperties);
  return store;
}

async function get(store: Store, key: string, bucket = 'b'): Promise<Uint8Array> {
  const { body } = await store.openObject(at(key, bucket), () => undefined);
  return readAll(body);
}

/** Bytes of all files below a directory. */
async function sizeOf(path: string): Promise<number> {
  let sizeBytes = 0;
  for (const entry of await readdir(path, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) sizeBytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return sizeBytes;
}

describe('a store in a directory', () => {
  it('keeps what it acknowledged over a close and an opening', async () => {
    const store = await openWithBucket();
    const bodies = { inline: bytesOf(100), blob: bytesOf(3_000_000) };
    for (const [key, body] of Object.entries(bodies)) await store.putObject(at(key), body, () => properties);
    const before = await store.listObjects('b', { prefix: '', delimiter: '', after: '', limit: 10 });
    await store.close();
    const later = await open();
    expect(await later.listObjects('b', { prefix: '', delimiter: '', after: '', limit: 10 })).toEqual(before);
    for (const [key, body] of Object.entries(bodies)) expect(Buffer.compare(await get(later, key), body)).toBe(0);
  });

  it('copies inside a bucket and between buckets, and the disk does not grow', async () => {
    const store = await openWithBucket();
    await store.putBucket('c', () => bucketProperties);
    const bytes = bytesOf(3_000_000);
    await store.putObject(at('k'), bytes, () => properties);
    const before = await sizeOf(join(data, 'blobs'));
    for (let i = 0; i < 20; i++) await store.copyObject(at('k'), at(`copy-${i}`, i % 2 === 0 ? 'b' : 'c'), () => properties);
    await store.copyObject(at('k'), at('k'), () => properties);
    expect(await sizeOf(join(data, 'blobs'))).toBe(before);
    await store.removeObject(at('k'), () => {});
    await store.collect();
    expect(Buffer.compare(await get(store, 'copy-19', 'c'), bytes)).toBe(0);
  });

  it('copies parts, completes them, and gives the disk back when all is removed', async () => {
    const store = await openWithBucket();
    const bytes = bytesOf(4_000_000);
    await store.putObject(at('s'), bytes, () => properties);
    const { id: uploadId } = await store.initiateUpload(at('d'), () => properties);
    const length = 1_000_003;
    for (let i = 0; i < 4; i++) {
      const range = { offsetBytes: i * length, lengthBytes: Math.min(length, bytes.length - i * length) };
      await store.uploadPartCopy(at('s'), { ...at('d'), uploadId, partNumber: i + 1 }, () => range);
    }
    const object = await store.completeUpload({ ...at('d'), uploadId }, ({ parts }) => ({
      ...{ partNumbers: parts.map(({ partNumber }) => partNumber), etag: 'E-4', properties },
    }));
    expect(object.hashCrc64).toBe(crc64(bytes));
    await store.removeObject(at('s'), () => {});
    await store.collect();
    expect(Buffer.compare(await get(store, 'd'), bytes)).toBe(0);
    await store.removeObject(at('d'), () => {});
    await store.collect();
    expect(await sizeOf(join(data, 'blobs'))).toBe(0);
  });

  it('is owned by one process, and free again when that has closed it', async () => {
    const store = await openWithBucket();
    await expect(openStore({ data })).rejects.toMatchObject({ fault: 'unavailable' });
    await store.close();
    const later = await open();
    expect(await later.getBucket('b')).toBeDefined();
  });

  it('is not held by an opening that failed', async () => {
    // The rows open, the blobs cannot.
    await writeFile(join(data, 'blobs'), 'in the way');
    await expect(openStore({ data })).rejects.toThrow();
    await rm(join(data, 'blobs'));
    const store = await open();
    expect(await store.getBucket('b')).toBeUndefined();
  });

  it('many writers of many names at a time all land, once each', async () => {
    // Writers that meet wait for a moment, on the clock.
    const store = await open({ clock: systemClock });
    await store.putBucket('b', () => bucketProperties);
    await Promise.all(
      Array.from({ length: 200 }, (_, i) => store.putObject(at(`k${i % 50}`), bytesOf(i % 3 === 0 ? 20_000 : 50, i), () => properties)),
    );
    const listed = await store.listObjects('b', { prefix: '', delimiter: '', after: '', limit: 100 });
    expect(listed?.items).toHaveLength(50);
    for (const { key, sizeBytes } of listed?.items ?? []) expect(await get(store, key)).toHaveLength(sizeBytes);
    await store.collect();
    expect((await store.getBucketStatistics('b'))?.objectCount).toBe(50);
  });
});

describe('a store in memory', () => {
  it('works without a directory', async () => {
    const store = await openStore({ data: 'memory' });
    opened.push(store);
    await store.putBucket('b', () => bucketProperties);
    await store.putObject(at('k'), bytesOf(100_000), () => properties);
    expect(await get(store, 'k')).toHaveLength(100_000);
  });
});
