/** Copies of whole objects. Copies of parts stand in `multipart.ts`. */

import { text } from '../codec.ts';
import { isoDate } from '../codec-dates.ts';
import { etag, hashCrc64 } from '../codec-digests.ts';
import { metadataDirective, taggingDirective } from '../codec-object.ts';
import { bucketName, element, header, objectKey, operation, xml } from '../operation.ts';
import { source, sourceActions } from './copy-source-members.ts';
import {
  contentHeaders,
  encryption,
  encryptionFacts,
  metadata,
  objectWorm,
  overwrite,
  payer,
  persistentHeaders,
  placement,
  sourceConditions,
  throttle,
  versionFact,
} from './member-sets.ts';
import { writeActions } from './permissions.ts';

/**
 * Copies an object inside a bucket or between buckets of the same region; the bytes travel inside the service (OSS: CopyObject). A source in
 * another bucket may have 5 GB at most, and 1 GB where the copy changes storage class or encryption; `uploadPartCopy` copies larger ones.
 */
export const copyObject = operation({
  name: 'CopyObject',
  method: 'PUT',
  level: 'object',
  marks: { headers: ['x-oss-copy-source'] },
  request: {
    bucket: bucketName,
    key: objectKey,
    ...source,
    ...sourceConditions,
    /**
     * `COPY` (the default): metadata and content headers are the source's, and those of the request are ignored. `REPLACE`: they are the
     * request's alone. A copy onto itself, in a bucket without versions, always takes the request's.
     */
    metadataDirective: header('x-oss-metadata-directive', metadataDirective),
    ...contentHeaders,
    ...metadata,
    ...persistentHeaders,
    /** `Copy` (the default): the source's tags. `Replace`: the request's alone. */
    taggingDirective: header('x-oss-tagging-directive', taggingDirective),
    ...placement,
    ...overwrite,
    ...encryption,
    ...objectWorm,
    ...throttle,
    ...payer,
  },
  results: {
    200: {
      root: 'CopyObjectResult',
      members: {
        /** The copy's ETag, in quotes. */
        etag: xml(element('ETag', etag)),
        /** When the copy was made. */
        lastModified: xml(element('LastModified', isoDate)),
        /** The ETag again, as a header: ali-oss reads it there. */
        etagHeader: header('ETag', etag),
        /** CRC-64/XZ, the same as the source's. */
        hashCrc64: header('x-oss-hash-crc64ecma', hashCrc64),
        ...versionFact,
        /** The version that was copied, where the source's bucket has versions. */
        sourceVersionId: header('x-oss-copy-source-version-id', text),
        ...encryptionFacts,
      },
    },
  },
  errors: [
    'NoSuchBucket',
    'AccessDenied',
    'InvalidArgument',
    'InvalidBucketName',
    'InvalidObjectName',
    'InvalidTag',
    'BadRequest',
    'NoSuchKey',
    'NoSuchVersion',
    'InvalidObjectState',
    'PreconditionFailed',
    'NotModified',
    'EntityTooLarge',
    'FileAlreadyExists',
    'FileImmutable',
  ],
  permissions: (request) => {
    const copiesTags = request.taggingDirective !== 'Replace';
    const [write, ...others] = writeActions({ ...request, tagging: copiesTags ? undefined : request.tagging });
    const tagging = { action: 'oss:PutObjectTagging', bucket: request.bucket, key: request.key, onlyWithTags: true } as const;
    return [...(write === undefined ? [] : [write]), ...(copiesTags ? [tagging] : []), ...others, ...sourceActions(request, copiesTags)];
  },
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
