/** Rules by which objects expire, move to other storage classes, and uploads end (OSS: lifecycle). */
import { anyCaseBoolean, boolean, count, text } from '../codec.ts';
import { isoDate } from '../codec-dates.ts';
import { limits } from '../limits.ts';
import { bucketName, element, header, many, operation, optional, struct, xml } from '../operation.ts';
import { xmlBodyFacts } from './member-sets.ts';
import { bucketAction } from './permissions.ts';

const tag = struct('Tag', { key: element('Key', text), value: element('Value', text) });

const timing = {
  /** So many days after the last modification, counted from the next midnight in UTC; of uploads, after their beginning. */
  days: optional(element('Days', count)),
  /** Acts on what is older than this date, which is a midnight in UTC. */
  createdBeforeDate: optional(element('CreatedBeforeDate', isoDate)),
};

const accessTime = {
  /** Days count from the last access instead. */
  isAccessTime: optional(element('IsAccessTime', anyCaseBoolean)),
  /** Objects go back to Standard when they are read. */
  returnToStdWhenVisit: optional(element('ReturnToStdWhenVisit', anyCaseBoolean)),
  /** Whether objects of less than 64 KB move too. */
  allowSmallFile: optional(element('AllowSmallFile', anyCaseBoolean)),
};

const rules = many(
  struct('Rule', {
    /** Unique, at most 255 bytes; minted where it is absent. */
    id: optional(element('ID', text)),
    /** The names of the objects begin so; empty for all of the bucket. */
    prefix: optional(element('Prefix', text)),
    /** `Enabled` or `Disabled`. */
    status: element('Status', text),
    filter: optional(
      struct('Filter', {
        /** In bytes. */
        objectSizeGreaterThan: optional(element('ObjectSizeGreaterThan', count)),
        /** In bytes. */
        objectSizeLessThan: optional(element('ObjectSizeLessThan', count)),
        /** Objects with this prefix, or this tag, or both where both stand, are left alone. */
        nots: many(struct('Not', { prefix: optional(element('Prefix', text)), tag: optional(tag) })),
      }),
    ),
    /** The objects have all of these tags. */
    tags: many(tag),
    expiration: optional(
      struct('Expiration', {
        ...timing,
        /** Removes a delete marker that has no version left behind it. */
        expiredObjectDeleteMarker: optional(element('ExpiredObjectDeleteMarker', anyCaseBoolean)),
      }),
    ),
    transitions: many(struct('Transition', { ...timing, storageClass: element('StorageClass', text), ...accessTime })),
    /** Ends unfinished uploads. */
    abortMultipartUpload: optional(struct('AbortMultipartUpload', timing)),
    /** Removes older versions so many days after a newer one came. */
    noncurrentVersionExpiration: optional(struct('NoncurrentVersionExpiration', { noncurrentDays: element('NoncurrentDays', count) })),
    noncurrentVersionTransitions: many(
      struct('NoncurrentVersionTransition', {
        noncurrentDays: element('NoncurrentDays', count),
        storageClass: element('StorageClass', text),
        ...accessTime,
      }),
    ),
  }),
);

/** Replaces the lifecycle rules of a bucket (OSS: PutBucketLifecycle). */
export const putBucketLifecycle = operation({
  name: 'PutBucketLifecycle',
  method: 'PUT',
  level: 'bucket',
  marks: { query: ['lifecycle'] },
  request: {
    bucket: bucketName,
    /** `true`: rules of one action may have prefixes that overlap. */
    allowSameActionOverlap: header('x-oss-allow-same-action-overlap', boolean()),
    ...xmlBodyFacts,
    /** At most 1000. */
    rules: xml(rules),
  },
  requestRoot: 'LifecycleConfiguration',
  requestBody: 'required',
  results: { 200: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidDigest', 'MalformedXML', 'InvalidArgument', 'InvalidRequest', 'NotImplemented'],
  permissions: (request) => bucketAction('oss:PutBucketLifecycle', request),
  retry: 'idempotent',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** The lifecycle rules of a bucket (OSS: GetBucketLifecycle). */
export const getBucketLifecycle = operation({
  name: 'GetBucketLifecycle',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['lifecycle'] },
  request: { bucket: bucketName },
  results: { 200: { root: 'LifecycleConfiguration', members: { rules: xml(rules) } } },
  errors: ['NoSuchBucket', 'AccessDenied', 'NoSuchLifecycle'],
  permissions: (request) => bucketAction('oss:GetBucketLifecycle', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Removes the lifecycle rules of a bucket (OSS: DeleteBucketLifecycle). */
export const deleteBucketLifecycle = operation({
  name: 'DeleteBucketLifecycle',
  method: 'DELETE',
  level: 'bucket',
  marks: { query: ['lifecycle'] },
  request: { bucket: bucketName },
  results: { 204: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:DeleteBucketLifecycle', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
