import { setImmediate } from 'node:timers/promises';
import { isServiceError } from '@ossature/protocol';
import { type Bucket, type Clock, type Store, type StoredObject, StoreError, type Target, type Upload } from '@ossature/store';
import type { Logger } from 'pino';
import { judgeRemoval } from '../retention/judge-removal.ts';
import { dueOfCurrent, dueOfMarker, dueOfNoncurrent, dueOfUpload } from './plan.ts';
import type { LifecycleRule } from './rule.ts';
import type { RuleBook } from './rule-book.ts';
import { type PlacedMarker, type PlacedVersion, scanUploads, scanVersions } from './scan.ts';

/** What a pass did. */
export interface LifecycleTally {
  /** Current versions that expired, older versions that were removed. */
  expired: number;
  /** Delete markers that were removed. */
  markers: number;
  transitioned: number;
  aborted: number;
  /** Left as they are: protected by a retention, or changed since they were looked at. */
  kept: number;
  /** What could not be done now, and is tried again with the next pass. */
  failed: number;
}

const hourMs = 3_600_000;

/** Thrown by a `decide` that finds that nothing is due any more. */
class NotDue extends Error {}

export interface LifecycleParts {
  readonly store: Store;
  readonly book: RuleBook;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Does what the rules of the buckets say: a pass at the start, and one an hour. It goes through the buckets page by page, one deed at a time. What it finds due is judged
 * again in the commit, on the rows and the rules as they stand then, so that nothing fresh is ever taken away.
 */
export class LifecycleRunner {
  readonly #parts: LifecycleParts;
  readonly #stopping = new AbortController();
  #last: Promise<LifecycleTally> | undefined;
  #loop: Promise<void> = Promise.resolve();

  constructor(parts: LifecycleParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#loop = this.#repeat();
  }

  /** One pass; it begins when the one that is under way has ended. */
  run(): Promise<LifecycleTally> {
    const before = this.#last ?? Promise.resolve();
    const pass = before.then(
      () => this.#pass(),
      () => this.#pass(),
    );
    this.#last = pass;
    return pass;
  }

