import { ok } from 'node:assert/strict';
import { type Clock, systemClock } from '@ossature/protocol';
import type { Random } from '../random.ts';
import { StoreError } from '../store-error.ts';
import { judgeKey, nameOf } from './judge-commit.ts';
import type { Commit, KeyValue, Range, Reader, Row, Snapshot } from './key-value.ts';

/**
 * What a function given to `transact` sees. All reads of one run come from one snapshot, so that what it throws was true at some
 * moment of the call, and not a mixture of moments.
 */
export interface Transaction {
  /**
   * Reads a row, and makes what it found a check of the commit. A row that is there must still have its revision then. A row that
   * is **not** there is checked only where the same transaction puts that key: the port cannot check absence otherwise. A decision
   * that rests on the absence of another key therefore needs a row that all who could change it check or write (a fence: bucket, head, upload).
   * A row that this transaction has put comes back as it was put, with revision `uncommitted`; a deleted one is undefined.
   */
  get(key: Uint8Array): Promise<Row | undefined>;
  getMany(keys: readonly Uint8Array[]): Promise<readonly (Row | undefined)[]>;
  /**
   * Rows of the same snapshot, **not** checked and without this transaction's own writes. What a scan showed may be used only as the
   * engine's rules 3 and 4 allow; a row of it becomes a check by `check`.
   */
  scan(range: Range): Promise<readonly Row[]>;
  /**
   * Makes a row that was read elsewhere a check: a row of `scan`, or one read before. Where it has changed since, every run ends in a
   * conflict and the call in `unavailable`; a caller that wants to know about a change reads with `get` and compares revisions.
   */
  check(row: Row): void;
  /** The bytes are copied when the commit is made: they stay untouched until then. */
  put(key: Uint8Array, value: Uint8Array): void;
  delete(key: Uint8Array): void;
}

export interface TransactOptions {
  /** Draws the waits between runs. */
  readonly random: Random;
  /** Waits on this clock; default the system's. A clock that is moved by hand must be moved for a run after a conflict to start. */
  readonly clock?: Clock;
  /**
   * Waited for after the first conflict, and given back at the end: those who meet in the same rows then run one after another, and each of them comes to its
   * end however many they are. Default: they only wait for random times.
   */
  readonly takeTurn?: () => Promise<() => void>;
  /** Runs at most, the first included; default 32. */
  readonly attempts?: number;
  /** Ends the wait between runs: then the call rejects with the signal's reason, and nothing was written. */
  readonly signal?: AbortSignal;
}

/** The revision of a row that its own transaction has put. */
export const uncommitted = 0n;

/**
 * Runs `fn` and commits what it wrote, if everything that it read still stands; else runs it again, a bounded number of times with
 * random waits, and then throws StoreError `unavailable`. What `fn` throws comes out unchanged, with nothing written. `fn` may run several times:
 * it awaits nothing but the transaction's reads, and has no effects of its own. A transaction that wrote nothing and called no `check` is not committed:
 * it saw one moment, and that is its answer. Commits have no unknown outcome in the embedded adapters; `full`, `closed` and `unavailable` of the
 * port are thrown at once.
 */
export async function transact<T>(kv: KeyValue, fn: (tx: Transaction) => T | Promise<T>, options: TransactOptions): Promise<T> {
  const attempts = options.attempts ?? 32;
  let endTurn: (() => void) | undefined;
  try {
    for (let attempt = 1; ; attempt++) {
      const transaction = new BufferedTransaction(kv);
      let result: T;
      try {
        result = await fn(transaction);
      } finally {
        transaction.end();
      }
      const commit = transaction.commit();
      if (commit === undefined || (await kv.commit(commit)) === 'committed') return result;
      if (attempt >= attempts) throw new StoreError('unavailable', `a transaction met ${attempt} conflicts in a row`);
      endTurn ??= await options.takeTurn?.();
      await pause(attempt, options);
    }
  } finally {
    endTurn?.();
  }
}

