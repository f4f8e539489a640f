/** Where the access log of a bucket goes (OSS: bucket logging). */
import { text } from '../codec.ts';
import { logPrefix } from '../codec-logging.ts';
import { limits } from '../limits.ts';
import { bucketName, element, operation, optional, orEmpty, struct, xml } from '../operation.ts';
import { xmlBodyFacts } from './member-sets.ts';
import { bucketAction } from './permissions.ts';

/** Says where the access log of a bucket goes, or that there is none (OSS: PutBucketLogging). */
export const putBucketLogging = operation({
  name: 'PutBucketLogging',
  method: 'PUT',
  level: 'bucket',
  marks: { query: ['logging'] },
  request: {
    bucket: bucketName,
    ...xmlBodyFacts,
    /** Absent: logging ends. */
    loggingEnabled: xml(
      optional(
        struct('LoggingEnabled', {
          /** A bucket of the same owner, in the same region. */
          targetBucket: element('TargetBucket', text),
          /** What the names of the logs begin with. */
          targetPrefix: orEmpty(element('TargetPrefix', logPrefix)),
        }),
      ),
    ),
  },
  requestRoot: 'BucketLoggingStatus',
  requestBody: 'required',
  results: { 200: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidDigest', 'MalformedXML', 'InvalidArgument', 'InvalidTargetBucketForLogging'],
  permissions: (request) => bucketAction('oss:PutBucketLogging', request),
  retry: 'idempotent',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** Where the access log of a bucket goes (OSS: GetBucketLogging). */
export const getBucketLogging = operation({
  name: 'GetBucketLogging',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['logging'] },
  request: { bucket: bucketName },
  results: {
    200: {
      root: 'BucketLoggingStatus',
      members: {
        /** Absent where nothing is logged. */
        loggingEnabled: xml(
          optional(
            struct('LoggingEnabled', { targetBucket: element('TargetBucket', text), targetPrefix: orEmpty(element('TargetPrefix', text)) }),
          ),
        ),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:GetBucketLogging', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Ends the logging of a bucket (OSS: DeleteBucketLogging). */
export const deleteBucketLogging = operation({
  name: 'DeleteBucketLogging',
  method: 'DELETE',
  level: 'bucket',
  marks: { query: ['logging'] },
  request: { bucket: bucketName },
  results: { 204: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:DeleteBucketLogging', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
