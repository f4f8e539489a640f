import { compareKeys } from '@ossature/protocol';
import { factsOf, type ModelBucket, type ModelState } from './model-state.ts';
import { anything, done, type List, type ListVersions, type Outcome } from './step.ts';

/** The definition of a listing, not an algorithm: all names, the page's share of them, in order. */
export function applyListing(state: ModelState, step: List | ListVersions): Outcome {
  const bucket = state.buckets.get(step.bucket);
  if (bucket === undefined) return done(undefined);
  return step.do === 'list' ? listed(bucket, step) : versionsListed(bucket, step);
}

interface Line {
  /** A key, or the common prefix that it stands under. */
  readonly name: string;
  readonly isPrefix: boolean;
  readonly facts: ReturnType<typeof factsOf> & { readonly key: string; readonly isLatest: boolean };
}

function linesOf({ keys }: ModelBucket, { prefix, delimiter }: { readonly prefix: string; readonly delimiter: string }): readonly Line[] {
  const inOrder = [...keys].toSorted(([a], [b]) => compareKeys(a, b)).filter(([key]) => key.startsWith(prefix));
  return inOrder.flatMap(([key, versions]) =>
    versions.map((version, i) => ({ ...nameOf(key, prefix, delimiter), facts: { key, isLatest: i === 0, ...factsOf(version) } })),
  );
}

function nameOf(key: string, prefix: string, delimiter: string): Pick<Line, 'name' | 'isPrefix'> {
  const at = delimiter === '' || !key.startsWith(prefix) ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? { name: key, isPrefix: false } : { name: key.slice(0, at + delimiter.length), isPrefix: true };
}

/** One line for each common prefix. */
function gathered(lines: readonly Line[]): readonly Line[] {
  return lines.filter(({ name, isPrefix }, i) => !isPrefix || lines[i - 1]?.name !== name);
}

function listed(bucket: ModelBucket, { page: { prefix, delimiter, after, limit } }: List): Outcome {
  const current = linesOf(bucket, { prefix, delimiter }).filter(({ facts }) => facts.isLatest && !('isMarker' in facts));
  const left = gathered(current).filter(({ name }) => after === '' || compareKeys(name, nameOf(after, prefix, delimiter).name) > 0);
  const shown = left.slice(0, limit);
  return done({
    items: shown.flatMap(({ isPrefix, facts: { isLatest, ...facts } }) => (isPrefix ? [] : [facts])),
    commonPrefixes: shown.flatMap(({ isPrefix, name }) => (isPrefix ? [name] : [])),
    next: left.length > limit ? shown.at(-1)?.name : undefined,
  });
}

function versionsListed(bucket: ModelBucket, { page }: ListVersions): Outcome {
  const { prefix, delimiter, keyMarker, versionIdMarker, limit } = page;
  const all = gathered(linesOf(bucket, page));
  const marked = nameOf(keyMarker, prefix, delimiter);
  const isVersionMarked = versionIdMarker !== '' && !marked.isPrefix;
  const index = (bucket.keys.get(keyMarker) ?? []).findIndex(({ versionId }) => versionId === versionIdMarker);
  // Where a version stood that is gone, the model does not know.
  if (isVersionMarked && index < 0) return done(anything);
  const left = all.filter(({ name, facts }) => {
    if (keyMarker === '' || compareKeys(name, marked.name) > 0) return true;
    return (
      isVersionMarked &&
      name === keyMarker &&
      all.findIndex((line) => line.name === name) + index < all.findIndex((line) => line.facts === facts)
    );
  });
  const shown = left.slice(0, limit);
  const last = shown.at(-1);
  return done({
    items: shown.flatMap(({ isPrefix, facts }) => (isPrefix ? [] : [facts])),
    commonPrefixes: shown.flatMap(({ isPrefix, name }) => (isPrefix ? [name] : [])),
    next:
      left.length > limit && last !== undefined
        ? { keyMarker: last.name, versionIdMarker: last.isPrefix ? '' : last.facts.versionId }
        : undefined,
  });
}
