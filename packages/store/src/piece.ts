import { crc32 } from 'node:zlib';
import type { BlobName } from './blob/blob-store.ts';
import type { ContentKey, InlineEncryption } from './content/content-key.ts';
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
  /** As they stand in the row: of the same length as the plain ones. */
  readonly bytes: Uint8Array;
  /** CRC-32 of the bytes as they stand there, verified when they are read. */
  readonly crc32: number;
  /** Undefined: they are plain. */
  readonly encryption?: InlineEncryption | undefined;
}

/** Bodies up to this size stand in a row. */
export const inlineLimitBytes = 16 * 1024;
/** What one manifest or part may be broken into; a more broken range is rewritten as one blob (rule 10). */
export const piecesLimit = { pieces: 1_000, inlineBytes: 256 * 1024 } as const;

/** `key`: of the object, where it is encrypted; so everywhere here. */
export function inlinePieces(bytes: Uint8Array, key?: ContentKey | undefined): readonly Piece[] {
  if (bytes.length === 0) return [];
  if (key === undefined) return [{ kind: 'inline', bytes, crc32: crc32(bytes) }];
  const sealed = key.sealInline(bytes);
  return [{ kind: 'inline', ...sealed, crc32: crc32(sealed.bytes) }];
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
export function slicePieces(pieces: readonly Piece[], range: ByteRange, key?: ContentKey | undefined): readonly Piece[] {
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
      wanted.push(...inlinePieces(plainBytes(piece, key).subarray(from, to), key));
    }
  }
  return joinPieces(wanted, key);
}

/** The same bytes in as few pieces as they can be told in. */
export function joinPieces(pieces: readonly Piece[], key?: ContentKey | undefined): readonly Piece[] {
  const joined: Piece[] = [];
  for (const run of runsOf(pieces)) {
    if (run.kind === 'extents') {
      const lengthBytes = run.extents.reduce((sum, extent) => sum + extent.lengthBytes, 0);
      joined.push(...extentPieces(sliceExtents(run.extents, { offsetBytes: 0, lengthBytes })));
      continue;
    }
    const last = joined.at(-1);
    if (last?.kind !== 'inline') joined.push(run);
    else joined.splice(-1, 1, ...inlinePieces(Buffer.concat([plainBytes(last, key), plainBytes(run, key)]), key));
  }
  return joined;
}

/** The plain bytes as they were written; else StoreError `corrupt`. An object with a key has no plain pieces, and one without has no others. */
export function plainBytes({ bytes, crc32: written, encryption }: InlinePiece, key?: ContentKey | undefined): Uint8Array {
  if (crc32(bytes) !== written) throw new StoreError('corrupt', 'inline bytes are not those that were written');
  if (encryption === undefined && key === undefined) return bytes;
  if (encryption === undefined) throw new StoreError('corrupt', 'inline bytes are not encrypted, and their object is');
  if (key === undefined) throw new StoreError('corrupt', 'inline bytes are encrypted, and their object is not');
  return key.openInline({ bytes, encryption });
}

/** The content keys of a source and of what is made of it, where they have one. */
export interface KeyChange {
  readonly from: ContentKey | undefined;
  readonly to: ContentKey | undefined;
}

/**
 * The same bytes for an object of another content key, or of none: the keys of blobs are wrapped anew, inline bytes encrypted anew, and no blob is read. Undefined: the
 * bytes of blobs would have to be other ones.
 */
export function rekeyPieces(pieces: readonly Piece[], { from, to }: KeyChange): readonly Piece[] | undefined {
  if (from === undefined && to === undefined) return pieces;
  const rekeyed: Piece[] = [];
  for (const piece of pieces) {
    if (piece.kind === 'inline') {
      rekeyed.push(...inlinePieces(plainBytes(piece, from), to));
      continue;
    }
    const { blob, encryption } = piece.extent;
    if (from === undefined || to === undefined) return undefined;
    if (encryption === undefined) throw new StoreError('corrupt', `blob ${blob} is not encrypted, and its object is`);
    const key = from.rewrapBlobKey(blob, encryption.key, to);
    rekeyed.push({ kind: 'extent', extent: { ...piece.extent, encryption: { ...encryption, key } } });
  }
  return rekeyed;
}

/** Whether a row may not hold these pieces: the range is to be rewritten as one blob. */
export function isBroken(pieces: readonly Piece[]): boolean {
  const inlineBytes = pieces.reduce((sum, piece) => sum + (piece.kind === 'inline' ? piece.bytes.length : 0), 0);
  return pieces.length > piecesLimit.pieces || inlineBytes > piecesLimit.inlineBytes;
}
