import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { chunkBytes } from '../blob/blob-store.ts';
import { memoryBlobStore } from '../blob/memory.ts';
import { DigestPool } from './digest-pool.ts';
import { dyingWorkers } from './dying-workers.test.support.ts';
import { blobOf, flippedBlobStore, hexOf, md5Of, sampleBytes } from './sample-content.test.support.ts';
import { sliceExtents } from './slice.ts';

const digests = new DigestPool();
afterAll(() => digests.close());
const never = () => new AbortController().signal;

const blobs = memoryBlobStore();
const bytes = sampleBytes(1, 3 * chunkBytes + 1_234);
const extent = await blobOf(blobs, digests, 'blob', bytes);
const other = sampleBytes(2, 150_000);
const otherExtent = await blobOf(blobs, digests, 'other', other);

describe('DigestPool.md5OfExtents', () => {
  it('gives the MD5 of any cuts after each other, several at once', async () => {
    const cut = fc.tuple(fc.nat(), fc.nat(), fc.boolean());
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(cut, { maxLength: 3 }), { minLength: 1, maxLength: 5 }), async (lists) => {
        await Promise.all(
          lists.map(async (cuts) => {
            const slices = cuts.map(([from, length, first]) => {
              const [content, source] = first ? [bytes, extent] : [other, otherExtent];
              const offsetBytes = from % content.length;
              const lengthBytes = length % (content.length - offsetBytes);
              return {
                content: content.subarray(offsetBytes, offsetBytes + lengthBytes),
                extents: sliceExtents([source], { offsetBytes, lengthBytes }),
              };
            });
            const digest = await digests.md5OfExtents(
              blobs,
              slices.flatMap(({ extents }) => extents),
              never(),
            );
            expect(hexOf(digest)).toBe(md5Of(Buffer.concat(slices.map(({ content }) => content))));
          }),
        );
        expect(digests.machine().slots.heldCount).toBe(0);
      }),
      { numRuns: 40 },
    );
  });

  it('never digests a chunk with a wrong bit, nor remembers it', async () => {
    const range = { offsetBytes: chunkBytes - 100, lengthBytes: chunkBytes + 200 };
    const slice = sliceExtents([extent], range);
    for (const atBytes of [0, chunkBytes - 101, chunkBytes - 1, chunkBytes, 2 * chunkBytes + 99, 3 * chunkBytes - 1]) {
      const flipped = flippedBlobStore(blobs, { blob: 'blob', atBytes });
      await expect(digests.md5OfExtents(flipped, slice, never()), `byte ${atBytes}`).rejects.toMatchObject({ fault: 'corrupt' });
    }
    const untouched = flippedBlobStore(blobs, { blob: 'blob', atBytes: 3 * chunkBytes });
    const digest = await digests.md5OfExtents(untouched, slice, never());
    expect(hexOf(digest)).toBe(md5Of(bytes.subarray(range.offsetBytes, range.offsetBytes + range.lengthBytes)));
    expect(digests.machine().slots.heldCount).toBe(0);
  });

  it('reads once for all who ask at the same time, and not at all later, until the blob is forgotten', async () => {
    const pool = new DigestPool();
    const counting = flippedBlobStore(blobs);
    const asked = await Promise.all([1, 2, 3].map(() => pool.md5OfExtents(counting, [extent], never())));
    expect(new Set(asked.map(hexOf))).toEqual(new Set([md5Of(bytes)]));
    await pool.md5OfExtents(counting, [extent], never());
    expect(counting.reads).toBe(bytes.length);
    expect(pool.known([extent])).toEqual(asked[0]);
    expect(pool.known(sliceExtents([extent], { offsetBytes: 0, lengthBytes: 1 }))).toBeUndefined();
    pool.forget('other');
    await pool.md5OfExtents(counting, [extent], never());
    expect(counting.reads).toBe(bytes.length);
    pool.forget('blob');
    await pool.md5OfExtents(counting, [extent], never());
    expect(counting.reads).toBe(2 * bytes.length);
    await pool.close();
  });

  it('goes on for those who still wait, and stops when nobody does', async () => {
    const pool = new DigestPool();
    const [first, second] = [new AbortController(), new AbortController()];
    const asked = [first, second].map((abort) => pool.md5OfExtents(blobs, [extent], abort.signal));
    first.abort(new Error('gone'));
    await expect(asked[0]).rejects.toThrow('gone');
    expect(hexOf((await asked[1]) as Uint8Array)).toBe(md5Of(bytes));

    pool.forget('blob');
    let stopped: unknown;
    const watched = {
      ...blobs,
      get: (...options: Parameters<typeof blobs.get>) => {
        options[2]?.addEventListener('abort', () => {
          stopped = true;
        });
        return blobs.get(...options);
      },
    };
    const alone = pool.md5OfExtents(watched, [extent], second.signal);
    await new Promise(setImmediate);
    second.abort(new Error('gone too'));
    await expect(alone).rejects.toThrow('gone too');
    expect(stopped).toBe(true);
    expect(hexOf(await pool.md5OfExtents(blobs, [extent], never()))).toBe(md5Of(bytes));
    await pool.close();
  });

  it('passes on that a worker died, and works with the next one', async () => {
    const pool = new DigestPool({ startWorker: dyingWorkers(1) });
    await expect(pool.md5OfExtents(blobs, [extent], never())).rejects.toMatchObject({ name: 'StoreError', fault: 'unavailable' });
    expect(hexOf(await pool.md5OfExtents(blobs, [extent], never()))).toBe(md5Of(bytes));
    expect(pool.machine().slots.heldCount).toBe(0);
    await pool.close();
  });

  it('fails what is under way when it is closed, and all that comes later', async () => {
    const pool = new DigestPool();
    const asked = pool.md5OfExtents(blobs, [extent], never());
    const failed = expect(asked).rejects.toMatchObject({ fault: 'closed' });
    await pool.close();
    await failed;
    await expect(pool.md5OfExtents(blobs, [extent], never())).rejects.toMatchObject({ fault: 'closed' });
  });

  it('brings more digests than there are slots through them', async () => {
    const few = new DigestPool({ slotCount: 2 });
    const ranges = Array.from({ length: 12 }, (_, index) => ({ offsetBytes: index * 1000, lengthBytes: 2 * chunkBytes + index }));
    const asked = await Promise.all(ranges.map((range) => few.md5OfExtents(blobs, sliceExtents([extent], range), never())));
    asked.forEach((digest, index) => {
      const { offsetBytes, lengthBytes } = ranges[index] as (typeof ranges)[number];
      expect(hexOf(digest)).toBe(md5Of(bytes.subarray(offsetBytes, offsetBytes + lengthBytes)));
    });
    await few.close();
  });
});
