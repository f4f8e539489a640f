import { compareKeys } from '@ossature/protocol';
import type { ListPage, ObjectAddress } from '../store.ts';
import { applyUploadStep } from './apply-upload-step.ts';
import {
  type Applied,
  Bytes,
  bytesOfContent,
  factsOf,
  type ModelObject,
  type ModelState,
  objectAt,
  sliceOf,
  withBucket,
  withObject,
  withoutEntry,
} from './model-state.ts';
import { type Append, type Copy, done, type Outcome, type Read, refused, type Step } from './step.ts';

/** What the step does to the plain model, and what a caller should see of it. An upload that the step initiates gets the id that is given. */
export function applyStep(state: ModelState, step: Step, newUploadId: string): Applied {
  switch (step.do) {
    case 'putBucket':
      return { state: state.buckets.has(step.bucket) ? state : withBucket(state, step.bucket, new Map()), outcome: done(step.bucket) };
    case 'deleteBucket':
      return deleteBucket(state, step.bucket);
    case 'statistics':
      return { state, outcome: statisticsOf(state, step.bucket) };
    case 'put':
      return put(state, step.to, () => ({ bytes: bytesOfContent(step.content), type: 'Normal', tag: step.tag }));
    case 'append':
      return append(state, step);
    case 'update':
      return changing(state, step.to, (object) => ({ ...object, tag: step.tag }));
    case 'remove':
      return remove(state, step.to);
    case 'copy':
      return copy(state, step);
    case 'read':
      return read(state, step);
    case 'list':
      return { state, outcome: listed(state, step.bucket, step.page) };
    case 'collect':
      return { state, outcome: done(undefined) };
    default:
      return applyUploadStep(state, step, newUploadId);
  }
}

function deleteBucket(state: ModelState, bucket: string): Applied {
  const objects = state.buckets.get(bucket);
  if (objects === undefined) return { state, outcome: refused('NoSuchBucket') };
  const isEmpty = objects.size === 0 && ![...state.uploads.values()].some((upload) => upload.bucket === bucket);
  if (!isEmpty) return { state, outcome: done('not-empty') };
  return { state: { ...state, buckets: withoutEntry(state.buckets, bucket) }, outcome: done('deleted') };
}

function statisticsOf(state: ModelState, bucket: string): Outcome {
  const objects = state.buckets.get(bucket);
  if (objects === undefined) return done(undefined);
  const storageBytes = [...objects.values()].reduce((sum, { bytes }) => sum + bytes.bytes.length, 0);
  const uploads = [...state.uploads.values()].filter((upload) => upload.bucket === bucket).length;
  return done({ storageBytes, objectCount: objects.size, multipartUploadCount: uploads });
}

function put(state: ModelState, to: ObjectAddress, make: () => Pick<ModelObject, 'bytes' | 'type' | 'tag'>): Applied {
  if (!state.buckets.has(to.bucket)) return { state, outcome: refused('NoSuchBucket') };
  const made = make();
  const object: ModelObject = { ...made, etag: made.bytes.etag, made: undefined };
  return { state: withObject(state, to, object), outcome: done(factsOf(object)) };
}

function append(state: ModelState, { to, content, tag }: Append): Applied {
  if (!state.buckets.has(to.bucket)) return { state, outcome: refused('NoSuchBucket') };
  const existing = objectAt(state, to);
  if (existing !== undefined && existing.type !== 'Appendable') return { state, outcome: refused('ObjectNotAppendable') };
  if (existing !== undefined && content.lengthBytes === 0) return { state, outcome: done(factsOf(existing)) };
  const bytes = Bytes.join([...(existing === undefined ? [] : [existing.bytes]), bytesOfContent(content)]);
  const object: ModelObject = { bytes, type: 'Appendable', tag: existing?.tag ?? tag, etag: undefined, made: undefined };
  return { state: withObject(state, to, object), outcome: done(factsOf(object)) };
}

function changing(state: ModelState, to: ObjectAddress, change: (object: ModelObject) => ModelObject): Applied {
  if (!state.buckets.has(to.bucket)) return { state, outcome: refused('NoSuchBucket') };
  const existing = objectAt(state, to);
  if (existing === undefined) return { state, outcome: refused('NoSuchKey') };
  const object = change(existing);
  return { state: withObject(state, to, object), outcome: done(factsOf(object)) };
}

function remove(state: ModelState, to: ObjectAddress): Applied {
  const objects = state.buckets.get(to.bucket);
  if (objects === undefined) return { state, outcome: refused('NoSuchBucket') };
  const existing = objects.get(to.key);
  return { state: withBucket(state, to.bucket, withoutEntry(objects, to.key)), outcome: done(existing && factsOf(existing)) };
}

function copy(state: ModelState, { from, to, tag }: Copy): Applied {
  if (!state.buckets.has(to.bucket)) return { state, outcome: refused('NoSuchBucket') };
  const source = objectAt(state, from);
  if (source === undefined) return { state, outcome: refused('NoSuchKey') };
  const object: ModelObject = { ...source, tag: tag ?? source.tag };
  return { state: withObject(state, to, object), outcome: done(factsOf(object)) };
}

function read(state: ModelState, { from, range }: Read): Applied {
  const object = objectAt(state, from);
  if (object === undefined) return { state, outcome: refused('NoSuchKey') };
  const bytes = Buffer.from(sliceOf(object.bytes, range)).toString('base64');
  return { state, outcome: done({ ...factsOf(object), bytes }) };
}

/** The definition of a listing, not an algorithm: all names, the page's share of them, in order. */
function listed(state: ModelState, bucket: string, { prefix, delimiter, after, limit }: ListPage): Outcome {
  const objects = state.buckets.get(bucket);
  if (objects === undefined) return done(undefined);
  /** A name under a common prefix stands for that. */
  const nameOf = (key: string) => {
    const at = delimiter === '' || !key.startsWith(prefix) ? -1 : key.indexOf(delimiter, prefix.length);
    return at < 0 ? { name: key, isPrefix: false } : { name: key.slice(0, at + delimiter.length), isPrefix: true };
  };
  const names = new Map([...objects.keys()].filter((key) => key.startsWith(prefix)).map((key) => [nameOf(key).name, nameOf(key)]));
  const left = [...names.values()].filter(({ name }) => after === '' || compareKeys(name, nameOf(after).name) > 0);
  const shown = left.toSorted((a, b) => compareKeys(a.name, b.name)).slice(0, limit);
  return done({
    items: shown.flatMap(({ name, isPrefix }) => (isPrefix ? [] : [{ key: name, ...factsOf(objects.get(name) as ModelObject) }])),
    commonPrefixes: shown.flatMap(({ name, isPrefix }) => (isPrefix ? [name] : [])),
    next: left.length > limit ? shown.at(-1)?.name : undefined,
  });
}
