import { StoreError } from '../store-error.ts';
import { judgeCommit, judgeKey, judgeRange } from './judge-commit.ts';
import type { Commit, KeyValue, Range, Reader, Row, Snapshot } from './key-value.ts';
import { SortedRows } from './sorted-rows.ts';

/**
 * A KeyValue in memory, for tests and for `data: 'memory'`. Keys and values are copied on their way in and out, so that no caller can
 * change a row that is not its own. Nothing outlives the process: `durable` means here that every later reader sees it.
 */
export function memoryKeyValue(): KeyValue {
  const rows = new SortedRows();
  let revision = 0n;
  let closed = false;
  const judgeOpen = () => {
    if (closed) throw new StoreError('closed', 'the key-value store is closed');
  };

  return {
    ...readerOf(rows, judgeOpen),
    snapshot: async (): Promise<Snapshot> => {
      judgeOpen();
      let done = false;
      const judgeHeld = () => {
        judgeOpen();
        if (done) throw new StoreError('closed', 'the snapshot is closed');
      };
      const close = () => {
        done = true;
      };
      return { ...readerOf(rows.fork(), judgeHeld), close };
    },
    commit: async (commit: Commit) => {
      judgeCommit(commit);
      judgeOpen();
      for (const { key, revision } of commit.checks) if (rows.get(key)?.revision !== revision) return 'conflict';
      // All copies are made before the first of them is put: whatever fails here leaves nothing behind.
      const writes = commit.writes.map(({ key, value }) => ({ key, row: value && copyOf({ key, value, revision: ++revision }) }));
      for (const { key, row } of writes) {
        if (row === undefined) rows.delete(key);
        else rows.put(row);
      }
      return 'committed';
    },
    close: async () => {
      closed = true;
    },
  };
}

function readerOf(rows: SortedRows, judge: () => void): Reader {
  return {
    get: async (keys: readonly Uint8Array[]) => {
      keys.forEach(judgeKey);
      judge();
      return keys.map((key) => copyOf(rows.get(key)));
    },
    scan: async (range: Range) => {
      judgeRange(range.from, range.to);
      judge();
      return rows.scan(range).map((row) => copyOf(row));
    },
  };
}

function copyOf(row: Row): Row;
function copyOf(row: Row | undefined): Row | undefined;
function copyOf(row: Row | undefined): Row | undefined {
  // Not `slice`: a Buffer's slice shares its bytes.
  return row && { key: new Uint8Array(row.key), value: new Uint8Array(row.value), revision: row.revision };
}
