import { applyListing } from './apply-listing.ts';
import { applyUploadStep } from './apply-upload-step.ts';
import {
  type Added,
  type Applied,
  addVersion,
  Bytes,
  bytesOfContent,
  changeVersion,
  factsOf,
  type ModelObject,
  type ModelState,
  objectAt,
  replacedAt,
  sliceOf,
  versionAt,
  versionsOf,
  withBucket,
  withoutEntry,
  withVersions,
} from './model-state.ts';
import {
  type Append,
  type Copy,
  done,
  type Outcome,
  type Put,
  type Read,
  type Remove,
  refused,
  type Step,
  type Symlink,
  type Update,
} from './step.ts';

/** What the step does to the plain model, and what a caller should see of it. An upload that the step initiates gets the id that is given. */
export function applyStep(state: ModelState, step: Step, newUploadId: string): Applied {
  switch (step.do) {
    case 'putBucket': {
      const made = { versioning: undefined, keys: new Map() };
      return { state: state.buckets.has(step.bucket) ? state : withBucket(state, step.bucket, made), outcome: done(step.bucket) };
    }
    case 'deleteBucket':
      return deleteBucket(state, step.bucket);
    case 'statistics':
      return { state, outcome: statisticsOf(state, step.bucket) };
    case 'list':
    case 'listVersions':
      return { state, outcome: applyListing(state, step) };
    case 'read':
      return read(state, step);
    case 'collect':
      return { state, outcome: done(undefined) };
    case 'setVersioning':
    case 'put':
    case 'symlink':
    case 'append':
    case 'update':
    case 'remove':
    case 'copy':
      return inBucket(state, step);
    default:
      return applyUploadStep(state, step, newUploadId);
  }
}

function deleteBucket(state: ModelState, name: string): Applied {
  const bucket = state.buckets.get(name);
  if (bucket === undefined) return { state, outcome: refused('NoSuchBucket') };
  const isEmpty = bucket.keys.size === 0 && ![...state.uploads.values()].some((upload) => upload.bucket === name);
  if (!isEmpty) return { state, outcome: done('not-empty') };
  return { state: { ...state, buckets: withoutEntry(state.buckets, name) }, outcome: done('deleted') };
}

function statisticsOf(state: ModelState, name: string): Outcome {
  const bucket = state.buckets.get(name);
  if (bucket === undefined) return done(undefined);
  const versions = [...bucket.keys.values()].flat();
  const objects = versions.flatMap(({ object }) => object ?? []);
  return done({
    storageBytes: objects.reduce((sum, { bytes }) => sum + bytes.bytes.length, 0),
    objectCount: objects.length,
    deleteMarkerCount: versions.length - objects.length,
    multipartUploadCount: [...state.uploads.values()].filter((upload) => upload.bucket === name).length,
  });
}

function inBucket(
  state: ModelState,
  step: Extract<Step, { do: 'setVersioning' }> | Put | Symlink | Append | Update | Remove | Copy,
): Applied {
  const name = step.do === 'setVersioning' ? step.bucket : step.to.bucket;
  const bucket = state.buckets.get(name);
  if (bucket === undefined) return { state, outcome: refused('NoSuchBucket') };
  switch (step.do) {
    case 'setVersioning':
      return { state: withBucket(state, name, { ...bucket, versioning: step.versioning }), outcome: done(step.versioning) };
    case 'put': {
      const bytes = bytesOfContent(step.content);
      return shown(addVersion(state, step.to, { bytes, type: 'Normal', etag: bytes.etag, tag: step.tag, made: undefined }));
    }
    case 'symlink': {
      const bytes = new Bytes(new Uint8Array());
      return shown(
        addVersion(state, step.to, { bytes, type: 'Symlink', etag: undefined, tag: step.tag, link: step.link, made: undefined }),
      );
    }
    case 'append':
      return append(state, step);
    case 'update': {
      const version = versionAt(state, step.to);
      if (version?.object === undefined) return { state, outcome: refused('NoSuchKey') };
      return shown(changeVersion(state, step.to, version, { ...version.object, tag: step.tag }));
    }
    case 'remove':
      return remove(state, step);
    case 'copy':
      return copy(state, step);
  }
}

function shown({ state, version }: Added): Applied {
  return { state, outcome: done(factsOf(version)) };
}

/** In place; a new version only where there is nothing, or a delete marker. */
function append(state: ModelState, { to, content, tag }: Append): Applied {
  const current = versionAt(state, to);
  const existing = current?.object;
  if (existing !== undefined && existing.type !== 'Appendable') return { state, outcome: refused('ObjectNotAppendable') };
  if (current !== undefined && existing !== undefined && content.lengthBytes === 0) return { state, outcome: done(factsOf(current)) };
  const bytes = Bytes.join([...(existing === undefined ? [] : [existing.bytes]), bytesOfContent(content)]);
  const object: ModelObject = { bytes, type: 'Appendable', tag: existing?.tag ?? tag, etag: undefined, made: undefined };
  return shown(current?.object === undefined ? addVersion(state, to, object) : changeVersion(state, to, current, object));
}

function remove(state: ModelState, { to }: Remove): Applied {
  const isVersioned = state.buckets.get(to.bucket)?.versioning !== undefined;
  if (to.versionId === undefined && isVersioned) {
    const removed = replacedAt(state, to);
    const added = addVersion(state, to, undefined);
    return { state: added.state, outcome: done({ removed: removed && factsOf(removed), marker: factsOf(added.version) }) };
  }
  const removed = versionAt(state, to);
  const left = versionsOf(state, to).filter((version) => version !== removed);
  return { state: withVersions(state, to, left), outcome: done({ removed: removed && factsOf(removed), marker: undefined }) };
}

/** A copy of an appendable object is Normal; one that takes its own place stays what it is. */
function copy(state: ModelState, { from, to, tag }: Copy): Applied {
  const source = objectAt(state, from);
  if (source === undefined) return { state, outcome: refused('NoSuchKey') };
  const isSame = from.bucket === to.bucket && from.key === to.key && replacedAt(state, to)?.object === source;
  const content = source.type === 'Appendable' && !isSame ? ({ ...source, type: 'Normal', etag: source.bytes.etag } as const) : source;
  return shown(addVersion(state, to, { ...content, tag: tag ?? source.tag }));
}

function read(state: ModelState, { from, range }: Read): Applied {
  const version = versionAt(state, from);
  if (version?.object === undefined) return { state, outcome: refused('NoSuchKey') };
  const bytes = Buffer.from(sliceOf(version.object.bytes, range)).toString('base64');
  return { state, outcome: done({ ...factsOf(version), bytes }) };
}
