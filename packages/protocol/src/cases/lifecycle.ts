import { deleteBucketLifecycle, getBucketLifecycle, putBucketLifecycle } from '../operations/lifecycle.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const XML = ['Content-Type', 'application/xml'] as const;
const at = { bucket: 'oss-example' } as const;
const marked = { ...at, query: [['lifecycle', undefined]] } as const;

const rules = [
  {
    id: 'r1',
    prefix: 'logs/',
    status: 'Enabled',
    filter: {
      objectSizeGreaterThan: 500,
      objectSizeLessThan: 64_000,
      nots: [{ prefix: 'logs/keep/', tag: { key: 'k', value: 'v' } }, { prefix: 'logs/x' }],
    },
    tags: [{ key: 'a', value: '' }],
    expiration: { createdBeforeDate: new Date('2002-10-11T00:00:00Z') },
    transitions: [
      { days: 30, storageClass: 'IA' },
      { days: 60, storageClass: 'Archive' },
    ],
    noncurrentVersionExpiration: { noncurrentDays: 7 },
    noncurrentVersionTransitions: [{ noncurrentDays: 3, storageClass: 'IA' }],
  },
  {
    id: 'r2',
    prefix: '',
    status: 'Disabled',
    tags: [],
    expiration: { expiredObjectDeleteMarker: true },
    transitions: [],
    abortMultipartUpload: { days: 2 },
    noncurrentVersionTransitions: [],
  },
] as const;
const RULES =
  '<Rule><ID>r1</ID><Prefix>logs/</Prefix><Status>Enabled</Status><Filter><ObjectSizeGreaterThan>500</ObjectSizeGreaterThan><ObjectSizeLessThan>64000</ObjectSizeLessThan>' +
  '<Not><Prefix>logs/keep/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></Not><Not><Prefix>logs/x</Prefix></Not></Filter><Tag><Key>a</Key><Value></Value></Tag>' +
  '<Expiration><CreatedBeforeDate>2002-10-11T00:00:00.000Z</CreatedBeforeDate></Expiration><Transition><Days>30</Days><StorageClass>IA</StorageClass></Transition>' +
  '<Transition><Days>60</Days><StorageClass>Archive</StorageClass></Transition><NoncurrentVersionExpiration><NoncurrentDays>7</NoncurrentDays></NoncurrentVersionExpiration>' +
  '<NoncurrentVersionTransition><NoncurrentDays>3</NoncurrentDays><StorageClass>IA</StorageClass></NoncurrentVersionTransition></Rule>' +
  '<Rule><ID>r2</ID><Prefix></Prefix><Status>Disabled</Status><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>' +
  '<AbortMultipartUpload><Days>2</Days></AbortMultipartUpload></Rule>';

export const cases: readonly WireCase[] = [
  wireCase(putBucketLifecycle, 'rules of every kind are set', {
    request: {
      value: { ...at, allowSameActionOverlap: true, rules },
      message: {
        ...marked,
        headers: [['x-oss-allow-same-action-overlap', 'true'], XML],
        body: `${XML_DECLARATION}<LifecycleConfiguration>${RULES}</LifecycleConfiguration>`,
      },
    },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(putBucketLifecycle, 'a rule without a name and a prefix, in lines', {
    request: {
      value: {
        ...at,
        rules: [{ status: 'Enabled', tags: [], expiration: { days: 1 }, transitions: [], noncurrentVersionTransitions: [] }],
      },
      message: {
        ...marked,
        body: `<?xml version="1.0" encoding="UTF-8"?>
<LifecycleConfiguration>
  <Rule>
    <Status>Enabled</Status>
    <Expiration>
      <Days>1</Days>
    </Expiration>
  </Rule>
</LifecycleConfiguration>`,
      },
      only: { way: 'decode', because: 'we write no white space' },
    },
  }),
  wireCase(getBucketLifecycle, 'rules of every kind', {
    request: { value: at, message: marked },
    response: {
      value: { statusCode: 200, rules },
      message: { headers: [XML], body: `${XML_DECLARATION}<LifecycleConfiguration>${RULES}</LifecycleConfiguration>` },
    },
  }),
  wireCase(getBucketLifecycle, 'a rule by the last access, with when that began to be tracked', {
    response: {
      value: {
        statusCode: 200,
        rules: [
          {
            id: 'r',
            prefix: '',
            status: 'Enabled',
            tags: [],
            transitions: [{ days: 30, storageClass: 'IA', isAccessTime: true, returnToStdWhenVisit: false, allowSmallFile: true }],
            noncurrentVersionTransitions: [],
          },
        ],
      },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<LifecycleConfiguration><Rule><ID>r</ID><Prefix></Prefix><Status>Enabled</Status><Transition><Days>30</Days><StorageClass>IA</StorageClass><IsAccessTime>true</IsAccessTime><ReturnToStdWhenVisit>false</ReturnToStdWhenVisit><AllowSmallFile>true</AllowSmallFile></Transition><AtimeBase>1631698332</AtimeBase></Rule></LifecycleConfiguration>`,
      },
      only: { way: 'decode', because: 'this server tracks no accesses' },
    },
  }),
  wireCase(deleteBucketLifecycle, 'rules go', {
    request: { value: at, message: marked },
    response: { value: { statusCode: 204 }, message: {} },
  }),
];
