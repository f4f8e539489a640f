import type { Figure } from './figure.ts';
import type { LightClient } from './light-client.ts';
import type { Limits } from './limits.ts';
import type { ServerProcess } from './server-process.ts';

/** What a benchmark is given: a running server with an empty bucket of its own. */
export interface Bench {
  readonly server: ServerProcess;
  readonly client: LightClient;
  readonly bucket: string;
  readonly limits: Limits;
}

export interface Benchmark {
  readonly name: string;
  readonly run: (bench: Bench) => Promise<readonly Figure[]>;
}

export const KiB = 1024;
export const MiB = 1024 * KiB;
export const GiB = 1024 * MiB;
