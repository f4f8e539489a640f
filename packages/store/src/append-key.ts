import type { Engine } from './engine.ts';
import { read } from './kv/transact.ts';
import { isSameEnvelope, mintObjectKey, type ObjectKey, openObjectKey } from './object-key.ts';
import { type Piece, rekeyPieces } from './piece.ts';
import type { Encryption, ObjectAddress, StoredObject } from './store.ts';
import { StoreError } from './store-error.ts';
import { findTarget, seeing } from './targets.ts';

/** What an appended body is encrypted under, before it is known what stands there when it is published. */
export interface AppendKey {
  /** Undefined: it is plain. */
  readonly objectKey: ObjectKey | undefined;
  /** As it was asked for: of a new object. */
  readonly encryption: Encryption | undefined;
  /** Whether an object that is made now would have this key, or none. */
  readonly isOfNew: boolean;
}

/** An object goes on as it is; a new one is encrypted as it was asked for. Rejects with `KeyFault`. */
export async function findAppendKey(engine: Engine, address: ObjectAddress, encryption: Encryption | undefined): Promise<AppendKey> {
  const existing = await read(engine.kv, async (reader) => (await findTarget(seeing(reader), address)).target.existing);
  if (existing?.type !== 'Appendable') return { objectKey: await mintObjectKey(engine, encryption), encryption, isOfNew: true };
  const objectKey = await openObjectKey(engine, existing.encryption);
  return { objectKey, encryption, isOfNew: objectKey === undefined && encryption === undefined };
}

/**
 * The body's pieces as the object that stands there now has them, and its key: another one may have come since the body did. What was written to a blob is not written
 * again, where it would have to be plain and is not, or the other way round: that is StoreError `unavailable`.
 */
export async function rekeyAppended(
  engine: Engine,
  known: AppendKey,
  pieces: readonly Piece[],
  existing: StoredObject | undefined,
): Promise<{ readonly objectKey: ObjectKey | undefined; readonly pieces: readonly Piece[] }> {
  const fits = existing === undefined ? known.isOfNew : isSameEnvelope(existing.encryption, known.objectKey?.envelope);
  if (fits) return { objectKey: known.objectKey, pieces };
  const objectKey =
    existing === undefined ? await mintObjectKey(engine, known.encryption) : await openObjectKey(engine, existing.encryption);
  const rekeyed = rekeyPieces(pieces, { from: known.objectKey?.key, to: objectKey?.key });
  if (rekeyed === undefined) {
    throw new StoreError('unavailable', 'an object was replaced by one of another encryption while something was appended to it');
  }
  return { objectKey, pieces: rekeyed };
}
