import { formatContentRange, judgeConditions, limits, type operations, parseCopyRange, quoteEtag, ServiceError } from '@ossature/protocol';
import type { ByteRange, StoredObject, Upload } from '@ossature/store';
import { throwUnmet } from './conditions.ts';
import { sourceTooLarge } from './copy.ts';
import type { Handler } from './handler.ts';
import { contentMd5Of, judgeContent, judgeOverwrite, newProperties } from './object-properties.ts';
import { emptyBody, writeOptionsOf } from './object-write.ts';

export const initiateMultipartUpload: Handler<typeof operations.initiateMultipartUpload> = async (request, { store, guard }) => {
  const upload = await store.initiateUpload(request, ({ bucket, existing }) => {
    const found = guard.target(bucket, existing);
    judgeOverwrite(request.forbidOverwrite, existing);
    return newProperties(request, found);
  });
  return { statusCode: 200, encodingType: request.encodingType, bucket: request.bucket, key: request.key, uploadId: upload.id };
};

export const uploadPart: Handler<typeof operations.uploadPart> = async (request, context) => {
  const part = await context.store.uploadPart(
    request,
    request.body ?? emptyBody,
    ({ bucket, upload, content }) => {
      context.guard.target(bucket, undefined);
      if (upload === undefined) throw noSuchUpload(request.uploadId, '0042-00000104');
      if (content !== undefined) judgeContent(request, content);
    },
    writeOptionsOf(context),
  );
  return { statusCode: 200, etag: quoteEtag(part.etag), hashCrc64: part.hashCrc64, contentMd5: contentMd5Of(part.etag) };
};

/** A range that is malformed or reaches beyond the source copies all of it, and the answer names no range: so OSS documents it. */
export const uploadPartCopy: Handler<typeof operations.uploadPartCopy> = async (request, { store, guard }) => {
  const from = { bucket: request.sourceBucket, key: request.sourceKey };
  const { part, source } = await store.uploadPartCopy(from, request, (rows) => {
    const bucket = guard.target(rows.bucket, undefined);
    mustExist(rows.upload, request.uploadId, '0042-00000311');
    const found = guard.source(rows, bucket);
    throwUnmet(judgeConditions(request, found), found);
    const range = copyRangeOf(request.sourceRange, found);
    const sizeBytes = range?.lengthBytes ?? found.sizeBytes;
    if (sizeBytes > limits.partSizeMaxBytes) throw sourceTooLarge(limits.partSizeMaxBytes, sizeBytes);
    return range;
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
  };
};

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
