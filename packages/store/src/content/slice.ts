import { ok } from 'node:assert/strict';
import { crc64Combine } from '@ossature/protocol';
import { type BlobRange, type BlobStore, chunkBytes } from '../blob/blob-store.ts';
import { type ContentKey, tagLengthBytes } from './content-key.ts';
import { type Extent, endChunkOf, firstChunkOf, rangeOfChunk } from './extent.ts';
import { verifiedChunks } from './extent-chunks.ts';
import { crc64Of } from './local-digests.ts';

/** The extents of a range of the extents after each other, in order; neighbours in one blob come out as one. A range outside is an assert. */
export function sliceExtents(extents: readonly Extent[], range: BlobRange): Extent[] {
  const slices: Extent[] = [];
  const end = range.offsetBytes + range.lengthBytes;
  let offset = 0;
  for (const extent of extents) {
    const from = Math.max(range.offsetBytes - offset, 0);
    const to = Math.min(end - offset, extent.lengthBytes);
    if (from < to) {
      const slice = cut(extent, from, to);
      const before = slices.at(-1);
      if (before !== undefined && areNeighbours(before, slice)) slices[slices.length - 1] = join(before, slice);
      else slices.push(slice);
    }
    offset += extent.lengthBytes;
  }
  ok(range.offsetBytes >= 0 && range.lengthBytes >= 0 && end <= offset, `bytes ${range.offsetBytes} to ${end} of ${offset}`);
  return slices;
}

/**
 * The CRC-64 of the extents after each other. Chunks that are whole are combined from the tables; only where an extent begins or ends inside a chunk, that
 * one is read, and verified (StoreError `corrupt`). `key`: of the object, where it is encrypted.
 */
export async function crc64OfExtents(
  blobs: BlobStore,
  extents: readonly Extent[],
  signal: AbortSignal = new AbortController().signal,
  key?: ContentKey | undefined,
): Promise<bigint> {
  let crc = 0n;
  for (const extent of extents) crc = crc64Combine(crc, await crc64OfExtent(blobs, extent, signal, key), extent.lengthBytes);
  return crc;
}

async function crc64OfExtent(blobs: BlobStore, extent: Extent, signal: AbortSignal, key: ContentKey | undefined): Promise<bigint> {
  const first = firstChunkOf(extent);
  let crc = 0n;
  for (let index = 0; index < extent.crc64.length; index++) {
    const whole = rangeOfChunk(first + index, extent.blobBytes);
    const from = Math.max(extent.offsetBytes, whole.offsetBytes);
    const to = Math.min(extent.offsetBytes + extent.lengthBytes, whole.offsetBytes + whole.lengthBytes);
    const isWhole = to - from === whole.lengthBytes;
    const value = isWhole
      ? (extent.crc64[index] as bigint)
      : await crc64OfEdge(blobs, cut(extent, from - extent.offsetBytes, to - extent.offsetBytes), signal, key);
    crc = crc64Combine(crc, value, to - from);
  }
  return crc;
}

/** An extent inside one chunk. */
async function crc64OfEdge(blobs: BlobStore, edge: Extent, signal: AbortSignal, key: ContentKey | undefined): Promise<bigint> {
  let crc = 0n;
  for await (const { bytes, from, to } of verifiedChunks(blobs, edge, signal, key)) crc = crc64Of(bytes.subarray(from, to), crc);
  return crc;
}

/** Bytes `from` to `to` of the extent, with the tables of the chunks that are left. */
function cut(extent: Extent, from: number, to: number): Extent {
  if (from === 0 && to === extent.lengthBytes) return extent;
  const slice = { offsetBytes: extent.offsetBytes + from, lengthBytes: to - from };
  const first = firstChunkOf(slice) - firstChunkOf(extent);
  const end = endChunkOf(slice) - firstChunkOf(extent);
  const tags = extent.encryption?.tags.slice(first * tagLengthBytes, end * tagLengthBytes);
  return {
    ...extent,
    ...slice,
    crc32: extent.crc32.slice(first, end),
    crc64: extent.crc64.slice(first, end),
    ...(extent.encryption && tags && { encryption: { ...extent.encryption, tags } }),
  };
}

function areNeighbours(left: Extent, right: Extent): boolean {
  return left.blob === right.blob && left.offsetBytes + left.lengthBytes === right.offsetBytes;
}

function join(left: Extent, right: Extent): Extent {
  // Where the seam is inside a chunk, both tables have that chunk.
  const shared = right.offsetBytes % chunkBytes === 0 ? 0 : 1;
  const crc32 = new Uint32Array(left.crc32.length + right.crc32.length - shared);
  crc32.set(left.crc32);
  crc32.set(right.crc32.subarray(shared), left.crc32.length);
  const crc64 = new BigUint64Array(crc32.length);
  crc64.set(left.crc64);
  crc64.set(right.crc64.subarray(shared), left.crc64.length);
  const tags = right.encryption?.tags.subarray(shared * tagLengthBytes);
  return {
    ...left,
    ...{ lengthBytes: left.lengthBytes + right.lengthBytes, crc32, crc64 },
    // Both name the same data key, whichever wrapping of it.
    ...(left.encryption && tags && { encryption: { ...left.encryption, tags: Buffer.concat([left.encryption.tags, tags]) } }),
  };
}
