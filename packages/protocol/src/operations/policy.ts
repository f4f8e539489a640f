/** Policies of buckets: who may do what, beside the lists (OSS: bucket policy). */
import { boolean } from '../codec.ts';
import { limits } from '../limits.ts';
import { bodyText, bucketName, element, operation, xml } from '../operation.ts';
import { xmlBodyFacts } from './member-sets.ts';
import { bucketAction } from './permissions.ts';

/** Sets the policy of a bucket (OSS: PutBucketPolicy). */
export const putBucketPolicy = operation({
  name: 'PutBucketPolicy',
  method: 'PUT',
  level: 'bucket',
  marks: { query: ['policy'] },
  request: {
    bucket: bucketName,
    ...xmlBodyFacts,
    /** JSON, at most 16 KB: `{"Version":"1","Statement":[…]}`. */
    policy: bodyText('policy'),
  },
  requestBody: 'required',
  malformedBodyCode: 'InvalidPolicyDocument',
  results: { 200: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidDigest', 'InvalidPolicyDocument'],
  permissions: (request) => bucketAction('oss:PutBucketPolicy', request),
  retry: 'idempotent',
  // More than a policy may have: what is too long is told as that.
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** The policy of a bucket (OSS: GetBucketPolicy). */
export const getBucketPolicy = operation({
  name: 'GetBucketPolicy',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['policy'] },
  request: { bucket: bucketName },
  results: {
    200: {
      members: {
        /** As it was set, byte for byte. */
        policy: bodyText('policy'),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied', 'NoSuchBucketPolicy'],
  permissions: (request) => bucketAction('oss:GetBucketPolicy', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Takes the policy of a bucket away; none is no error (OSS: DeleteBucketPolicy). */
export const deleteBucketPolicy = operation({
  name: 'DeleteBucketPolicy',
  method: 'DELETE',
  level: 'bucket',
  marks: { query: ['policy'] },
  request: { bucket: bucketName },
  results: { 204: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:DeleteBucketPolicy', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Whether the policy of a bucket lets everybody in (OSS: GetBucketPolicyStatus). */
export const getBucketPolicyStatus = operation({
  name: 'GetBucketPolicyStatus',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['policyStatus'] },
  request: { bucket: bucketName },
  results: {
    200: {
      root: 'PolicyStatus',
      members: {
        /** False where there is no policy. */
        isPublic: xml(element('IsPublic', boolean())),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:GetBucketPolicyStatus', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
