import type { Clock } from '@ossature/protocol';
import type { BlobStore } from './blob/blob-store.ts';
import type { BlobNames } from './blob-names.ts';
import type { DigestPool } from './content/digest-pool.ts';
import { type Id, mintId } from './ids.ts';
import type { KeyRing } from './key-ring.ts';
import type { KeyValue } from './kv/key-value.ts';
import { type Transaction, transact } from './kv/transact.ts';
import type { ObjectBody } from './object-body.ts';
import type { Random } from './random.ts';
import type { ObjectAddress } from './store.ts';
import type { Turns } from './turns.ts';

/** Told what should never be: rows and bytes that do not agree. */
export type Alarm = (message: string, facts: Readonly<Record<string, unknown>>) => void;

/** What every operation works with: the adapters, and what belongs to this opening of the store. */
export interface Engine {
  readonly kv: KeyValue;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly digests: DigestPool;
  readonly keys: KeyRing;
  readonly names: BlobNames;
  /** Of writers of one key that met. */
  readonly turns: Turns;
  /** Objects that are being read: closing the store ends them. */
  readonly bodies: Set<ObjectBody>;
  readonly quarantineMs: number;
  readonly alarm: Alarm;
  /** There is work for the collector: its runner looks soon. */
  readonly wake: () => void;
}

/** One transaction. What `decide` throws in it comes out unchanged, with nothing written. */
export function commit<T>(engine: Engine, fn: (tx: Transaction) => Promise<T>): Promise<T> {
  return transact(engine.kv, fn, engine);
}

/** The same, of a writer of one key. Its versions hang together by one row, which all of them rewrite: those that meet there go on one after another. */
export function commitTo<T>(engine: Engine, { bucket, key }: ObjectAddress, fn: (tx: Transaction) => Promise<T>): Promise<T> {
  return transact(engine.kv, fn, { takeTurn: () => engine.turns.take(`${bucket}\0${key}`), ...engine });
}

export function mint(engine: Engine): Id {
  return mintId(engine);
}
