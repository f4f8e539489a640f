import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, open, type RootDatabase, type Transaction } from 'lmdb';
import { makeDirectory, syncDirectory } from '../durable-directory.ts';
import { hasRoom } from '../probe-room.ts';
import { StoreError } from '../store-error.ts';
import { judgeCommit, judgeKey, judgeRange } from './judge-commit.ts';
import type { Check, Commit, KeyValue, Range, Reader, Row, Snapshot, Write } from './key-value.ts';
import { isInputOutput, storeErrorOf } from './lmdb-error.ts';

type Rows = Database<Buffer, Uint8Array>;

/** A row's value on disk is its revision, big-endian, and then its value. */
const revisionBytes = 8;
/** Revisions are reserved in blocks of this size, so that the row which keeps them is written once a block. */
const revisionBlock = 1n << 20n;
const reservedKey = Buffer.from('reserved');

/** Reader slots: one for each snapshot that is open at the same moment. */
const mostSnapshots = 2_000;

export interface LmdbOptions {
  /** The directory of the two files, made where it is missing. Only one process may have it open: see `directory-lock.ts`. */
  readonly path: string;
}

/**
 * A KeyValue in an LMDB environment. Commits that wait at the same time share one transaction of LMDB, and so one sync; each is a child
 * transaction in it, judged before it writes, and what a child wrote before it threw is gone with it. A commit resolves after the
 * sync (fdatasync of the pages, then the meta page by a synchronous write); so what any reader can see is durable. The map grows by itself:
 * the bound is the file system, and a commit that it refuses rejects with StoreError `full`, together with those that shared its sync.
 */
export async function openLmdb({ path }: LmdbOptions): Promise<KeyValue> {
  await makeDirectory(path);
  const kv = await guarded(() => {
    const root = open<Buffer, Uint8Array>({ path, ...environment });
    return new LmdbKeyValue(path, root, root.openDB({ name: 'rows', ...encodings }), root.openDB({ name: 'revisions', ...encodings }));
  });
  // The files are new names in the directory.
  await syncDirectory(path);
  return kv;
}

const encodings = { encoding: 'binary', keyEncoding: 'binary' } as const;
const environment = {
  ...encodings,
  // The path is a directory, also where its name looks like a file's.
  noSubdir: false,
  // With overlapping syncs a process that was killed has left the environment broken for the next one.
  overlappingSync: false,
  // With it lmdb makes promises of its own which nobody can take up: a commit that fails, on a full disk, would end the process.
  eventTurnBatching: false,
  maxDbs: 2,
  maxReaders: mostSnapshots,
} as const;

class LmdbKeyValue implements KeyValue {
  readonly #path: string;
  readonly #root: RootDatabase<Buffer, Uint8Array>;
  readonly #rows: Rows;
  readonly #revisions: Rows;
  /** The last revision given out; none at or below it is ever given again. */
  #revision: bigint;
  #closed = false;
  /** After a failed sync nobody knows what is on disk: the environment must be opened again before it commits. */
  #failure: StoreError | undefined;
  readonly #commits = new Set<Promise<unknown>>();
  readonly #snapshots = new Set<Snapshot>();

  constructor(path: string, root: RootDatabase<Buffer, Uint8Array>, rows: Rows, revisions: Rows) {
    this.#path = path;
    this.#root = root;
    this.#rows = rows;
    this.#revisions = revisions;
    this.#revision = this.#reserved();
  }

  get(keys: readonly Uint8Array[]): Promise<readonly (Row | undefined)[]> {
    return this.#reader(undefined, () => {}).get(keys);
  }

  scan(range: Range): Promise<readonly Row[]> {
    return this.#reader(undefined, () => {}).scan(range);
  }

  async snapshot(): Promise<Snapshot> {
    this.#judgeOpen();
    return guarded(() => {
      let transaction: Transaction | undefined = this.#rows.useReadTransaction();
      const judge = () => {
        if (transaction === undefined) throw new StoreError('closed', 'the snapshot is closed');
      };
      const snapshot: Snapshot = {
        ...this.#reader(transaction, judge),
        close: () => {
          transaction?.done();
          transaction = undefined;
          this.#snapshots.delete(snapshot);
        },
      };
      // In the same turn: `close` must know of every transaction that is open.
      this.#snapshots.add(snapshot);
      return snapshot;
    });
  }

