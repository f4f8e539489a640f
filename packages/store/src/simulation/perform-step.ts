import type { BucketProperties, ByteRange, DeleteMarker, ObjectProperties, Source, Store, StoredObject, Target, Upload } from '../store.ts';
import { encryptionOf, judgeEncryption } from './encryption-of-step.ts';
import { bytesOfContent } from './model-state.ts';
import { performUploadStep } from './perform-upload-step.ts';
import {
  type Append,
  type Copy,
  done,
  type List,
  type ListVersions,
  type Outcome,
  type Put,
  type Read,
  Refused,
  type Remove,
  refused,
  type Step,
} from './step.ts';

const bucketProperties: BucketProperties = {
  region: 'cn-hangzhou',
  ownerId: '1000',
  acl: 'private',
  storageClass: 'Standard',
  dataRedundancyType: 'LRS',
  configurations: {},
};

/** Runs the step on a real store. What the store itself throws comes out. */
export async function performStep(store: Store, step: Step): Promise<Outcome> {
  try {
    return done(await call(store, step));
  } catch (error) {
    if (error instanceof Refused) return refused(error.reason);
    throw error;
  }
}

export function propertiesOfTag(tag: string): ObjectProperties {
  return { contentHeaders: {}, userMetadata: { tag }, tags: [], acl: 'default', storageClass: 'Standard', ownerId: '1000' };
}

export function tagOf({ userMetadata }: ObjectProperties | Upload['properties']): string | undefined {
  return userMetadata['tag'];
}

/** What a caller sees of a stored object, as the model tells it. */
export function shownObject(object: StoredObject) {
  const { versionId, sizeBytes, hashCrc64, type, etag, symlinkTarget: link } = object;
  return { versionId, sizeBytes, hashCrc64, type, tag: tagOf(object), link, etag };
}

export function shownVersion(version: StoredObject | DeleteMarker) {
  return 'holder' in version ? shownObject(version) : { versionId: version.versionId, isMarker: true };
}

/** As OSS has it: a range that does not fit means the whole object. */
export function fitting(range: ByteRange | undefined, { sizeBytes }: StoredObject): ByteRange | undefined {
  return range !== undefined && range.offsetBytes + range.lengthBytes <= sizeBytes ? range : undefined;
}

export function inBucket<T extends Pick<Target, 'bucket'>>(target: T): T {
  if (target.bucket === undefined) throw new Refused('NoSuchBucket');
  return target;
}

async function call(store: Store, step: Step): Promise<unknown> {
  switch (step.do) {
    case 'putBucket':
      return (await store.putBucket(step.bucket, (existing) => existing ?? bucketProperties)).name;
    case 'deleteBucket':
      return store.deleteBucket(step.bucket, (bucket) => void inBucket({ bucket }));
    case 'statistics':
      return statisticsOf(store, step.bucket);
    case 'setVersioning': {
      const { versioning } = step;
      await store.putBucket(step.bucket, (bucket) => ({ ...presentBucket(bucket), versioning }));
      return versioning;
    }
    case 'symlink':
      return shownObject(await store.putSymlink(step.to, step.link, (rows) => inBucket(rows) && propertiesOfTag(step.tag)));
    case 'put':
      return put(store, step);
    case 'append':
      return append(store, step);
    case 'update':
      return shownObject(await store.updateObject(step.to, (rows) => existingOf(inBucket(rows)) && propertiesOfTag(step.tag)));
    case 'remove':
      return remove(store, step);
    case 'copy':
      return copy(store, step);
    case 'read':
      return read(store, step);
    case 'list':
    case 'listVersions':
      return list(store, step);
    case 'collect':
      return store.collect();
    default:
      return performUploadStep(store, step);
  }
}

function presentBucket(bucket: Target['bucket']): BucketProperties {
  if (bucket === undefined) throw new Refused('NoSuchBucket');
  return bucket;
}

function existingOf({ existing }: Target): StoredObject {
  if (existing === undefined) throw new Refused('NoSuchKey');
  return existing;
}

async function statisticsOf(store: Store, bucket: string): Promise<unknown> {
  const statistics = await store.getBucketStatistics(bucket);
  if (statistics === undefined) return undefined;
  const { storageBytes, objectCount, deleteMarkerCount, multipartUploadCount } = statistics;
  return { storageBytes, objectCount, deleteMarkerCount, multipartUploadCount };
}

async function remove(store: Store, { to }: Remove): Promise<unknown> {
  let told: StoredObject | undefined;
  const { removed, marker } = await store.removeObject(to, (rows) => {
    const { existing, replaced } = inBucket(rows);
    told = to.versionId === undefined ? replaced : existing;
  });
  const isObject = removed !== undefined && 'holder' in removed;
  if (told?.holder !== (isObject ? removed.holder : undefined)) throw new Error('decide was told of another object than the one that went');
  return { removed: removed && shownVersion(removed), marker: marker && shownVersion(marker) };
}

async function list(store: Store, step: List | ListVersions): Promise<unknown> {
  if (step.do === 'list') {
    const listed = await store.listObjects(step.bucket, step.page);
    return listed && { ...listed, items: listed.items.map((object) => ({ key: object.key, ...shownObject(object) })) };
  }
  const listed = await store.listVersions(step.bucket, step.page);
  if (listed === undefined) return undefined;
  const items = listed.items.map(({ isLatest, object, marker }) => {
    const version = object ?? marker;
    return { key: version.key, isLatest, ...shownVersion(version) };
  });
  return { ...listed, items };
}

async function put(store: Store, { to, content, tag }: Put): Promise<unknown> {
  const encryption = encryptionOf(to, tag);
  const { bytes } = bytesOfContent(content);
  const object = await store.putObject(to, bytes, (rows) => inBucket(rows) && propertiesOfTag(tag), { encryption });
  judgeEncryption(object, encryption);
  return shownObject(object);
}

async function append(store: Store, { to, content, tag }: Append): Promise<unknown> {
  const decide = (rows: Target) => {
    const { existing } = inBucket(rows);
    if (existing !== undefined && existing.type !== 'Appendable') throw new Refused('ObjectNotAppendable');
    return existing ?? propertiesOfTag(tag);
  };
  return shownObject(await store.appendObject(to, bytesOfContent(content).bytes, decide, { encryption: encryptionOf(to, tag) }));
}

async function copy(store: Store, { from, to, tag }: Copy): Promise<unknown> {
  const encryption = encryptionOf(to, tag);
  const decide = (rows: Target & Source) => {
    inBucket(rows);
    if (rows.source === undefined) throw new Refused('NoSuchKey');
    return tag === undefined ? rows.source : propertiesOfTag(tag);
  };
  const { object } = await store.copyObject(from, to, decide, { encryption });
  judgeEncryption(object, encryption);
  return shownObject(object);
}

async function read(store: Store, { from, range }: Read): Promise<unknown> {
  const { object, body } = await store.openObject(from, (rows) => fitting(range, existingOf(rows)));
  return { ...shownObject(object), bytes: (await bytesOf(body)).toString('base64') };
}

export async function bytesOf(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(Uint8Array.from(piece));
  return Buffer.concat(pieces);
}
