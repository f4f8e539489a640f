import { compareKeys } from '@ossature/protocol';
import type { Store, StoredObject } from '../store.ts';
import { partFacts, partsOf } from './apply-upload-step.ts';
import { factsOf, type ModelState, type ModelVersion } from './model-state.ts';
import { bytesOf, shownVersion, tagOf } from './perform-step.ts';
import { shownPart } from './perform-upload-step.ts';
import { anything } from './step.ts';

/** Everything that a caller can see of a store, in order, ready to be compared. */
export interface VisibleState {
  /** By bucket and key, the newest first. */
  readonly versions: ReadonlyMap<string, readonly VisibleVersion[]>;
  readonly uploads: ReadonlyMap<string, VisibleUpload>;
  /** Names, and whether they have versions. */
  readonly buckets: readonly string[];
}
export interface VisibleVersion {
  readonly facts: ReturnType<typeof shownVersion>;
  /** Undefined: a delete marker, or not looked at. */
  readonly bytes: Uint8Array | undefined;
}
export interface VisibleUpload {
  readonly bucket: string;
  readonly key: string;
  readonly tag: string | undefined;
  readonly parts: readonly ReturnType<typeof partFacts>[];
}

const pageLimit = 1_000;

/** Bucket and key as one name. */
export function nameOf(bucket: string, key: string): string {
  return `${bucket}/${key}`;
}

/** `isRead`: of which keys the bytes are read too; default: of all. */
export async function visibleState(store: Store, isRead: (name: string) => boolean = () => true): Promise<VisibleState> {
  const versions = new Map<string, VisibleVersion[]>();
  const uploads = new Map<string, VisibleUpload>();
  const { items: buckets } = await store.listBuckets({ prefix: '', after: '', limit: pageLimit });
  for (const { name: bucket } of buckets) {
    await seeVersions(store, bucket, versions, isRead);
    const page = { prefix: '', delimiter: '', limit: pageLimit, keyMarker: '', uploadIdMarker: '' };
    for (const { id, key, properties } of (await store.listUploads(bucket, page))?.items ?? []) {
      const { parts } = await store.listParts({ bucket, key, uploadId: id }, { after: 0, limit: pageLimit });
      uploads.set(id, { bucket, key, tag: tagOf(properties), parts: parts.map(shownPart) });
    }
  }
  return { versions, uploads, buckets: buckets.map(({ name, versioning }) => `${name}:${versioning ?? ''}`) };
}

async function seeVersions(
  store: Store,
  bucket: string,
  seen: Map<string, VisibleVersion[]>,
  isRead: (name: string) => boolean,
): Promise<void> {
  const page = { prefix: '', delimiter: '', limit: pageLimit };
  const listed = await store.listVersions(bucket, { ...page, keyMarker: '', versionIdMarker: '' });
  const current: StoredObject[] = [];
  for (const { object, marker, isLatest } of listed?.items ?? []) {
    const { key, versionId } = object ?? marker;
    const name = nameOf(bucket, key);
    const opened =
      object && isRead(name) ? await store.openObject({ bucket, key, ...(!isLatest && { versionId }) }, () => undefined) : undefined;
    const version = { facts: shownVersion(opened?.object ?? object ?? marker), bytes: opened && (await bytesOf(opened.body)) };
    seen.set(name, [...(seen.get(name) ?? []), version]);
    if (isLatest && object !== undefined) current.push(object);
  }
  const heads = (await store.listObjects(bucket, { ...page, after: '' }))?.items;
  const holders = (objects: readonly StoredObject[] = []) => objects.map(({ holder }) => holder).join();
  if (holders(heads) !== holders(current)) throw new Error(`the two listings of ${bucket} do not agree`);
}

/** What the store shows and the model does not have, or the other way round; undefined: they agree. */
export function differenceOf(model: ModelState, visible: VisibleState): string | undefined {
  const buckets = [...model.buckets].map(([name, { versioning }]) => `${name}:${versioning ?? ''}`).toSorted(compareKeys);
  if (buckets.join() !== visible.buckets.join()) return `buckets ${visible.buckets.join()} instead of ${buckets.join()}`;
  let keyCount = 0;
  for (const [bucket, { keys }] of model.buckets) {
    keyCount += keys.size;
    for (const [key, versions] of keys) {
      const name = nameOf(bucket, key);
      const difference = differenceOfVersions(versions, visible.versions.get(name) ?? []);
      if (difference !== undefined) return `${name}: ${difference}`;
    }
  }
  if (keyCount !== visible.versions.size) return `${visible.versions.size} keys instead of ${keyCount}`;
  for (const upload of model.uploads.values()) {
    const { bucket, key, tag } = upload;
    const parts = partsOf(upload).map(([partNumber, bytes]) => partFacts(partNumber, bytes));
    const difference = differenceOfValues({ bucket, key, tag, parts }, visible.uploads.get(upload.id));
    if (difference !== undefined) return `upload ${upload.id}: ${difference}`;
  }
  if (model.uploads.size !== visible.uploads.size) return `${visible.uploads.size} uploads instead of ${model.uploads.size}`;
  return undefined;
}

function differenceOfVersions(versions: readonly ModelVersion[], seen: readonly VisibleVersion[]): string | undefined {
  if (versions.length !== seen.length) return `${seen.length} versions instead of ${versions.length}`;
  for (const [i, version] of versions.entries()) {
    const facts = differenceOfValues(factsOf(version), seen[i]?.facts);
    if (facts !== undefined) return `version ${i}: ${facts}`;
    const bytes = seen[i]?.bytes;
    if (bytes && version.object && Buffer.compare(bytes, version.object.bytes.bytes) !== 0) return `version ${i}: other bytes`;
  }
  return undefined;
}

/** What the store mints may be unknown on the expected side: then it agrees with any. */
const minted = ['etag', 'versionId', 'versionIdMarker'];

export function differenceOfValues(expected: unknown, actual: unknown): string | undefined {
  if (isRecord(expected) && expected['value'] === anything) return undefined;
  const text = (value: unknown) =>
    JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? `${member}` : sorted(member)));
  const [wanted, found] = [text(expected), text(withoutUnknown(expected, actual))];
  return wanted === found ? undefined : `${found} instead of ${wanted}`;
}

/** The actual value without what the expected one does not know. */
function withoutUnknown(expected: unknown, actual: unknown): unknown {
  if (Array.isArray(expected) && Array.isArray(actual)) return actual.map((each, i) => withoutUnknown(expected[i], each));
  if (!isRecord(expected) || !isRecord(actual)) return actual;
  const known = Object.entries(actual).filter(([name]) => !(minted.includes(name) && name in expected && expected[name] === undefined));
  return Object.fromEntries(known.map(([name, value]) => [name, withoutUnknown(expected[name], value)]));
}

/** Members in order of their names, so that two records are the same text. */
function sorted(value: unknown): unknown {
  return isRecord(value) ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => compareKeys(a, b))) : value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}
