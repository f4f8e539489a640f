import { describeRegions, listBuckets } from '../operations/service.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const XML = ['Content-Type', 'application/xml'] as const;
const owner = { id: '51264', displayName: '51264' } as const;

const bucket = {
  creationDate: new Date('2014-02-17T18:12:43Z'),
  extranetEndpoint: 'oss-cn-shanghai.aliyuncs.com',
  intranetEndpoint: 'oss-cn-shanghai-internal.aliyuncs.com',
  location: 'oss-cn-shanghai',
  name: 'app-base-oss',
  region: 'cn-shanghai',
  storageClass: 'Standard',
} as const;
const BUCKET =
  '<Bucket><CreationDate>2014-02-17T18:12:43.000Z</CreationDate><ExtranetEndpoint>oss-cn-shanghai.aliyuncs.com</ExtranetEndpoint>' +
  '<IntranetEndpoint>oss-cn-shanghai-internal.aliyuncs.com</IntranetEndpoint><Location>oss-cn-shanghai</Location><Name>app-base-oss</Name>' +
  '<Region>cn-shanghai</Region><StorageClass>Standard</StorageClass></Bucket>';

const buckets: readonly WireCase[] = [
  wireCase(listBuckets, 'a page of buckets', {
    request: {
      value: { prefix: 'app-', marker: 'app-a', maxKeys: 1 },
      message: {
        query: [
          ['prefix', 'app-'],
          ['marker', 'app-a'],
          ['max-keys', '1'],
        ],
      },
    },
    response: {
      value: {
        statusCode: 200,
        prefix: 'app-',
        marker: 'app-a',
        maxKeys: 1,
        isTruncated: true,
        nextMarker: 'app-base-oss',
        owner,
        buckets: [bucket],
      },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<ListAllMyBucketsResult><Prefix>app-</Prefix><Marker>app-a</Marker><MaxKeys>1</MaxKeys><IsTruncated>true</IsTruncated><NextMarker>app-base-oss</NextMarker><Owner><ID>51264</ID><DisplayName>51264</DisplayName></Owner><Buckets>${BUCKET}</Buckets></ListAllMyBucketsResult>`,
      },
    },
  }),
  wireCase(listBuckets, 'no buckets', {
    request: { value: {}, message: {} },
    response: {
      value: { statusCode: 200, owner, buckets: [] },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<ListAllMyBucketsResult><Owner><ID>51264</ID><DisplayName>51264</DisplayName></Owner><Buckets></Buckets></ListAllMyBucketsResult>`,
      },
    },
  }),
  wireCase(listBuckets, 'an answer with an element that is new to us', {
    response: {
      value: { statusCode: 200, owner, buckets: [{ ...bucket, resourceGroupId: 'rg-acfmw3' }] },
      message: {
        headers: [XML],
        body: `<ListAllMyBucketsResult><Owner><ID>51264</ID><DisplayName>51264</DisplayName></Owner><Buckets>${BUCKET.replace('</Bucket>', '<ResourceGroupId>rg-acfmw3</ResourceGroupId><Comment><Text>x</Text></Comment></Bucket>')}</Buckets></ListAllMyBucketsResult>`,
      },
      only: { way: 'decode', because: 'nobody writes what nobody knows' },
    },
  }),
];

const regions: readonly WireCase[] = [
  wireCase(describeRegions, 'one region', {
    request: { value: { regions: 'oss-cn-hangzhou' }, message: { query: [['regions', 'oss-cn-hangzhou']] } },
    response: {
      value: {
        statusCode: 200,
        regionInfos: [
          {
            region: 'oss-cn-hangzhou',
            internetEndpoint: 'oss-cn-hangzhou.aliyuncs.com',
            internalEndpoint: 'oss-cn-hangzhou-internal.aliyuncs.com',
            accelerateEndpoint: 'oss-accelerate.aliyuncs.com',
          },
        ],
      },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<RegionInfoList><RegionInfo><Region>oss-cn-hangzhou</Region><InternetEndpoint>oss-cn-hangzhou.aliyuncs.com</InternetEndpoint><InternalEndpoint>oss-cn-hangzhou-internal.aliyuncs.com</InternalEndpoint><AccelerateEndpoint>oss-accelerate.aliyuncs.com</AccelerateEndpoint></RegionInfo></RegionInfoList>`,
      },
    },
  }),
  wireCase(describeRegions, 'all regions', { request: { value: {}, message: { query: [['regions', undefined]] } } }),
];

export const cases: readonly WireCase[] = [...buckets, ...regions];
