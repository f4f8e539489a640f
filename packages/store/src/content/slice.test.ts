import { crc64 } from '@ossature/protocol';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { chunkBytes } from '../blob/blob-store.ts';
import { memoryBlobStore } from '../blob/memory.ts';
import { DigestPool } from './digest-pool.ts';
import { readExtents } from './read.ts';
import { blobOf, collected, flippedBlobStore, sampleBytes } from './sample-content.test.support.ts';
import { crc64OfExtents, sliceExtents } from './slice.ts';

const digests = new DigestPool();
afterAll(() => digests.close());

const blobs = memoryBlobStore();
const contents = [sampleBytes(1, 3 * chunkBytes + 12_345), sampleBytes(2, 2 * chunkBytes), sampleBytes(3, 70_000)];
const wholes = await Promise.all(contents.map((bytes, index) => blobOf(blobs, digests, `b${index}`, bytes)));
const signal = new AbortController().signal;

const whole = (index: number) => wholes[index] as (typeof wholes)[number];
const content = (index: number) => contents[index] as Uint8Array;

/** A cut of a blob, as often as not at the edge of a chunk. */
const cut = fc
  .record({ blob: fc.nat({ max: 2 }), from: fc.nat(), to: fc.nat(), aligned: fc.boolean() })
  .map(({ blob, from, to, aligned }) => {
    const sizeBytes = content(blob).length;
    const points = [from % (sizeBytes + 1), to % (sizeBytes + 1)].map((point) =>
      aligned ? Math.min(sizeBytes, Math.round(point / chunkBytes) * chunkBytes) : point,
    );
    const [offsetBytes, end] = [Math.min(...points), Math.max(...points)];
    const range = { offsetBytes, lengthBytes: end - offsetBytes };
    return { bytes: content(blob).subarray(offsetBytes, end), extents: sliceExtents([whole(blob)], range) };
  });

describe('sliceExtents', () => {
  it('gives, cut by cut, the extents of exactly these bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { maxLength: 5 }), fc.nat(), fc.nat(), async (cuts, from, length) => {
        const bytes = Buffer.concat(cuts.map((each) => each.bytes));
        const extents = cuts.flatMap((each) => each.extents);
        const offsetBytes = from % (bytes.length + 1);
        const lengthBytes = length % (bytes.length - offsetBytes + 1);
        const slice = sliceExtents(extents, { offsetBytes, lengthBytes });
        const wanted = bytes.subarray(offsetBytes, offsetBytes + lengthBytes);
        for (const extent of slice) {
          const first = Math.floor(extent.offsetBytes / chunkBytes);
          const end = Math.ceil((extent.offsetBytes + extent.lengthBytes) / chunkBytes);
          const source = wholes.find(({ blob }) => blob === extent.blob);
          expect(extent.crc32).toEqual(source?.crc32.slice(first, end));
          expect(extent.crc64).toEqual(source?.crc64.slice(first, end));
        }
        expect(Buffer.compare(await collected(readExtents(blobs, slice, { offsetBytes: 0, lengthBytes }, signal)), wanted)).toBe(0);
        expect(Buffer.compare(await collected(readExtents(blobs, extents, { offsetBytes, lengthBytes }, signal)), wanted)).toBe(0);
        expect(await crc64OfExtents(blobs, slice)).toBe(crc64(wanted));
      }),
      { numRuns: 60 },
    );
  });

  it('joins neighbours of one blob, wherever the seam is', () => {
    for (const seam of [1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 3 * chunkBytes]) {
      const sizeBytes = content(0).length;
      const left = sliceExtents([whole(0)], { offsetBytes: 0, lengthBytes: seam });
      const right = sliceExtents([whole(0)], { offsetBytes: seam, lengthBytes: sizeBytes - seam });
      expect(sliceExtents([...left, ...right], { offsetBytes: 0, lengthBytes: sizeBytes })).toEqual([whole(0)]);
      expect(sliceExtents([...right, ...left], { offsetBytes: 0, lengthBytes: sizeBytes })).toEqual([...right, ...left]);
    }
  });

  it('asserts that the range is inside', () => {
    expect(() => sliceExtents([whole(2)], { offsetBytes: 1, lengthBytes: 70_000 })).toThrow();
    expect(() => sliceExtents([whole(2)], { offsetBytes: -1, lengthBytes: 2 })).toThrow();
    expect(sliceExtents([whole(2)], { offsetBytes: 70_000, lengthBytes: 0 })).toEqual([]);
  });
});

describe('crc64OfExtents', () => {
  const readsFor = async (offsetBytes: number, lengthBytes: number) => {
    const counting = flippedBlobStore(blobs);
    await crc64OfExtents(counting, sliceExtents([whole(0)], { offsetBytes, lengthBytes }));
    return counting.reads;
  };

  it('reads nothing of whole chunks and of the end of a blob, and at most the two edge chunks otherwise', async () => {
    const sizeBytes = content(0).length;
    expect(await readsFor(0, sizeBytes)).toBe(0);
    expect(await readsFor(chunkBytes, chunkBytes)).toBe(0);
    expect(await readsFor(2 * chunkBytes, sizeBytes - 2 * chunkBytes)).toBe(0);
    expect(await readsFor(1, sizeBytes - 1)).toBe(chunkBytes);
    expect(await readsFor(1, sizeBytes - 2)).toBe(chunkBytes + 12_345);
    expect(await readsFor(chunkBytes + 5, 10)).toBe(chunkBytes);
    expect(await readsFor(chunkBytes - 1, 2)).toBe(2 * chunkBytes);
  });

  it('does not combine from a chunk that it had to read and that is not what was written', async () => {
    const extents = sliceExtents([whole(0)], { offsetBytes: 100, lengthBytes: 2 * chunkBytes });
    for (const atBytes of [0, 99, 100, chunkBytes - 1, 2 * chunkBytes, 2 * chunkBytes + 99, 3 * chunkBytes - 1]) {
      const flipped = flippedBlobStore(blobs, { blob: 'b0', atBytes });
      await expect(crc64OfExtents(flipped, extents), `byte ${atBytes}`).rejects.toMatchObject({ fault: 'corrupt' });
    }
    expect(await crc64OfExtents(blobs, extents)).toBe(crc64(content(0).subarray(100, 100 + 2 * chunkBytes)));
  });
});
