import { createHash } from 'node:crypto';
import { crc64 } from '@ossature/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { piecesLimit } from './piece.ts';
import type { ByteRange, ObjectAddress } from './store.ts';
import {
  at,
  blobNames,
  bytesOf,
  clean,
  complete,
  get,
  openBucketWorld,
  properties,
  put,
  putParts,
  remove,
  takeCommits,
  type World,
} from './world.test.support.ts';

async function initiate(world: World, key: string) {
  const { id: uploadId } = await world.store.initiateUpload(at(key), () => properties);
  return { ...at(key), uploadId };
}

async function copyRange(world: World, source: ObjectAddress, range: ByteRange | undefined, key = 'd') {
  const to = { ...(await initiate(world, key)), partNumber: 1 };
  const copied = await world.store.uploadPartCopy(source, to, () => range);
  return { ...copied, to };
}

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex').toUpperCase();

describe('uploadPartCopy', () => {
  it('has the MD5 and CRC-64 of any range of any source, and its bytes', async () => {
    const world = await openBucketWorld();
    const sources: Record<string, Uint8Array> = {
      inline: bytesOf(5_000, 1),
      blob: bytesOf(1_300_000, 2),
      // Parts with blobs, an inline one in the middle, an empty one, and an inline one at the end.
      parts: Buffer.concat([bytesOf(600_000, 3), bytesOf(900, 4), bytesOf(200_000, 5), bytesOf(1, 6)]),
    };
    await put(world, at('inline'), sources['inline'] as Uint8Array);
    await put(world, at('blob'), sources['blob'] as Uint8Array);
    await putParts(world, at('parts'), [bytesOf(600_000, 3), bytesOf(900, 4), new Uint8Array(), bytesOf(200_000, 5), bytesOf(1, 6)]);
    const some = fc.record({ source: fc.constantFrom(...Object.keys(sources)), from: fc.nat(), length: fc.nat() });
    await fc.assert(
      fc.asyncProperty(some, async ({ source, from, length }) => {
        const bytes = sources[source] as Uint8Array;
        const offsetBytes = from % (bytes.length + 1);
        const lengthBytes = length % (bytes.length - offsetBytes + 1);
        const wanted = bytes.subarray(offsetBytes, offsetBytes + lengthBytes);
        const { part, to } = await copyRange(world, at(source), { offsetBytes, lengthBytes });
        expect(part).toMatchObject({ sizeBytes: lengthBytes, etag: md5(wanted), hashCrc64: crc64(wanted) });
        expect((await complete(world, to)).hashCrc64).toBe(crc64(wanted));
        expect(Buffer.compare(await get(world, at('d')), wanted)).toBe(0);
      }),
      { numRuns: 40 },
    );
    expect(world.blobCalls.filter((call) => call === 'put')).toHaveLength(3);
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
    expect(world.alarms).toEqual([]);
  });

  it('of a copy of copies shares the first bytes, and outlives its sources', async () => {
    const world = await openBucketWorld();
    const bytes = bytesOf(1_500_000, 7);
    await put(world, at('a'), bytes);
    const first = await copyRange(world, at('a'), { offsetBytes: 100, lengthBytes: 1_200_000 }, 'b');
    await complete(world, first.to);
    const second = await copyRange(world, at('b'), { offsetBytes: 100, lengthBytes: 1_000_000 }, 'c');
    await complete(world, second.to);
    await remove(world, at('a'));
    await remove(world, at('b'));
    await world.collectAll();
    expect(await blobNames(world)).toHaveLength(1);
    expect(Buffer.compare(await get(world, at('c')), bytes.subarray(200, 1_000_200))).toBe(0);
    await remove(world, at('c'));
    await world.collectAll();
    expect(await blobNames(world)).toEqual([]);
    expect(await world.audit()).toEqual(clean);
  });

  it('of exactly one part of a source knows its MD5: one commit, and nothing is read', async () => {
    const world = await openBucketWorld();
    await putParts(world, at('s'), [bytesOf(100_000, 1), bytesOf(100_000, 2)]);
    const to = { ...(await initiate(world, 'd')), partNumber: 1 };
    takeCommits(world);
    world.blobCalls.length = 0;
    const { part } = await world.store.uploadPartCopy(at('s'), to, () => ({ offsetBytes: 100_000, lengthBytes: 100_000 }));
    expect(part.etag).toBe(md5(bytesOf(100_000, 2)));
    expect(takeCommits(world)).toEqual(['+O +P']);
    expect(world.blobCalls).toEqual([]);
  });

  it('is digested once by all who ask for the same range at the same time, and remembered', async () => {
    const world = await openBucketWorld();
    await put(world, at('s'), bytesOf(1_000_000));
    const to = await initiate(world, 'd');
    world.blobCalls.length = 0;
    // Whole chunks: the CRC-64 is combined, and only the digest reads.
    const range = () => ({ offsetBytes: 0, lengthBytes: 512 * 1024 });
    await Promise.all([1, 2, 3, 4].map((partNumber) => world.store.uploadPartCopy(at('s'), { ...to, partNumber }, range)));
    await world.store.uploadPartCopy(at('s'), { ...to, partNumber: 5 }, range);
    expect(world.blobCalls).toEqual(['get']);
  });

  it('gives way to a source that changes before it is pinned, and copies the new one', async () => {
    const world = await openBucketWorld();
    await put(world, at('s'), bytesOf(100_000, 1));
    const to = { ...(await initiate(world, 'd')), partNumber: 1 };
    const etags: (string | undefined)[] = [];
    world.beforeCommit = async () => {
      world.beforeCommit = undefined;
      await put(world, at('s'), bytesOf(100_000, 2));
    };
    const { part } = await world.store.uploadPartCopy(at('s'), to, ({ source }) => {
      etags.push(source?.etag);
      return undefined;
    });
    expect(part.etag).toBe(md5(bytesOf(100_000, 2)));
    expect(etags.at(-1)).toBe(part.etag);
  });

  it.each([
    { offsetBytes: 500, lengthBytes: 1_000 },
    { offsetBytes: 0, lengthBytes: 999 },
  ])('has the range that decide answers last: %j', async (last) => {
    const world = await openBucketWorld();
    const bytes = bytesOf(2_000);
    await put(world, at('s'), bytes);
    const to = { ...(await initiate(world, 'd')), partNumber: 1 };
    let looks = 0;
    const { part } = await world.store.uploadPartCopy(at('s'), to, () => (looks++ === 0 ? { offsetBytes: 0, lengthBytes: 1_000 } : last));
    expect(part.etag).toBe(md5(bytes.subarray(last.offsetBytes, last.offsetBytes + last.lengthBytes)));
  });

  it('is not starved by a source that changes all the time', async () => {
    const world = await openBucketWorld();
    await put(world, at('s'), bytesOf(100_000, 0));
    const to = { ...(await initiate(world, 'd')), partNumber: 1 };
    let seed = 0;
    const overwrite = async () => {
      const hook = world.beforeCommit;
      world.beforeCommit = undefined;
      await put(world, at('s'), bytesOf(100_000, ++seed));
      world.beforeCommit = hook;
    };
    // Before each of the first commits of the copy, and while it reads.
    world.beforeCommit = async () => (seed < 3 ? overwrite() : undefined);
    world.beforeBlobGet = overwrite;
    const range = { offsetBytes: 5, lengthBytes: 60_000 };
    let reads = 0;
    const { part, source } = await world.store.uploadPartCopy(at('s'), to, (rows) => {
      expect(rows.source).toBeDefined();
      reads++;
      return range;
    });
    world.beforeCommit = undefined;
    world.beforeBlobGet = undefined;
    const copied = [...Array(seed + 1).keys()]
      .map((each) => bytesOf(100_000, each).subarray(5, 60_005))
      .find((bytes) => md5(bytes) === part.etag);
    expect(copied).toBeDefined();
    expect(source.sizeBytes).toBe(100_000);
    expect(reads).toBeLessThan(12);
    await complete(world, to);
    await world.collectAll();
    expect(Buffer.compare(await get(world, at('d')), copied as Uint8Array)).toBe(0);
    expect(await world.audit()).toEqual(clean);
  });

  it('goes on when its source is removed and collected while it is digested', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    const bytes = bytesOf(900_000);
    await put(world, at('s'), bytes);
    const to = { ...(await initiate(world, 'd')), partNumber: 1 };
    world.beforeBlobGet = async () => {
      world.beforeBlobGet = undefined;
      await remove(world, at('s'));
      await world.collectAll();
    };
    const { part } = await world.store.uploadPartCopy(at('s'), to, ({ source }) => {
      if (source === undefined) throw new Error('NoSuchKey');
      return { offsetBytes: 0, lengthBytes: 700_000 };
    });
    expect(part.etag).toBe(md5(bytes.subarray(0, 700_000)));
    await complete(world, to);
    await world.collectAll();
    expect(Buffer.compare(await get(world, at('d')), bytes.subarray(0, 700_000))).toBe(0);
    expect(await world.audit()).toEqual(clean);
  });

  it.each(['aborted', 'completed'] as const)('leaves nothing where its upload was %s while it was digested', async (how) => {
    const world = await openBucketWorld();
    await put(world, at('s'), bytesOf(900_000));
    const to = { ...(await initiate(world, 'd')), partNumber: 2 };
    await world.store.uploadPart({ ...to, partNumber: 1 }, bytesOf(10), () => {});
    world.beforeBlobGet = async () => {
      world.beforeBlobGet = undefined;
      if (how === 'aborted') await world.store.abortUpload(to, () => {});
      else await complete(world, to);
      await world.store.collect();
    };
    const copying = world.store.uploadPartCopy(at('s'), to, ({ upload }) => {
      if (upload === undefined) throw new Error('NoSuchUpload');
      return { offsetBytes: 0, lengthBytes: 700_000 };
    });
    await expect(copying).rejects.toThrow('NoSuchUpload');
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
    expect(await world.kv.scan({ from: Buffer.from('N'), to: Buffer.from('O'), limit: 10 })).toEqual([]);
  });

  it('drops its pin where it is aborted or its source is damaged', async () => {
    const world = await openBucketWorld();
    await put(world, at('s'), bytesOf(900_000));
    const to = { ...(await initiate(world, 'd')), partNumber: 1 };
    const range = () => ({ offsetBytes: 0, lengthBytes: 700_000 });
    const abort = new AbortController();
    world.beforeBlobGet = async () => abort.abort(new Error('gone'));
    await expect(world.store.uploadPartCopy(at('s'), to, range, abort.signal)).rejects.toThrow('gone');
    world.beforeBlobGet = undefined;
    await world.store.collect();
    expect(await world.audit()).toEqual(clean);

    await world.blobs.remove(await blobNames(world));
    await expect(world.store.uploadPartCopy(at('s'), to, range)).rejects.toMatchObject({ fault: 'corrupt' });
    expect(world.alarms).toHaveLength(1);
    await world.store.collect();
    expect((await world.audit()).extra).toEqual([]);
  });

  it(`rewrites a range of more than ${piecesLimit.pieces} pieces as one blob, and none of fewer`, async () => {
    const world = await openBucketWorld();
    await put(world, at('a'), bytesOf(40_000, 1));
    await put(world, at('b'), bytesOf(40_000, 2));
    // Slices that take turns, so that no two of them are neighbours.
    const to = await initiate(world, 's');
    const count = piecesLimit.pieces + 1;
    const slice = (i: number) => ({ offsetBytes: 7 * i, lengthBytes: 6 });
    for (let i = 0; i < count; i++)
      await world.store.uploadPartCopy(at(i % 2 === 0 ? 'a' : 'b'), { ...to, partNumber: i + 1 }, () => slice(i));
    await complete(world, to);
    const bytes = Buffer.concat(Array.from({ length: count }, (_, i) => bytesOf(40_000, (i % 2) + 1).subarray(7 * i, 7 * i + 6)));
    world.blobCalls.length = 0;
    const few = await copyRange(world, at('s'), { offsetBytes: 0, lengthBytes: 6 * (count - 1) });
    expect(few.part.etag).toBe(md5(bytes.subarray(0, 6 * (count - 1))));
    expect(world.blobCalls).not.toContain('put');

    takeCommits(world);
    const many = await copyRange(world, at('s'), { offsetBytes: 3, lengthBytes: bytes.length - 5 });
    expect(many.part.etag).toBe(md5(bytes.subarray(3, -2)));
    expect(world.blobCalls.filter((call) => call === 'put')).toHaveLength(1);
    expect(takeCommits(world)).toEqual(['+U', '+N +R', '+O +P +T -N -R']);
    await complete(world, many.to);
    expect(Buffer.compare(await get(world, at('d')), bytes.subarray(3, -2))).toBe(0);
    await world.store.abortUpload(few.to, () => {});
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
  });

  it('throws what decide throws, with nothing written', async () => {
    const world = await openBucketWorld();
    const to = { ...(await initiate(world, 'd')), partNumber: 1 };
    takeCommits(world);
    const refused = new Error('NoSuchKey');
    const refuse = () => {
      throw refused;
    };
    await expect(world.store.uploadPartCopy(at('s'), to, refuse)).rejects.toBe(refused);
    expect(takeCommits(world)).toEqual([]);
  });
});
