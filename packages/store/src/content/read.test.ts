import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { BlobMissing, chunkBytes } from '../blob/blob-store.ts';
import { memoryBlobStore } from '../blob/memory.ts';
import { DigestPool } from './digest-pool.ts';
import { readExtents } from './read.ts';
import { blobOf, collected, flippedBlobStore, sampleBytes } from './sample-content.test.support.ts';

const digests = new DigestPool();
afterAll(() => digests.close());

const blobs = memoryBlobStore();
const bytes = sampleBytes(7, 2 * chunkBytes + 4_321);
const extent = await blobOf(blobs, digests, 'blob', bytes);
const signal = new AbortController().signal;

describe('readExtents', () => {
  it('hands out the bytes before a wrong chunk and never one of it, wherever in the touched chunks the bit is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: bytes.length - 1 }),
        fc.nat({ max: bytes.length - 1 }),
        fc.nat(),
        async (atBytes, offsetBytes, length) => {
          const lengthBytes = 1 + (length % (bytes.length - offsetBytes));
          const chunk = Math.floor(atBytes / chunkBytes);
          const isTouched = chunk >= Math.floor(offsetBytes / chunkBytes) && chunk * chunkBytes < offsetBytes + lengthBytes;
          const flipped = flippedBlobStore(blobs, { blob: 'blob', atBytes });
          const got: Uint8Array[] = [];
          const reading = (async () => {
            for await (const piece of readExtents(flipped, [extent], { offsetBytes, lengthBytes }, signal)) got.push(piece.slice());
          })();
          if (isTouched) await expect(reading).rejects.toMatchObject({ name: 'StoreError', fault: 'corrupt' });
          else await reading;
          const before = isTouched ? Math.max(0, chunk * chunkBytes - offsetBytes) : lengthBytes;
          expect(Buffer.compare(Buffer.concat(got), bytes.subarray(offsetBytes, offsetBytes + before))).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('says that a blob is missing', async () => {
    const gone = { ...extent, blob: 'gone' };
    await expect(collected(readExtents(blobs, [gone], { offsetBytes: 0, lengthBytes: 1 }, signal))).rejects.toBeInstanceOf(BlobMissing);
  });

  it('stops with its signal', async () => {
    const abort = new AbortController();
    const reading = readExtents(blobs, [extent], { offsetBytes: 0, lengthBytes: bytes.length }, abort.signal);
    await reading.next();
    abort.abort(new Error('gone'));
    await expect(reading.next()).rejects.toThrow('gone');
  });

  it('reads nothing for an empty range', async () => {
    expect(await collected(readExtents(blobs, [], { offsetBytes: 0, lengthBytes: 0 }, signal))).toHaveLength(0);
    expect(await collected(readExtents(blobs, [extent], { offsetBytes: 9, lengthBytes: 0 }, signal))).toHaveLength(0);
  });
});
