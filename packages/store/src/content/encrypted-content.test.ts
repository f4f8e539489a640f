import { crc64 } from '@ossature/protocol';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type BlobStore, chunkBytes } from '../blob/blob-store.ts';
import { memoryBlobStore } from '../blob/memory.ts';
import { seededRandom } from '../seeded-random.ts';
import { ContentKey, keyLengthBytes } from './content-key.ts';
import { DigestPool } from './digest-pool.ts';
import type { Extent } from './extent.ts';
import { ingest } from './ingest.ts';
import { readExtents } from './read.ts';
import { blobOf, collected, edgeSizes, flippedBlobStore, hexOf, md5Of, piecesOf, sampleBytes } from './sample-content.test.support.ts';
import { crc64OfExtents, sliceExtents } from './slice.ts';

const digests = new DigestPool();
afterAll(() => digests.close());
const signal = new AbortController().signal;
const never = () => new AbortController().signal;

const key = new ContentKey(sampleBytes(90, keyLengthBytes), seededRandom(90));
const otherKey = new ContentKey(sampleBytes(91, keyLengthBytes), seededRandom(91));
const corrupt = { name: 'StoreError', fault: 'corrupt' };

const blobs = memoryBlobStore();
const contents = [sampleBytes(1, 3 * chunkBytes + 12_345), sampleBytes(2, 2 * chunkBytes), sampleBytes(3, 70_000)];
const wholes = await Promise.all(contents.map((bytes, index) => blobOf(blobs, digests, `b${index}`, bytes, key)));
const whole = (index: number) => wholes[index] as Extent;
const content = (index: number) => contents[index] as Uint8Array;

const wholeRange = ({ blobBytes }: Extent) => ({ offsetBytes: 0, lengthBytes: blobBytes });
const rawOf = (store: BlobStore, extent: Extent) => collected(store.get(extent.blob, wholeRange(extent), signal));
const readOf = (store: BlobStore, extent: Extent, contentKey: ContentKey | undefined = key) =>
  collected(readExtents(store, [extent], { offsetBytes: 0, lengthBytes: extent.lengthBytes }, signal, contentKey));

/** A store with the same blobs, of which one has other bytes. */
async function storeWith(name: string, bytes: Uint8Array): Promise<BlobStore> {
  const store = memoryBlobStore();
  await store.put(name, piecesOf(bytes, [65_536]));
  return store;
}

