import { limits, type operations, type RequestOf, ServiceError, type Tag } from '@ossature/protocol';
import type { Bucket, BucketProperties, BucketStatistics, StorageClass } from '@ossature/store';
import { noSuchBucket } from '../authorization/guard.ts';
import { configurationOf } from '../bucket-configurations/configuration.ts';
import { encryptionRuleOf } from '../bucket-configurations/encryption.ts';
import { logging } from '../bucket-configurations/logging.ts';
import { blocksPublicAccess, judgeBucketAcl, newBucketConfigurations } from '../bucket-configurations/public-access-block.ts';
import { bucketTags } from '../bucket-configurations/tags.ts';
import { extranetHost, intranetHost, locationOf, ownerOf, resourceGroupOf } from './endpoints.ts';
import type { Handler, HandlerContext } from './handler.ts';
import { tagsOf } from './object-properties.ts';

/** What a bucket is that nobody described. */
export function newBucketOf(context: HandlerContext): BucketProperties {
  return {
    region: context.requestedRegion ?? context.regions[0],
    ownerId: context.ownerId,
    acl: 'private',
    storageClass: 'Standard',
    dataRedundancyType: 'LRS',
    configurations: newBucketConfigurations(context.config.blockPublicAccess),
  };
}

export function propertiesOfBucket({ id, name, createdMs, ...properties }: Bucket): BucketProperties {
  return properties;
}

/** The caller's own bucket may be put again: it keeps what is not said, takes a new ACL, and refuses to become something else. */
export const putBucket: Handler<typeof operations.putBucket> = async (request, context) => {
  const { bucket: name, acl, storageClass, dataRedundancyType, bucketTagging } = request;
  await judgeBucketCount(name, context);
  await context.store.putBucket(name, (existing) => {
    if (existing === undefined) {
      const made = newBucketOf(context);
      judgeBucketAcl(acl, made, context.identities.blocksPublicAccess);
      return {
        ...tagged(made, bucketTagging),
        acl: acl ?? made.acl,
        storageClass: storageClass ?? made.storageClass,
        dataRedundancyType: dataRedundancyType ?? made.dataRedundancyType,
      };
    }
    if (existing.ownerId !== context.ownerId) throw new ServiceError('BucketAlreadyExists', { ec: '0015-00000104' });
    if (context.requestedRegion !== undefined && context.requestedRegion !== existing.region)
      throw unchangeable("Bucket already exists can't modify location.");
    if (storageClass !== undefined && storageClass !== existing.storageClass) {
      throw unchangeable("Cannot modify existing bucket's storage class.");
    }
    if (dataRedundancyType !== undefined && dataRedundancyType !== existing.dataRedundancyType) {
      throw unchangeable("Bucket already exists CAN'T modify data redundancy type.");
    }
    judgeChange(request, existing, context);
    judgeBucketAcl(acl, existing, context.identities.blocksPublicAccess);
    return { ...tagged(propertiesOfBucket(existing), bucketTagging), acl: acl ?? existing.acl };
  });
  return { statusCode: 200, location: `/${name}` };
};

/** Who puts a bucket that stands changes it: its own policy has a say, and what changes takes the action that is there for it. */
function judgeChange({ acl, bucketTagging }: RequestOf<typeof operations.putBucket>, existing: Bucket, { guard }: HandlerContext): void {
  guard.target(existing, undefined);
  if (acl !== undefined && acl !== existing.acl) guard.also('oss:PutBucketAcl', existing);
  if (bucketTagging !== undefined && bucketTagging.length > 0) guard.also('oss:PutBucketTagging', existing);
}

/** The bucket with these tags in place of its own; undefined leaves them. */
function tagged(properties: BucketProperties, tags: readonly Tag[] | undefined): BucketProperties {
  if (tags === undefined || tags.length === 0) return properties;
  return { ...properties, configurations: { ...properties.configurations, [bucketTags.name]: bucketTags.format(tagsOf(tags)) } };
}

/** An account has so many buckets in a region; two that are made at the same moment may be one too many. */
export async function judgeBucketCount(name: string, context: HandlerContext): Promise<void> {
  const { store, regions, requestedRegion } = context;
  if ((await store.getBucket(name)) !== undefined) return;
  const region = requestedRegion ?? regions[0];
  let after = '';
  let count = 0;
  for (;;) {
    const { items, next } = await store.listBuckets({ prefix: '', after, limit: limits.listMaxEntries });
    count += items.filter((bucket) => bucket.region === region).length;
    if (count >= limits.bucketsPerOwnerMax) throw new ServiceError('TooManyBuckets');
    if (next === undefined) return;
    after = next;
  }
}

