/** What lifecycle rules look at, page by page, with what a version's neighbours say of it. */
import type { Bucket, DeleteMarker, ListedVersion, Store, StoredObject, Upload } from '@ossature/store';
import type { MarkerPlace } from './plan.ts';

export interface PlacedVersion {
  readonly object: StoredObject;
  /** When the next newer version came; undefined for the current one. */
  readonly noncurrentSinceMs: number | undefined;
  readonly marker?: undefined;
}
export interface PlacedMarker {
  readonly marker: DeleteMarker;
  readonly place: MarkerPlace;
  readonly object?: undefined;
}

const pageEntries = 1000;

/** All versions under the prefixes; of a bucket that never had versions, its objects. A bucket that is gone has none. */
export async function* scanVersions(
  store: Store,
  bucket: Bucket,
  prefixes: readonly string[],
): AsyncGenerator<readonly (PlacedVersion | PlacedMarker)[], void, undefined> {
  for (const prefix of prefixes) {
    if (bucket.versioning === undefined) yield* scanObjects(store, bucket, prefix);
    else yield* scanAllVersions(store, bucket, prefix);
  }
}

async function* scanObjects(store: Store, bucket: Bucket, prefix: string): AsyncGenerator<readonly PlacedVersion[], void, undefined> {
  let after: string | undefined = '';
  while (after !== undefined) {
    const page: Awaited<ReturnType<Store['listObjects']>> = await store.listObjects(bucket.name, {
      prefix,
      delimiter: '',
      after,
      limit: pageEntries,
    });
    if (page === undefined) return;
    yield page.items.map((object) => ({ object, noncurrentSinceMs: undefined }));
    after = page.next;
  }
}

/** The newest of a key come first; whether a marker stands alone is known with the entry after it, which may be on the next page. */
async function* scanAllVersions(
  store: Store,
  bucket: Bucket,
  prefix: string,
): AsyncGenerator<readonly (PlacedVersion | PlacedMarker)[], void, undefined> {
  let marker: { readonly keyMarker: string; readonly versionIdMarker: string } | undefined = { keyMarker: '', versionIdMarker: '' };
  let newer: ListedVersion | undefined;
  let pending: ListedVersion | undefined;
  while (marker !== undefined) {
    const page: Awaited<ReturnType<Store['listVersions']>> = await store.listVersions(bucket.name, {
      prefix,
      delimiter: '',
      limit: pageEntries,
      ...marker,
    });
    if (page === undefined) return;
    const placed: (PlacedVersion | PlacedMarker)[] = [];
    for (const entry of page.items) {
      if (pending !== undefined) placed.push(placeOf(newer, pending, entry));
      newer = pending;
      pending = entry;
    }
    yield placed;
    marker = page.next;
  }
  if (pending !== undefined) yield [placeOf(newer, pending, undefined)];
}

function placeOf(newer: ListedVersion | undefined, entry: ListedVersion, older: ListedVersion | undefined): PlacedVersion | PlacedMarker {
  const key = rowOf(entry).key;
  const sinceMs = newer !== undefined && rowOf(newer).key === key ? rowOf(newer).lastModifiedMs : undefined;
  if (entry.object !== undefined)
    return { object: entry.object, noncurrentSinceMs: entry.isLatest ? undefined : (sinceMs ?? rowOf(entry).lastModifiedMs) };
  if (!entry.isLatest) return { marker: entry.marker, place: { place: 'noncurrent', sinceMs: sinceMs ?? entry.marker.lastModifiedMs } };
  const isAlone = older === undefined || rowOf(older).key !== key;
  return { marker: entry.marker, place: { place: isAlone ? 'alone' : 'current' } };
}

function rowOf(entry: ListedVersion): StoredObject | DeleteMarker {
  return entry.object ?? entry.marker;
}

/** All unfinished uploads under the prefixes. */
export async function* scanUploads(
  store: Store,
  bucket: Bucket,
  prefixes: readonly string[],
): AsyncGenerator<readonly Upload[], void, undefined> {
  for (const prefix of prefixes) {
    let marker: { readonly keyMarker: string; readonly uploadIdMarker: string } | undefined = { keyMarker: '', uploadIdMarker: '' };
    while (marker !== undefined) {
      const page: Awaited<ReturnType<Store['listUploads']>> = await store.listUploads(bucket.name, {
        prefix,
        delimiter: '',
        limit: pageEntries,
        ...marker,
      });
      if (page === undefined) return;
      yield page.items;
      marker = page.next;
    }
  }
}
