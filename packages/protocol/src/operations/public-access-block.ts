/** The block on public access: of a bucket, and of the account for all of its buckets (OSS: Block Public Access). */
import { anyCaseBoolean } from '../codec.ts';
import { limits } from '../limits.ts';
import { bucketName, element, operation, xml } from '../operation.ts';
import { xmlBodyFacts } from './member-sets.ts';
import { bucketAction } from './permissions.ts';

const requested = {
  /** True: lists and policies that let everybody in count for nothing, and cannot be set. */
  blockPublicAccess: xml(element('BlockPublicAccess', anyCaseBoolean)),
};
const answered = { 200: { root: 'PublicAccessBlockConfiguration', members: requested } };

/** Sets whether a bucket blocks public access (OSS: PutBucketPublicAccessBlock). */
export const putBucketPublicAccessBlock = operation({
  name: 'PutBucketPublicAccessBlock',
  method: 'PUT',
  level: 'bucket',
  marks: { query: ['publicAccessBlock'] },
  request: { bucket: bucketName, ...xmlBodyFacts, ...requested },
  requestRoot: 'PublicAccessBlockConfiguration',
  requestBody: 'required',
  results: { 200: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidDigest', 'MalformedXML', 'InvalidArgument'],
  permissions: (request) => bucketAction('oss:PutBucketPublicAccessBlock', request),
  retry: 'idempotent',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** Whether a bucket blocks public access (OSS: GetBucketPublicAccessBlock). */
export const getBucketPublicAccessBlock = operation({
  name: 'GetBucketPublicAccessBlock',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['publicAccessBlock'] },
  request: { bucket: bucketName },
  results: answered,
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:GetBucketPublicAccessBlock', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Takes the block of a bucket away (OSS: DeleteBucketPublicAccessBlock). */
export const deleteBucketPublicAccessBlock = operation({
  name: 'DeleteBucketPublicAccessBlock',
  method: 'DELETE',
  level: 'bucket',
  marks: { query: ['publicAccessBlock'] },
  request: { bucket: bucketName },
  results: { 204: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:DeleteBucketPublicAccessBlock', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Sets whether the account blocks public access to all of its buckets (OSS: PutPublicAccessBlock). */
export const putPublicAccessBlock = operation({
  name: 'PutPublicAccessBlock',
  method: 'PUT',
  level: 'service',
  marks: { query: ['publicAccessBlock'] },
  request: { ...xmlBodyFacts, ...requested },
  requestRoot: 'PublicAccessBlockConfiguration',
  requestBody: 'required',
  results: { 200: { members: {} } },
  errors: ['AccessDenied', 'InvalidDigest', 'MalformedXML', 'InvalidArgument'],
  permissions: () => [{ action: 'oss:PutPublicAccessBlock' }],
  retry: 'idempotent',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** Whether the account blocks public access to all of its buckets (OSS: GetPublicAccessBlock). */
export const getPublicAccessBlock = operation({
  name: 'GetPublicAccessBlock',
  method: 'GET',
  level: 'service',
  marks: { query: ['publicAccessBlock'] },
  request: {},
  results: answered,
  errors: ['AccessDenied'],
  permissions: () => [{ action: 'oss:GetPublicAccessBlock' }],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Takes the account's block away (OSS: DeletePublicAccessBlock). */
export const deletePublicAccessBlock = operation({
  name: 'DeletePublicAccessBlock',
  method: 'DELETE',
  level: 'service',
  marks: { query: ['publicAccessBlock'] },
  request: {},
  results: { 204: { members: {} } },
  errors: ['AccessDenied'],
  permissions: () => [{ action: 'oss:DeletePublicAccessBlock' }],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
