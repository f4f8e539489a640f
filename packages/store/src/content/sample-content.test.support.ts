/** Material for the tests of this folder: bytes from a seed, bodies cut in any way, and a blob store that answers a wrong byte. */
import { createHash } from 'node:crypto';
import { type BlobName, type BlobStore, chunkBytes } from '../blob/blob-store.ts';
import type { ContentKey } from './content-key.ts';
import type { DigestPool } from './digest-pool.ts';
import type { Extent } from './extent.ts';
import { ingest } from './ingest.ts';

/** Bytes that look random and only depend on the seed. */
export function sampleBytes(seed: number, sizeBytes: number): Uint8Array {
  const words = new Uint32Array(Math.ceil(sizeBytes / 4));
  let state = (seed | 0) ^ 0x9e3779b9 || 1;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, sizeBytes);
}

/** The bytes in pieces of these sizes, over and over, through one buffer that is overwritten when the next piece is asked for; a Buffer, as adapters on files have. */
export async function* piecesOf(bytes: Uint8Array, sizes: readonly number[]): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = Buffer.alloc(Math.max(1, ...sizes));
  for (let taken = 0, turn = 0; taken < bytes.length; turn++) {
    const piece = bytes.subarray(taken, taken + Math.max(1, sizes[turn % sizes.length] ?? 1));
    buffer.set(piece);
    yield buffer.subarray(0, piece.length);
    buffer.fill(0xdb);
    taken += piece.length;
  }
}

/** The bytes as a blob. */
export async function blobOf(blobs: BlobStore, digests: DigestPool, name: BlobName, bytes: Uint8Array, key?: ContentKey): Promise<Extent> {
  const ingested = await ingest({ blobs, mintName: () => name, body: bytes, inlineLimitBytes: 0, digests, key });
  if (ingested.kind !== 'blob') throw new Error('an empty body makes no blob');
  return ingested.extent;
}

export function md5Of(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

/** What a stream gives, copied piece by piece. */
export async function collected(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of stream) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}

/** The same store, with one bit of one blob answered wrongly; `reads` counts the bytes that were asked for. */
export function flippedBlobStore(
  blobs: BlobStore,
  flip?: { readonly blob: BlobName; readonly atBytes: number },
): BlobStore & { reads: number } {
  const flipped: BlobStore & { reads: number } = {
    ...blobs,
    reads: 0,
    get: async function* (name, range, signal) {
      flipped.reads += range.lengthBytes;
      let offset = range.offsetBytes;
      for await (const chunk of blobs.get(name, range, signal)) {
        const at = flip?.blob === name ? flip.atBytes - offset : -1;
        if (at >= 0 && at < chunk.length) chunk[at] = (chunk[at] as number) ^ 0x10;
        offset += chunk.length;
        yield chunk;
      }
    },
  };
  return flipped;
}

/** Sizes around which chunks begin and end. */
export const edgeSizes: readonly number[] = [
  1,
  63,
  64,
  65,
  chunkBytes - 1,
  chunkBytes,
  chunkBytes + 1,
  2 * chunkBytes,
  2 * chunkBytes + 70_001,
];
