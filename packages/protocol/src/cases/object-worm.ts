import {
  getBucketObjectWormConfiguration,
  getObjectLegalHold,
  getObjectRetention,
  putBucketObjectWormConfiguration,
  putObjectLegalHold,
  putObjectRetention,
} from '../operations/object-worm.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const at = { bucket: 'src-bucket', key: 'dir/hello.txt' } as const;
const { bucket } = at;
const XML = ['Content-Type', 'application/xml'] as const;
const VERSION = 'CAEQMxiBgIDh3ZCB0BYiIGE4YjIyMjExZDhhYjQxNzZiNGUyZTI4ZjljZDcz';

export const cases: readonly WireCase[] = [
  wireCase(putBucketObjectWormConfiguration, 'a default of days', {
    request: {
      value: { bucket, objectWormEnabled: 'Enabled', rule: { defaultRetention: { mode: 'COMPLIANCE', days: 1 } } },
      message: {
        bucket,
        query: [['objectWorm', undefined]],
        headers: [XML],
        body: `${XML_DECLARATION}<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled><Rule><DefaultRetention><Mode>COMPLIANCE</Mode><Days>1</Days></DefaultRetention></Rule></ObjectWormConfiguration>`,
      },
    },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(putBucketObjectWormConfiguration, 'no default', {
    request: {
      value: { bucket, objectWormEnabled: 'Enabled' },
      message: {
        bucket,
        query: [['objectWorm', undefined]],
        headers: [XML],
        body: `${XML_DECLARATION}<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled></ObjectWormConfiguration>`,
      },
    },
  }),
  wireCase(getBucketObjectWormConfiguration, 'a default of years', {
    request: { value: { bucket }, message: { bucket, query: [['objectWorm', undefined]] } },
    response: {
      value: { statusCode: 200, objectWormEnabled: 'Enabled', rule: { defaultRetention: { mode: 'GOVERNANCE', years: 1 } } },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Years>1</Years></DefaultRetention></Rule></ObjectWormConfiguration>`,
      },
    },
  }),
  wireCase(putObjectRetention, 'a version is protected', {
    request: {
      value: {
        ...at,
        versionId: VERSION,
        bypassGovernanceRetention: true,
        mode: 'COMPLIANCE',
        retainUntilDate: new Date('2030-11-10T16:00:00.000Z'),
      },
      message: {
        ...at,
        query: [
          ['retention', undefined],
          ['versionId', VERSION],
        ],
        headers: [XML, ['x-oss-bypass-governance-retention', 'true']],
        body: `${XML_DECLARATION}<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>2030-11-10T16:00:00.000Z</RetainUntilDate></Retention>`,
      },
    },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(putObjectRetention, 'a retention is taken away', {
    request: {
      value: at,
      message: {
        ...at,
        query: [['retention', undefined]],
        headers: [XML],
        body: `${XML_DECLARATION}<Retention><Mode></Mode><RetainUntilDate></RetainUntilDate></Retention>`,
      },
    },
  }),
  wireCase(getObjectRetention, 'a retention', {
    request: { value: at, message: { ...at, query: [['retention', undefined]] } },
    response: {
      value: { statusCode: 200, mode: 'GOVERNANCE', retainUntilDate: new Date('2030-11-10T16:00:00.000Z') },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2030-11-10T16:00:00.000Z</RetainUntilDate></Retention>`,
      },
    },
  }),
  wireCase(getObjectRetention, 'none', {
    response: {
      value: { statusCode: 200 },
      message: { headers: [XML], body: `${XML_DECLARATION}<Retention><Mode></Mode><RetainUntilDate></RetainUntilDate></Retention>` },
    },
  }),
  wireCase(putObjectLegalHold, 'a version is held', {
    request: {
      value: { ...at, status: 'ON' },
      message: {
        ...at,
        query: [['legalHold', undefined]],
        headers: [XML],
        body: `${XML_DECLARATION}<LegalHold><Status>ON</Status></LegalHold>`,
      },
    },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(getObjectLegalHold, 'a version is not held', {
    request: {
      value: { ...at, versionId: 'null' },
      message: {
        ...at,
        query: [
          ['legalHold', undefined],
          ['versionId', 'null'],
        ],
      },
    },
    response: {
      value: { statusCode: 200, status: 'OFF' },
      message: { headers: [XML], body: `${XML_DECLARATION}<LegalHold><Status>OFF</Status></LegalHold>` },
    },
  }),
];