function unchangeable(message: string): ServiceError {
  return new ServiceError('BucketAlreadyExists', { message });
}

export const deleteBucket: Handler<typeof operations.deleteBucket> = async (request, context) => {
  let id = '';
  const outcome = await context.store.deleteBucket(request.bucket, (bucket) => {
    ({ id } = context.guard.target(bucket, undefined));
  });
  if (outcome === 'not-empty') throw new ServiceError('BucketNotEmpty', { elements: { BucketName: request.bucket } });
  await context.lifecycle.remove(id);
  return { statusCode: 204 };
};

/** The bucket as it stands now, judged again. */
export async function readBucket(name: string, context: HandlerContext): Promise<Bucket> {
  return context.guard.target(await context.store.getBucket(name), undefined);
}

export const getBucketInfo: Handler<typeof operations.getBucketInfo> = async (request, context) => {
  const bucket = await readBucket(request.bucket, context);
  const log = configurationOf(bucket, logging);
  return {
    statusCode: 200,
    bucketInfo: {
      accessMonitor: 'Disabled',
      blockPublicAccess: String(blocksPublicAccess(bucket)),
      creationDate: new Date(bucket.createdMs),
      extranetEndpoint: extranetHost(bucket.region),
      intranetEndpoint: intranetHost(bucket.region),
      location: locationOf(bucket.region),
      storageClass: bucket.storageClass,
      dataRedundancyType: bucket.dataRedundancyType,
      transferAcceleration: 'Disabled',
      crossRegionReplication: 'Disabled',
      name: bucket.name,
      resourceGroupId: resourceGroupOf(bucket.ownerId),
      owner: ownerOf(bucket.ownerId),
      acl: bucket.acl,
      serverSideEncryptionRule: encryptionRuleOf(bucket) ?? { sseAlgorithm: 'None' },
      bucketPolicy: { logBucket: log?.targetBucket, logPrefix: log?.targetPrefix === '' ? undefined : log?.targetPrefix },
      versioning: bucket.versioning,
      comment: undefined,
    },
  };
};

export const getBucketLocation: Handler<typeof operations.getBucketLocation> = async (request, context) => {
  const bucket = await readBucket(request.bucket, context);
  return { statusCode: 200, location: locationOf(bucket.region) };
};

export const getBucketStat: Handler<typeof operations.getBucketStat> = async (request, context) => {
  await readBucket(request.bucket, context);
  const statistics = await context.store.getBucketStatistics(request.bucket);
  if (statistics === undefined) throw noSuchBucket(request.bucket);
  const standard = ofClass(statistics, 'Standard');
  const infrequent = ofClass(statistics, 'IA');
  const archive = ofClass(statistics, 'Archive');
  const cold = ofClass(statistics, 'ColdArchive');
  const deepCold = ofClass(statistics, 'DeepColdArchive');
  return {
    statusCode: 200,
    storage: statistics.storageBytes,
    objectCount: statistics.objectCount,
    multipartUploadCount: statistics.multipartUploadCount,
    liveChannelCount: 0,
    lastModifiedTime: Math.floor(statistics.asOfMs / 1000),
    standardStorage: standard.storageBytes,
    standardObjectCount: standard.objectCount,
    infrequentAccessStorage: infrequent.storageBytes,
    infrequentAccessRealStorage: infrequent.storageBytes,
    infrequentAccessObjectCount: infrequent.objectCount,
    archiveStorage: archive.storageBytes,
    archiveRealStorage: archive.storageBytes,
    archiveObjectCount: archive.objectCount,
    coldArchiveStorage: cold.storageBytes,
    coldArchiveRealStorage: cold.storageBytes,
    coldArchiveObjectCount: cold.objectCount,
    deepColdArchiveStorage: deepCold.storageBytes,
    deepColdArchiveRealStorage: deepCold.storageBytes,
    deepColdArchiveObjectCount: deepCold.objectCount,
    multipartPartCount: statistics.multipartPartCount,
    deleteMarkerCount: statistics.deleteMarkerCount,
  };
};

function ofClass(statistics: BucketStatistics, storageClass: StorageClass): { storageBytes: number; objectCount: number } {
  return statistics.byStorageClass[storageClass] ?? { storageBytes: 0, objectCount: 0 };
}
