import type { Reader, Row } from './kv/key-value.ts';
import { justAfter, longestNameBytes, upperBound } from './rows/keys.ts';

/** A walk over the names under one prefix of keys, as listings of objects, versions and uploads need it. All names are bytes. */
export interface SkipScan {
  readonly reader: Pick<Reader, 'scan'>;
  /** The keys of the walk begin with this; the name follows. */
  readonly base: Uint8Array;
  readonly nameOf: (row: Row) => Uint8Array;
  readonly prefix: Uint8Array;
  /** Empty: none. */
  readonly delimiter: Uint8Array;
  /** Names after this one; empty: all. A name of which the delimiter makes a common prefix stands for that. */
  readonly after: Uint8Array;
  /** Where `after` is a key in the middle of the rows of one name: go on behind that key, and not behind the name. */
  readonly afterKey?: Uint8Array | undefined;
  /** Rows that count as if they were not there; default: none. */
  readonly isPassed?: (row: Row) => boolean;
  /** Rows and common prefixes together; one more tells whether there is more. */
  readonly limit: number;
}

export type Found = { readonly kind: 'row'; readonly row: Row } | { readonly kind: 'prefix'; readonly commonPrefix: Uint8Array };

const smallestBatch = 4;
/** Rows that are read at a time where they are only passed. */
const greatestBatch = 1_000;

/**
 * Rows in order, those with the delimiter behind the prefix gathered into one common prefix each. Behind a common prefix the walk seeks to its end, so a
 * page costs what it returns and not what lies under its common prefixes. Answers at most `limit` + 1.
 */
export async function skipScan(given: SkipScan): Promise<readonly Found[]> {
  // No name is longer, or has a NUL; what is behind this many bytes of a marker changes no comparison.
  if (given.prefix.length > longestNameBytes || given.prefix.includes(0)) return [];
  const scan = { ...given, after: given.after.subarray(0, longestNameBytes + 1) };
  const { reader, base, limit } = scan;
  const to = upperBound(Buffer.concat([base, scan.prefix]));
  let from = startOf(scan);
  let batch = scan.delimiter.length === 0 ? limit + 1 : smallestBatch;
  let passing = 0;
  const found: Found[] = [];
  while (found.length <= limit && Buffer.compare(from, to) < 0) {
    const before = found.length;
    const wanted = Math.max(Math.min(batch, limit + 1 - found.length), passing);
    const rows = await reader.scan({ from, to, limit: wanted });
    const past = gather(scan, rows, found);
    const last = rows.at(-1);
    if (last === undefined || rows.length < wanted) break;
    from = past ?? justAfter(last.key);
    // Long runs without a common prefix are read in growing batches; after a seek the next row may well be under another one.
    batch = past === undefined ? Math.min(batch * 4, limit + 1) : smallestBatch;
    // Where nothing of a batch counts, the next is greater, whatever the page still lacks.
    passing = found.length > before || past !== undefined ? 0 : Math.min(wanted * 4, greatestBatch);
  }
  return found;
}

/** Adds what the rows tell; answers where to go on, where the last of them lie under a common prefix. */
function gather(scan: SkipScan, rows: readonly Row[], found: Found[]): Uint8Array | undefined {
  let past: Uint8Array | undefined;
  for (const row of rows) {
    if (past !== undefined && Buffer.compare(row.key, past) < 0) continue;
    past = undefined;
    if (scan.isPassed?.(row) === true) continue;
    if (found.length > scan.limit) return undefined;
    const commonPrefix = commonPrefixOf(scan, scan.nameOf(row));
    if (commonPrefix === undefined) {
      found.push({ kind: 'row', row });
    } else {
      found.push({ kind: 'prefix', commonPrefix });
      past = upperBound(Buffer.concat([scan.base, commonPrefix]));
    }
  }
  return past;
}

/** UTF-8 is found in UTF-8 byte by byte: no character's bytes begin inside another's. */
function commonPrefixOf({ prefix, delimiter }: SkipScan, name: Uint8Array): Uint8Array | undefined {
  if (delimiter.length === 0) return undefined;
  const at = Buffer.from(name.buffer, name.byteOffset, name.byteLength).indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : name.subarray(0, at + delimiter.length);
}

function startOf(scan: SkipScan): Uint8Array {
  const { base, prefix, after, afterKey } = scan;
  const first = Buffer.concat([base, prefix]);
  if (after.length === 0) return first;
  const isUnderPrefix = Buffer.compare(after.subarray(0, prefix.length), prefix) === 0;
  const commonPrefix = isUnderPrefix ? commonPrefixOf(scan, after) : undefined;
  const behind = commonPrefix === undefined ? (afterKey ?? Buffer.concat([base, after, Uint8Array.of(1)])) : undefined;
  const start = behind ?? upperBound(Buffer.concat([base, commonPrefix ?? after]));
  return Buffer.compare(start, first) > 0 ? start : first;
}
