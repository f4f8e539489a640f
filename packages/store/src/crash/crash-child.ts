/**
 * A process that is going to be killed: opens a store, performs steps, and tells when it comes to a call that changes something on disk. At the call
 * with the number that it is given it stands still (`stand`), so that it is killed before the call; or it goes on (`run`), so that it is
 * killed in the middle of it.
 */
import { writeSync } from 'node:fs';
import { faultyBlobStore } from '../blob/faulty.ts';
import { type FaultOutcome, Faults } from '../faults.ts';
import { faultyKeyValue } from '../kv/faulty.ts';
import { performStep } from '../simulation/perform-step.ts';
import type { Step } from '../simulation/step.ts';
import { openDirectory } from './open-directory.ts';

/** Between two of these nothing on disk changes: to be killed before one is to be killed anywhere after the one before it. */
const effects = {
  stand: new Set(['kv.commit', 'blob.put', 'blob.chunk', 'blob.remove']),
  /** Those that take long enough to be killed in their middle. */
  run: new Set(['kv.commit', 'blob.put']),
} as const;

function tell(message: Readonly<Record<string, unknown>>): void {
  // Written before anything else happens: a stream would keep it, and die with the process.
  writeSync(1, `${JSON.stringify(message, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))}\n`);
}

async function main(directory: string, steps: readonly Step[], killAt: number, how: 'stand' | 'run'): Promise<void> {
  let isPerforming = false;
  let count = 0;
  const plan = (call: string): FaultOutcome | Promise<FaultOutcome> => {
    if (!isPerforming || !effects[how].has(call)) return 'ok';
    if (count++ !== killAt) return 'ok';
    tell({ at: call });
    return how === 'run' ? 'ok' : new Promise<never>(() => {});
  };
  const faults = new Faults(({ call }) => plan(call));
  const opened = await openDirectory(directory, {
    kv: (kv) => faultyKeyValue(kv, faults),
    blobs: (blobs) => faultyBlobStore(blobs, faults),
  });
  isPerforming = true;
  for (const step of steps) tell({ done: await performStep(opened.store, step) });
  tell({ end: count });
}

// While it stands still nothing else keeps it alive.
setInterval(() => {}, 1_000);
const [directory = '', steps = '[]', killAt = '-1', how = 'stand'] = process.argv.slice(2);
await main(directory, JSON.parse(steps) as readonly Step[], Number(killAt), how === 'run' ? 'run' : 'stand');
