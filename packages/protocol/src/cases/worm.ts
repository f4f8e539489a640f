import { abortBucketWorm, completeBucketWorm, extendBucketWorm, getBucketWorm, initiateBucketWorm } from '../operations/worm.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const bucket = 'src-bucket';
const XML = ['Content-Type', 'application/xml'] as const;
const wormId = '1666E2CFB2B3418A9B2C6A2DAE6A0E4F';

export const cases: readonly WireCase[] = [
  wireCase(initiateBucketWorm, 'a retention policy begins', {
    request: {
      value: { bucket, retentionPeriodInDays: 365 },
      message: {
        bucket,
        query: [['worm', undefined]],
        headers: [XML],
        body: `${XML_DECLARATION}<InitiateWormConfiguration><RetentionPeriodInDays>365</RetentionPeriodInDays></InitiateWormConfiguration>`,
      },
    },
    response: { value: { statusCode: 200, wormId }, message: { headers: [['x-oss-worm-id', wormId]] } },
  }),
  wireCase(abortBucketWorm, 'it is taken back', {
    request: { value: { bucket }, message: { bucket, query: [['worm', undefined]] } },
    response: { value: { statusCode: 204 }, message: {} },
  }),
  wireCase(completeBucketWorm, 'it is locked', {
    request: { value: { bucket, wormId }, message: { bucket, query: [['wormId', wormId]] } },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(extendBucketWorm, 'it becomes longer', {
    request: {
      value: { bucket, wormId, retentionPeriodInDays: 366 },
      message: {
        bucket,
        query: [
          ['wormExtend', undefined],
          ['wormId', wormId],
        ],
        headers: [XML],
        body: `${XML_DECLARATION}<ExtendWormConfiguration><RetentionPeriodInDays>366</RetentionPeriodInDays></ExtendWormConfiguration>`,
      },
    },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(getBucketWorm, 'what stands', {
    request: { value: { bucket }, message: { bucket, query: [['worm', undefined]] } },
    response: {
      value: {
        statusCode: 200,
        wormId,
        state: 'Locked',
        retentionPeriodInDays: 1,
        creationDate: new Date('2013-07-31T10:56:21.000Z'),
      },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<WormConfiguration><WormId>${wormId}</WormId><State>Locked</State><RetentionPeriodInDays>1</RetentionPeriodInDays><CreationDate>2013-07-31T10:56:21.000Z</CreationDate></WormConfiguration>`,
      },
    },
  }),
];
