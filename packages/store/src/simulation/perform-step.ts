import type { BucketProperties, ByteRange, ObjectProperties, Store, StoredObject, Target, Upload } from '../store.ts';
import { bytesOfContent } from './model-state.ts';
import { performUploadStep } from './perform-upload-step.ts';
import { type Append, type Copy, done, type Outcome, type Read, Refused, refused, type Step } from './step.ts';

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
  const { sizeBytes, hashCrc64, type, etag } = object;
  return { sizeBytes, hashCrc64, type, tag: tagOf(object), etag };
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
    case 'put':
      return shownObject(
        await store.putObject(step.to, bytesOfContent(step.content).bytes, (rows) => inBucket(rows) && propertiesOfTag(step.tag)),
      );
    case 'append':
      return append(store, step);
    case 'update':
      return shownObject(await store.updateObject(step.to, (rows) => existingOf(inBucket(rows)) && propertiesOfTag(step.tag)));
    case 'remove': {
      const { removed } = await store.removeObject(step.to, (rows) => void inBucket(rows));
      return removed !== undefined && 'holder' in removed ? shownObject(removed) : undefined;
    }
    case 'copy':
      return copy(store, step);
    case 'read':
      return read(store, step);
    case 'list': {
      const listed = await store.listObjects(step.bucket, step.page);
      return listed && { ...listed, items: listed.items.map((object) => ({ key: object.key, ...shownObject(object) })) };
    }
    case 'collect':
      return store.collect();
    default:
      return performUploadStep(store, step);
  }
}

function existingOf({ existing }: Target): StoredObject {
  if (existing === undefined) throw new Refused('NoSuchKey');
  return existing;
}

async function statisticsOf(store: Store, bucket: string): Promise<unknown> {
  const statistics = await store.getBucketStatistics(bucket);
  if (statistics === undefined) return undefined;
  const { storageBytes, objectCount, multipartUploadCount } = statistics;
  return { storageBytes, objectCount, multipartUploadCount };
}

async function append(store: Store, { to, content, tag }: Append): Promise<unknown> {
  const decide = (rows: Target) => {
    const { existing } = inBucket(rows);
    if (existing !== undefined && existing.type !== 'Appendable') throw new Refused('ObjectNotAppendable');
    return existing ?? propertiesOfTag(tag);
  };
  return shownObject(await store.appendObject(to, bytesOfContent(content).bytes, decide));
}

async function copy(store: Store, { from, to, tag }: Copy): Promise<unknown> {
  const { object } = await store.copyObject(from, to, (rows) => {
    inBucket(rows);
    if (rows.source === undefined) throw new Refused('NoSuchKey');
    return tag === undefined ? rows.source : propertiesOfTag(tag);
  });
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
