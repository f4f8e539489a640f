import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planAppend } from './append-plan.ts';
import { inlineLimitBytes, inlinePieces, lengthOfPieces, type Piece, piecesLimit } from './piece.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
let blobs = 0;

function blob(lengthBytes: number): Piece {
  const tables = { crc32: new Uint32Array(), crc64: new BigUint64Array() };
  return { kind: 'extent', extent: { blob: `p/w/${blobs++}`, offsetBytes: 0, lengthBytes, blobBytes: lengthBytes, ...tables } };
}
const inline = (lengthBytes: number) => inlinePieces(new Uint8Array(lengthBytes));

/** What the list of pieces is after the plan was carried out. */
function carriedOut({ kept, tail, rewrite, rest }: ReturnType<typeof planAppend>): readonly Piece[] {
  return [...kept, ...(rewrite ? [blob(lengthOfPieces(tail))] : tail), ...rest];
}

describe('planAppend', () => {
  it('keeps inline what fits a row, and makes a blob of more', () => {
    expect(planAppend([], inline(inlineLimitBytes)).rewrite).toBe(false);
    expect(planAppend([], inline(inlineLimitBytes + 1))).toMatchObject({ kept: [], rewrite: true, rest: [] });
    const joined = planAppend(inline(10 * KiB), inline(5 * KiB));
    expect([joined.rewrite, joined.tail.length, lengthOfPieces(joined.tail)]).toEqual([false, 1, 15 * KiB]);
    expect(planAppend(inline(10 * KiB), inline(7 * KiB)).rewrite).toBe(true);
  });

  it('does not write a new blob twice for the sake of inline bytes before it', () => {
    const fresh = [blob(MiB)];
    const plan = planAppend([blob(20 * KiB), ...inline(5 * KiB)], fresh);
    expect([plan.kept.length, lengthOfPieces(plan.tail), plan.rewrite, plan.rest]).toEqual([1, 5 * KiB, true, fresh]);
  });

  it('lists a new blob where too few of its size stand before it, and joins them where there are enough', () => {
    const seven = Array.from({ length: 7 }, () => blob(20 * KiB));
    expect(planAppend(seven.slice(1), [blob(20 * KiB)])).toMatchObject({ rewrite: false });
    expect(planAppend([blob(MiB), ...seven], inline(20 * KiB))).toMatchObject({ kept: [{ extent: { lengthBytes: MiB } }], rewrite: true });
  });

  it('leaves large blobs alone', () => {
    const large = Array.from({ length: 20 }, () => blob(8 * MiB));
    expect(planAppend(large, [blob(8 * MiB)])).toMatchObject({ rewrite: false, tail: [] });
  });

  it('makes one blob of a broken list', () => {
    const many = Array.from({ length: piecesLimit.pieces }, () => blob(9 * MiB));
    const plan = planAppend(many, [blob(9 * MiB)]);
    expect(plan).toMatchObject({ kept: [], rewrite: true, rest: [] });
    expect(lengthOfPieces(plan.tail)).toBe((piecesLimit.pieces + 1) * 9 * MiB);
  });

  it('loses no byte, leaves inline bytes at the end only, and few pieces', () => {
    const fresh = fc.oneof(
      fc.integer({ min: 1, max: 128 * KiB }).map(inline),
      fc.integer({ min: 1, max: 2_000 }).map(inline),
      fc.integer({ min: 128 * KiB + 1, max: 20 * MiB }).map((size) => [blob(size)]),
    );
    fc.assert(
      fc.property(fc.array(fresh, { maxLength: 100 }), (appends) => {
        let pieces: readonly Piece[] = [];
        let sizeBytes = 0;
        for (const fresh of appends) {
          sizeBytes += lengthOfPieces(fresh);
          pieces = carriedOut(planAppend(pieces, fresh));
          expect(lengthOfPieces(pieces)).toBe(sizeBytes);
          expect(pieces.slice(0, -1).every(({ kind }) => kind === 'extent')).toBe(true);
          const small = pieces.filter((piece) => piece.kind === 'extent' && piece.extent.lengthBytes < 128 * KiB);
          expect(small.length).toBeLessThanOrEqual(7 * (pieces.length - small.length + 1));
        }
      }),
    );
  });
});