/** Runs `fn` on one snapshot, for a page of a listing or for rows that must agree with each other. Not to be held across a body. */
export async function read<T>(kv: KeyValue, fn: (reader: Reader) => T | Promise<T>): Promise<T> {
  const snapshot = await kv.snapshot();
  try {
    return await fn(snapshot);
  } finally {
    snapshot.close();
  }
}

/** The first conflict is answered at once; after it, waits are drawn from a window that doubles up to this bound. */
const longestPauseMs = 128;

async function pause(attempt: number, { random, clock = systemClock, signal }: TransactOptions): Promise<void> {
  signal?.throwIfAborted();
  if (attempt === 1) return;
  const windowMs = Math.min(2 ** attempt, longestPauseMs);
  const drawn = new DataView(new Uint8Array(random.bytes(4)).buffer).getUint32(0) / 2 ** 32;
  await clock.sleep(Math.ceil(drawn * windowMs), signal ?? new AbortController().signal);
  signal?.throwIfAborted();
}

class BufferedTransaction implements Transaction {
  readonly #kv: KeyValue;
  #snapshot: Promise<Snapshot> | undefined;
  #ended = false;
  #checksOutside = false;
  /** What reads found, by key. */
  readonly #found = new Map<string, { readonly key: Uint8Array; readonly revision: bigint | undefined }>();
  readonly #writes = new Map<string, { readonly key: Uint8Array; readonly value: Uint8Array | undefined }>();

  constructor(kv: KeyValue) {
    this.#kv = kv;
  }

  async get(key: Uint8Array): Promise<Row | undefined> {
    const [row] = await this.getMany([key]);
    return row;
  }

  async getMany(keys: readonly Uint8Array[]): Promise<readonly (Row | undefined)[]> {
    const rows = await (await this.#reader()).get(keys);
    return keys.map((key, index) => {
      const name = nameOf(key);
      const row = rows[index];
      if (!this.#found.has(name)) this.#found.set(name, { key, revision: row?.revision });
      const write = this.#writes.get(name);
      if (write === undefined) return row;
      return write.value && { key, value: write.value, revision: uncommitted };
    });
  }

  async scan(range: Range): Promise<readonly Row[]> {
    return (await this.#reader()).scan(range);
  }

  check({ key, revision }: Row): void {
    ok(revision !== uncommitted, 'a row that is not committed yet cannot be checked');
    const name = nameOf(key);
    const found = this.#found.get(name);
    // A check that differs from what was read here can never hold together with it; the one from outside ends the run in a conflict.
    if (found?.revision === revision) return;
    this.#checksOutside = true;
    this.#found.set(name, { key, revision });
  }

  put(key: Uint8Array, value: Uint8Array): void {
    judgeKey(key);
    ok(!this.#ended, 'a transaction was used after its function had returned');
    this.#writes.set(nameOf(key), { key, value });
  }

  delete(key: Uint8Array): void {
    ok(!this.#ended, 'a transaction was used after its function had returned');
    this.#writes.set(nameOf(key), { key, value: undefined });
  }

  /** Closes the snapshot: it is held for no longer than the function runs. */
  end(): void {
    this.#ended = true;
    void this.#snapshot?.then(
      (snapshot) => snapshot.close(),
      () => {}, // The read that took it has reported this already.
    );
  }

  /** Undefined: there is nothing to commit. */
  commit(): Commit | undefined {
    const found = [...this.#found.values()];
    const absent = (name: string) => this.#found.has(name) && this.#found.get(name)?.revision === undefined;
    // Removing what was not there writes nothing: the removal counts as done before whoever puts that key meanwhile.
    const writes = [...this.#writes].filter(([name, { value }]) => value !== undefined || !absent(name)).map(([, write]) => write);
    if (writes.length === 0 && !this.#checksOutside) return undefined;
    const checks = found.filter(({ key, revision }) => revision !== undefined || this.#writes.get(nameOf(key))?.value !== undefined);
    return { checks, writes };
  }

  #reader(): Promise<Snapshot> {
    ok(!this.#ended, 'a transaction was used after its function had returned');
    this.#snapshot ??= this.#kv.snapshot();
    return this.#snapshot;
  }
}
