import { ok } from 'node:assert/strict';
import type { Engine } from './engine.ts';
import { isId } from './ids.ts';
import type { Reader, Row } from './kv/key-value.ts';
import type { Transaction } from './kv/transact.ts';
import { dropHolder, putHolder } from './references.ts';
import { type BucketRow, decodeBucket, encodeBucket } from './rows/bucket-row.ts';
import { bucketKey, headKey, isName, uploadKey } from './rows/keys.ts';
import { decodeObject, encodeObject } from './rows/object-row.ts';
import type { Figures } from './rows/statistics-row.ts';
import { decodeUpload } from './rows/upload-row.ts';
import { figuresOf, noFigures, putChange } from './statistics.ts';
import type { ObjectAddress, StoredObject, Target, Upload } from './store.ts';

/** Reads one row: a transaction, where the read becomes a check, or a reader of a snapshot. */
export interface RowReader {
  getMany(keys: readonly Uint8Array[]): Promise<readonly (Row | undefined)[]>;
}

/** Reads without checks, of a snapshot. */
export function seeing(reader: Reader): RowReader {
  return { getMany: (keys) => reader.get(keys) };
}

export interface FoundTarget {
  readonly row: BucketRow | undefined;
  readonly target: Target;
}

export async function findBucket(reader: RowReader, name: string): Promise<BucketRow | undefined> {
  if (!isName(name)) return undefined;
  const [row] = await reader.getMany([bucketKey(name)]);
  return row && decodeBucket(row);
}

/** The bucket, and the object that stands under the key now. A name that no row can have is not there. */
export async function findTarget(reader: RowReader, { bucket, key }: ObjectAddress): Promise<FoundTarget> {
  const row = await findBucket(reader, bucket);
  if (row === undefined || !isName(key)) return { row, target: { bucket: row?.bucket, existing: undefined } };
  const [head] = await reader.getMany([headKey(row.bucket.id, key)]);
  return { row, target: { bucket: row.bucket, existing: head && decodeObject(head) } };
}

export async function findUpload(
  reader: RowReader,
  { bucket, key, uploadId }: ObjectAddress & { readonly uploadId: string },
): Promise<{ readonly row: BucketRow | undefined; readonly upload: Upload | undefined }> {
  const row = await findBucket(reader, bucket);
  if (row === undefined || !isName(key) || !isId(uploadId)) return { row, upload: undefined };
  const [found] = await reader.getMany([uploadKey(row.bucket.id, key, uploadId)]);
  return { row, upload: found && decodeUpload(found) };
}

/** What `decide` let pass must be there: anything else is a bug of the caller. */
export function present<T>(found: T | undefined, what: string): T {
  ok(found !== undefined, `decide answered, and there is no ${what}`);
  return found;
}

/**
 * Writes an object's row and its holder in place of what stood under the key. The manifest's own row and the owners of its blobs are the caller's.
 * The existing object has been read in this transaction. `also`:
 * what else the commit changes in the statistics.
 */
export function putObjectRow(
  tx: Transaction,
  engine: Engine,
  row: BucketRow,
  existing: StoredObject | undefined,
  object: StoredObject,
  also: Figures = noFigures,
): void {
  tx.put(headKey(row.bucket.id, object.key), encodeObject(object));
  putHolder(tx, object.manifest, object.holder, 'object');
  if (existing !== undefined) dropHolder(tx, engine, existing.manifest, existing.holder);
  putChange(tx, engine, row.bucket.id, figuresOf(existing, -1), figuresOf(object, 1), also);
  keepOpen(tx, row);
}

/** Who adds to a bucket that a deleter has closed opens it again, and the deleter finds that out (rule 13). */
export function keepOpen(tx: Transaction, { bucket, closing }: BucketRow): void {
  if (closing !== undefined) tx.put(bucketKey(bucket.name), encodeBucket({ bucket, closing: undefined }));
}
