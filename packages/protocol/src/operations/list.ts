/** Lists of objects, of uploads and of parts, a page at a time. */
import { anyCaseBoolean, boolean, constant, count, integer, orWhenEmpty, text } from '../codec.ts';
import { isoDate } from '../codec-dates.ts';
import { etag, hashCrc64 } from '../codec-digests.ts';
import { listName, name } from '../codec-names.ts';
import { knownObjectType, knownStorageClass } from '../codec-object.ts';
import { limits } from '../limits.ts';
import { bucketName, element, group, many, objectKey, operation, optional, orEmpty, query, required, struct, xml } from '../operation.ts';
import { objectPage, pageSize, prefixes } from './list-page-members.ts';
import { commonPrefixStruct, encodingType, encodingTypeEcho, ownerStruct, payer } from './member-sets.ts';
import { bucketAction } from './permissions.ts';

const contents = {
  contents: xml(
    many(
      struct('Contents', {
        key: element('Key', name),
        lastModified: element('LastModified', isoDate),
        /** In quotes. */
        etag: element('ETag', etag),
        /** `Normal`, `Multipart`, `Appendable` or `Symlink`. */
        objectType: optional(element('Type', knownObjectType)),
        /** In bytes. */
        size: element('Size', count),
        storageClass: optional(element('StorageClass', knownStorageClass)),
        /** Archived objects: `ongoing-request="…"`, and `expiry-date="…"` once restored. */
        restoreInfo: optional(element('RestoreInfo', text)),
        owner: optional(ownerStruct),
      }),
    ),
  ),
  commonPrefixes: xml(many(commonPrefixStruct)),
};

const listErrors = ['NoSuchBucket', 'AccessDenied', 'InvalidArgument'] as const;

