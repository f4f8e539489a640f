/** Symbolic links: objects that stand for another object of their bucket (OSS: PutSymlink, GetSymlink). */
import { httpDate } from '../codec-dates.ts';
import { etag } from '../codec-digests.ts';
import { objectAcl, storageClass, symlinkTarget } from '../codec-object.ts';
import { bucketName, header, objectKey, operation, required } from '../operation.ts';
import { contentHeaders, metadata, overwrite, payer, version, versionFact } from './member-sets.ts';
import { objectAction, writeActions } from './permissions.ts';

/**
 * Makes a link under a key; an object of the key is replaced. Nobody looks at the target before the link is read: it may be missing then, and it may not
 * be a link itself (OSS: PutSymlink).
 */
export const putSymlink = operation({
  name: 'PutSymlink',
  method: 'PUT',
  level: 'object',
  marks: { query: ['symlink'] },
  request: {
    bucket: bucketName,
    key: objectKey,
    /** The key of the object that the link stands for, in the same bucket. */
    symlinkTarget: required(header('x-oss-symlink-target', symlinkTarget)),
    ...contentHeaders,
    ...metadata,
    /** The link's own ACL; `default`, that of its bucket, without it. */
    acl: header('x-oss-object-acl', objectAcl),
    /** The link's storage class; that of the bucket without it. */
    storageClass: header('x-oss-storage-class', storageClass),
    ...overwrite,
    ...payer,
  },
  results: {
    200: {
      members: {
        /** The link's own, in quotes. */
        etag: header('ETag', etag),
        ...versionFact,
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidObjectName', 'InvalidArgument', 'FileAlreadyExists', 'FileImmutable'],
  permissions: writeActions,
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Where a link points to (OSS: GetSymlink). */
export const getSymlink = operation({
  name: 'GetSymlink',
  method: 'GET',
  level: 'object',
  marks: { query: ['symlink'] },
  request: { bucket: bucketName, key: objectKey, ...version, ...payer },
  results: {
    200: {
      members: {
        /** The key that the link points to, in the same bucket. */
        symlinkTarget: required(header('x-oss-symlink-target', symlinkTarget)),
        /** The link's own, in quotes. */
        etag: header('ETag', etag),
        lastModified: header('Last-Modified', httpDate),
        ...versionFact,
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidArgument', 'NoSuchKey', 'NoSuchVersion', 'MethodNotAllowed', 'NotSymlink'],
  permissions: (request) => [objectAction('Get', request)],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
