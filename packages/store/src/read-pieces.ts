import type { BlobStore } from './blob/blob-store.ts';
import type { ContentKey } from './content/content-key.ts';
import { readExtents } from './content/read.ts';
import { type Piece, plainBytes, runsOf, slicePieces } from './piece.ts';
import type { ByteRange } from './store.ts';

/**
 * The bytes of a range of the pieces, verified and plain. A chunk is only valid until the next is asked for. `key`: of the object, where it is encrypted. Rejects with StoreError `corrupt`, with
 * `BlobMissing`, or with the signal's reason.
 */
export async function* readPieces(
  blobs: BlobStore,
  pieces: readonly Piece[],
  range: ByteRange,
  signal: AbortSignal,
  key?: ContentKey | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (const run of runsOf(slicePieces(pieces, range, key))) {
    signal.throwIfAborted();
    if (run.kind === 'inline') {
      yield plainBytes(run, key);
      continue;
    }
    const lengthBytes = run.extents.reduce((sum, extent) => sum + extent.lengthBytes, 0);
    yield* readExtents(blobs, run.extents, { offsetBytes: 0, lengthBytes }, signal, key);
  }
}
