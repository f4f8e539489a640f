import { Worker } from 'node:worker_threads';
import { type StartWorker, startDigestWorker } from './digest-workers.ts';

/** Starts workers of which the first so many die over their first turn; for tests. */
export function dyingWorkers(count: number): StartWorker {
  let left = count;
  return (data) => {
    if (left-- <= 0) return startDigestWorker(data);
    return new Worker("require('node:worker_threads').parentPort.once('message', () => process.exit(1))", { eval: true });
  };
}
