import { crc32 } from 'node:zlib';
import type { BlobName } from './blob/blob-store.ts';
import type { Extent } from './content/extent.ts';
import { sliceExtents } from './content/slice.ts';
import type { ByteRange } from './store.ts';
import { StoreError } from './store-error.ts';

/** A run of an object's bytes: a slice of a blob, or the bytes themselves. */
export type Piece = ExtentPiece | InlinePiece;
export interface ExtentPiece {
  readonly kind: 'extent';
  readonly extent: Extent;
}
export interface InlinePiece {
  readonly kind: 'inline';
  readonly bytes: Uint8Array;
  /** CRC-32 of the bytes, verified when they are read. */
  readonly crc32: number;
}

/** Bodies up to this size stand in a row. */
export const inlineLimitBytes = 16 * 1024;
/** What one manifest or part may be broken into; a more broken range is rewritten as one blob (rule 10). */
export const piecesLimit = { pieces: 1_000, inlineBytes: 256 * 1024 } as const;

export function inlinePieces(bytes: Uint8Array): readonly Piece[] {
  return bytes.length === 0 ? [] : [{ kind: 'inline', bytes, crc32: crc32(bytes) }];
}

export function extentPieces(extents: readonly Extent[]): readonly Piece[] {
  return extents.map((extent) => ({ kind: 'extent', extent }));
}

export function lengthOfPiece(piece: Piece): number {
  return piece.kind === 'inline' ? piece.bytes.length : piece.extent.lengthBytes;
}

export function lengthOfPieces(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + lengthOfPiece(piece), 0);
}

/** The blobs that the pieces name, each once. */
export function blobsOf(pieces: readonly Piece[]): readonly BlobName[] {
  return [...new Set(pieces.flatMap((piece) => (piece.kind === 'extent' ? [piece.extent.blob] : [])))];
}

/** Runs of pieces of one kind, in order: the extents of a run are read and digested together. */
export type PieceRun = { readonly kind: 'extents'; readonly extents: readonly Extent[] } | InlinePiece;

export function runsOf(pieces: readonly Piece[]): readonly PieceRun[] {
  const runs: PieceRun[] = [];
  let extents: Extent[] | undefined;
  for (const piece of pieces) {
    if (piece.kind === 'inline') {
      extents = undefined;
      runs.push(piece);
    } else if (extents === undefined) {
      extents = [piece.extent];
      runs.push({ kind: 'extents', extents });
    } else {
      extents.push(piece.extent);
    }
  }
  return runs;
}

/** The pieces of a range of the bytes that these pieces make up; neighbours are joined. The range lies inside. */
export function slicePieces(pieces: readonly Piece[], range: ByteRange): readonly Piece[] {
  const wanted: Piece[] = [];
  let startBytes = 0;
  for (const piece of pieces) {
    const length = lengthOfPiece(piece);
    const from = Math.max(range.offsetBytes - startBytes, 0);
    const to = Math.min(range.offsetBytes + range.lengthBytes - startBytes, length);
    startBytes += length;
    if (from >= to) continue;
    if (piece.kind === 'extent') {
      wanted.push(...extentPieces(sliceExtents([piece.extent], { offsetBytes: from, lengthBytes: to - from })));
    } else if (from === 0 && to === length) {
      wanted.push(piece);
    } else {
      wanted.push(...inlinePieces(verifiedBytes(piece).subarray(from, to)));
    }
  }
  return joinPieces(wanted);
}

/** The same bytes in as few pieces as they can be told in. */
export function joinPieces(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const run of runsOf(pieces)) {
    if (run.kind === 'extents') {
      const lengthBytes = run.extents.reduce((sum, extent) => sum + extent.lengthBytes, 0);
      joined.push(...extentPieces(sliceExtents(run.extents, { offsetBytes: 0, lengthBytes })));
      continue;
    }
    const last = joined.at(-1);
    if (last?.kind === 'inline') joined.splice(-1, 1, ...inlinePieces(Buffer.concat([verifiedBytes(last), verifiedBytes(run)])));
    else joined.push(run);
  }
  return joined;
}

/** The bytes as they were written; else StoreError `corrupt`. */
export function verifiedBytes(piece: InlinePiece): Uint8Array {
  if (crc32(piece.bytes) !== piece.crc32) throw new StoreError('corrupt', 'inline bytes are not those that were written');
  return piece.bytes;
}

/** Whether a row may not hold these pieces: the range is to be rewritten as one blob. */
export function isBroken(pieces: readonly Piece[]): boolean {
  const inlineBytes = pieces.reduce((sum, piece) => sum + (piece.kind === 'inline' ? piece.bytes.length : 0), 0);
  return pieces.length > piecesLimit.pieces || inlineBytes > piecesLimit.inlineBytes;
}
