import type { Clock } from './clock.ts';
import type { Random } from './random.ts';
import type { Store } from './store.ts';

export interface OpenStoreOptions {
  /** A directory, made where it is missing and owned by one process; or `memory`. */
  readonly data: string | 'memory';
  /** How long a manifest that nothing holds is kept before its bytes go; default 24 h. Comfort for slow readers, not safety. */
  readonly quarantineMs?: number;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Called with what the collector and the recovery found wrong; default: nothing. */
  readonly alarm?: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}

/** Opens a store; throws StoreError `unavailable` where another process has the directory. */
export async function openStore(_options: OpenStoreOptions): Promise<Store> {
  throw new Error('not built yet');
}
