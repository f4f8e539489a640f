/** Operations on buckets. Their ACL stands in `acl.ts`, their lists in `list.ts`. */
import { choice, count, known, text } from '../codec.ts';
import { bucketTagging } from '../codec-bucket-tags.ts';
import { isoDate } from '../codec-dates.ts';
import { bucketAcl, knownStorageClass, storageClass } from '../codec-object.ts';
import { limits } from '../limits.ts';
import { bucketName, element, header, operation, optional, orEmpty, rootText, struct, within, xml } from '../operation.ts';
import { ownerStruct, xmlBodyFacts } from './member-sets.ts';
import { bucketAction } from './permissions.ts';

/** Creates a bucket; of a bucket that the caller has, it may change the ACL (OSS: PutBucket). */
export const putBucket = operation({
  name: 'PutBucket',
  method: 'PUT',
  level: 'bucket',
  marks: {},
  request: {
    bucket: bucketName,
    /** `private` for a new bucket without it; an existing bucket keeps its own. */
    acl: header('x-oss-acl', bucketAcl),
    /** `enabled`: a bucket with real directories. */
    hnsStatus: header('x-oss-hns-status', choice(['enabled', 'disabled']), { refused: (given) => given === 'enabled' }),
    resourceGroupId: header('x-oss-resource-group-id', text, { refused: true }),
    /** Tags of a new bucket; of one that the caller has, they replace what there was. */
    bucketTagging: header('x-oss-bucket-tagging', bucketTagging),
    ...xmlBodyFacts,
    /** The storage class of objects that name none: `Standard` without it. */
    storageClass: xml(optional(element('StorageClass', storageClass))),
    /** Copies in one zone (`LRS`, the default) or in several (`ZRS`). */
    dataRedundancyType: xml(optional(element('DataRedundancyType', choice(['LRS', 'ZRS'])))),
  },
  requestRoot: 'CreateBucketConfiguration',
  requestBody: 'optional',
  results: {
    200: {
      members: {
        /** `/` and the bucket's name. */
        location: header('Location', text),
      },
    },
  },
  errors: [
    'InvalidBucketName',
    'InvalidArgument',
    'MalformedXML',
    'InvalidDigest',
    'TooManyBuckets',
    'InvalidHostPutBucket',
    'AccessDenied',
    'BucketAlreadyExists',
  ],
  permissions: (request) => bucketAction('oss:PutBucket', request),
  retry: 'idempotent',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** Removes a bucket that has neither objects nor unfinished uploads (OSS: DeleteBucket). */
export const deleteBucket = operation({
  name: 'DeleteBucket',
  method: 'DELETE',
  level: 'bucket',
  marks: {},
  request: { bucket: bucketName },
  results: { 204: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied', 'BucketNotEmpty'],
  permissions: (request) => bucketAction('oss:DeleteBucket', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** What a bucket is and how it is set up (OSS: GetBucketInfo). */
export const getBucketInfo = operation({
  name: 'GetBucketInfo',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['bucketInfo'] },
  request: { bucket: bucketName },
  results: {
    200: {
      root: 'BucketInfo',
      members: {
        bucketInfo: xml(
          struct('Bucket', {
            /** Whether the time of each object's last read is tracked: `Enabled` or `Disabled`. */
            accessMonitor: optional(element('AccessMonitor', text)),
            /** Whether public ACLs and policies are without effect: `true` or `false`. */
            blockPublicAccess: optional(element('BlockPublicAccess', text)),
            creationDate: element('CreationDate', isoDate),
            extranetEndpoint: element('ExtranetEndpoint', text),
            intranetEndpoint: element('IntranetEndpoint', text),
            /** `oss-` and the region. */
            location: element('Location', text),
            storageClass: element('StorageClass', knownStorageClass),
            /** `LRS` or `ZRS`. */
            dataRedundancyType: optional(element('DataRedundancyType', known('LRS', 'ZRS'))),
            transferAcceleration: optional(element('TransferAcceleration', text)),
            crossRegionReplication: optional(element('CrossRegionReplication', text)),
            /** `Enabled` in buckets with real directories. */
            hierarchicalNamespace: optional(element('HierarchicalNamespace', text)),
            name: element('Name', text),
            resourceGroupId: optional(element('ResourceGroupId', text)),
            owner: ownerStruct,
            acl: within('AccessControlList', element('Grant', known('private', 'public-read', 'public-read-write'))),
            serverSideEncryptionRule: optional(
              struct('ServerSideEncryptionRule', {
                /** `None`, `AES256`, `KMS` or `SM4`. */
                sseAlgorithm: element('SSEAlgorithm', text),
                kmsMasterKeyId: optional(element('KMSMasterKeyID', text)),
                kmsDataEncryption: optional(element('KMSDataEncryption', text)),
              }),
            ),
            /** Where access logs go; not the access policy. */
            bucketPolicy: optional(
              struct('BucketPolicy', { logBucket: orEmpty(element('LogBucket', text)), logPrefix: orEmpty(element('LogPrefix', text)) }),
            ),
            /** `Enabled` or `Suspended`; absent where versioning was never set. */
            versioning: optional(element('Versioning', known('Enabled', 'Suspended'))),
            comment: orEmpty(element('Comment', text)),
          }),
        ),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:GetBucketInfo', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** The region of a bucket (OSS: GetBucketLocation). */
export const getBucketLocation = operation({
  name: 'GetBucketLocation',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['location'] },
  request: { bucket: bucketName },
  results: {
    200: {
      root: 'LocationConstraint',
      members: {
        /** `oss-` and the region. */
        location: rootText(text),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:GetBucketLocation', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** How much a bucket holds (OSS: GetBucketStat). Sizes in bytes; the figures may lag behind. */
export const getBucketStat = operation({
  name: 'GetBucketStat',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['stat'] },
  request: { bucket: bucketName },
  results: {
    200: {
      root: 'BucketStat',
      members: {
        /** All bytes, those of unfinished uploads among them. */
        storage: xml(element('Storage', count)),
        objectCount: xml(element('ObjectCount', count)),
        multipartUploadCount: xml(element('MultipartUploadCount', count)),
        liveChannelCount: xml(optional(element('LiveChannelCount', count))),
        /** When the figures were taken: seconds since 1970. */
        lastModifiedTime: xml(optional(element('LastModifiedTime', count))),
        standardStorage: xml(optional(element('StandardStorage', count))),
        standardObjectCount: xml(optional(element('StandardObjectCount', count))),
        /** Bytes as they are billed, with the least size of the class. */
        infrequentAccessStorage: xml(optional(element('InfrequentAccessStorage', count))),
        /** Bytes as they are. */
        infrequentAccessRealStorage: xml(optional(element('InfrequentAccessRealStorage', count))),
        infrequentAccessObjectCount: xml(optional(element('InfrequentAccessObjectCount', count))),
        archiveStorage: xml(optional(element('ArchiveStorage', count))),
        archiveRealStorage: xml(optional(element('ArchiveRealStorage', count))),
        archiveObjectCount: xml(optional(element('ArchiveObjectCount', count))),
        coldArchiveStorage: xml(optional(element('ColdArchiveStorage', count))),
        coldArchiveRealStorage: xml(optional(element('ColdArchiveRealStorage', count))),
        coldArchiveObjectCount: xml(optional(element('ColdArchiveObjectCount', count))),
        deepColdArchiveStorage: xml(optional(element('DeepColdArchiveStorage', count))),
        deepColdArchiveRealStorage: xml(optional(element('DeepColdArchiveRealStorage', count))),
        deepColdArchiveObjectCount: xml(optional(element('DeepColdArchiveObjectCount', count))),
        multipartPartCount: xml(optional(element('MultipartPartCount', count))),
        deleteMarkerCount: xml(optional(element('DeleteMarkerCount', count))),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:GetBucketStat', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
