import type { BlobStore } from './blob/blob-store.ts';
import { readExtents } from './content/read.ts';
import { type Piece, runsOf, slicePieces, verifiedBytes } from './piece.ts';
import type { ByteRange } from './store.ts';

/**
 * The bytes of a range of the pieces, verified. A chunk is only valid until the next is asked for. Rejects with StoreError `corrupt`, with
 * `BlobMissing`, or with the signal's reason.
 */
export async function* readPieces(
  blobs: BlobStore,
  pieces: readonly Piece[],
  range: ByteRange,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const run of runsOf(slicePieces(pieces, range))) {
    signal.throwIfAborted();
    if (run.kind === 'inline') {
      yield verifiedBytes(run);
      continue;
    }
    const lengthBytes = run.extents.reduce((sum, extent) => sum + extent.lengthBytes, 0);
    yield* readExtents(blobs, run.extents, { offsetBytes: 0, lengthBytes }, signal);
  }
}
