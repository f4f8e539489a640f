import { cleanRestoredObject, restoreObject, sealAppendObject } from '../operations/restore.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const at = { bucket: 'src-bucket', key: 'dir/hello.txt' } as const;
const XML = ['Content-Type', 'application/xml'] as const;
const VERSION = 'CAEQMxiBgIDh3ZCB0BYiIGE4YjIyMjExZDhhYjQxNzZiNGUyZTI4ZjljZDcz';

export const cases: readonly WireCase[] = [
  wireCase(restoreObject, 'a cold object, with days and priority', {
    request: {
      value: { ...at, versionId: VERSION, days: 2, tier: 'Bulk' },
      message: {
        ...at,
        query: [
          ['restore', undefined],
          ['versionId', VERSION],
        ],
        headers: [XML],
        body: `${XML_DECLARATION}<RestoreRequest><Days>2</Days><JobParameters><Tier>Bulk</Tier></JobParameters></RestoreRequest>`,
      },
    },
    response: {
      value: { statusCode: 202, objectRestorePriority: 'Bulk', versionId: VERSION },
      message: {
        headers: [
          ['x-oss-object-restore-priority', 'Bulk'],
          ['x-oss-version-id', VERSION],
        ],
      },
    },
  }),
  wireCase(restoreObject, 'without a body', {
    request: { value: at, message: { ...at, query: [['restore', undefined]] } },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(restoreObject, 'days alone', {
    request: {
      value: { ...at, days: 365 },
      message: {
        ...at,
        query: [['restore', undefined]],
        headers: [XML],
        body: `${XML_DECLARATION}<RestoreRequest><Days>365</Days></RestoreRequest>`,
      },
    },
  }),
  wireCase(cleanRestoredObject, 'a restored object sleeps again', {
    request: { value: at, message: { ...at, query: [['cleanRestoredObject', undefined]] } },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(sealAppendObject, 'an appendable object is done', {
    request: {
      value: { ...at, position: 344_606 },
      message: {
        ...at,
        query: [
          ['seal', undefined],
          ['position', '344606'],
        ],
      },
    },
    response: {
      value: { statusCode: 200, sealedTime: 'Wed, 07 May 2025 23:00:00 GMT' },
      message: { headers: [['x-oss-sealed-time', 'Wed, 07 May 2025 23:00:00 GMT']] },
    },
  }),
];
