import {
  formatContentRange,
  judgeConditions,
  limits,
  type operations,
  parseCopyRange,
  quoteEtag,
  type RequestOf,
  ServiceError,
} from '@ossature/protocol';
import type { ByteRange, Envelope, Store, StoredObject, Target, Upload } from '@ossature/store';
import { encryptionFacts, requestedEncryption } from '../encryption/requested-encryption.ts';
import { judgeStrictCopy } from '../retention/judge-strict-copy.ts';
import { givenProtection } from '../retention/new-protection.ts';
import { throwUnmet } from './conditions.ts';
import { sourceOf, sourceTooLarge } from './copy.ts';
import type { Handler, HandlerContext } from './handler.ts';
import { judgeForbidOverwrite } from './judge-replacement.ts';
import { contentMd5Of, judgeContent, newProperties } from './object-properties.ts';
import { emptyBody, writeOptionsOf } from './object-write.ts';
import { judgeReadable } from './restoration.ts';
import { judgeSourceVersion, versionIdOf } from './version-facts.ts';

/** What stands under the key may be replaced or not when the upload is completed: only then it is judged, but for what is forbidden whatever becomes of it. */
export const initiateMultipartUpload: Handler<typeof operations.initiateMultipartUpload> = async (request, context) => {
  const { store, guard, config, principal } = context;
  const encryption = context.bucket === undefined ? undefined : requestedEncryption(request, context.bucket);
  const decide = ({ bucket, existing }: Target) => {
    const found = guard.target(bucket, existing);
    guard.masterKey('write', encryption);
    judgeForbidOverwrite(request, { bucket, existing }, { principal });
    return { ...newProperties(request, found), ...givenProtection(request, found, config.clock.now()) };
  };
  const upload = await store.initiateUpload(request, decide, { encryption });
  const { bucket, key, encodingType } = request;
  return { statusCode: 200, encodingType, bucket, key, uploadId: upload.id, ...encryptionFacts(upload.encryption) };
};

export const uploadPart: Handler<typeof operations.uploadPart> = async (request, context) => {
  let encryption: Envelope | undefined;
  const part = await context.store.uploadPart(
    request,
    request.body ?? emptyBody,
    ({ bucket, upload, content }) => {
      context.guard.target(bucket, undefined);
      encryption = mustExist(upload, request.uploadId, '0042-00000104').encryption;
      context.guard.masterKey('write', encryption);
      if (content !== undefined) judgeContent(request, content);
    },
    writeOptionsOf(context),
  );
  return {
    statusCode: 200,
    etag: quoteEtag(part.etag),
    hashCrc64: part.hashCrc64,
    contentMd5: contentMd5Of(part.etag),
    ...encryptionFacts(encryption),
  };
};

type PartCopyRequest = RequestOf<typeof operations.uploadPartCopy>;
type PartCopyRows = Parameters<Parameters<Store['uploadPartCopy']>[2]>[0];

/** A range that is malformed or reaches beyond the source copies all of it, and the answer names no range: so OSS documents it. */
export const uploadPartCopy: Handler<typeof operations.uploadPartCopy> = async (request, context) => {
  let rows: PartCopyRows | undefined;
  const { part, source } = await context.store.uploadPartCopy(sourceOf(request), request, (seen) => {
    rows = seen;
    return decidePartCopy(request, seen, context);
  });
  const range = copyRangeOf(request.sourceRange, source);
  const etag = quoteEtag(part.etag);
  return {
    statusCode: 200,
    lastModified: new Date(part.lastModifiedMs),
    etag,
    etagHeader: etag,
    contentRange: range === undefined ? undefined : formatContentRange(range, source.sizeBytes),
    hashCrc64: part.hashCrc64,
    sourceVersionId: versionIdOf(rows?.sourceBucket, source),
    ...encryptionFacts(rows?.upload?.encryption),
  };
};

/** The rules of UploadPartCopy on the rows of the commit: the target, its upload, the source and its state, the conditions, the size. */
function decidePartCopy(request: PartCopyRequest, rows: PartCopyRows, { guard, config }: HandlerContext): ByteRange | undefined {
  const bucket = guard.target(rows.bucket, undefined);
  if (bucket.storageClass === 'Archive') throw new ServiceError('OperationNotSupported');
  const { encryption } = mustExist(rows.upload, request.uploadId, '0042-00000311');
  const source = guard.source(rows, bucket, () => judgeSourceVersion(sourceOf(request), rows.source, rows.sourceMarker));
  guard.masterKey('read', source.encryption);
  guard.masterKey('write', encryption);
  judgePartSource(source);
  judgeReadable(source, config.clock.now());
  throwUnmet(judgeConditions(request, source), source);
  judgeStrictCopy(config, rows.sourceBucket, rows.bucket);
  const range = copyRangeOf(request.sourceRange, source);
  const sizeBytes = range?.lengthBytes ?? source.sizeBytes;
  if (sizeBytes > limits.partSizeMaxBytes) throw sourceTooLarge(limits.partSizeMaxBytes, sizeBytes);
  return range;
}

/** What the SDKs that encrypt by themselves store with their objects: a part of such bytes cannot be read by anybody (EC 0042-00000309). */
const clientEncryptionMark = 'client-side-encryption-key';

function judgePartSource(source: StoredObject): void {
  if (source.type === 'Symlink') throw new ServiceError('OperationNotSupported', { elements: { Detail: 'Symlink' } });
  if (source.userMetadata[clientEncryptionMark] !== undefined) throw new ServiceError('InvalidEncryptionRequest');
}

function copyRangeOf(text: string | undefined, source: StoredObject): ByteRange | undefined {
  const range = parseCopyRange(text, source.sizeBytes);
  return range === 'whole' ? undefined : range;
}

export const abortMultipartUpload: Handler<typeof operations.abortMultipartUpload> = async (request, { store, guard }) => {
  await store.abortUpload(request, ({ bucket, upload }) => {
    guard.target(bucket, undefined);
    mustExist(upload, request.uploadId, '0042-00000002');
  });
  return { statusCode: 204 };
};

function mustExist(upload: Upload | undefined, uploadId: string, ec: string): Upload {
  if (upload === undefined) throw noSuchUpload(uploadId, ec);
  return upload;
}

export function noSuchUpload(uploadId: string, ec?: string): ServiceError {
  return new ServiceError('NoSuchUpload', { ec, elements: { UploadId: uploadId } });
}
