import { commit, type Engine, mint } from './engine.ts';
import type { Id } from './ids.ts';
import type { Reader } from './kv/key-value.ts';
import type { Transaction } from './kv/transact.ts';
import { decodeBucket } from './rows/bucket-row.ts';
import { allOf, bucketKey, changeKey, changesOf, firstIdOf, isName, statisticsKey, under, upperBound } from './rows/keys.ts';
import type { VersionRow } from './rows/object-row.ts';
import { changeRecord, type Figures, totalsRecord } from './rows/statistics-row.ts';
import type { BucketStatistics, StorageClass } from './store.ts';

/** Changes that one commit folds, and one reading sums up beside the totals. */
const foldLimit = 1_000;
const readLimit = 10_000;

export const noFigures: Figures = { uploads: 0, parts: 0, classes: [], markers: 0 };

/** What a version's coming or going does to the figures. */
export function figuresOf(version: VersionRow | undefined, sign: 1 | -1): Figures {
  if (version === undefined) return noFigures;
  if (version.object === undefined) return { ...noFigures, markers: sign };
  const { storageClass, sizeBytes } = version.object;
  return { ...noFigures, classes: [{ storageClass, objects: sign, storageBytes: sign * sizeBytes }] };
}

export function addFigures(...all: readonly Figures[]): Figures {
  const classes = new Map<StorageClass, { objects: number; storageBytes: number }>();
  for (const { storageClass, objects, storageBytes } of all.flatMap((figures) => figures.classes)) {
    const sum = classes.get(storageClass) ?? { objects: 0, storageBytes: 0 };
    classes.set(storageClass, { objects: sum.objects + objects, storageBytes: sum.storageBytes + storageBytes });
  }
  return {
    uploads: all.reduce((sum, { uploads }) => sum + uploads, 0),
    parts: all.reduce((sum, { parts }) => sum + parts, 0),
    classes: [...classes]
      .map(([storageClass, sum]) => ({ storageClass, ...sum }))
      .filter((sum) => sum.objects !== 0 || sum.storageBytes !== 0),
    markers: all.reduce((sum, { markers }) => sum + markers, 0),
  };
}

/** Writes the change beside what it counts, as a row of its own: writers of one bucket do not meet in its totals. */
export function putChange(tx: Transaction, engine: Engine, bucket: Id, ...changes: readonly Figures[]): void {
  const change = addFigures(...changes);
  if (change.uploads === 0 && change.parts === 0 && change.markers === 0 && change.classes.length === 0) return;
  tx.put(changeKey(bucket, mint(engine)), changeRecord.encode(change));
}

export function putFirstTotals(tx: Transaction, bucket: Id, nowMs: number): void {
  tx.put(statisticsKey(bucket), totalsRecord.encode({ foldedMs: nowMs, ...noFigures }));
}

/** The totals and the changes that are not folded yet, up to a bound: beyond it the figures lag. */
export async function readStatistics(reader: Reader, name: string, nowMs: number): Promise<BucketStatistics | undefined> {
  const [bucketRow] = isName(name) ? await reader.get([bucketKey(name)]) : [];
  if (bucketRow === undefined) return undefined;
  const { id } = decodeBucket(bucketRow).bucket;
  const [totalsRow] = await reader.get([statisticsKey(id)]);
  const totals = totalsRow === undefined ? { foldedMs: nowMs, ...noFigures } : totalsRecord.decode(totalsRow);
  const changes = await reader.scan(under(changesOf(id), readLimit));
  const figures = addFigures(totals, ...changes.map(changeRecord.decode));
  const byStorageClass: BucketStatistics['byStorageClass'] = Object.fromEntries(
    figures.classes.map(({ storageClass, storageBytes, objects }) => [storageClass, { storageBytes, objectCount: objects }]),
  );
  return {
    storageBytes: figures.classes.reduce((sum, { storageBytes }) => sum + storageBytes, 0),
    objectCount: figures.classes.reduce((sum, { objects }) => sum + objects, 0),
    multipartUploadCount: figures.uploads,
    multipartPartCount: figures.parts,
    deleteMarkerCount: figures.markers,
    byStorageClass,
    asOfMs: changes.length < readLimit ? nowMs : totals.foldedMs,
  };
}

/** Folds the changes of all buckets, each bucket once: what is written meanwhile is for the next time. */
export async function foldStatistics(engine: Engine, pause: () => Promise<void>): Promise<void> {
  let { from, to } = under(allOf('change'), 1);
  for (;;) {
    const [first] = await engine.kv.scan({ from, to, limit: 1 });
    if (first === undefined) return;
    const bucket = firstIdOf(first.key);
    while ((await foldBucket(engine, bucket)) === foldLimit) await pause();
    from = upperBound(changesOf(bucket));
    await pause();
  }
}

/** Answers how many changes there were; those of a bucket that is gone are dropped. */
function foldBucket(engine: Engine, bucket: Id): Promise<number> {
  return commit(engine, async (tx) => {
    const changes = await tx.scan(under(changesOf(bucket), foldLimit));
    const totals = await tx.get(statisticsKey(bucket));
    if (totals !== undefined && changes.length > 0) {
      const figures = addFigures(totalsRecord.decode(totals), ...changes.map(changeRecord.decode));
      tx.put(totals.key, totalsRecord.encode({ foldedMs: engine.clock.now(), ...figures }));
    }
    for (const row of changes) {
      // Only a change that is still there is folded: another fold may have been first.
      tx.check(row);
      tx.delete(row.key);
    }
    return changes.length;
  });
}
