import { type Engine, mint } from './engine.ts';
import type { Id } from './ids.ts';
import type { Transaction } from './kv/transact.ts';
import { dropHolder, putHolder } from './references.ts';
import { headKey, versionKey } from './rows/keys.ts';
import { encodeVersion, orderAt, type VersionRow } from './rows/object-row.ts';
import type { Figures } from './rows/statistics-row.ts';
import { figuresOf, noFigures, putChange } from './statistics.ts';
import type { DeleteMarker, StoredObject } from './store.ts';
import { type FoundTarget, isNull, keepOpen, present, type Standing } from './targets.ts';
import { nullVersion, versionIdOf } from './version-id.ts';

/**
 * Commits that add a version to a key. All of them have read the head's row, which makes it a check, and rewrite it (rule 5); a row that moves from the head to the older
 * versions takes its holder along, so no reference is written for that.
 */

/**
 * Writes a new current version and its holder. The manifest's own row and the owners of its blobs are the caller's, and so is that the manifest's origin was read in this
 * transaction. `also`: what else the commit changes in the statistics.
 */
export function putObjectVersion(
  tx: Transaction,
  engine: Engine,
  found: FoundTarget,
  facts: Omit<StoredObject, 'versionId'>,
  also: Figures = noFigures,
): StoredObject {
  const { versionId, gone, order, nullOrder } = makePlace(tx, engine, found, facts.key);
  const object: StoredObject = { versionId, ...facts };
  const row = present(found.row, 'bucket');
  const version: VersionRow = { order, nullOrder, object };
  tx.put(headKey(row.bucket.id, object.key), encodeVersion(version));
  putHolder(tx, object.manifest, object.holder, 'object');
  putChange(tx, engine, row.bucket.id, figuresOf(gone, -1), figuresOf(version, 1), also);
  keepOpen(tx, row);
  return object;
}

/** Makes a delete marker the current version. Answers it, and what it took the place of for good. */
export function putDeleteMarker(
  tx: Transaction,
  engine: Engine,
  found: FoundTarget,
  key: string,
): { readonly marker: DeleteMarker; readonly gone: VersionRow | undefined } {
  const { versionId, gone, order, nullOrder } = makePlace(tx, engine, found, key);
  const row = present(found.row, 'bucket');
  const marker: DeleteMarker = { key, versionId, lastModifiedMs: engine.clock.now(), ownerId: row.bucket.ownerId };
  const version: VersionRow = { order, nullOrder, marker };
  tx.put(headKey(row.bucket.id, key), encodeVersion(version));
  putChange(tx, engine, row.bucket.id, figuresOf(gone, -1), figuresOf(version, 1));
  keepOpen(tx, row);
  return { marker, gone };
}

/** Puts other content into the current version, which stays what it is among its versions. */
export function rewriteObject(tx: Transaction, engine: Engine, found: FoundTarget, object: StoredObject): void {
  const row = present(found.row, 'bucket');
  const { key, version } = present(found.standing, 'object');
  const { order, nullOrder } = version;
  const rewritten: VersionRow = { order, nullOrder, object };
  tx.put(key, encodeVersion(rewritten));
  putHolder(tx, object.manifest, object.holder, 'object');
  dropContent(tx, engine, version);
  putChange(tx, engine, row.bucket.id, figuresOf(version, -1), figuresOf(rewritten, 1));
  keepOpen(tx, row);
}

/** Lets go of the content of a version whose row goes in this transaction. */
export function dropContent(tx: Transaction, engine: Engine, { object }: VersionRow): void {
  if (object !== undefined) dropHolder(tx, engine, object.manifest, object.holder);
}

/** Where a new version will stand. */
interface Place {
  readonly versionId: string;
  readonly order: number;
  readonly nullOrder?: number | undefined;
  /** What it takes the place of; its row and its holder go. */
  readonly gone: VersionRow | undefined;
}

function makePlace(tx: Transaction, engine: Engine, found: FoundTarget, key: string): Place {
  const { bucket } = present(found.row, 'bucket');
  const { standing } = found;
  const head = standing?.version;
  const order = Math.max(orderAt(engine.clock.now()), head === undefined ? 0 : head.order + 1);
  if (bucket.versioning === 'Enabled') {
    if (standing !== undefined) moveBack(tx, bucket.id, key, standing);
    const nullOrder = head !== undefined && isNull(head) ? head.order : head?.nullOrder;
    return { versionId: versionIdOf({ order, id: mint(engine) }), order, nullOrder, gone: undefined };
  }
  // The null version, of which there is one at most. Where versioning was never enabled there is no other.
  const isReplaced = head !== undefined && isNull(head);
  if (standing !== undefined && !isReplaced) moveBack(tx, bucket.id, key, standing);
  if (found.olderNull !== undefined) tx.delete(found.olderNull.key);
  const gone = isReplaced ? head : found.olderNull?.version;
  if (gone !== undefined) dropContent(tx, engine, gone);
  return { versionId: nullVersion, order, gone };
}

/** What was the current version becomes an older one. Which of these is the null version stands in the head's row alone. */
function moveBack(tx: Transaction, bucket: Id, key: string, { value, version: head }: Standing): void {
  const moved = head.nullOrder === undefined ? value : encodeVersion({ ...head, nullOrder: undefined });
  tx.put(versionKey(bucket, key, head.order), moved);
}
