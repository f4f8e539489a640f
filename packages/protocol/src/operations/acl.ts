/** ACLs of buckets and of objects (OSS: ACL). */
import { known } from '../codec.ts';
import { bucketAcl, objectAcl } from '../codec-object.ts';
import { bucketName, element, header, objectKey, operation, required, within, xml } from '../operation.ts';
import { ownerStruct, payer, version, versionFact } from './member-sets.ts';
import { bucketAction, objectAction } from './permissions.ts';

/** Sets the ACL of a bucket (OSS: PutBucketAcl). */
export const putBucketAcl = operation({
  name: 'PutBucketAcl',
  method: 'PUT',
  level: 'bucket',
  marks: { query: ['acl'] },
  request: {
    bucket: bucketName,
    /** `private`, `public-read` or `public-read-write`. */
    acl: required(header('x-oss-acl', bucketAcl)),
  },
  results: { 200: { members: {} } },
  errors: ['InvalidBucketName', 'InvalidArgument', 'NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:PutBucketAcl', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** The ACL of a bucket (OSS: GetBucketAcl). */
export const getBucketAcl = operation({
  name: 'GetBucketAcl',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['acl'] },
  request: { bucket: bucketName },
  results: {
    200: {
      root: 'AccessControlPolicy',
      members: {
        owner: xml(ownerStruct),
        /** `private`, `public-read` or `public-read-write`. */
        acl: xml(within('AccessControlList', element('Grant', known('private', 'public-read', 'public-read-write')))),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:GetBucketAcl', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Sets the ACL of an object; its time of modification stays (OSS: PutObjectACL). */
export const putObjectAcl = operation({
  name: 'PutObjectAcl',
  method: 'PUT',
  level: 'object',
  marks: { query: ['acl'] },
  request: {
    bucket: bucketName,
    key: objectKey,
    /** `default` (that of the bucket), `private`, `public-read` or `public-read-write`. */
    acl: required(header('x-oss-object-acl', objectAcl)),
    ...version,
    ...payer,
  },
  results: { 200: { members: { ...versionFact } } },
  errors: ['InvalidArgument', 'NoSuchBucket', 'NoSuchKey', 'AccessDenied'],
  permissions: (request) => [objectAction('Put', request, 'Acl')],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** The ACL of an object, `default` where none was set (OSS: GetObjectACL). */
export const getObjectAcl = operation({
  name: 'GetObjectAcl',
  method: 'GET',
  level: 'object',
  marks: { query: ['acl'] },
  request: { bucket: bucketName, key: objectKey, ...version, ...payer },
  results: {
    200: {
      root: 'AccessControlPolicy',
      members: {
        ...versionFact,
        owner: xml(ownerStruct),
        /** `default`, `private`, `public-read` or `public-read-write`. */
        acl: xml(within('AccessControlList', element('Grant', known('default', 'private', 'public-read', 'public-read-write')))),
      },
    },
  },
  errors: ['InvalidArgument', 'NoSuchBucket', 'NoSuchKey', 'AccessDenied'],
  permissions: (request) => [objectAction('Get', request, 'Acl')],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
