/** Operations that read objects. */
import { count, headerValue, text } from '../codec.ts';
import { httpDate } from '../codec-dates.ts';
import { etag, hashCrc64 } from '../codec-digests.ts';
import { range } from '../codec-object.ts';
import { bucketName, header, objectKey, operation, query, stream } from '../operation.ts';
import { conditions, objectFacts, payer, throttle, version, versionFact } from './member-sets.ts';
import { objectAction } from './permissions.ts';

const readErrors = [
  'NoSuchBucket',
  'AccessDenied',
  'InvalidArgument',
  'InvalidRequest',
  'NoSuchKey',
  'NoSuchVersion',
  'InvalidObjectState',
  'PreconditionFailed',
  'NotModified',
] as const;

const body = {
  /** The bytes, in the order of the object. */
  body: stream(),
  /** `none` where a function of the bucket has processed the object. */
  processStatus: header('x-oss-process-status', text),
};

/** An object's bytes, whole or a range of them, and what HeadObject tells (OSS: GetObject). */
export const getObject = operation({
  name: 'GetObject',
  method: 'GET',
  level: 'object',
  marks: {},
  request: {
    bucket: bucketName,
    key: objectKey,
    /**
     * The bytes to send: `bytes=0-99` for the first hundred. A range that is malformed or reaches beyond the object gives the whole object with
     * status 200 and no `contentRange`, unless `rangeBehavior` says otherwise.
     */
    range: header('Range', range),
    /** `standard`: a range is clipped to the object, and 416 InvalidRange where it begins beyond it. */
    rangeBehavior: header('x-oss-range-behavior', text),
    ...conditions,
    /** The answer's `Content-Type`, in place of the object's. Signed requests only, as with the five others. */
    responseContentType: query('response-content-type', headerValue),
    /** The answer's `Content-Language`. */
    responseContentLanguage: query('response-content-language', headerValue),
    /** The answer's `Expires`. */
    responseExpires: query('response-expires', headerValue),
    /** The answer's `Cache-Control`. */
    responseCacheControl: query('response-cache-control', headerValue),
    /** The answer's `Content-Disposition`. */
    responseContentDisposition: query('response-content-disposition', headerValue),
    /** The answer's `Content-Encoding`. */
    responseContentEncoding: query('response-content-encoding', headerValue),
    ...version,
    ...throttle,
    ...payer,
    /** Image and document processing: `image/resize,w_100`. */
    process: query('x-oss-process', text, { refused: true }),
  },
  results: {
    200: { members: { ...objectFacts, ...body } },
    206: {
      members: {
        /** `bytes first-last/size`. */
        contentRange: header('Content-Range', text),
        ...objectFacts,
        ...body,
      },
    },
  },
  errors: [...readErrors, 'InvalidRange'],
  permissions: (request) => [objectAction('Get', request)],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** What an object is, without its bytes (OSS: HeadObject). */
export const headObject = operation({
  name: 'HeadObject',
  method: 'HEAD',
  level: 'object',
  marks: {},
  request: { bucket: bucketName, key: objectKey, ...conditions, ...version, ...payer },
  results: { 200: { members: objectFacts } },
  errors: readErrors,
  permissions: (request) => [objectAction('Get', request)],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** An object's size, ETag and time of modification; of a symbolic link, the link's own (OSS: GetObjectMeta). */
export const getObjectMeta = operation({
  name: 'GetObjectMeta',
  method: 'HEAD',
  level: 'object',
  marks: { query: ['objectMeta'] },
  request: { bucket: bucketName, key: objectKey, ...version, ...payer },
  results: {
    200: {
      members: {
        /** The object's size in bytes. */
        contentLength: header('Content-Length', count),
        /** In quotes. */
        etag: header('ETag', etag),
        lastModified: header('Last-Modified', httpDate),
        /** CRC-64/XZ of the object. */
        hashCrc64: header('x-oss-hash-crc64ecma', hashCrc64),
        ...versionFact,
        /** When the object was read last, where the bucket tracks that. */
        lastAccessTime: header('x-oss-last-access-time', text),
        /** When the object moved to its storage class. */
        transitionTime: header('x-oss-transition-time', text),
        /** When an appendable object was sealed. */
        sealedTime: header('x-oss-sealed-time', text),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidArgument', 'NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed'],
  permissions: (request) => [objectAction('Get', request)],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
