import { createHash, hash } from 'node:crypto';
import { crc64Combine } from '@ossature/protocol';
import type { ContentKey } from './content/content-key.ts';
import { crc64Of } from './content/local-digests.ts';
import { crc64OfExtents } from './content/slice.ts';
import type { Engine } from './engine.ts';
import { isBroken, joinPieces, lengthOfPieces, type Piece, piecesLimit, plainBytes, runsOf, slicePieces } from './piece.ts';
import { readParts, spansOf } from './read-manifest.ts';
import { readPieces } from './read-pieces.ts';
import type { Manifest } from './rows/manifest-row.ts';
import type { ByteRange, StoredObject } from './store.ts';

/** A range of a source, as the pieces that a part can share. */
export interface SourceSlice {
  /** Undefined: more pieces than a row may hold; the range is to be rewritten. */
  readonly pieces: readonly Piece[] | undefined;
  /** The MD5 and CRC-64 of the range, where the source's own rows have them. */
  readonly digests: SliceDigests | undefined;
}
export interface SliceDigests {
  /** 16 bytes. */
  readonly md5: Uint8Array;
  readonly crc64: bigint;
}

/** `key`: of the source, where it is encrypted; so everywhere here. Rejects with `PageMissing` where the source went away meanwhile and is not pinned. */
export async function sliceSource(
  engine: Engine,
  source: StoredObject,
  manifest: Manifest,
  range: ByteRange,
  key?: ContentKey | undefined,
): Promise<SourceSlice> {
  const { pieces, digests } =
    manifest.kind === 'pieces'
      ? { pieces: slicePieces(manifest.pieces, range, key), digests: undefined }
      : await sliceParts(engine, source, spansOf(manifest, range), key);
  return {
    pieces: pieces === undefined || isBroken(pieces) ? undefined : pieces,
    digests: wholeObjectDigests(source, range) ?? digests,
  };
}

/** The MD5 and CRC-64 of the pieces where that reads no more than the chunks at the edges; else undefined. */
export async function digestsAtHand(
  engine: Engine,
  { pieces, digests }: SourceSlice,
  key?: ContentKey | undefined,
): Promise<SliceDigests | undefined> {
  if (digests !== undefined || pieces === undefined) return digests;
  const runs = runsOf(pieces);
  const [run] = runs;
  if (run === undefined || runs.length > 1) return run === undefined ? digestsOf(new Uint8Array()) : undefined;
  if (run.kind === 'inline') return digestsOf(plainBytes(run, key));
  const md5 = engine.digests.known(run.extents);
  return md5 && { md5, crc64: await crc64OfExtents(engine.blobs, run.extents, undefined, key) };
}

/** Reads the pieces, once for all who ask for the same at a time, and remembers the answer. */
export async function digestPieces(
  engine: Engine,
  pieces: readonly Piece[],
  signal: AbortSignal,
  key?: ContentKey | undefined,
): Promise<SliceDigests> {
  const crc64 = await crc64OfPieces(engine, pieces, signal, key);
  const [run, ...others] = runsOf(pieces);
  if (run?.kind === 'extents' && others.length === 0) {
    return { md5: await engine.digests.md5OfExtents(engine.blobs, run.extents, signal, key), crc64 };
  }
  // Extents and inline bytes in one range are rare: a copied part at the end of a source that was itself made of copies.
  const md5 = createHash('md5');
  const whole = { offsetBytes: 0, lengthBytes: lengthOfPieces(pieces) };
  for await (const chunk of readPieces(engine.blobs, pieces, whole, signal, key)) md5.update(chunk);
  return { md5: md5.digest(), crc64 };
}

async function sliceParts(
  engine: Engine,
  source: StoredObject,
  spans: ReturnType<typeof spansOf>,
  key: ContentKey | undefined,
): Promise<{ readonly pieces: readonly Piece[] | undefined; readonly digests: SliceDigests | undefined }> {
  if (spans.length > piecesLimit.pieces) return { pieces: undefined, digests: undefined };
  const pieces: Piece[] = [];
  let digests: SliceDigests | undefined;
  for await (const { span, part } of readParts(engine, source.manifest, spans)) {
    pieces.push(...slicePieces(part.pieces, span, key));
    const isWholePart = spans.length === 1 && span.lengthBytes === part.sizeBytes;
    if (isWholePart) digests = { md5: part.md5, crc64: part.hashCrc64 };
  }
  return { pieces: joinPieces(pieces, key), digests };
}

/** The ETag of a Normal object is the MD5 of its bytes; those of other types are not. */
function wholeObjectDigests(source: StoredObject, { lengthBytes }: ByteRange): SliceDigests | undefined {
  if (source.type !== 'Normal' || lengthBytes !== source.sizeBytes) return undefined;
  return { md5: Buffer.from(source.etag, 'hex'), crc64: source.hashCrc64 };
}

async function crc64OfPieces(engine: Engine, pieces: readonly Piece[], signal: AbortSignal, key: ContentKey | undefined): Promise<bigint> {
  let crc64 = 0n;
  for (const run of runsOf(pieces)) {
    const [value, lengthBytes] =
      run.kind === 'inline'
        ? [crc64Of(plainBytes(run, key)), run.bytes.length]
        : [await crc64OfExtents(engine.blobs, run.extents, signal, key), run.extents.reduce((sum, extent) => sum + extent.lengthBytes, 0)];
    crc64 = crc64Combine(crc64, value, lengthBytes);
  }
  return crc64;
}

function digestsOf(bytes: Uint8Array): SliceDigests {
  return { md5: hash('md5', bytes, 'buffer'), crc64: crc64Of(bytes) };
}
