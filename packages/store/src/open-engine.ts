import type { Clock } from '@ossature/protocol';
import { appendObject } from './append.ts';
import { backgroundClock } from './background-clock.ts';
import type { BlobStore } from './blob/blob-store.ts';
import { deleteBucket, getBucket, getBucketStatistics, listBuckets, putBucket } from './buckets.ts';
import { collect, type Pause, untilDueMs } from './collector.ts';
import { completeUpload } from './complete.ts';
import { DigestPool } from './content/digest-pool.ts';
import { copyObject } from './copy.ts';
import { getDocument, listDocuments, putDocument } from './documents.ts';
import type { Alarm, Engine } from './engine.ts';
import { headObject, openObject } from './get.ts';
import { InFlight } from './in-flight.ts';
import { type KeyRing, noKeys } from './key-ring.ts';
import type { KeyValue } from './kv/key-value.ts';
import { listObjects, listUploads } from './list.ts';
import { listVersions } from './list-versions.ts';
import { abortUpload, getUpload, initiateUpload, listParts } from './multipart.ts';
import { putObject } from './put.ts';
import { putSymlink } from './put-symlink.ts';
import type { Random } from './random.ts';
import { closeProcess, openProcess } from './recover.ts';
import { removeObject } from './remove.ts';
import { Runner } from './runner.ts';
import type { Store } from './store.ts';
import { Turns } from './turns.ts';
import { updateObject } from './update.ts';
import { uploadPart } from './upload-part.ts';
import { uploadPartCopy } from './upload-part-copy.ts';

export interface EngineOptions {
  /** Both are closed with the store. */
  readonly kv: KeyValue;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly random: Random;
  /** How long a manifest that nothing holds is kept before its bytes go. */
  readonly quarantineMs: number;
  readonly alarm?: Alarm;
  /** Master keys for what is encrypted; default: none. */
  readonly keys?: KeyRing;
  /** Closed with the store; default: a pool of its own. */
  readonly digests?: DigestPool;
  /** Whether the collector runs by itself; default true. Without it `collect` is called by hand. */
  readonly runner?: boolean;
}

/** The engine over any two adapters, whose only owner it is from now on: earlier openings of the same adapters are fenced. */
export async function openEngine(options: EngineOptions): Promise<Store> {
  const { kv, blobs, clock, random, quarantineMs, alarm = () => {}, digests = new DigestPool(), keys = noKeys } = options;
  const names = await openProcess(kv, { clock, random });
  let runner: Runner | undefined;
  const wake = () => runner?.wake();
  const engine: Engine = {
    kv,
    blobs,
    clock,
    random,
    digests,
    keys,
    names,
    turns: new Turns(),
    bodies: new Set(),
    quarantineMs,
    alarm,
    wake,
  };
  const inFlight = new InFlight();
  const collectAlone = oneAtATime((pause?: Pause) => collect(engine, pause));
  if (options.runner !== false) {
    const work = async (pause: Pause) => {
      await collectAlone(pause);
      return untilDueMs(engine);
    };
    const failed = (error: unknown) => alarm('the collector failed and will try again', { error });
    runner = new Runner({ clock: backgroundClock(clock), work, failed });
  }
  const close = async () => {
    if (!inFlight.end()) return;
    await runner?.stop();
    await inFlight.idle();
    // What is still being read has no end of its own that could be waited for.
    await Promise.all([...engine.bodies].map((body) => body.close()));
    await digests.close();
    await closeProcess(engine);
    await kv.close();
    await blobs.close();
  };
  return { ...operationsOf(engine, inFlight), collect: () => inFlight.run(() => collectAlone()), close };
}

function operationsOf(engine: Engine, inFlight: InFlight): Omit<Store, 'collect' | 'close'> {
  /** An operation as a method of the store, which waits for it when it is closed. */
  const method =
    <A extends readonly unknown[], T>(operation: (engine: Engine, ...args: A) => Promise<T>) =>
    (...args: A): Promise<T> =>
      inFlight.run(() => operation(engine, ...args));
  return {
    getBucket: method(getBucket),
    listBuckets: method(listBuckets),
    putBucket: method(putBucket),
    deleteBucket: method(deleteBucket),
    getBucketStatistics: method(getBucketStatistics),
    headObject: method(headObject),
    openObject: method(openObject),
    listObjects: method(listObjects),
    putObject: method(putObject),
    appendObject: method(appendObject),
    copyObject: method(copyObject),
    updateObject: method(updateObject),
    removeObject: method(removeObject),
    initiateUpload: method(initiateUpload),
    getUpload: method(getUpload),
    uploadPart: method(uploadPart),
    uploadPartCopy: method(uploadPartCopy),
    completeUpload: method(completeUpload),
    abortUpload: method(abortUpload),
    listParts: method(listParts),
    listUploads: method(listUploads),
    getDocument: method(getDocument),
    listDocuments: method(listDocuments),
    putDocument: method(putDocument),
    listVersions: method(listVersions),
    putSymlink: method(putSymlink),
  };
}

/** Calls wait for each other: the runner and a caller by hand would only do the same twice. */
function oneAtATime<A extends readonly unknown[]>(work: (...args: A) => Promise<void>): (...args: A) => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return (...args) => {
    const next = last.then(() => work(...args));
    last = next.catch(() => {});
    return next;
  };
}
