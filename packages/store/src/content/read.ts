import type { BlobRange, BlobStore } from '../blob/blob-store.ts';
import type { ContentKey } from './content-key.ts';
import type { Extent } from './extent.ts';
import { verifiedChunks } from './extent-chunks.ts';
import { sliceExtents } from './slice.ts';

/**
 * The bytes of a range of the extents after each other. Whole chunks are read and verified, and of those at the edges only the wanted bytes are handed
 * out. A chunk is only valid until the next is asked for. `key`: of the object that the extents belong to, where it is encrypted. Rejects with StoreError `corrupt` before a wrong byte is handed out, with
 * `BlobMissing` where a blob is gone, and with the signal's reason.
 */
export async function* readExtents(
  blobs: BlobStore,
  extents: readonly Extent[],
  range: BlobRange,
  signal: AbortSignal,
  key?: ContentKey | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const extent of sliceExtents(extents, range)) {
    for await (const { bytes, from, to } of verifiedChunks(blobs, extent, signal, key)) yield bytes.subarray(from, to);
  }
}
