import type { Engine } from './engine.ts';
import { mintObjectKey, type ObjectKey, openObjectKey, rewrapObjectKey } from './object-key.ts';
import type { Encryption, StoredObject } from './store.ts';

/** The keys of a copy: of what it is made of, and of what it is to be. */
export interface CopyKeys {
  /** The holder of the source that they were opened for; undefined: of a copy that needs none. */
  readonly source: string | undefined;
  /** Undefined: the source is plain. */
  readonly from: ObjectKey | undefined;
  /** Undefined: the copy is plain. Where both are encrypted it is the source's own key, wrapped as the copy's: their bytes are the same. */
  readonly to: ObjectKey | undefined;
}

/** A plain copy of a plain source. */
export const noCopyKeys: CopyKeys = { source: undefined, from: undefined, to: undefined };

/** Whether these are the keys for a copy of this source. */
export function areKeysOf(keys: CopyKeys, source: StoredObject, encryption: Encryption | undefined): boolean {
  return keys.source === (needsKeys(source, encryption) ? source.holder : undefined);
}

/** Rejects with `KeyFault` where either master key cannot be used, and with StoreError `corrupt`. */
export async function openCopyKeys(engine: Engine, source: StoredObject, encryption: Encryption | undefined): Promise<CopyKeys> {
  if (!needsKeys(source, encryption)) return noCopyKeys;
  const { holder, encryption: envelope } = source;
  if (envelope === undefined) return { source: holder, from: undefined, to: await mintObjectKey(engine, encryption) };
  if (encryption === undefined) return { source: holder, from: await openObjectKey(engine, envelope), to: undefined };
  return { source: holder, ...(await rewrapObjectKey(engine, envelope, encryption)) };
}

/** A link has no bytes, and so no key. */
function needsKeys(source: StoredObject, encryption: Encryption | undefined): boolean {
  return source.type !== 'Symlink' && (source.encryption !== undefined || encryption !== undefined);
}

/** Whether the copy needs other bytes than its source has. */
export function needsOtherBytes({ from, to }: CopyKeys): boolean {
  return (from === undefined) !== (to === undefined);
}
