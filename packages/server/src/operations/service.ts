import { limits, type operations, ServiceError } from '@ossature/protocol';
import { extranetHost, intranetHost, locationOf, ownerOf } from './endpoints.ts';
import type { Handler } from './handler.ts';

/**
 * The endpoints are this server's own address: test suites take them from here to reach what they made.
 * The canonical names of a region stand in GetBucketInfo.
 */
export const listBuckets: Handler<typeof operations.listBuckets> = async (request, context) => {
  const { store, ownerId, publicUrl } = context;
  const limit = request.maxKeys ?? limits.listBucketsDefaultEntries;
  const listed = await store.listBuckets({ prefix: request.prefix ?? '', after: request.marker ?? '', limit });
  const isPaged = listed.next !== undefined || [request.prefix, request.marker, request.maxKeys].some((value) => value !== undefined);
  const paging = {
    prefix: request.prefix ?? '',
    marker: request.marker ?? '',
    maxKeys: limit,
    isTruncated: listed.next !== undefined,
    nextMarker: listed.next,
  };
  return {
    statusCode: 200,
    ...(isPaged ? paging : {}),
    owner: ownerOf(ownerId),
    buckets: listed.items
      .filter((bucket) => bucket.ownerId === ownerId)
      .map((bucket) => ({
        creationDate: new Date(bucket.createdMs),
        extranetEndpoint: publicUrl,
        intranetEndpoint: publicUrl,
        location: locationOf(bucket.region),
        name: bucket.name,
        region: bucket.region,
        storageClass: bucket.storageClass,
      })),
  };
};

export const describeRegions: Handler<typeof operations.describeRegions> = async (request, context) => {
  const wanted = request.regions ?? '';
  const regions = context.regions.filter((region) => wanted === '' || wanted === locationOf(region));
  if (regions.length === 0) throw new ServiceError('NoSuchRegion');
  return {
    statusCode: 200,
    regionInfos: regions.map((region) => ({
      region: locationOf(region),
      internetEndpoint: extranetHost(region),
      internalEndpoint: intranetHost(region),
      accelerateEndpoint: 'oss-accelerate.aliyuncs.com',
    })),
  };
};
