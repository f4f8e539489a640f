import type { Engine } from './engine.ts';
import { read } from './kv/transact.ts';
import type { StoredObject, VersionAddress } from './store.ts';
import { StoreError } from './store-error.ts';
import { findTarget, seeing } from './targets.ts';

/** The object went away, or another came under its key, while its bytes were read. */
export class Replaced extends StoreError {
  constructor(cause: unknown) {
    super('unavailable', 'the object was replaced while it was read', { cause });
  }
}

/**
 * What it means that a row or a blob of an object's content is missing (rule 19). The object's row is read again: where the same holder still stands,
 * its bytes should have been there, which is `corrupt` and an alarm; else they were collected after the object had gone. It is looked for as the version that it is: it may be an older one by now.
 */
export async function explainMissing(engine: Engine, address: VersionAddress, object: StoredObject, cause: Error): Promise<StoreError> {
  const { bucket, key } = address;
  const version = { bucket, key, versionId: object.versionId };
  const { target } = await read(engine.kv, (reader) => findTarget(seeing(reader), version));
  if (target.existing?.holder !== object.holder) return new Replaced(cause);
  engine.alarm(cause.message, factsOf(address, object));
  return new StoreError('corrupt', cause.message, { cause });
}

export function factsOf(address: VersionAddress, { manifest, holder }: StoredObject): Readonly<Record<string, unknown>> {
  return { ...address, manifest, holder };
}
