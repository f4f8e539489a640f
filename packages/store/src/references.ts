import type { BlobName } from './blob/blob-store.ts';
import { type Engine, mint } from './engine.ts';
import type { Id } from './ids.ts';
import type { Transaction } from './kv/transact.ts';
import { blobsOf } from './piece.ts';
import { holderKey, type Owner, ownerKey, partOwner, todoKey } from './rows/keys.ts';
import type { PartRow } from './rows/part-row.ts';
import { encodeTodo, type Todo } from './rows/queue-row.ts';
import { holderRecord, ownerRecord } from './rows/reference-row.ts';

/**
 * References are rows. Who adds one has, in the same transaction, read the row that it comes from (an object's, a pin's, the lease of the
 * process that wrote a new blob): so an empty set of references stays empty, and the collector may look at it late and without locks.
 */

export function putHolder(tx: Transaction, manifest: Id, holder: Id, by: 'object' | 'pin'): void {
  tx.put(holderKey(manifest, holder), holderRecord.encode({ by }));
}

export function dropHolder(tx: Transaction, engine: Engine, manifest: Id, holder: Id): void {
  tx.delete(holderKey(manifest, holder));
  queue(tx, engine, { kind: 'manifest', manifest });
}

export function putOwners(tx: Transaction, blobs: readonly BlobName[], owner: Owner): void {
  for (const blob of blobs) tx.put(ownerKey(blob, owner), ownerRecord.encode({}));
}

/** Answers the blobs, which are then to be queued: one row for all that a commit drops. */
export function dropOwners(tx: Transaction, blobs: readonly BlobName[], owner: Owner): readonly BlobName[] {
  for (const blob of blobs) tx.delete(ownerKey(blob, owner));
  return blobs;
}

/** The owner rows of a part that is replaced or removed. */
export function dropOwnersOfPart(tx: Transaction, upload: Id, part: PartRow): readonly BlobName[] {
  return dropOwners(tx, blobsOf(part.pieces), partOwner(upload, part.partNumber, part.attempt));
}

export function queueBlobs(tx: Transaction, engine: Engine, blobs: readonly BlobName[]): void {
  if (blobs.length > 0) queue(tx, engine, { kind: 'blobs', blobs: [...new Set(blobs)] });
}

/** A queue row has an id of its own: one that is being worked off is never the one that is put now (rule 14). */
export function queue(tx: Transaction, engine: Engine, todo: Todo): void {
  tx.put(todoKey(mint(engine)), encodeTodo(todo));
}