/** The objects of a bucket in byte order of keys (OSS: ListObjects, also called GetBucket). */
export const listObjects = operation({
  name: 'ListObjects',
  method: 'GET',
  level: 'bucket',
  marks: {},
  request: {
    ...objectPage,
    /** Only names after this one, which is excluded: the `nextMarker` of the page before. */
    marker: query('marker', listName),
  },
  results: {
    200: {
      root: 'ListBucketResult',
      members: {
        /** The bucket. */
        name: xml(element('Name', text)),
        prefix: xml(orEmpty(element('Prefix', name))),
        marker: xml(orEmpty(element('Marker', name))),
        maxKeys: xml(element('MaxKeys', count)),
        delimiter: xml(orEmpty(element('Delimiter', name))),
        ...encodingTypeEcho,
        /** Whether more follows. */
        isTruncated: xml(element('IsTruncated', boolean())),
        /** The marker of the next page, where more follows. */
        nextMarker: xml(optional(element('NextMarker', name))),
        ...contents,
      },
    },
  },
  errors: listErrors,
  permissions: (request) => bucketAction('oss:ListObjects', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** The objects of a bucket in byte order of keys, paged by tokens (OSS: ListObjectsV2). */
export const listObjectsV2 = operation({
  name: 'ListObjectsV2',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['list-type'] },
  request: {
    /** Always 2. */
    listType: required(group(query('list-type', constant('2', { message: 'The list-type must be 2.', ec: '0015-00000401' })))),
    ...objectPage,
    /** Only names after this one, which is excluded. */
    startAfter: query('start-after', listName),
    /** The `nextContinuationToken` of the page before; counts more than `startAfter`. An empty one is none. */
    continuationToken: query('continuation-token', text),
    /** `true`: each object has its owner. Default: `false`. */
    fetchOwner: query('fetch-owner', orWhenEmpty(anyCaseBoolean, false)),
  },
  results: {
    200: {
      root: 'ListBucketResult',
      members: {
        /** The bucket. */
        name: xml(element('Name', text)),
        prefix: xml(orEmpty(element('Prefix', name))),
        startAfter: xml(optional(element('StartAfter', name))),
        continuationToken: xml(optional(element('ContinuationToken', text))),
        maxKeys: xml(element('MaxKeys', count)),
        delimiter: xml(orEmpty(element('Delimiter', name))),
        ...encodingTypeEcho,
        /** Whether more follows. */
        isTruncated: xml(element('IsTruncated', boolean())),
        /** The token of the next page, where more follows. */
        nextContinuationToken: xml(optional(element('NextContinuationToken', text))),
        ...contents,
        /** How many objects and common prefixes the page has. */
        keyCount: xml(element('KeyCount', count)),
      },
    },
  },
  errors: listErrors,
  permissions: (request) => bucketAction('oss:ListObjects', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** The uploads of a bucket that are neither complete nor aborted, by key, then by upload id (OSS: ListMultipartUploads). */
export const listMultipartUploads = operation({
  name: 'ListMultipartUploads',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['uploads'] },
  request: {
    bucket: bucketName,
    ...prefixes,
    /** Only keys after this one; with `uploadIdMarker`, later uploads of this key too. */
    keyMarker: query('key-marker', listName),
    /** Only uploads after this one, of the key that `keyMarker` names; ignored without it. */
    uploadIdMarker: query('upload-id-marker', text),
    /** At most this many uploads and common prefixes together: 1 to 1000, 1000 without it. */
    maxUploads: query('max-uploads', pageSize),
    ...encodingType,
    ...payer,
  },
  results: {
    200: {
      root: 'ListMultipartUploadsResult',
      members: {
        ...encodingTypeEcho,
        bucket: xml(element('Bucket', text)),
        keyMarker: xml(orEmpty(element('KeyMarker', name))),
        uploadIdMarker: xml(orEmpty(element('UploadIdMarker', text))),
        /** The markers of the next page, where more follows. */
        nextKeyMarker: xml(orEmpty(element('NextKeyMarker', name))),
        nextUploadIdMarker: xml(orEmpty(element('NextUploadIdMarker', text))),
        delimiter: xml(orEmpty(element('Delimiter', name))),
        prefix: xml(orEmpty(element('Prefix', name))),
        maxUploads: xml(element('MaxUploads', count)),
        /** Whether more follows. */
        isTruncated: xml(element('IsTruncated', boolean())),
        uploads: xml(
          many(
            struct('Upload', {
              key: element('Key', name),
              uploadId: element('UploadId', text),
              storageClass: optional(element('StorageClass', knownStorageClass)),
              /** When the upload began. */
              initiated: element('Initiated', isoDate),
            }),
          ),
        ),
        commonPrefixes: xml(many(commonPrefixStruct)),
      },
    },
  },
  errors: listErrors,
  permissions: (request) => bucketAction('oss:ListMultipartUploads', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** The parts of an upload in order of number (OSS: ListParts). */
export const listParts = operation({
  name: 'ListParts',
  method: 'GET',
  level: 'object',
  marks: { query: ['uploadId'] },
  request: {
    bucket: bucketName,
    key: objectKey,
    /** The id that InitiateMultipartUpload answered. */
    uploadId: required(query('uploadId', text)),
    /** At most this many: 1 to 1000, 1000 without it. */
    maxParts: query('max-parts', pageSize),
    /** Only parts of a greater number. */
    partNumberMarker: query('part-number-marker', orWhenEmpty(integer(0, limits.partCountMax), 0)),
    ...encodingType,
    ...payer,
  },
  results: {
    200: {
      root: 'ListPartsResult',
      members: {
        ...encodingTypeEcho,
        bucket: xml(element('Bucket', text)),
        key: xml(element('Key', name)),
        uploadId: xml(element('UploadId', text)),
        storageClass: xml(optional(element('StorageClass', knownStorageClass))),
        partNumberMarker: xml(optional(element('PartNumberMarker', count))),
        /** The number of the last part of the page, also where none follows. */
        nextPartNumberMarker: xml(optional(element('NextPartNumberMarker', count))),
        maxParts: xml(element('MaxParts', count)),
        /** Whether more follows. */
        isTruncated: xml(element('IsTruncated', boolean())),
        parts: xml(
          many(
            struct('Part', {
              partNumber: element('PartNumber', count),
              lastModified: element('LastModified', isoDate),
              /** The MD5 of the part in upper-case hex, in quotes. */
              etag: element('ETag', etag),
              /** CRC-64/XZ of the part. */
              hashCrc64: optional(element('HashCrc64ecma', hashCrc64)),
              /** In bytes. */
              size: element('Size', count),
            }),
          ),
        ),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidArgument', 'NoSuchUpload'],
  permissions: ({ bucket, key }) => [{ action: 'oss:ListParts', bucket, key }],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
