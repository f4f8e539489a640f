import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryBlobStore } from './blob/memory.ts';
import { DigestPool } from './content/digest-pool.ts';
import { blobOf, sampleBytes } from './content/sample-content.test.support.ts';
import { extentPieces, inlinePieces, isBroken, joinPieces, lengthOfPieces, type Piece, piecesLimit, slicePieces } from './piece.ts';
import { readPieces } from './read-pieces.ts';
import { readAll } from './world.test.support.ts';

const never = new AbortController().signal;
const digests = new DigestPool();

async function content() {
  const blobs = memoryBlobStore();
  const bytes = [sampleBytes(1, 600_000), sampleBytes(2, 3_000), sampleBytes(3, 700), sampleBytes(4, 20_000)];
  const [a, b] = [
    await blobOf(blobs, digests, 'p/w/a', bytes[0] as Uint8Array),
    await blobOf(blobs, digests, 'p/w/b', bytes[3] as Uint8Array),
  ];
  const pieces: readonly Piece[] = [
    ...extentPieces([a]),
    ...inlinePieces(bytes[1] as Uint8Array),
    ...inlinePieces(bytes[2] as Uint8Array),
    ...extentPieces([b]),
  ];
  return { blobs, pieces, bytes: Buffer.concat(bytes) };
}

describe('pieces', () => {
  it('of a range have its bytes, and slices of slices too', async () => {
    const { blobs, pieces, bytes } = await content();
    const cut = (length: number) => fc.tuple(fc.nat(length), fc.nat(length)).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);
    await fc.assert(
      fc.asyncProperty(cut(bytes.length), fc.nat(), fc.nat(), async ([from, to], innerFrom, innerLength) => {
        const slice = slicePieces(pieces, { offsetBytes: from, lengthBytes: to - from });
        expect(lengthOfPieces(slice)).toBe(to - from);
        const offsetBytes = innerFrom % (to - from + 1);
        const lengthBytes = innerLength % (to - from - offsetBytes + 1);
        const read = await readAll(readPieces(blobs, slice, { offsetBytes, lengthBytes }, never));
        expect(Buffer.compare(read, bytes.subarray(from + offsetBytes, from + offsetBytes + lengthBytes))).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it('are joined where neighbours belong together', async () => {
    const { pieces } = await content();
    const halves = [
      ...slicePieces(pieces, { offsetBytes: 0, lengthBytes: 300_000 }),
      ...slicePieces(pieces, { offsetBytes: 300_000, lengthBytes: 300_000 }),
      ...pieces.slice(1, 3),
    ];
    const joined = joinPieces(halves);
    expect(joined.map(({ kind }) => kind)).toEqual(['extent', 'inline']);
    expect(joined[0]).toEqual(pieces[0]);
  });

  it('are broken when they are too many, or have too many inline bytes', () => {
    const inline = inlinePieces(new Uint8Array(piecesLimit.inlineBytes / 2));
    expect(isBroken([...inline, ...inline])).toBe(false);
    expect(isBroken([...inline, ...inline, ...inlinePieces(Uint8Array.of(1))])).toBe(true);
    const many = Array.from({ length: piecesLimit.pieces + 1 }, () => inlinePieces(Uint8Array.of(1))).flat();
    expect([isBroken(many), isBroken(many.slice(1))]).toEqual([true, false]);
  });

  it('that are inline are verified when they are read and when they are cut or joined', async () => {
    const { blobs } = await content();
    const damaged: Piece[] = [{ kind: 'inline', bytes: Uint8Array.of(1, 2, 3), crc32: 7 }];
    const corrupt = expect.objectContaining({ fault: 'corrupt' });
    await expect(readAll(readPieces(blobs, damaged, { offsetBytes: 0, lengthBytes: 3 }, never))).rejects.toEqual(corrupt);
    expect(() => slicePieces(damaged, { offsetBytes: 1, lengthBytes: 1 })).toThrow(corrupt);
    expect(() => joinPieces([...inlinePieces(Uint8Array.of(1)), ...damaged])).toThrow(corrupt);
  });
});
