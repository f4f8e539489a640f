import { compareKeys } from '@ossature/protocol';
import type { Store } from '../store.ts';
import { partFacts, partsOf } from './apply-upload-step.ts';
import { factsOf, type ModelState } from './model-state.ts';
import { bytesOf, shownObject, tagOf } from './perform-step.ts';
import { shownPart } from './perform-upload-step.ts';

/** Everything that a caller can see of a store, in order, ready to be compared. */
export interface VisibleState {
  readonly objects: ReadonlyMap<string, VisibleObject>;
  readonly uploads: ReadonlyMap<string, VisibleUpload>;
  readonly buckets: readonly string[];
}
export interface VisibleObject extends ReturnType<typeof factsOf> {
  readonly bytes: Uint8Array;
}
export interface VisibleUpload {
  readonly bucket: string;
  readonly key: string;
  readonly tag: string | undefined;
  readonly parts: readonly ReturnType<typeof partFacts>[];
}

const pageLimit = 1_000;
const members = ['sizeBytes', 'hashCrc64', 'type', 'tag', 'etag'] as const;

/** Bucket and key as one name. */
export function nameOf(bucket: string, key: string): string {
  return `${bucket}/${key}`;
}

export async function visibleState(store: Store): Promise<VisibleState> {
  const objects = new Map<string, VisibleObject>();
  const uploads = new Map<string, VisibleUpload>();
  const { items: buckets } = await store.listBuckets({ prefix: '', after: '', limit: pageLimit });
  for (const { name: bucket } of buckets) {
    const listed = await store.listObjects(bucket, { prefix: '', delimiter: '', after: '', limit: pageLimit });
    for (const { key } of listed?.items ?? []) {
      const { object, body } = await store.openObject({ bucket, key }, () => undefined);
      objects.set(nameOf(bucket, key), { ...shownObject(object), tag: tagOf(object) ?? '', bytes: await bytesOf(body) });
    }
    const page = { prefix: '', delimiter: '', limit: pageLimit, keyMarker: '', uploadIdMarker: '' };
    for (const { id, key, properties } of (await store.listUploads(bucket, page))?.items ?? []) {
      const { parts } = await store.listParts({ bucket, key, uploadId: id }, { after: 0, limit: pageLimit });
      uploads.set(id, { bucket, key, tag: tagOf(properties), parts: parts.map(shownPart) });
    }
  }
  return { objects, uploads, buckets: buckets.map(({ name }) => name) };
}

/** What the store shows and the model does not have, or the other way round; undefined: they agree. */
export function differenceOf(model: ModelState, visible: VisibleState): string | undefined {
  const buckets = [...model.buckets.keys()].toSorted(compareKeys);
  if (buckets.join() !== visible.buckets.join()) return `buckets ${visible.buckets.join()} instead of ${buckets.join()}`;
  let objectCount = 0;
  for (const [bucket, objects] of model.buckets) {
    objectCount += objects.size;
    for (const [key, object] of objects) {
      const shown = visible.objects.get(nameOf(bucket, key));
      if (shown === undefined) return `no object ${nameOf(bucket, key)}`;
      if (Buffer.compare(shown.bytes, object.bytes.bytes) !== 0) return `other bytes in ${nameOf(bucket, key)}`;
      const facts = factsOf(object);
      const member = members.find((name) => facts[name] !== shown[name] && facts[name] !== undefined);
      if (member !== undefined) return `object ${nameOf(bucket, key)}: ${member} ${shown[member]} instead of ${facts[member]}`;
    }
  }
  if (objectCount !== visible.objects.size) return `${visible.objects.size} objects instead of ${objectCount}`;
  for (const upload of model.uploads.values()) {
    const { bucket, key, tag } = upload;
    const parts = partsOf(upload).map(([partNumber, bytes]) => partFacts(partNumber, bytes));
    const difference = differenceOfValues({ bucket, key, tag, parts }, visible.uploads.get(upload.id));
    if (difference !== undefined) return `upload ${upload.id}: ${difference}`;
  }
  if (model.uploads.size !== visible.uploads.size) return `${visible.uploads.size} uploads instead of ${model.uploads.size}`;
  return undefined;
}

/** An `etag` that is undefined on the expected side is not known, and agrees with any. */
export function differenceOfValues(expected: unknown, actual: unknown): string | undefined {
  const text = (value: unknown, withEtags: boolean) =>
    JSON.stringify(value, (name, member: unknown) => {
      if (name === 'etag' && !withEtags) return undefined;
      return typeof member === 'bigint' ? `${member}` : sorted(member);
    });
  const withEtags = !hasUnknownEtag(expected);
  const [wanted, found] = [text(expected, withEtags), text(actual, withEtags)];
  return wanted === found ? undefined : `${found} instead of ${wanted}`;
}

/** Members in order of their names, so that two records are the same text. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => compareKeys(a, b)));
}

function hasUnknownEtag(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if ('etag' in value && value.etag === undefined) return true;
  return Object.values(value).some(hasUnknownEtag);
}
