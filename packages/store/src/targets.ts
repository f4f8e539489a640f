import { ok } from 'node:assert/strict';
import { type Id, isId } from './ids.ts';
import type { Reader, Row } from './kv/key-value.ts';
import type { Transaction } from './kv/transact.ts';
import { type BucketRow, encodeBucket, recallBucket } from './rows/bucket-row.ts';
import { bucketKey, headKey, isName, uploadKey, versionKey } from './rows/keys.ts';
import { decodeVersion, type VersionRow } from './rows/object-row.ts';
import { decodeUpload } from './rows/upload-row.ts';
import type { ObjectAddress, Source, Target, Upload, VersionAddress } from './store.ts';
import { StoreError } from './store-error.ts';
import { nullVersion, parseVersionId } from './version-id.ts';

/** Reads one row: a transaction, where the read becomes a check, or a reader of a snapshot. */
export interface RowReader {
  getMany(keys: readonly Uint8Array[]): Promise<readonly (Row | undefined)[]>;
}

/** Reads without checks, of a snapshot. */
export function seeing(reader: Reader): RowReader {
  return { getMany: (keys) => reader.get(keys) };
}

/** A version, and its row: that of the head, or of an older version. */
export interface Standing {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly version: VersionRow;
}

export interface FoundTarget {
  readonly row: BucketRow | undefined;
  readonly target: Target;
  /** What the address means: an object or a delete marker. */
  readonly standing: Standing | undefined;
  /** Where versioning is suspended and the address names no version: the null version, where that is not the current one. */
  readonly olderNull: Standing | undefined;
}

export async function findBucket(reader: RowReader, name: string): Promise<BucketRow | undefined> {
  if (!isName(name)) return undefined;
  const [row] = await reader.getMany([bucketKey(name)]);
  return row && recallBucket(row);
}

/**
 * The bucket, and what stands under the key: the current version, or the one that the address names. A name that no row can have is not there. `known`: another target that the same
 * reader has found, whose bucket is not read again.
 */
export async function findTarget(
  reader: RowReader,
  { bucket, key, versionId }: VersionAddress,
  known?: FoundTarget | undefined,
): Promise<FoundTarget> {
  const row = known?.row?.bucket.name === bucket ? known.row : await findBucket(reader, bucket);
  if (row === undefined || !isName(key)) {
    return { row, target: { bucket: row?.bucket, existing: undefined }, standing: undefined, olderNull: undefined };
  }
  const { id, versioning } = row.bucket;
  if (versionId !== undefined) {
    const standing = await findVersion(reader, id, key, versionId);
    const isLatest = standing && Buffer.compare(standing.key, headKey(id, key)) === 0;
    const target = { bucket: row.bucket, ...shownOf(standing), ...(isLatest !== undefined && { isLatest }) };
    return { row, target, standing, olderNull: undefined };
  }
  const standing = await findRow(reader, headKey(id, key));
  const olderNull = versioning === 'Suspended' && standing ? await findOlderNull(reader, id, key, standing.version) : undefined;
  const replaced = versioning === 'Enabled' ? undefined : [standing, olderNull].find((each) => each && isNull(each.version));
  const target = { bucket: row.bucket, ...shownOf(standing), ...(replaced?.version.object && { replaced: replaced.version.object }) };
  return { row, target, standing, olderNull };
}

/** A source as `decide` sees it. */
export function sourceOf({ target }: FoundTarget): Source {
  return { sourceBucket: target.bucket, source: target.existing, ...(target.marker && { sourceMarker: target.marker }) };
}

export function versionIdOfRow({ object, marker }: VersionRow): string {
  return (object ?? marker).versionId;
}

export function isNull(version: VersionRow): boolean {
  return versionIdOfRow(version) === nullVersion;
}

/** An id says where its version stands, unless it is the current one. */
async function findVersion(reader: RowReader, bucket: Id, key: string, versionId: string): Promise<Standing | undefined> {
  if (versionId === nullVersion) {
    const head = await findRow(reader, headKey(bucket, key));
    return head === undefined || isNull(head.version) ? head : findOlderNull(reader, bucket, key, head.version);
  }
  const name = parseVersionId(versionId);
  if (name === undefined) return undefined;
  // The older one first: who reads it is not disturbed by what becomes of the current one.
  const found = (await findRow(reader, versionKey(bucket, key, name.order))) ?? (await findRow(reader, headKey(bucket, key)));
  return found !== undefined && versionIdOfRow(found.version) === versionId ? found : undefined;
}

async function findOlderNull(reader: RowReader, bucket: Id, key: string, { nullOrder }: VersionRow): Promise<Standing | undefined> {
  if (nullOrder === undefined) return undefined;
  const found = await findRow(reader, versionKey(bucket, key, nullOrder));
  if (found === undefined || !isNull(found.version))
    throw new StoreError('corrupt', `the null version of an object in bucket ${bucket} is missing`);
  return found;
}

async function findRow(reader: RowReader, key: Uint8Array): Promise<Standing | undefined> {
  const [row] = await reader.getMany([key]);
  return row && { key, value: row.value, version: decodeVersion(row) };
}

function shownOf(standing: Standing | undefined): Pick<Target, 'existing' | 'marker'> {
  const { object, marker } = standing?.version ?? {};
  return { existing: object, ...(marker && { marker }) };
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

/** Who adds to a bucket that a deleter has closed opens it again, and the deleter finds that out (rule 13). */
export function keepOpen(tx: Transaction, { bucket, closing }: BucketRow): void {
  if (closing !== undefined) tx.put(bucketKey(bucket.name), encodeBucket({ bucket, closing: undefined }));
}
