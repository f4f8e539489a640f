import {
  type Applied,
  addVersion,
  Bytes,
  bytesOfContent,
  etagOfParts,
  factsOf,
  type ModelObject,
  type ModelState,
  type ModelUpload,
  objectAt,
  sliceOf,
  versionAt,
  withEntry,
  withoutEntry,
} from './model-state.ts';
import {
  type Complete,
  done,
  type ListParts,
  type ListUploads,
  type Outcome,
  type PartCopy,
  refused,
  type UploadPart,
  type UploadStep,
} from './step.ts';

export function applyUploadStep(state: ModelState, step: UploadStep, newUploadId: string): Applied {
  switch (step.do) {
    case 'initiate': {
      if (!state.buckets.has(step.to.bucket)) return { state, outcome: refused('NoSuchBucket') };
      const upload: ModelUpload = { id: newUploadId, ...step.to, tag: step.tag, parts: new Map() };
      return { state: withUpload(state, upload), outcome: done({ id: newUploadId, key: step.to.key, tag: step.tag }) };
    }
    case 'part':
      return withPart(state, step, () => bytesOfContent(step.content));
    case 'partCopy':
      return withPart(state, step, () => {
        const source = objectAt(state, step.from);
        return source && new Bytes(sliceOf(source.bytes, step.range));
      });
    case 'complete':
      return complete(state, step);
    case 'abort':
      if (!state.uploads.has(step.upload.uploadId)) return { state, outcome: refused('NoSuchUpload') };
      return { state: { ...state, uploads: withoutEntry(state.uploads, step.upload.uploadId) }, outcome: done(undefined) };
    case 'listParts':
      return { state, outcome: partsListed(state, step) };
    case 'listUploads':
      return { state, outcome: uploadsListed(state, step) };
  }
}

export function partFacts(partNumber: number, bytes: Bytes) {
  return { partNumber, sizeBytes: bytes.bytes.length, etag: bytes.etag, hashCrc64: bytes.hashCrc64 };
}

/** Parts in order of number. */
export function partsOf({ parts }: ModelUpload): readonly (readonly [number, Bytes])[] {
  return [...parts].toSorted(([a], [b]) => a - b);
}

function withUpload(state: ModelState, upload: ModelUpload): ModelState {
  return { ...state, uploads: withEntry(state.uploads, upload.id, upload) };
}

function withPart(state: ModelState, { upload: { uploadId }, partNumber }: UploadPart | PartCopy, make: () => Bytes | undefined): Applied {
  const upload = state.uploads.get(uploadId);
  if (upload === undefined) return { state, outcome: refused('NoSuchUpload') };
  const bytes = make();
  if (bytes === undefined) return { state, outcome: refused('NoSuchKey') };
  return {
    state: withUpload(state, { ...upload, parts: withEntry(upload.parts, partNumber, bytes) }),
    outcome: done(partFacts(partNumber, bytes)),
  };
}

function complete(state: ModelState, { upload: name, partNumbers }: Complete): Applied {
  const upload = state.uploads.get(name.uploadId);
  if (upload === undefined) {
    const standing = versionAt(state, { bucket: name.bucket, key: name.key });
    const made = standing?.object?.made;
    const isSame = made?.uploadId === name.uploadId && made.partNumbers.join() === partNumbers.join();
    return { state, outcome: isSame && standing !== undefined ? done(factsOf(standing)) : refused('NoSuchUpload') };
  }
  const parts = partNumbers.flatMap((partNumber) => upload.parts.get(partNumber) ?? []);
  if (parts.length < partNumbers.length || parts.length === 0) return { state, outcome: refused('InvalidPart') };
  const object: ModelObject = {
    bytes: Bytes.join(parts),
    type: 'Multipart',
    etag: etagOfParts(parts.map(({ etag }) => etag)),
    tag: upload.tag,
    made: { uploadId: upload.id, partNumbers },
  };
  const ended = { ...state, uploads: withoutEntry(state.uploads, upload.id) };
  const added = addVersion(ended, { bucket: upload.bucket, key: upload.key }, object);
  return { state: added.state, outcome: done(factsOf(added.version)) };
}

function partsListed(state: ModelState, { upload: { uploadId }, after, limit }: ListParts): Outcome {
  const upload = state.uploads.get(uploadId);
  if (upload === undefined) return refused('NoSuchUpload');
  const left = partsOf(upload).filter(([partNumber]) => partNumber > after);
  return done({ parts: left.slice(0, limit).map(([partNumber, bytes]) => partFacts(partNumber, bytes)), truncated: left.length > limit });
}

function uploadsListed(state: ModelState, { bucket, prefix, limit }: ListUploads): Outcome {
  if (!state.buckets.has(bucket)) return done(undefined);
  const uploads = [...state.uploads.values()].filter((upload) => upload.bucket === bucket && upload.key.startsWith(prefix));
  const inOrder = uploads.toSorted((a, b) => Buffer.compare(Buffer.from(`${a.key}\0${a.id}`), Buffer.from(`${b.key}\0${b.id}`)));
  return done({ items: inOrder.slice(0, limit).map(({ id, key, tag }) => ({ id, key, tag })), hasMore: inOrder.length > limit });
}
