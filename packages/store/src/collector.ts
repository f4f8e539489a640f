import type { Engine } from './engine.ts';
import { type Step, workOffDue, workOffTodo } from './gc.ts';
import type { Row } from './kv/key-value.ts';
import { sweepFenced } from './recover.ts';
import { allOf, dueUntil, justAfter, sinceMsOf, under } from './rows/keys.ts';
import { foldStatistics } from './statistics.ts';

/** Rows of a queue that are read at a time, and worked off beside each other: commits that wait together are synced together. */
const batchRows = 256;
const parallelSteps = 16;
/** Of one queue, before the others have their turn. */
const walkedBatches = 64;

/** Called between batches: the runner lets requests go first. */
export type Pause = () => Promise<void>;

/**
 * Works off everything that is due: earlier processes, the queue, quarantines that are over, statistics. Ends when a round finds nothing to do. A step
 * that fails does not keep the others from being done; the first failure is thrown at the end.
 */
export async function collect(engine: Engine, pause: Pause = async () => {}): Promise<void> {
  const failures: unknown[] = [];
  const failed = new Set<string>();
  for (let worked = true; worked; ) {
    worked = false;
    const round: Round = {
      pause,
      isLeft: (row) => !failed.has(nameOf(row)),
      fail: (row, error) => {
        failed.add(nameOf(row));
        failures.push(error);
      },
    };
    if (engine.names.needsReserve) await engine.names.reserve(engine.kv, engine.random);
    worked = (await walk(round, fencedRows(engine), (row) => sweepFenced(engine, row))) || worked;
    worked = (await walk(round, todoRows(engine), (row) => workOffTodo(engine, row))) || worked;
    worked = (await walk(round, dueRows(engine), (row) => workOffDue(engine, row))) || worked;
    await foldStatistics(engine, pause);
  }
  if (failures.length > 0) throw failures[0];
}

/** When the oldest quarantine is over, in milliseconds from now; undefined: there is none. */
export async function untilDueMs(engine: Engine): Promise<number | undefined> {
  const [first] = await engine.kv.scan(under(allOf('due'), 1));
  return first && Math.max(0, sinceMsOf(first.key) + engine.quarantineMs - engine.clock.now());
}

interface Round {
  readonly pause: Pause;
  readonly isLeft: (row: Row) => boolean;
  readonly fail: (row: Row, error: unknown) => void;
}

type Scan = (from: Uint8Array | undefined) => Promise<readonly Row[]>;

const scanOf =
  (engine: Engine, range: { readonly from: Uint8Array; readonly to: Uint8Array }): Scan =>
  (from) =>
    engine.kv.scan({ from: from ?? range.from, to: range.to, limit: batchRows });

const fencedRows = (engine: Engine): Scan => scanOf(engine, under(allOf('fenced'), 1));
const todoRows = (engine: Engine): Scan => scanOf(engine, under(allOf('todo'), 1));
const dueRows = (engine: Engine): Scan =>
  scanOf(engine, { from: allOf('due'), to: dueUntil(Math.floor(engine.clock.now()) - engine.quarantineMs) });

/**
 * Goes once over a queue, always from its start: rows are put behind any saved position (rule 14). Rows that wait stay in front, and those behind them
 * are worked off all the same. True: something was done.
 */
async function walk(round: Round, scan: Scan, step: (row: Row) => Promise<Step>): Promise<boolean> {
  let worked = false;
  let from: Uint8Array | undefined;
  for (let batch = 1; ; batch++) {
    const rows = await scan(from);
    const left = rows.filter(round.isLeft);
    for (let i = 0; i < left.length; i += parallelSteps) {
      const steps = left.slice(i, i + parallelSteps).map(async (row) => {
        try {
          for (;;) {
            const outcome = await step(row);
            worked ||= outcome !== 'waiting';
            if (outcome !== 'again') return;
            await round.pause();
          }
        } catch (error) {
          round.fail(row, error);
        }
      });
      await Promise.all(steps);
      await round.pause();
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < batchRows || batch === walkedBatches) return worked;
    from = justAfter(last.key);
  }
}

function nameOf(row: Row): string {
  return Buffer.from(row.key).toString('latin1');
}
