import { limits, type operations, ServiceError } from '@ossature/protocol';
import type { Bucket, BucketProperties, BucketStatistics, StorageClass } from '@ossature/store';
import { noSuchBucket } from '../authorization/guard.ts';
import { extranetHost, intranetHost, locationOf, ownerOf } from './endpoints.ts';
import type { Handler, HandlerContext } from './handler.ts';

/** What a bucket is that nobody described. */
export function newBucketOf(context: HandlerContext): BucketProperties {
  return {
    region: context.requestedRegion ?? context.regions[0],
    ownerId: context.ownerId,
    acl: 'private',
    storageClass: 'Standard',
    dataRedundancyType: 'LRS',
    configurations: {},
  };
}

export function propertiesOfBucket({ id, name, createdMs, ...properties }: Bucket): BucketProperties {
  return properties;
}

/** The caller's own bucket may be put again: it keeps what is not said, takes a new ACL, and refuses to become something else. */
export const putBucket: Handler<typeof operations.putBucket> = async (request, context) => {
  const { bucket: name, acl, storageClass, dataRedundancyType } = request;
  await judgeBucketCount(name, context);
  await context.store.putBucket(name, (existing) => {
    if (existing === undefined) {
      const made = newBucketOf(context);
      return {
        ...made,
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
    return { ...propertiesOfBucket(existing), acl: acl ?? existing.acl };
  });
  return { statusCode: 200, location: `/${name}` };
};

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
  const outcome = await context.store.deleteBucket(request.bucket, (bucket) => {
    context.guard.target(bucket, undefined);
  });
  if (outcome === 'not-empty') throw new ServiceError('BucketNotEmpty', { elements: { BucketName: request.bucket } });
  return { statusCode: 204 };
};

/** The bucket as it stands now, judged again. */
export async function readBucket(name: string, context: HandlerContext): Promise<Bucket> {
  return context.guard.target(await context.store.getBucket(name), undefined);
}

export const getBucketInfo: Handler<typeof operations.getBucketInfo> = async (request, context) => {
  const bucket = await readBucket(request.bucket, context);
  return {
    statusCode: 200,
    bucketInfo: {
      accessMonitor: 'Disabled',
      blockPublicAccess: 'false',
      creationDate: new Date(bucket.createdMs),
      extranetEndpoint: extranetHost(bucket.region),
      intranetEndpoint: intranetHost(bucket.region),
      location: locationOf(bucket.region),
      storageClass: bucket.storageClass,
      dataRedundancyType: bucket.dataRedundancyType,
      transferAcceleration: 'Disabled',
      crossRegionReplication: 'Disabled',
      name: bucket.name,
      owner: ownerOf(bucket.ownerId),
      acl: bucket.acl,
      serverSideEncryptionRule: { sseAlgorithm: 'None' },
      bucketPolicy: { logBucket: undefined, logPrefix: undefined },
      comment: undefined,
    },
  };
};

export const getBucketLocation: Handler<typeof operations.getBucketLocation> = async (request, context) => {
  const bucket = await readBucket(request.bucket, context);
  return { statusCode: 200, location: locationOf(bucket.region) };
};

/** Versioning comes later: every bucket is one in which it was never enabled. */
export const getBucketVersioning: Handler<typeof operations.getBucketVersioning> = async (request, context) => {
  await readBucket(request.bucket, context);
  return { statusCode: 200 };
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
    deleteMarkerCount: 0,
  };
};

function ofClass(statistics: BucketStatistics, storageClass: StorageClass): { storageBytes: number; objectCount: number } {
  return statistics.byStorageClass[storageClass] ?? { storageBytes: 0, objectCount: 0 };
}
