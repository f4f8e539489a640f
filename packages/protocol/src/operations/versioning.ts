/** Versions of objects: whether a bucket keeps them, and which it has (OSS: versioning). */
import { boolean, choice, count, known, orWhenEmpty, text } from '../codec.ts';
import { isoDate } from '../codec-dates.ts';
import { etag } from '../codec-digests.ts';
import { listName, name } from '../codec-names.ts';
import { knownObjectType, knownStorageClass, versionIdMarker } from '../codec-object.ts';
import { limits } from '../limits.ts';
import { bucketName, element, many, operation, optional, orEmpty, query, struct, xml } from '../operation.ts';
import { objectPage } from './list-page-members.ts';
import { commonPrefixStruct, encodingTypeEcho, ownerStruct, xmlBodyFacts } from './member-sets.ts';
import { bucketAction } from './permissions.ts';

/**
 * Makes a bucket keep versions of its objects, or stop making new ones (OSS: PutBucketVersioning). What was there before keeps the version id
 * `null`. A bucket cannot go back to never having had versions.
 */
export const putBucketVersioning = operation({
  name: 'PutBucketVersioning',
  method: 'PUT',
  level: 'bucket',
  marks: { query: ['versioning'] },
  request: {
    bucket: bucketName,
    ...xmlBodyFacts,
    /** `Enabled`, or `Suspended`: new objects have the version id `null` then, and older versions stay. */
    status: xml(element('Status', choice(['Enabled', 'Suspended'], { message: 'The Versioning element must be specified.' }))),
  },
  requestRoot: 'VersioningConfiguration',
  requestBody: 'required',
  results: { 200: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied', 'MalformedXML', 'InvalidDigest', 'InvalidArgument', 'InvalidBucketState'],
  permissions: (request) => bucketAction('oss:PutBucketVersioning', request),
  retry: 'idempotent',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** Whether a bucket keeps versions (OSS: GetBucketVersioning). */
export const getBucketVersioning = operation({
  name: 'GetBucketVersioning',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['versioning'] },
  request: { bucket: bucketName },
  results: {
    200: {
      root: 'VersioningConfiguration',
      members: {
        /** `Enabled` or `Suspended`; absent where versioning was never set. */
        status: xml(optional(element('Status', known('Enabled', 'Suspended')))),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:GetBucketVersioning', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

const versionFields = {
  key: element('Key', name),
  /** `null` for the version without an id. */
  versionId: element('VersionId', text),
  /** Whether it is what stands under the key now. */
  isLatest: element('IsLatest', boolean()),
  lastModified: element('LastModified', isoDate),
};

/**
 * All versions of the objects of a bucket, delete markers among them: by key in byte order, the newest version of a key first (OSS:
 * ListObjectVersions, also called GetBucketVersions). A bucket without versions lists its objects, with the version id `null`.
 */
export const listObjectVersions = operation({
  name: 'ListObjectVersions',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['versions'] },
  request: {
    ...objectPage,
    /** Only keys after this one; with `versionIdMarker`, older versions of this key too. */
    keyMarker: query('key-marker', listName),
    /** Only versions after this one, of the key that `keyMarker` names; 400 InvalidArgument without it. */
    versionIdMarker: query('version-id-marker', orWhenEmpty(versionIdMarker, '')),
  },
  results: {
    200: {
      root: 'ListVersionsResult',
      members: {
        /** The bucket. */
        name: xml(element('Name', text)),
        prefix: xml(orEmpty(element('Prefix', name))),
        keyMarker: xml(orEmpty(element('KeyMarker', name))),
        versionIdMarker: xml(orEmpty(element('VersionIdMarker', text))),
        maxKeys: xml(element('MaxKeys', count)),
        delimiter: xml(orEmpty(element('Delimiter', name))),
        ...encodingTypeEcho,
        /** Whether more follows. */
        isTruncated: xml(element('IsTruncated', boolean())),
        /** The markers of the next page, where more follows. */
        nextKeyMarker: xml(optional(element('NextKeyMarker', name))),
        nextVersionIdMarker: xml(optional(element('NextVersionIdMarker', text))),
        deleteMarkers: xml(many(struct('DeleteMarker', { ...versionFields, owner: optional(ownerStruct) }))),
        versions: xml(
          many(
            struct('Version', {
              ...versionFields,
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
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidArgument'],
  permissions: (request) => bucketAction('oss:ListObjectVersions', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
