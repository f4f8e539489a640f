import { judgeConditions, limits, type operations, quoteEtag, type RequestOf, ServiceError } from '@ossature/protocol';
import type { Bucket, ObjectProperties, StoredObject } from '@ossature/store';
import { throwUnmet } from './conditions.ts';
import type { Handler } from './handler.ts';
import { judgeOverwrite, newProperties } from './object-properties.ts';

type CopyRequest = RequestOf<typeof operations.copyObject>;

/** One commit of the store: it goes on when the client has gone. */
export const copyObject: Handler<typeof operations.copyObject> = async (request, { store, guard }) => {
  const { object } = await store.copyObject({ bucket: request.sourceBucket, key: request.sourceKey }, request, (rows) => {
    const bucket = guard.target(rows.bucket, rows.existing);
    const source = guard.source(rows, bucket);
    throwUnmet(judgeConditions(request, source), source);
    const properties = copyProperties(request, source, bucket);
    judgeSize(request, source, properties);
    judgeOverwrite(request.forbidOverwrite, rows.existing);
    return properties;
  });
  const etag = quoteEtag(object.etag);
  return { statusCode: 200, etag, etagHeader: etag, lastModified: new Date(object.lastModifiedMs), hashCrc64: object.hashCrc64 };
};

/**
 * What the copy is, beside its bytes. The ACL and the storage class are never the source's. A copy of an object onto itself takes the
 * request's metadata whatever its directive says: it is how metadata is changed.
 */
function copyProperties(request: CopyRequest, source: StoredObject, bucket: Bucket): ObjectProperties {
  const own = newProperties(request, bucket);
  const replacesMetadata = request.metadataDirective === 'REPLACE' || isSelfCopy(request);
  return {
    ...own,
    ...(replacesMetadata ? {} : { contentHeaders: source.contentHeaders, userMetadata: source.userMetadata }),
    tags: request.taggingDirective === 'Replace' ? own.tags : source.tags,
  };
}

function isSelfCopy(request: CopyRequest): boolean {
  return request.bucket === request.sourceBucket && request.key === request.sourceKey;
}

/** The documented limits; a copy costs the same whatever its size, but programs are to meet here what they meet there. */
function judgeSize(request: CopyRequest, source: StoredObject, properties: ObjectProperties): void {
  const changesClass = properties.storageClass !== source.storageClass;
  const maxBytes = changesClass
    ? limits.copyChangedMaxBytes
    : request.bucket === request.sourceBucket
      ? limits.objectSizeMaxBytes
      : limits.copyOtherBucketMaxBytes;
  if (source.sizeBytes > maxBytes) throw sourceTooLarge(maxBytes, source.sizeBytes);
}

export function sourceTooLarge(maxBytes: number, sizeBytes: number): ServiceError {
  return new ServiceError('EntityTooLarge', {
    message: 'Source object Length exceeds the maximum allowed size.',
    elements: { MaxSizeAllowed: String(maxBytes), ProposedSize: String(sizeBytes) },
  });
}