  async commit(commit: Commit): Promise<'committed' | 'conflict'> {
    judgeCommit(commit);
    this.#judgeOpen();
    if (this.#failure !== undefined) throw this.#failure;
    if (commit.writes.length === 0) return guarded(() => (this.#hold(commit.checks) ? 'committed' : 'conflict'));
    const outcome = this.#rows.transaction(() => this.#apply(commit));
    this.#commits.add(outcome);
    try {
      return await outcome;
    } catch (error) {
      const fault = await this.#faultOf(error);
      if (fault instanceof StoreError && fault.fault === 'unavailable') this.#failure = fault;
      throw fault;
    } finally {
      this.#commits.delete(outcome);
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await Promise.allSettled(this.#commits);
    // An environment that is closed under a reader takes the process with it.
    for (const snapshot of this.#snapshots) snapshot.close();
    await this.#root.close();
  }

  /** Runs inside LMDB's write transaction, synchronously: it sees all commits before it, and no other runs meanwhile. */
  #apply({ checks, writes }: Commit): 'committed' | 'conflict' {
    if (!this.#hold(checks)) return 'conflict';
    // Inside a transaction this runs at once, and answers what the function returns and not a promise. What it throws takes back all writes.
    void this.#rows.childTransaction(() => this.#write(writes));
    return 'committed';
  }

  /** LMDB reports a write that fell short, as the last one before a full disk does, as an I/O error: only a probe tells the two apart. */
  async #faultOf(error: unknown): Promise<unknown> {
    const fault = await storeErrorOf(error);
    if (!(fault instanceof StoreError) || !isInputOutput(fault)) return fault;
    const sizeBytes = (await stat(join(this.#path, 'data.mdb'))).size;
    return (await hasRoom(this.#path, sizeBytes)) ? fault : new StoreError('full', 'LMDB: no room for the commit', { cause: fault });
  }

  #hold(checks: readonly Check[]): boolean {
    return checks.every(({ key, revision }) => {
      const stored = this.#rows.getBinaryFast(key);
      return stored === undefined ? revision === undefined : revision === revisionOf(stored);
    });
  }

  #write(writes: readonly Write[]): void {
    const last = this.#revision + BigInt(writes.length);
    // Asked of the transaction and not remembered: a transaction that failed has taken its reservation with it.
    if (last > this.#reserved()) void this.#revisions.put(reservedKey, storedOf(last + revisionBlock, empty));
    for (const { key, value } of writes) {
      if (value === undefined) void this.#rows.remove(key);
      else void this.#rows.put(key, storedOf(++this.#revision, value));
    }
  }

  #reserved(): bigint {
    const stored = this.#revisions.getBinaryFast(reservedKey);
    return stored === undefined ? 0n : revisionOf(stored);
  }

  #reader(transaction: Transaction | undefined, judge: () => void): Reader {
    const options = transaction && { transaction };
    const get = async (keys: readonly Uint8Array[]) => {
      keys.forEach(judgeKey);
      judge();
      this.#judgeOpen();
      return guarded(() =>
        keys.map((key) => {
          const stored = this.#rows.get(key, options);
          return stored && rowOf(key, stored);
        }),
      );
    };
    const scan = async ({ from, to, limit, reverse = false }: Range) => {
      judgeRange(from, to);
      judge();
      this.#judgeOpen();
      if (limit <= 0 || Buffer.compare(from, to) >= 0) return [];
      // Backwards, LMDB starts at the greater bound: that one is still excluded, and the smaller one included.
      const bounds = reverse ? { start: to, end: from, reverse, exclusiveStart: true, inclusiveEnd: true } : { start: from, end: to };
      return guarded(() => Array.from(this.#rows.getRange({ ...bounds, limit, ...options }), ({ key, value }) => rowOf(key, value)));
    };
    return { get, scan };
  }

  #judgeOpen(): void {
    if (this.#closed) throw new StoreError('closed', 'the key-value store is closed');
  }
}

const empty = new Uint8Array(0);

function storedOf(revision: bigint, value: Uint8Array): Buffer {
  const stored = Buffer.allocUnsafe(revisionBytes + value.length);
  stored.writeBigUInt64BE(revision);
  stored.set(value, revisionBytes);
  return stored;
}

function revisionOf(stored: Buffer): bigint {
  if (stored.length < revisionBytes) throw new StoreError('corrupt', `a row has ${stored.length} bytes and no revision`);
  return stored.readBigUInt64BE();
}

/** LMDB hands out copies. A plain array over one: a Buffer's `slice` would mean something else than in other adapters. */
function rowOf(key: Uint8Array, stored: Buffer): Row {
  const revision = revisionOf(stored);
  const value = new Uint8Array(stored.buffer, stored.byteOffset + revisionBytes, stored.length - revisionBytes);
  return { key: new Uint8Array(key), value, revision };
}

/** Runs calls of lmdb at once, not in a later turn; what they throw becomes a StoreError. */
async function guarded<T>(call: () => T): Promise<T> {
  try {
    return call();
  } catch (error) {
    throw await storeErrorOf(error);
  }
}
