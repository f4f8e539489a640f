/** Operations on the service: no bucket is addressed. */
import { boolean, integer, text } from '../codec.ts';
import { tagFilter } from '../codec-bucket-tags.ts';
import { isoDate } from '../codec-dates.ts';
import { listName } from '../codec-names.ts';
import { knownStorageClass } from '../codec-object.ts';
import { limits } from '../limits.ts';
import { element, header, many, operation, optional, query, struct, xml } from '../operation.ts';
import { ownerStruct } from './member-sets.ts';

/** The buckets of the caller, in byte order of names (OSS: ListBuckets, also called GetService). */
export const listBuckets = operation({
  name: 'ListBuckets',
  method: 'GET',
  level: 'service',
  marks: {},
  request: {
    /** Only buckets whose names begin so. */
    prefix: query('prefix', listName),
    /** Only buckets after this name, which is excluded. */
    marker: query('marker', listName),
    /** At most this many: 1 to 1000, 100 without it. */
    maxKeys: query('max-keys', integer(1, limits.listMaxEntries)),
    /** Only buckets with this tag. */
    tagKey: query('tag-key', text),
    /** Only buckets whose tag has this value; needs `tagKey`. */
    tagValue: query('tag-value', text),
    /** Only buckets with all of these tags: `"k1":"v1","k2":"v2"`. */
    tagging: query('tagging', tagFilter),
    /** Only buckets of this resource group. */
    resourceGroupId: header('x-oss-resource-group-id', text, { refused: true }),
  },
  results: {
    200: {
      root: 'ListAllMyBucketsResult',
      members: {
        /** The request's; paging elements stand only in answers that are paged. */
        prefix: xml(optional(element('Prefix', text))),
        marker: xml(optional(element('Marker', text))),
        maxKeys: xml(optional(element('MaxKeys', integer(0, limits.listMaxEntries)))),
        /** Whether more buckets follow `nextMarker`. */
        isTruncated: xml(optional(element('IsTruncated', boolean()))),
        /** The marker of the next page. */
        nextMarker: xml(optional(element('NextMarker', text))),
        owner: xml(ownerStruct),
        buckets: xml(
          many(
            struct('Bucket', {
              creationDate: element('CreationDate', isoDate),
              /** Host of the region as the internet reaches it. */
              extranetEndpoint: element('ExtranetEndpoint', text),
              /** Host of the region as its own network reaches it. */
              intranetEndpoint: element('IntranetEndpoint', text),
              /** `oss-` and the region. */
              location: element('Location', text),
              name: element('Name', text),
              region: optional(element('Region', text)),
              storageClass: element('StorageClass', knownStorageClass),
              resourceGroupId: optional(element('ResourceGroupId', text)),
            }),
            'Buckets',
          ),
        ),
      },
    },
  },
  errors: ['InvalidArgument', 'AccessDenied'],
  permissions: () => [{ action: 'oss:ListBuckets' }],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** The regions of the service and their hosts (OSS: DescribeRegions). */
export const describeRegions = operation({
  name: 'DescribeRegions',
  method: 'GET',
  level: 'service',
  marks: { query: ['regions'] },
  request: {
    /** Only this region: `oss-cn-hangzhou`. All of them without it. */
    regions: query('regions', text),
  },
  results: {
    200: {
      root: 'RegionInfoList',
      members: {
        regionInfos: xml(
          many(
            struct('RegionInfo', {
              /** `oss-` and the region. */
              region: element('Region', text),
              internetEndpoint: element('InternetEndpoint', text),
              internalEndpoint: element('InternalEndpoint', text),
              accelerateEndpoint: element('AccelerateEndpoint', text),
            }),
          ),
        ),
      },
    },
  },
  errors: ['NoSuchRegion', 'AccessDenied'],
  permissions: () => [{ action: 'oss:DescribeRegions' }],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
