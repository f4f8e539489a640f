/**
 * The metadata port: bytes to bytes, in byte order, cut below every rule of OSS. Adapters: memory, LMDB; PostgreSQL later.
 * `conformance.ts` beside this file is the suite that every adapter passes. The rules are those of `docs/internals/data-layout.md`.
 */

/** A row. Revisions come from one store-wide sequence and are never reused, also not by a key that was removed and put again. */
export interface Row {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly revision: bigint;
}

/** Keys from `from` (included) to `to` (excluded), at most `limit` rows, the greatest first where `reverse`. */
export interface Range {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly limit: number;
  readonly reverse?: boolean;
}

/** `revision` undefined: the key must be absent, and the same commit must put it. */
export interface Check {
  readonly key: Uint8Array;
  readonly revision: bigint | undefined;
}

/** `value` undefined: delete. */
export interface Write {
  readonly key: Uint8Array;
  readonly value: Uint8Array | undefined;
}

export interface Commit {
  readonly checks: readonly Check[];
  readonly writes: readonly Write[];
}

export interface Reader {
  get(keys: readonly Uint8Array[]): Promise<readonly (Row | undefined)[]>;
  scan(range: Range): Promise<readonly Row[]>;
}

/** A view that no later commit changes. Held for one page at most, never across a body. */
export interface Snapshot extends Reader {
  close(): void;
}

export interface KeyValue extends Reader {
  snapshot(): Promise<Snapshot>;
  /**
   * Atomic, isolated, and durable when it returns `committed`. `conflict`: a check did not hold, and nothing was written.
   * At most 10,100 checks and 2,500 writes, no key twice among writes, keys of 1 to 1,978 bytes, values of at most 8 MiB: more is an assert,
   * judged before the first write. Keys and values stay untouched by the caller until it settles. Throws StoreError `full`, `unavailable` or `closed`; then nothing was written either.
   */
  commit(commit: Commit): Promise<'committed' | 'conflict'>;
  close(): Promise<void>;
}

/**
 * The bound on values is ours: one row does not stall all others, and lmdb reads it by copying (beyond 16 MiB it hands out mapped memory).
 * Bounds of a range have at most `keyBytes` too; the lower one may be empty.
 */
export const keyValueLimits = { checks: 10_100, writes: 2_500, keyBytes: 1_978, valueBytes: 8 * 1024 * 1024 } as const;
