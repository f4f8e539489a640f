import { ok } from 'node:assert/strict';
import { commit, type Engine, mint } from './engine.ts';
import type { Id } from './ids.ts';
import type { Reader } from './kv/key-value.ts';
import { read } from './kv/transact.ts';
import { type BucketRow, decodeBucket, encodeBucket } from './rows/bucket-row.ts';
import { allOf, bucketKey, headsOf, longestNameBytes, statisticsKey, under, uploadsOf, upperBound, versionsOf } from './rows/keys.ts';
import { putFirstTotals, readStatistics } from './statistics.ts';
import { type Bucket, type BucketProperties, type BucketStatistics, bucketLimits, type Listed } from './store.ts';
import { findBucket, seeing } from './targets.ts';

export async function getBucket(engine: Engine, name: string): Promise<Bucket | undefined> {
  // One row agrees with itself: no snapshot is opened for what every request asks first.
  return (await findBucket(seeing(engine.kv), name))?.bucket;
}

export async function listBuckets(
  engine: Engine,
  { prefix, after, limit }: { readonly prefix: string; readonly after: string; readonly limit: number },
): Promise<Listed<Bucket>> {
  const name = (text: string) => Buffer.from(text).subarray(0, longestNameBytes + 1);
  const all = Buffer.concat([allOf('bucket'), name(prefix)]);
  const past = Buffer.concat([allOf('bucket'), name(after), Uint8Array.of(0)]);
  const from = Buffer.compare(past, all) > 0 && after !== '' ? past : all;
  const to = upperBound(all);
  const rows = Buffer.compare(from, to) < 0 ? await engine.kv.scan({ from, to, limit: limit + 1 }) : [];
  const items = rows.slice(0, limit).map((row) => decodeBucket(row).bucket);
  return { items, commonPrefixes: [], next: rows.length > limit ? items.at(-1)?.name : undefined };
}

export function putBucket(engine: Engine, name: string, decide: (existing: Bucket | undefined) => BucketProperties): Promise<Bucket> {
  const id = mint(engine);
  return commit(engine, async (tx) => {
    const row = await findBucket(tx, name);
    const existing = row?.bucket;
    const { region, ownerId, acl, storageClass, dataRedundancyType, versioning, configurations } = decide(existing);
    ok(existing?.versioning === undefined || versioning !== undefined, 'versioning that was enabled is suspended, and never undone');
    const configurationsBytes = Object.values(configurations).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
    ok(configurationsBytes <= bucketLimits.configurationsBytes, 'the configurations of a bucket have at most 2 MiB');
    const bucket: Bucket = {
      id: existing?.id ?? id,
      name,
      createdMs: existing?.createdMs ?? engine.clock.now(),
      ...{ region, ownerId, acl, storageClass, dataRedundancyType, ...(versioning && { versioning }), configurations },
    };
    // Rewritten as open also where a deletion looks: who changes a bucket wants it to stay (rule 13).
    tx.put(bucketKey(name), encodeBucket({ bucket, closing: undefined }));
    if (existing === undefined) putFirstTotals(tx, bucket.id, bucket.createdMs);
    return bucket;
  });
}

/** Deletions of one bucket that meet each other start over so often. */
const attempts = 8;

/**
 * Close, look, delete (rule 13): what adds to a bucket checks its row, so after the commit that closes it nothing can come that the look does
 * not see, unless it opens the bucket again; and only the deletion that closed it may delete it.
 */
export async function deleteBucket(
  engine: Engine,
  name: string,
  decide: (bucket: Bucket | undefined) => void,
): Promise<'deleted' | 'not-empty'> {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const closing = mint(engine);
    const closed = await close(engine, name, closing, decide);
    if (closed === undefined) return 'deleted';
    const isEmpty = await read(engine.kv, (reader) => isBucketEmpty(reader, closed.bucket.id));
    const outcome = await settle(engine, name, closing, isEmpty);
    if (outcome === 'deleted') engine.wake();
    if (outcome !== 'opened-by-another') return outcome;
  }
  return 'not-empty';
}

export function getBucketStatistics(engine: Engine, name: string): Promise<BucketStatistics | undefined> {
  return read(engine.kv, (reader) => readStatistics(reader, name, engine.clock.now()));
}

function close(engine: Engine, name: string, closing: Id, decide: (bucket: Bucket | undefined) => void): Promise<BucketRow | undefined> {
  return commit(engine, async (tx) => {
    const row = await findBucket(tx, name);
    decide(row?.bucket);
    if (row === undefined) return undefined;
    tx.put(bucketKey(name), encodeBucket({ bucket: row.bucket, closing }));
    return row;
  });
}

async function isBucketEmpty(reader: Reader, bucket: Id): Promise<boolean> {
  for (const prefix of [headsOf(bucket), versionsOf(bucket), uploadsOf(bucket)]) {
    if ((await reader.scan(under(prefix, 1))).length > 0) return false;
  }
  return true;
}

function settle(engine: Engine, name: string, closing: Id, isEmpty: boolean): Promise<'deleted' | 'not-empty' | 'opened-by-another'> {
  return commit(engine, async (tx) => {
    const row = await findBucket(tx, name);
    if (row?.closing !== closing) return 'opened-by-another';
    if (isEmpty) {
      tx.delete(bucketKey(name));
      tx.delete(statisticsKey(row.bucket.id));
      return 'deleted';
    }
    tx.put(bucketKey(name), encodeBucket({ bucket: row.bucket, closing: undefined }));
    return 'not-empty';
  });
}
