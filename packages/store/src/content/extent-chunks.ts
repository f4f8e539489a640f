import { ok } from 'node:assert/strict';
import { crc32 } from 'node:zlib';
import { type BlobStore, chunkBytes } from '../blob/blob-store.ts';
import { StoreError } from '../store-error.ts';
import { decipherOf } from './chunk-cipher.ts';
import type { ContentKey } from './content-key.ts';
import { type Extent, endChunkOf, firstChunkOf, rangeOfChunk } from './extent.ts';
import { releaseMemory } from './release-memory.ts';

/** One chunk of a blob, whole, and which of its bytes belong to the extent. */
export interface ExtentChunk {
  /** The chunk's place in the extent's tables. */
  readonly index: number;
  /** Only valid until the next chunk is asked for. */
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** The chunks that the extent touches, not verified. Rejects as `BlobStore.get` does. */
export async function* extentChunks(blobs: BlobStore, extent: Extent, signal: AbortSignal): AsyncGenerator<ExtentChunk, void, undefined> {
  const first = firstChunkOf(extent);
  const end = endChunkOf(extent);
  const last = rangeOfChunk(end - 1, extent.blobBytes);
  const offsetBytes = first * chunkBytes;
  const range = { offsetBytes, lengthBytes: last.offsetBytes + last.lengthBytes - offsetBytes };
  let chunk = first;
  for await (const bytes of blobs.get(extent.blob, range, signal)) {
    const whole = rangeOfChunk(chunk, extent.blobBytes);
    ok(bytes.length === whole.lengthBytes, `${extent.blob}: chunk ${chunk} has ${bytes.length} bytes`);
    const from = Math.max(extent.offsetBytes - whole.offsetBytes, 0);
    const to = Math.min(extent.offsetBytes + extent.lengthBytes - whole.offsetBytes, whole.lengthBytes);
    yield { index: chunk - first, bytes, from, to };
    chunk++;
  }
  ok(chunk === end, `${extent.blob}: ${chunk} chunks instead of ${end}`);
}

/**
 * The same chunks, verified and plain: a chunk whose bytes are not those that were written rejects with StoreError `corrupt`. `key`: of the object; undefined: it is
 * not encrypted.
 */
export async function* verifiedChunks(
  blobs: BlobStore,
  extent: Extent,
  signal: AbortSignal,
  key?: ContentKey | undefined,
): AsyncGenerator<ExtentChunk, void, undefined> {
  const decipher = decipherOf(extent, key);
  for await (const chunk of extentChunks(blobs, extent, signal)) {
    if (decipher === undefined) {
      if (crc32(chunk.bytes) !== extent.crc32[chunk.index]) throw corruptChunk(extent, chunk.index);
      yield chunk;
      continue;
    }
    const bytes = decipher.open(chunk.bytes, chunk.index);
    if (bytes === undefined) throw corruptChunk(extent, chunk.index);
    yield { ...chunk, bytes };
    releaseMemory(bytes);
  }
}

export function corruptChunk(extent: Extent, index: number): StoreError {
  const chunk = firstChunkOf(extent) + index;
  return new StoreError('corrupt', `chunk ${chunk} of blob ${extent.blob} does not have the bytes that were written`);
}
