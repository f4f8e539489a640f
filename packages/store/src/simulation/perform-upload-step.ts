import type { Bucket, Part, Store, Upload } from '../store.ts';
import { encryptionOf, judgeEncryption } from './encryption-of-step.ts';
import { bytesOfContent, etagOfParts } from './model-state.ts';
import { fitting, inBucket, propertiesOfTag, shownObject, tagOf } from './perform-step.ts';
import { type Complete, type Initiate, Refused, type UploadStep } from './step.ts';

/** Upload ids are minted by the store: an outcome that shows one is where the model learns of it. */
export async function performUploadStep(store: Store, step: UploadStep): Promise<unknown> {
  switch (step.do) {
    case 'initiate':
      return initiate(store, step);
    case 'part':
      return shownPart(
        await store.uploadPart({ ...step.upload, partNumber: step.partNumber }, bytesOfContent(step.content).bytes, uploadOf),
      );
    case 'partCopy': {
      const { part } = await store.uploadPartCopy(step.from, { ...step.upload, partNumber: step.partNumber }, (rows) => {
        uploadOf(rows);
        if (rows.source === undefined) throw new Refused('NoSuchKey');
        return fitting(step.range, rows.source);
      });
      return shownPart(part);
    }
    case 'complete':
      return complete(store, step);
    case 'abort':
      return store.abortUpload(step.upload, uploadOf);
    case 'listParts': {
      const { upload, parts, truncated } = await store.listParts(step.upload, step);
      if (upload === undefined) throw new Refused('NoSuchUpload');
      return { parts: parts.map(shownPart), truncated };
    }
    case 'listUploads': {
      const page = { prefix: step.prefix, delimiter: '', limit: step.limit, keyMarker: '', uploadIdMarker: '' };
      const listed = await store.listUploads(step.bucket, page);
      return listed && { items: listed.items.map(shownUpload), hasMore: listed.next !== undefined };
    }
  }
}

export function shownUpload({ id, key, properties }: Upload) {
  return { id, key, tag: tagOf(properties) };
}

export function shownPart({ partNumber, sizeBytes, etag, hashCrc64 }: Part) {
  return { partNumber, sizeBytes, etag, hashCrc64 };
}

function uploadOf({ bucket, upload }: { readonly bucket: Bucket | undefined; readonly upload: Upload | undefined }): void {
  if (bucket === undefined || upload === undefined) throw new Refused('NoSuchUpload');
}

async function initiate(store: Store, { to, tag }: Initiate): Promise<unknown> {
  const encryption = encryptionOf(to, tag);
  const upload = await store.initiateUpload(to, (rows) => inBucket(rows) && propertiesOfTag(tag), { encryption });
  judgeEncryption({ ...upload, type: 'Multipart' }, encryption);
  return shownUpload(upload);
}

async function complete(store: Store, { upload: name, partNumbers }: Complete): Promise<unknown> {
  const object = await store.completeUpload(name, ({ upload, parts, existing, completed }) => {
    if (upload === undefined && !completed) throw new Refused('NoSuchUpload');
    const listed = partNumbers.flatMap((wanted) => parts.find(({ partNumber }) => partNumber === wanted) ?? []);
    if (listed.length < partNumbers.length || listed.length === 0) throw new Refused(completed ? 'NoSuchUpload' : 'InvalidPart');
    const properties = upload?.properties ?? existing;
    if (properties === undefined) throw new Error('a completed upload has its object');
    return { partNumbers, etag: etagOfParts(listed.map(({ etag }) => etag)), properties };
  });
  return shownObject(object);
}
