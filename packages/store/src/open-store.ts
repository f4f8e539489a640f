import { join } from 'node:path';
import { type Clock, systemClock } from '@ossature/protocol';
import { openFilesystem } from './blob/filesystem.ts';
import { memoryBlobStore } from './blob/memory.ts';
import { lockDirectory } from './directory-lock.ts';
import { makeDirectory } from './durable-directory.ts';
import type { KeyRing } from './key-ring.ts';
import { openLmdb } from './kv/lmdb.ts';
import { memoryKeyValue } from './kv/memory.ts';
import { openEngine } from './open-engine.ts';
import { type Random, systemRandom } from './random.ts';
import type { Store } from './store.ts';

export interface OpenStoreOptions {
  /** A directory, made where it is missing and owned by one process; or `memory`. */
  readonly data: string | 'memory';
  /** How long a manifest that nothing holds is kept before its bytes go; default 24 h. Comfort for slow readers, not safety. */
  readonly quarantineMs?: number;
  /** Master keys for what is encrypted; default: none, and asking for encryption is a `KeyFault`. */
  readonly keys?: KeyRing;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Called with what the collector and the recovery found wrong; default: nothing. */
  readonly alarm?: (message: string, facts: Readonly<Record<string, unknown>>) => void;
}

const defaultQuarantineMs = 24 * 60 * 60 * 1000;

/** Opens a store; throws StoreError `unavailable` where another process has the directory. */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { data, quarantineMs = defaultQuarantineMs, clock = systemClock, random = systemRandom } = options;
  const facts = {
    quarantineMs,
    clock,
    random,
    ...(options.alarm && { alarm: options.alarm }),
    ...(options.keys && { keys: options.keys }),
  };
  if (data === 'memory') return openEngine({ kv: memoryKeyValue(), blobs: memoryBlobStore(), ...facts });
  await makeDirectory(data);
  // What was opened is closed in the opposite order, also when a later step of the opening fails; the lock goes last.
  const opened: (() => Promise<void>)[] = [];
  const closeOpened = async () => {
    for (const close of opened.reverse()) await close();
  };
  try {
    const lock = await lockDirectory(data, { random });
    opened.push(() => lock.release());
    const kv = await openLmdb({ path: join(data, 'rows') });
    opened.push(() => kv.close());
    const blobs = await openFilesystem({ path: join(data, 'blobs') });
    opened.push(() => blobs.close());
    const store = await openEngine({ kv, blobs, ...facts });
    const close = async () => {
      await store.close();
      await lock.release();
    };
    return { ...store, close };
  } catch (error) {
    await closeOpened();
    throw error;
  }
}
