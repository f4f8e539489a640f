import { availableParallelism, cpus, release, totalmem, type } from 'node:os';

/** The facts of the machine that a figure depends on, and none that names it. */
export function machineFacts() {
  return {
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.versions.node,
  };
}
