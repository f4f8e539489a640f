import { fenced } from './blob-names.ts';
import { commit, type Engine } from './engine.ts';
import type { Id } from './ids.ts';
import type { Transaction } from './kv/transact.ts';
import { dropHolder, putHolder } from './references.ts';
import { pinKey } from './rows/keys.ts';
import { pinRecord } from './rows/reference-row.ts';
import type { StoredObject } from './store.ts';
import { StoreError } from './store-error.ts';

/** A manifest that is kept alive while it is read for a write: whatever becomes of its object meanwhile, its bytes stay. */
export interface Pin {
  /** The upload that the pin goes with, or an id minted for one copy. */
  readonly under: Id;
  /** Minted. */
  readonly holder: Id;
  readonly manifest: Id;
}

/** The row of an object that names the manifest has been read in this transaction: a reference only comes from a reference. */
export function putPin(tx: Transaction, engine: Engine, { under, holder, manifest }: Pin): void {
  putHolder(tx, manifest, holder, 'pin');
  tx.put(pinKey(under, holder), pinRecord.encode({ manifest, process: engine.names.process }));
}

/** Gives the pin up with what the transaction publishes. False: it is gone, and with it what made the manifest's bytes safe to name. */
export async function unpin(tx: Transaction, engine: Engine, { under, holder, manifest }: Pin): Promise<boolean> {
  const row = await tx.get(pinKey(under, holder));
  if (row === undefined) return false;
  tx.delete(row.key);
  dropHolder(tx, engine, manifest, holder);
  return true;
}

/**
 * What it means that a row or a blob of a pinned source is missing. A pin that stands keeps all of it: then this is never the collector's doing, and an alarm. But pins go with
 * their upload, and with a process that was fenced.
 */
export async function explainMissingUnderPin(engine: Engine, pin: Pin, source: StoredObject, cause: Error): Promise<StoreError> {
  const [row] = await engine.kv.get([pinKey(pin.under, pin.holder)]);
  if (row === undefined) return fenced(engine.names.process);
  engine.alarm(cause.message, { manifest: source.manifest, holder: source.holder });
  return new StoreError('corrupt', cause.message, { cause });
}

/** Gives the pin up where nothing came of it. Never rejects: the first failure is the caller's answer. */
export async function dropPin(engine: Engine, pin: Pin): Promise<void> {
  try {
    await commit(engine, (tx) => unpin(tx, engine, pin));
    engine.wake();
  } catch (error) {
    // It goes with its upload, or with the next opening.
    engine.alarm('a pin could not be dropped', { under: pin.under, holder: pin.holder, error });
  }
}