describe('an encrypted blob', () => {
  it('holds as many bytes as the plain one, none of them plain, and the tables of the plain bytes', async () => {
    for (const [index, bytes] of contents.entries()) {
      const extent = whole(index);
      const raw = await rawOf(blobs, extent);
      expect(raw).toHaveLength(bytes.length);
      for (let at = 0; at + 16 <= bytes.length; at += 4096) {
        expect(Buffer.from(raw).indexOf(bytes.subarray(at, at + 16)), `bytes at ${at}`).toBe(-1);
      }
      expect(extent.encryption?.tags).toHaveLength(16 * Math.ceil(bytes.length / chunkBytes));
      expect(extent.crc64[0]).toBe(crc64(bytes.subarray(0, chunkBytes)));
    }
  });

  it('keeps any body, however it is cut, with the digests of its plain bytes', async () => {
    const size = fc.oneof(fc.constantFrom(128 * 1024, 128 * 1024 + 1, ...edgeSizes), fc.integer({ min: 1, max: 3 * chunkBytes }));
    const cuts = fc.array(fc.oneof(fc.integer({ min: 1000, max: 70_000 }), fc.constantFrom(65_536, chunkBytes + 1)), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(), size, cuts, fc.boolean(), async (seed, sizeBytes, sizes, announced) => {
        const bytes = sampleBytes(seed, sizeBytes);
        const store = memoryBlobStore();
        const body = piecesOf(bytes, sizes);
        const expectedBytes = announced ? sizeBytes : undefined;
        const kept = await ingest({ blobs: store, mintName: () => 'minted', body, inlineLimitBytes: 0, digests, key, expectedBytes });
        if (kept.kind !== 'blob') throw new Error('a body of bytes is a blob');
        expect(hexOf(kept.md5)).toBe(md5Of(bytes));
        expect(kept.crc64).toBe(crc64(bytes));
        expect(Buffer.compare(await readOf(store, kept.extent), bytes)).toBe(0);
        expect(digests.machine().slots.heldCount).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('gives any range of any cuts, their CRC-64 and their MD5', async () => {
    const cut = fc.record({ blob: fc.nat({ max: 2 }), from: fc.nat(), to: fc.nat(), isAligned: fc.boolean() }).map((drawn) => {
      const sizeBytes = content(drawn.blob).length;
      const points = [drawn.from % (sizeBytes + 1), drawn.to % (sizeBytes + 1)].map((point) =>
        drawn.isAligned ? Math.min(sizeBytes, Math.round(point / chunkBytes) * chunkBytes) : point,
      );
      const [offsetBytes, end] = [Math.min(...points), Math.max(...points)];
      return {
        bytes: content(drawn.blob).subarray(offsetBytes, end),
        extents: sliceExtents([whole(drawn.blob)], { offsetBytes, lengthBytes: end - offsetBytes }),
      };
    });
    await fc.assert(
      fc.asyncProperty(fc.array(cut, { maxLength: 5 }), fc.nat(), fc.nat(), async (cuts, from, length) => {
        const bytes = Buffer.concat(cuts.map((each) => each.bytes));
        const offsetBytes = from % (bytes.length + 1);
        const lengthBytes = length % (bytes.length - offsetBytes + 1);
        const extents = cuts.flatMap((each) => each.extents);
        const slice = sliceExtents(extents, { offsetBytes, lengthBytes });
        const wanted = bytes.subarray(offsetBytes, offsetBytes + lengthBytes);
        for (const extent of slice) expect(extent.encryption?.tags).toHaveLength(16 * extent.crc32.length);
        expect(Buffer.compare(await collected(readExtents(blobs, slice, { offsetBytes: 0, lengthBytes }, signal, key)), wanted)).toBe(0);
        expect(Buffer.compare(await collected(readExtents(blobs, extents, { offsetBytes, lengthBytes }, signal, key)), wanted)).toBe(0);
        expect(await crc64OfExtents(blobs, slice, signal, key)).toBe(crc64(wanted));
        expect(hexOf(await digests.md5OfExtents(blobs, slice, never(), key))).toBe(md5Of(wanted));
      }),
      { numRuns: 60 },
    );
  });

  it('has no two chunks alike, also where their bytes are', async () => {
    const extent = await blobOf(blobs, digests, 'zeros', new Uint8Array(3 * chunkBytes), key);
    const raw = await rawOf(blobs, extent);
    const chunks = [0, 1, 2].map((chunk) => Buffer.from(raw.slice(chunk * chunkBytes, (chunk + 1) * chunkBytes)).toString('latin1'));
    expect(new Set(chunks).size).toBe(3);
    const again = await rawOf(blobs, await blobOf(blobs, digests, 'more-zeros', new Uint8Array(3 * chunkBytes), key));
    expect(Buffer.compare(raw, again)).not.toBe(0);
  });

  it('joins neighbours, wherever the seam is', async () => {
    for (const seam of [1, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes]) {
      const halves = [
        ...sliceExtents([whole(0)], { offsetBytes: 0, lengthBytes: seam }),
        ...sliceExtents([whole(0)], { offsetBytes: seam, lengthBytes: content(0).length - seam }),
      ];
      expect(sliceExtents(halves, { offsetBytes: 0, lengthBytes: content(0).length }), `seam ${seam}`).toEqual([whole(0)]);
    }
  });
});

describe('what is not what was written is corrupt, and never data', () => {
  const extent = whole(0);
  const encryption = extent.encryption as NonNullable<Extent['encryption']>;
  const changedTags = (change: (tags: Uint8Array) => void): Extent => {
    const tags = Uint8Array.from(encryption.tags);
    change(tags);
    return { ...extent, encryption: { ...encryption, tags } };
  };

  it('a changed byte, anywhere in a chunk that a byte is taken of', async () => {
    const range = { offsetBytes: chunkBytes - 100, lengthBytes: chunkBytes + 200 };
    const slice = sliceExtents([extent], range);
    for (const atBytes of [0, 1, chunkBytes - 101, chunkBytes - 1, chunkBytes, 2 * chunkBytes + 99, 3 * chunkBytes - 1]) {
      const flipped = flippedBlobStore(blobs, { blob: 'b0', atBytes });
      const got: Uint8Array[] = [];
      const read = async () => {
        const bytes = readExtents(flipped, slice, { offsetBytes: 0, lengthBytes: range.lengthBytes }, signal, key);
        for await (const piece of bytes) got.push(Uint8Array.from(piece));
      };
      await expect(read(), `byte ${atBytes}`).rejects.toMatchObject(corrupt);
      const wanted = content(0).subarray(range.offsetBytes);
      const handed = Buffer.concat(got);
      expect(Buffer.compare(handed, wanted.subarray(0, handed.length))).toBe(0);
      expect(handed.length).toBeLessThanOrEqual(atBytes);
      const inner = sliceExtents([extent], { offsetBytes: 10, lengthBytes: 3 * chunkBytes - 20 });
      const isEdge = atBytes < chunkBytes || atBytes >= 2 * chunkBytes;
      if (isEdge) await expect(crc64OfExtents(flipped, inner, signal, key), `byte ${atBytes}`).rejects.toMatchObject(corrupt);
      const pool = new DigestPool();
      await expect(pool.md5OfExtents(flipped, slice, never(), key), `byte ${atBytes}`).rejects.toMatchObject(corrupt);
      await pool.close();
    }
    const untouched = flippedBlobStore(blobs, { blob: 'b0', atBytes: 3 * chunkBytes });
    expect(await collected(readExtents(untouched, slice, { offsetBytes: 0, lengthBytes: 10 }, signal, key))).toHaveLength(10);
  });

  it('chunks that changed places, in the blob and in the tables', async () => {
    const raw = await rawOf(blobs, extent);
    const [first, second] = [raw.slice(0, chunkBytes), raw.slice(chunkBytes, 2 * chunkBytes)];
    const moved = await storeWith('b0', Buffer.concat([second, first, raw.subarray(2 * chunkBytes)]));
    await expect(readOf(moved, extent)).rejects.toMatchObject(corrupt);
    const tags = Buffer.concat([encryption.tags.subarray(16, 32), encryption.tags.subarray(0, 16), encryption.tags.subarray(32)]);
    await expect(readOf(moved, { ...extent, encryption: { ...encryption, tags } })).rejects.toMatchObject(corrupt);
    // As if it were another place of the same blob.
    const shifted = { ...sliceExtents([extent], { offsetBytes: 0, lengthBytes: chunkBytes })[0], offsetBytes: chunkBytes } as Extent;
    await expect(readOf(blobs, shifted)).rejects.toMatchObject(corrupt);
  });

  it('another blob under the name, with its own tags and key or without', async () => {
    const other = whole(1);
    const swapped = await storeWith('b0', await rawOf(blobs, other));
    const short = { ...extent, lengthBytes: other.lengthBytes, blobBytes: other.blobBytes };
    await expect(readOf(swapped, short)).rejects.toMatchObject(corrupt);
    await expect(readOf(swapped, { ...other, blob: 'b0' })).rejects.toMatchObject(corrupt);
    // Even where the data key is the right one, which only who has the content key can bring about.
    const key2 = key.rewrapBlobKey('b1', (other.encryption as typeof encryption).key, key);
    await expect(readOf(swapped, { ...other, blob: 'b0', encryption: { ...encryption, key: key2 } })).rejects.toMatchObject(corrupt);
  });

  it('another blob under the name, of the same data key', async () => {
    const sameKeys = new ContentKey(sampleBytes(92, keyLengthBytes), { bytes: (length) => new Uint8Array(length).fill(7) });
    const [one, other] = [
      await blobOf(blobs, digests, 'same1', content(2), sameKeys),
      await blobOf(blobs, digests, 'same2', sampleBytes(4, 70_000), sameKeys),
    ];
    const tags = (other.encryption as typeof encryption).tags;
    const swapped = await storeWith('same1', await rawOf(blobs, other));
    const mixed = { ...one, encryption: { ...(one.encryption as typeof encryption), tags } };
    await expect(readOf(swapped, mixed, sameKeys)).rejects.toMatchObject(corrupt);
  });

  it('a blob that is cut short, or a last chunk that is', async () => {
    const raw = await rawOf(blobs, extent);
    const cut = await storeWith('b0', raw.subarray(0, -1));
    await expect(readOf(cut, extent)).rejects.toMatchObject(corrupt);
    await expect(readOf(cut, { ...extent, blobBytes: raw.length - 1, lengthBytes: raw.length - 1 })).rejects.toMatchObject(corrupt);
  });

  it('another tag, another key, another wrapping', async () => {
    await expect(
      readOf(
        blobs,
        changedTags((tags) => tags.fill(0, 0, 16)),
      ),
    ).rejects.toMatchObject(corrupt);
    await expect(
      readOf(
        blobs,
        changedTags((tags) => tags.set([(tags[47] as number) ^ 1], 47)),
      ),
    ).rejects.toMatchObject(corrupt);
    await expect(readOf(blobs, { ...extent, encryption: { ...encryption, tags: encryption.tags.subarray(0, -1) } })).rejects.toMatchObject(
      corrupt,
    );
    await expect(readOf(blobs, { ...extent, encryption: { ...encryption, tags: encryption.tags.subarray(0, 16) } })).rejects.toMatchObject(
      corrupt,
    );
    await expect(readOf(blobs, extent, otherKey)).rejects.toMatchObject(corrupt);
    const wrapped = Uint8Array.from(encryption.key);
    wrapped[20] = (wrapped[20] as number) ^ 1;
    await expect(readOf(blobs, { ...extent, encryption: { ...encryption, key: wrapped } })).rejects.toMatchObject(corrupt);
  });

  it('encrypted bytes of an object without a key, and plain ones of an object with one', async () => {
    const { encryption: none, ...plain } = extent;
    expect(none).toBeDefined();
    const ofPlain = await blobOf(blobs, digests, 'plain', sampleBytes(5, 20_000));
    const read = (each: Extent, contentKey?: ContentKey) =>
      collected(readExtents(blobs, [each], { offsetBytes: 0, lengthBytes: 1 }, signal, contentKey));
    await expect(read(extent)).rejects.toMatchObject(corrupt);
    await expect(read(plain)).rejects.toMatchObject(corrupt);
    await expect(read(plain, key)).rejects.toMatchObject(corrupt);
    await expect(read(ofPlain, key)).rejects.toMatchObject(corrupt);
    expect(await read(ofPlain)).toHaveLength(1);
    const pool = new DigestPool();
    const inner = sliceExtents([extent], { offsetBytes: 1, lengthBytes: 2 });
    await expect(pool.md5OfExtents(blobs, inner, never())).rejects.toMatchObject(corrupt);
    await expect(pool.md5OfExtents(blobs, [ofPlain], never(), key)).rejects.toMatchObject(corrupt);
    await expect(crc64OfExtents(blobs, inner)).rejects.toMatchObject(corrupt);
    await pool.close();
  });
});
