/**
 * What OSS documents and this server does not build: named here, so that it is refused by name and never dropped silently. An operation that
 * names one of these as a member of its own decides for itself. Sources: the sub-resources that OSS signs, its API pages, and the
 * operation lists of the official SDKs.
 */
import type { Definition } from './operation.ts';

export type Level = Definition['level'];

/** Parameters of presigned URLs that narrow who may use them: ignored, they would widen access. */
const URL_RESTRICTIONS = ['x-oss-ac-source-ip', 'x-oss-ac-subnet-mask', 'x-oss-ac-vpc-id', 'x-oss-ac-forward-allow'];

const SERVICE = [
  'cloudboxes',
  'qosInfo',
  'requesterQosInfo',
  'resourcePool',
  'resourcePoolInfo',
  'resourcePoolBuckets',
  'accessPoint',
  'accessPointForObjectProcess',
  'dataPipeline',
  'redundancyTransition',
  'x-oss-write-get-object-response',
  ...URL_RESTRICTIONS,
];

const BUCKET = [
  'website',
  'userDefinedLogFieldsConfig',
  'replication',
  'replicationLocation',
  'replicationProgress',
  'rtc',
  'inventory',
  'inventoryId',
  'transferAcceleration',
  'accessmonitor',
  'resourceGroup',
  'style',
  'styleName',
  'metaQuery',
  'MetaQuery',
  'dataPipeline',
  'cname',
  'httpsConfig',
  'bucketArchiveDirectRead',
  'redundancyTransition',
  'responseHeader',
  'processConfiguration',
  'asyncFetch',
  'qos',
  'qosInfo',
  'qosRequester',
  'requesterQosInfo',
  'resourcePool',
  'accessPoint',
  'accessPointPolicy',
  'accessPointForObjectProcess',
  'accessPointConfigForObjectProcess',
  'accessPointPolicyForObjectProcess',
  // Of an access point: without it, the request would be one for the bucket itself.
  'x-oss-access-point-name',
  'quota',
  'metadataConfiguration',
  'metadataInventoryTable',
  'metadataJournalTable',
  'x-oss-process',
  'x-oss-async-process',
  ...URL_RESTRICTIONS,
];

const OBJECT = [
  'live',
  'vod',
  'objectInfo',
  'sequential',
  'withHashContext',
  'x-oss-hash-ctx',
  'x-oss-md5-ctx',
  'x-oss-enable-md5',
  'x-oss-enable-sha1',
  'x-oss-enable-sha256',
  'x-oss-process',
  'x-oss-async-process',
  'x-oss-dir',
  'x-oss-rename',
  'x-oss-delete',
  'x-oss-write-get-object-response',
  ...URL_RESTRICTIONS,
];

const subresources: Readonly<Record<Level, ReadonlySet<string>>> = {
  service: new Set(SERVICE),
  bucket: new Set(BUCKET),
  object: new Set(OBJECT),
};

/** The sub-resources of a level that OSS documents and this server does not build: what the reference pages list. */
export function documentedSubresources(level: Level): readonly string[] {
  return [...subresources[level]];
}

/** Whether OSS documents a sub-resource at this level that is not built here. */
export function isDocumentedSubresource(level: Level, name: string): boolean {
  return subresources[level].has(name);
}

/** Whether OSS documents a sub-resource at some level that is not built here. */
export function isDocumentedAnywhere(name: string): boolean {
  return subresources.service.has(name) || subresources.bucket.has(name) || subresources.object.has(name);
}

interface DocumentedHeaders {
  /** In lower case. */
  readonly names: readonly string[];
  /** The operations that OSS documents them for. */
  readonly operations: readonly string[];
}

const ENCRYPTION = ['x-oss-server-side-encryption', 'x-oss-server-side-encryption-key-id', 'x-oss-server-side-data-encryption'];
const CONDITIONS = ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'];

/** Writes of objects that take no conditions: ignored, a condition would let a write through that was not to be. */
const UNCONDITIONAL = [
  'PutObject',
  'PutSymlink',
  'PutObjectAcl',
  'PutObjectTagging',
  'DeleteObjectTagging',
  'PutObjectRetention',
  'PutObjectLegalHold',
  'RestoreObject',
  'CleanRestoredObject',
  'SealAppendObject',
  'AbortMultipartUpload',
  'DeleteMultipleObjects',
];

const documentedHeaders: readonly DocumentedHeaders[] = [
  { names: CONDITIONS, operations: UNCONDITIONAL },
  { names: ENCRYPTION, operations: ['PutObject', 'CopyObject', 'AppendObject', 'InitiateMultipartUpload'] },
  { names: ['x-oss-callback', 'x-oss-callback-var'], operations: ['PutObject', 'CompleteMultipartUpload'] },
  {
    names: ['x-oss-persistent-headers'],
    operations: ['PutObject', 'CopyObject', 'AppendObject', 'InitiateMultipartUpload', 'CompleteMultipartUpload'],
  },
  {
    names: ['x-oss-traffic-limit'],
    operations: ['PutObject', 'CopyObject', 'AppendObject', 'UploadPart', 'UploadPartCopy', 'GetObject'],
  },
  {
    names: ['x-oss-object-worm-mode', 'x-oss-object-worm-retain-until-date', 'x-oss-object-worm-legal-hold'],
    operations: ['PutObject', 'CopyObject', 'InitiateMultipartUpload'],
  },
  { names: ['x-oss-bypass-governance-retention'], operations: ['DeleteObject', 'DeleteMultipleObjects'] },
  { names: ['x-oss-hns-status'], operations: ['PutBucket'] },
  { names: ['x-oss-resource-group-id'], operations: ['PutBucket', 'ListBuckets'] },
];

/** Whether OSS documents a header (in lower case) for an operation. */
export function isDocumentedHeader(operation: string, name: string): boolean {
  return documentedHeaders.some(({ names, operations }) => names.includes(name) && operations.includes(operation));
}

/** The number that OSS gives to the refusal of a header (in lower case), where it is documented. */
export function refusalNumber(name: string): string | undefined {
  return CONDITIONS.includes(name) ? '0017-00000245' : undefined;
}
