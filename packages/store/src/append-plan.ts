import type { ContentKey } from './content/content-key.ts';
import { inlineLimitBytes, isBroken, joinPieces, lengthOfPiece, lengthOfPieces, type Piece } from './piece.ts';

/** How an append continues an object: what stays, what of the end is joined (`rewrite`: to a new blob; else inline), and what follows it. */
export interface AppendPlan {
  readonly kept: readonly Piece[];
  readonly tail: readonly Piece[];
  readonly rewrite: boolean;
  readonly rest: readonly Piece[];
}

/** So many neighbours of a size become one blob: a byte is written again at most once for each size, and few pieces are left. */
const mergedTogether = 8;
/** Pieces below each of these lengths are of one size; greater ones are not written again. */
const sizesBytes = [128 * 1024, 1024 * 1024, 8 * 1024 * 1024] as const;

/**
 * Each append writes a manifest of all pieces and an owner row for each blob, so their number is kept small: inline bytes at the end are joined until they are
 * worth a blob, blobs when enough of one size follow each other. A list that is broken all the same becomes one blob. `key`: of the object, where it is encrypted.
 */
export function planAppend(old: readonly Piece[], fresh: readonly Piece[], key?: ContentKey | undefined): AppendPlan {
  const inlineTail = old.at(-1)?.kind === 'inline' ? 1 : 0;
  const keep = startOfMerge(old.slice(0, old.length - inlineTail), lengthOfPieces([...old.slice(old.length - inlineTail), ...fresh]));
  const isMerged = keep < old.length - inlineTail;
  const isFreshBlob = fresh.some(({ kind }) => kind === 'extent');
  // Behind inline bytes comes a blob: they become one of their own, and the new one is not written twice.
  const plan =
    isFreshBlob && !isMerged
      ? { kept: old.slice(0, keep), tail: old.slice(keep), rewrite: inlineTail > 0, rest: fresh }
      : { kept: old.slice(0, keep), tail: joinPieces([...old.slice(keep), ...fresh], key), rewrite: true, rest: [] };
  if (isBroken([...plan.kept, ...plan.tail, ...plan.rest]))
    return { kept: [], tail: joinPieces([...old, ...fresh], key), rewrite: true, rest: [] };
  const staysInline = plan.rest.length === 0 && !isMerged && lengthOfPieces(plan.tail) <= inlineLimitBytes;
  return staysInline ? { ...plan, rewrite: false } : plan;
}

/** From where on the blobs are joined with what follows them: while enough of its size, or smaller, stand before it. */
function startOfMerge(blobs: readonly Piece[], followingBytes: number): number {
  let start = blobs.length;
  for (const size of sizesBytes) {
    const mergedBytes = followingBytes + lengthOfPieces(blobs.slice(start));
    if (mergedBytes <= inlineLimitBytes) return start;
    if (mergedBytes >= size) continue;
    let first = start;
    while (first > 0 && lengthOfPiece(blobs[first - 1] as Piece) < size) first--;
    if (start - first + 1 < mergedTogether) return start;
    start = first;
  }
  return start;
}
