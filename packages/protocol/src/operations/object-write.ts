/** Operations that write objects from the body of the request. */
import { count, text } from '../codec.ts';
import { contentMd5, etag, hashCrc64 } from '../codec-digests.ts';
import { limits } from '../limits.ts';
import { bucketName, header, objectKey, operation, query, required, stream } from '../operation.ts';
import {
  bodyFacts,
  callback,
  callbackFact,
  contentHeaders,
  encryption,
  encryptionFacts,
  metadata,
  objectWorm,
  overwrite,
  payer,
  persistentHeaders,
  placement,
  refusedConditions,
  throttle,
  versionFact,
} from './member-sets.ts';
import { writeActions } from './permissions.ts';

/** Writes an object in one request, at most 5 GB; an object of the key is replaced (OSS: PutObject). */
export const putObject = operation({
  name: 'PutObject',
  method: 'PUT',
  level: 'object',
  marks: {},
  request: {
    bucket: bucketName,
    key: objectKey,
    ...contentHeaders,
    ...metadata,
    ...persistentHeaders,
    ...placement,
    ...overwrite,
    ...bodyFacts,
    ...encryption,
    ...objectWorm,
    ...callback,
    ...throttle,
    ...payer,
    ...refusedConditions,
    /** The object's bytes; none for an empty object. */
    body: stream(),
  },
  results: {
    200: {
      members: {
        /** The MD5 of the bytes in upper-case hex, in quotes. */
        etag: header('ETag', etag),
        /** CRC-64/XZ of the bytes. */
        hashCrc64: header('x-oss-hash-crc64ecma', hashCrc64),
        /** Base64 of the MD5. */
        contentMd5: header('Content-MD5', contentMd5),
        ...versionFact,
        ...encryptionFacts,
        /** `expiry-date="…", rule-id="…"` where a lifecycle rule will delete the object. */
        expiration: header('x-oss-expiration', text),
        ...callbackFact,
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
    'MissingContentLength',
    'EntityTooLarge',
    'FileAlreadyExists',
    'FileImmutable',
    'IncompleteBody',
    'RequestTimeout',
    'InvalidDigest',
    'InvalidCRC64',
  ],
  permissions: writeActions,
  retry: 'idempotent',
  bodyLimitBytes: limits.bodyMaxBytes,
});

/** Adds bytes to the end of an appendable object, and creates it at position 0 (OSS: AppendObject). */
export const appendObject = operation({
  name: 'AppendObject',
  method: 'POST',
  level: 'object',
  marks: { query: ['append'] },
  request: {
    bucket: bucketName,
    key: objectKey,
    /** The object's length now, in bytes; 0 for a new one. Another position is 409 PositionNotEqualToLength. */
    position: required(query('position', count)),
    /** These, the metadata, ACL, class and tags count with the first append, and not with later ones. */
    ...contentHeaders,
    ...metadata,
    ...persistentHeaders,
    ...placement,
    ...bodyFacts,
    ...encryption,
    ...throttle,
    ...payer,
    ...refusedConditions,
    /** The bytes to add. */
    body: stream(),
  },
  results: {
    200: {
      members: {
        /** The position of the next append: the object's length in bytes. */
        nextAppendPosition: header('x-oss-next-append-position', count),
        /** CRC-64/XZ of the whole object so far. */
        hashCrc64: header('x-oss-hash-crc64ecma', hashCrc64),
        /** Another one after each append; not the MD5 of the content. In quotes. */
        etag: header('ETag', etag),
        ...versionFact,
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
    'MissingContentLength',
    'EntityTooLarge',
    'ObjectNotAppendable',
    'PositionNotEqualToLength',
    'FileImmutable',
    'IncompleteBody',
    'RequestTimeout',
    'InvalidDigest',
    'InvalidCRC64',
  ],
  permissions: writeActions,
  // The position tells whether a lost append arrived: looking is enough, sending again is not.
  retry: 'resolve',
  bodyLimitBytes: limits.bodyMaxBytes,
});
