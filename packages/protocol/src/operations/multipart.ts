/** Operations of multipart uploads: an object put together from parts, each sent or copied by itself. */
import { choice, text } from '../codec.ts';
import { isoDate } from '../codec-dates.ts';
import { contentMd5, etag, hashCrc64 } from '../codec-digests.ts';
import { name } from '../codec-names.ts';
import { listedPartNumber, objectAcl, partNumber, range } from '../codec-object.ts';
import { limits } from '../limits.ts';
import {
  bucketName,
  element,
  header,
  many,
  objectKey,
  operation,
  optional,
  query,
  required,
  stream,
  struct,
  unlessCallback,
  xml,
} from '../operation.ts';
import { source, sourceActions } from './copy-source-members.ts';
import {
  bodyFacts,
  callback,
  callbackFact,
  contentHeaders,
  encodingType,
  encodingTypeEcho,
  encryption,
  encryptionFacts,
  metadata,
  noEncryption,
  objectWorm,
  overwrite,
  payer,
  persistentHeaders,
  placement,
  refusedConditions,
  sourceConditions,
  throttle,
  versionFact,
  xmlBodyFacts,
} from './member-sets.ts';
import { writeActions } from './permissions.ts';

const upload = {
  /** The id that InitiateMultipartUpload answered. */
  uploadId: required(query('uploadId', text)),
};

const part = {
  /** 1 to 10000: its place among the parts. A part of the same number is replaced. */
  partNumber: required(query('partNumber', partNumber)),
  ...upload,
};

