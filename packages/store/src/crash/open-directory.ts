import { join } from 'node:path';
import { systemClock } from '@ossature/protocol';
import type { BlobStore } from '../blob/blob-store.ts';
import { openFilesystem } from '../blob/filesystem.ts';
import { lockDirectory } from '../directory-lock.ts';
import type { KeyValue } from '../kv/key-value.ts';
import { openLmdb } from '../kv/lmdb.ts';
import { openEngine } from '../open-engine.ts';
import { systemRandom } from '../random.ts';
import { memoryKeyRing } from '../simulation/memory-key-ring.ts';
import type { Store } from '../store.ts';

export interface OpenedDirectory {
  readonly store: Store;
  readonly kv: KeyValue;
  readonly blobs: BlobStore;
  readonly alarms: readonly string[];
  close(): Promise<void>;
}

/**
 * The store that `openStore` opens in a directory, with its adapters at hand, to be looked at and to be stepped through. What is not held any more is due at
 * once, and only collected when it is asked for.
 */
export async function openDirectory(
  directory: string,
  step: { readonly kv?: (kv: KeyValue) => KeyValue; readonly blobs?: (blobs: BlobStore) => BlobStore } = {},
): Promise<OpenedDirectory> {
  const lock = await lockDirectory(directory);
  const kv = await openLmdb({ path: join(directory, 'rows') });
  const blobs = await openFilesystem({ path: join(directory, 'blobs') });
  const alarms: string[] = [];
  const store = await openEngine({
    kv: step.kv?.(kv) ?? kv,
    blobs: step.blobs?.(blobs) ?? blobs,
    ...{ clock: systemClock, random: systemRandom, quarantineMs: 0, runner: false },
    keys: memoryKeyRing(systemRandom),
    alarm: (message) => alarms.push(message),
  });
  const close = async () => {
    await store.close();
    await lock.release();
  };
  return { store, kv, blobs, alarms, close };
}
