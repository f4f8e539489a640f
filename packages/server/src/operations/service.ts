import { limits, type operations, type RequestOf, ServiceError } from '@ossature/protocol';
import type { Bucket, Store } from '@ossature/store';
import { configurationOf } from '../bucket-configurations/configuration.ts';
import { bucketTags } from '../bucket-configurations/tags.ts';
import { extranetHost, intranetHost, locationOf, ownerOf, resourceGroupOf } from './endpoints.ts';
import type { Handler } from './handler.ts';

/**
 * The endpoints are this server's own address: test suites take them from here to reach what they made.
 * The canonical names of a region stand in GetBucketInfo.
 */
export const listBuckets: Handler<typeof operations.listBuckets> = async (request, context) => {
  const { store, ownerId, publicUrl } = context;
  const limit = request.maxKeys ?? limits.listBucketsDefaultEntries;
  const isShown = filterOf(request);
  const own = (bucket: Bucket) => bucket.ownerId === ownerId && isShown(bucket);
  const listed = await listMatching(store, { prefix: request.prefix ?? '', after: request.marker ?? '', limit }, own);
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
    buckets: listed.items.map((bucket) => ({
      creationDate: new Date(bucket.createdMs),
      extranetEndpoint: publicUrl,
      intranetEndpoint: publicUrl,
      location: locationOf(bucket.region),
      name: bucket.name,
      region: bucket.region,
      storageClass: bucket.storageClass,
      resourceGroupId: resourceGroupOf(bucket.ownerId),
    })),
  };
};

/** All tags that the request names are the bucket's; a key without a value is one of any value. */
function filterOf({ tagKey, tagValue, tagging }: RequestOf<typeof operations.listBuckets>): (bucket: Bucket) => boolean {
  if (tagKey === undefined && tagValue !== undefined) {
    throw new ServiceError('InvalidArgument', {
      message: 'The tag-value needs a tag-key.',
      elements: { ArgumentName: 'tag-value', ArgumentValue: tagValue },
    });
  }
  if (tagKey === undefined && tagging === undefined) return () => true;
  return (bucket) => {
    const tags = configurationOf(bucket, bucketTags) ?? [];
    const has = (wanted: string, value: string | undefined) => tags.some(([key, text]) => key === wanted && (value ?? text) === text);
    return (tagKey === undefined || has(tagKey, tagValue)) && (tagging ?? []).every(({ key, value }) => has(key, value));
  };
}

/** A page of what matches, full where there is enough of it. */
async function listMatching(
  store: Store,
  page: { readonly prefix: string; readonly after: string; readonly limit: number },
  matches: (bucket: Bucket) => boolean,
): Promise<{ readonly items: readonly Bucket[]; readonly next: string | undefined }> {
  const found: Bucket[] = [];
  let { after } = page;
  for (;;) {
    const { items, next } = await store.listBuckets({ prefix: page.prefix, after, limit: limits.listMaxEntries });
    found.push(...items.filter(matches));
    if (next === undefined || found.length > page.limit) break;
    after = next;
  }
  const items = found.slice(0, page.limit);
  return { items, next: found.length > page.limit ? items.at(-1)?.name : undefined };
}

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
