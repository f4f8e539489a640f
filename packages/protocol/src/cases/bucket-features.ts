import { putBucket } from '../operations/bucket.ts';
import { deleteBucketTags, getBucketTags, putBucketTags } from '../operations/bucket-tags.ts';
import { listLiveChannel } from '../operations/live-channel.ts';
import { deleteBucketLogging, getBucketLogging, putBucketLogging } from '../operations/logging.ts';
import { getBucketRequestPayment, putBucketRequestPayment } from '../operations/request-payment.ts';
import { listBuckets } from '../operations/service.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const XML = ['Content-Type', 'application/xml'] as const;
const at = { bucket: 'oss-example' } as const;
const by = (name: string) => ({ ...at, query: [[name, undefined]] }) as const;
const tags = [
  { key: 'k1', value: 'v1' },
  { key: 'k 2', value: '' },
];
const TAGS = '<Tagging><TagSet><Tag><Key>k1</Key><Value>v1</Value></Tag><Tag><Key>k 2</Key><Value></Value></Tag></TagSet></Tagging>';

const tagCases: readonly WireCase[] = [
  wireCase(putBucketTags, 'tags are set', {
    request: { value: { ...at, tags }, message: { ...by('tagging'), headers: [XML], body: XML_DECLARATION + TAGS } },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(getBucketTags, 'tags', {
    request: { value: at, message: by('tagging') },
    response: { value: { statusCode: 200, tags }, message: { headers: [XML], body: XML_DECLARATION + TAGS } },
  }),
  wireCase(getBucketTags, 'no tags', {
    response: {
      value: { statusCode: 200, tags: [] },
      message: { headers: [XML], body: `${XML_DECLARATION}<Tagging><TagSet></TagSet></Tagging>` },
    },
  }),
  wireCase(deleteBucketTags, 'all tags go', {
    request: { value: at, message: by('tagging') },
    response: { value: { statusCode: 204 }, message: {} },
  }),
  wireCase(deleteBucketTags, 'all tags go, as SDKs write it that give every name a value', {
    request: {
      value: at,
      message: { ...at, query: [['tagging', '']] },
      only: { way: 'decode', because: 'it is written without' },
    },
  }),
  wireCase(deleteBucketTags, 'some tags go', {
    request: { value: { ...at, tagging: ['k1', 'k 2'] }, message: { ...at, query: [['tagging', 'k1,k 2']] } },
  }),
  wireCase(putBucket, 'a bucket with tags', {
    request: { value: { ...at, bucketTagging: tags }, message: { ...at, headers: [['x-oss-bucket-tagging', 'k1=v1&k%202=']] } },
  }),
  wireCase(listBuckets, 'buckets with tags', {
    request: {
      value: { tagKey: 'k', tagValue: 'v', tagging: [{ key: 'a"b', value: 'c' }] },
      message: {
        query: [
          ['tag-key', 'k'],
          ['tag-value', 'v'],
          ['tagging', '"a\\"b":"c"'],
        ],
      },
    },
  }),
];

const paymentCases: readonly WireCase[] = [
  wireCase(putBucketRequestPayment, 'the requester is to pay', {
    request: {
      value: { ...at, payer: 'Requester' },
      message: {
        ...by('requestPayment'),
        headers: [XML],
        body: `${XML_DECLARATION}<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>`,
      },
    },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(getBucketRequestPayment, 'the owner pays', {
    request: { value: at, message: by('requestPayment') },
    response: {
      value: { statusCode: 200, payer: 'BucketOwner' },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>`,
      },
    },
  }),
];

const target = { targetBucket: 'logs', targetPrefix: 'log-' };
const TARGET =
  '<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>log-</TargetPrefix></LoggingEnabled></BucketLoggingStatus>';

const loggingCases: readonly WireCase[] = [
  wireCase(putBucketLogging, 'logging begins', {
    request: { value: { ...at, loggingEnabled: target }, message: { ...by('logging'), headers: [XML], body: XML_DECLARATION + TARGET } },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(putBucketLogging, 'logging ends', {
    request: {
      value: at,
      message: { ...by('logging'), headers: [XML], body: `${XML_DECLARATION}<BucketLoggingStatus></BucketLoggingStatus>` },
    },
  }),
  wireCase(getBucketLogging, 'where the log goes', {
    request: { value: at, message: by('logging') },
    response: { value: { statusCode: 200, loggingEnabled: target }, message: { headers: [XML], body: XML_DECLARATION + TARGET } },
  }),
  wireCase(getBucketLogging, 'nothing is logged', {
    response: {
      value: { statusCode: 200 },
      message: { headers: [XML], body: `${XML_DECLARATION}<BucketLoggingStatus></BucketLoggingStatus>` },
    },
  }),
  wireCase(deleteBucketLogging, 'logging ends', {
    request: { value: at, message: by('logging') },
    response: { value: { statusCode: 204 }, message: {} },
  }),
];

const liveCases: readonly WireCase[] = [
  wireCase(listLiveChannel, 'no channels', {
    request: { value: at, message: by('live') },
    response: {
      value: { statusCode: 200, maxKeys: 100, isTruncated: false, liveChannels: [] },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<ListLiveChannelResult><Prefix></Prefix><Marker></Marker><MaxKeys>100</MaxKeys><IsTruncated>false</IsTruncated></ListLiveChannelResult>`,
      },
    },
  }),
  wireCase(listLiveChannel, 'a page of channels', {
    request: {
      value: { ...at, prefix: 'c', marker: 'b', maxKeys: 1 },
      message: {
        ...at,
        query: [
          ['live', undefined],
          ['prefix', 'c'],
          ['marker', 'b'],
          ['max-keys', '1'],
        ],
      },
    },
    response: {
      value: {
        statusCode: 200,
        prefix: 'c',
        marker: 'b',
        maxKeys: 1,
        isTruncated: true,
        nextMarker: 'channel-0',
        liveChannels: [
          {
            name: 'channel-0',
            status: 'disabled',
            lastModified: new Date('2016-07-30T01:54:21Z'),
            publishUrls: 'rtmp://a/live/channel-0',
            playUrls: 'http://a/channel-0/playlist.m3u8',
          },
        ],
      },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<ListLiveChannelResult><Prefix>c</Prefix><Marker>b</Marker><MaxKeys>1</MaxKeys><IsTruncated>true</IsTruncated><NextMarker>channel-0</NextMarker><LiveChannel><Name>channel-0</Name><Description></Description><Status>disabled</Status><LastModified>2016-07-30T01:54:21.000Z</LastModified><PublishUrls><Url>rtmp://a/live/channel-0</Url></PublishUrls><PlayUrls><Url>http://a/channel-0/playlist.m3u8</Url></PlayUrls></LiveChannel></ListLiveChannelResult>`,
      },
    },
  }),
];

export const cases: readonly WireCase[] = [...tagCases, ...paymentCases, ...loggingCases, ...liveCases];