  /** Resolves when nothing is under way any more. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await this.#last?.catch(() => undefined);
  }

  async #repeat(): Promise<void> {
    const { clock, log } = this.#parts;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        await this.run();
      } catch (error) {
        if (!signal.aborted) log.error({ err: error }, 'the lifecycle rules could not be carried out');
      }
      await clock.sleep(hourMs, signal);
    }
  }

  async #pass(): Promise<LifecycleTally> {
    const { book, store, log } = this.#parts;
    const tally: LifecycleTally = { expired: 0, markers: 0, transitioned: 0, aborted: 0, kept: 0, failed: 0 };
    // Before the buckets are listed: one of these that no bucket has then is that of a bucket that is gone.
    const ids = new Set(book.bucketIds());
    if (ids.size === 0) return tally;
    let after = '';
    for (;;) {
      const page = await store.listBuckets({ prefix: '', after, limit: 1000 });
      for (const bucket of page.items) {
        if (this.#stopping.signal.aborted) return tally;
        const rules = book.rulesOf(bucket)?.filter(({ enabled }) => enabled) ?? [];
        ids.delete(bucket.id);
        if (rules.length > 0) await this.#goThrough(bucket, rules, tally);
      }
      if (page.next === undefined) break;
      after = page.next;
    }
    for (const id of ids) await book.remove(id);
    if (Object.values(tally).some((count) => count > 0)) log.info({ ...tally }, 'lifecycle');
    return tally;
  }

  async #goThrough(bucket: Bucket, rules: readonly LifecycleRule[], tally: LifecycleTally): Promise<void> {
    const { store } = this.#parts;
    const { signal } = this.#stopping;
    if (rules.some(actsOnObjects)) {
      for await (const page of scanVersions(store, bucket, prefixesOf(rules.filter(actsOnObjects)))) {
        for (const found of page) {
          if (signal.aborted) return;
          await this.#tried(tally, () =>
            found.object === undefined ? this.#judgeMarker(bucket, found) : this.#judgeVersion(bucket, found),
          );
        }
        await setImmediate();
      }
    }
    if (!rules.some(({ abortUploads }) => abortUploads !== undefined)) return;
    for await (const page of scanUploads(store, bucket, prefixesOf(rules.filter(({ abortUploads }) => abortUploads !== undefined)))) {
      for (const upload of page) {
        if (signal.aborted) return;
        await this.#tried(tally, () => this.#judgeUpload(bucket, upload));
      }
      await setImmediate();
    }
  }

  async #tried(tally: LifecycleTally, act: () => Promise<keyof LifecycleTally | undefined>): Promise<void> {
    try {
      const done = await act();
      if (done !== undefined) tally[done]++;
    } catch (error) {
      if (error instanceof NotDue || isServiceError(error, 'FileImmutable')) {
        tally.kept++;
        return;
      }
      if (error instanceof StoreError && error.fault === 'closed') throw error;
      tally.failed++;
      this.#parts.log.warn({ err: error }, 'a lifecycle rule could not be carried out');
    }
  }

  async #judgeVersion(bucket: Bucket, found: PlacedVersion): Promise<keyof LifecycleTally | undefined> {
    const { store, clock } = this.#parts;
    const { object, noncurrentSinceMs } = found;
    const dueNow = (row: StoredObject) => {
      const rules = this.#parts.book.rulesOf(bucket) ?? [];
      return noncurrentSinceMs === undefined
        ? dueOfCurrent(rules, row, clock.now())
        : dueOfNoncurrent(rules, row, noncurrentSinceMs, clock.now());
    };
    const due = dueNow(object);
    if (due === undefined) return undefined;
    const isExpiring = due.action === 'expire';
    const versionId = isExpiring && noncurrentSinceMs === undefined ? undefined : object.versionId;
    const address = { bucket: bucket.name, key: object.key, versionId: bucket.versioning === undefined ? undefined : versionId };
    const judge = ({ bucket: now, existing: row, isLatest = true }: Target): StoredObject => {
      // An older version may have become the current one again, and the other way round: then other rules hold for it.
      const isSame = now?.id === bucket.id && row?.holder === object.holder && isLatest === (noncurrentSinceMs === undefined);
      if (!isSame || dueNow(row)?.action !== due.action) throw new NotDue();
      return row;
    };
    if (isExpiring) {
      await store.removeObject(address, (target) => {
        judge(target);
        judgeRemoval({ versionId: address.versionId }, target, clock.now());
      });
      return 'expired';
    }
    await store.updateObject(address, (target) => ({
      ...judge(target),
      storageClass: due.storageClass,
      transitionedMs: clock.now(),
      restore: undefined,
    }));
    return 'transitioned';
  }

  async #judgeMarker(bucket: Bucket, { marker, place }: PlacedMarker): Promise<keyof LifecycleTally | undefined> {
    const { store, book, clock } = this.#parts;
    if (dueOfMarker(book.rulesOf(bucket) ?? [], marker, place, clock.now()) === undefined) return undefined;
    await store.removeObject({ bucket: bucket.name, key: marker.key, versionId: marker.versionId }, (target) => {
      const isSame =
        target.bucket?.id === bucket.id &&
        target.marker?.lastModifiedMs === marker.lastModifiedMs &&
        target.isLatest === (place.place !== 'noncurrent');
      if (!isSame || dueOfMarker(book.rulesOf(bucket) ?? [], marker, place, clock.now()) === undefined) throw new NotDue();
    });
    return 'markers';
  }

  async #judgeUpload(bucket: Bucket, { key, id: uploadId, initiatedMs }: Upload): Promise<keyof LifecycleTally | undefined> {
    const { store, book, clock } = this.#parts;
    const isDue = () => dueOfUpload(book.rulesOf(bucket) ?? [], { key, initiatedMs }, clock.now()) !== undefined;
    if (!isDue()) return undefined;
    await store.abortUpload({ bucket: bucket.name, key, uploadId }, (rows) => {
      if (rows.bucket?.id !== bucket.id || rows.upload === undefined || !isDue()) throw new NotDue();
    });
    return 'aborted';
  }
}

function actsOnObjects(rule: LifecycleRule): boolean {
  const { expiration, expiresLoneMarkers, transitions, noncurrentExpirationDays, noncurrentTransitions } = rule;
  return (
    expiration !== undefined ||
    expiresLoneMarkers === true ||
    transitions.length > 0 ||
    noncurrentExpirationDays !== undefined ||
    noncurrentTransitions.length > 0
  );
}

/** The prefixes to look under: those that no other one holds. */
function prefixesOf(rules: readonly LifecycleRule[]): readonly string[] {
  const prefixes = [...new Set(rules.map(({ prefix }) => prefix))];
  return prefixes.filter((prefix) => !prefixes.some((other) => other !== prefix && prefix.startsWith(other)));
}