/** Begins an upload; an object of the key stays as it is until the upload is complete (OSS: InitiateMultipartUpload). */
export const initiateMultipartUpload = operation({
  name: 'InitiateMultipartUpload',
  method: 'POST',
  level: 'object',
  marks: { query: ['uploads'] },
  request: {
    bucket: bucketName,
    key: objectKey,
    ...encodingType,
    /** Parts must arrive in order, and the object gets a `Content-MD5`. */
    sequential: query('sequential', text, { refused: true }),
    ...contentHeaders,
    ...metadata,
    ...persistentHeaders,
    /** The ACL is documented for CompleteMultipartUpload; some SDKs send it here. */
    ...placement,
    ...overwrite,
    ...encryption,
    ...objectWorm,
    ...payer,
    ...refusedConditions,
  },
  results: {
    200: {
      root: 'InitiateMultipartUploadResult',
      members: {
        ...encodingTypeEcho,
        bucket: xml(element('Bucket', text)),
        key: xml(element('Key', name)),
        /** 32 upper-case hex characters. */
        uploadId: xml(element('UploadId', text)),
        ...encryptionFacts,
      },
    },
  },
  errors: [
    'NoSuchBucket',
    'AccessDenied',
    'InvalidObjectName',
    'InvalidArgument',
    'InvalidTag',
    'BadRequest',
    'FileAlreadyExists',
    'FileImmutable',
  ],
  permissions: writeActions,
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Sends a part: 100 KB to 5 GB, the last one of any size (OSS: UploadPart). */
export const uploadPart = operation({
  name: 'UploadPart',
  method: 'PUT',
  level: 'object',
  marks: { query: ['partNumber', 'uploadId'] },
  request: {
    bucket: bucketName,
    key: objectKey,
    ...part,
    ...bodyFacts,
    ...noEncryption,
    ...throttle,
    ...payer,
    ...refusedConditions,
    /** The part's bytes. */
    body: stream(),
  },
  results: {
    200: {
      members: {
        /** The MD5 of the part in upper-case hex, in quotes. */
        etag: header('ETag', etag),
        /** CRC-64/XZ of the part. */
        hashCrc64: header('x-oss-hash-crc64ecma', hashCrc64),
        /** Base64 of the MD5. */
        contentMd5: header('Content-MD5', contentMd5),
        ...encryptionFacts,
      },
    },
  },
  errors: [
    'NoSuchBucket',
    'AccessDenied',
    'InvalidArgument',
    'MissingContentLength',
    'EntityTooLarge',
    'NoSuchUpload',
    'IncompleteBody',
    'RequestTimeout',
    'InvalidDigest',
    'InvalidCRC64',
  ],
  permissions: ({ bucket, key }) => writeActions({ bucket, key }),
  retry: 'idempotent',
  bodyLimitBytes: limits.bodyMaxBytes,
});

/** Copies an object, or a range of it, into a part; the bytes travel inside the service (OSS: UploadPartCopy). */
export const uploadPartCopy = operation({
  name: 'UploadPartCopy',
  method: 'PUT',
  level: 'object',
  marks: { query: ['partNumber', 'uploadId'], headers: ['x-oss-copy-source'] },
  request: {
    bucket: bucketName,
    key: objectKey,
    ...part,
    ...source,
    /**
     * The bytes of the source to copy: `bytes=0-99` for the first hundred; all of them without it. The service takes a range that is malformed or
     * reaches beyond the source as none, and copies everything: the answer has no `contentRange` then.
     */
    sourceRange: header('x-oss-copy-source-range', range),
    ...sourceConditions,
    ...noEncryption,
    ...throttle,
    ...payer,
  },
  // Python's SDK v1 says the version of the source here too; what counts stands in the copy source.
  idleQuery: ['versionId'],
  results: {
    200: {
      root: 'CopyPartResult',
      members: {
        /** When the part was written. */
        lastModified: xml(element('LastModified', isoDate)),
        /** The MD5 of the part in upper-case hex, in quotes. */
        etag: xml(element('ETag', etag)),
        /** The ETag again, as a header: ali-oss reads it there. */
        etagHeader: header('ETag', etag),
        /** `bytes first-last/size` of the source, where a range was copied. */
        contentRange: header('Content-Range', text),
        /** CRC-64/XZ of the part; OSS itself does not document it here. */
        hashCrc64: header('x-oss-hash-crc64ecma', hashCrc64),
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
    'NoSuchUpload',
    'NoSuchKey',
    'NoSuchVersion',
    'InvalidObjectState',
    'PreconditionFailed',
    'NotModified',
    'EntityTooLarge',
    'OperationNotSupported',
    'FileImmutable',
  ],
  permissions: (request) => [...writeActions({ bucket: request.bucket, key: request.key }), ...sourceActions(request, false)],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Makes the object of the listed parts, or of all of them, and ends the upload (OSS: CompleteMultipartUpload). */
export const completeMultipartUpload = operation({
  name: 'CompleteMultipartUpload',
  method: 'POST',
  level: 'object',
  marks: { query: ['uploadId'] },
  request: {
    bucket: bucketName,
    key: objectKey,
    ...upload,
    ...encodingType,
    /** `yes`: the object is made of every part that the upload has, and no list is given. */
    completeAll: header('x-oss-complete-all', choice(['yes'])),
    /** The object's own ACL; `default`, that of its bucket, without it. */
    acl: header('x-oss-object-acl', objectAcl),
    ...overwrite,
    ...persistentHeaders,
    ...callback,
    ...payer,
    ...xmlBodyFacts,
    ...refusedConditions,
    /** The parts of the object, in ascending order of number; gaps are allowed. */
    parts: xml(
      optional(
        many(
          struct('Part', {
            /** 1 to 10000. */
            partNumber: element('PartNumber', listedPartNumber),
            /** The part's ETag, with or without quotes. */
            etag: element('ETag', etag),
          }),
        ),
      ),
    ),
  },
  requestRoot: 'CompleteMultipartUpload',
  requestBody: 'optional',
  results: {
    200: {
      root: 'CompleteMultipartUploadResult',
      members: {
        ...encodingTypeEcho,
        /** The object's URL. */
        location: unlessCallback(xml(element('Location', text))),
        bucket: unlessCallback(xml(element('Bucket', text))),
        key: unlessCallback(xml(element('Key', name))),
        /** In quotes: the MD5 of the parts' ETags, `-` and the number of parts; not the MD5 of the content. */
        etag: unlessCallback(xml(element('ETag', etag))),
        /** The ETag again, as a header. */
        etagHeader: header('ETag', etag),
        /** CRC-64/XZ of the whole object. */
        hashCrc64: header('x-oss-hash-crc64ecma', hashCrc64),
        ...versionFact,
        ...encryptionFacts,
        ...callbackFact,
      },
    },
  },
  errors: [
    'NoSuchBucket',
    'AccessDenied',
    'InvalidArgument',
    'MalformedXML',
    'InvalidDigest',
    'NoSuchUpload',
    'InvalidPartOrder',
    'InvalidPart',
    'EntityTooSmall',
    'FileAlreadyExists',
    'FileImmutable',
  ],
  permissions: ({ bucket, key, acl }) => writeActions({ bucket, key, acl }),
  // After a lost reply the upload is gone where the object was made: looking tells the two apart.
  retry: 'resolve',
  bodyLimitBytes: limits.completeXmlMaxBytes,
});

/** Ends an upload and drops its parts (OSS: AbortMultipartUpload). */
export const abortMultipartUpload = operation({
  name: 'AbortMultipartUpload',
  method: 'DELETE',
  level: 'object',
  marks: { query: ['uploadId'] },
  request: { bucket: bucketName, key: objectKey, ...upload, ...payer },
  results: { 204: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidArgument', 'NoSuchUpload'],
  permissions: ({ bucket, key }) => [{ action: 'oss:AbortMultipartUpload', bucket, key }],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
