import { deleteBucketOverwriteConfig, getBucketOverwriteConfig, putBucketOverwriteConfig } from '../operations/overwrite-config.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const bucket = 'dst-bucket';
const MARK = [['overwriteConfig', undefined]] as const;
const XML = ['Content-Type', 'application/xml'] as const;
const rules = [
  { id: 'rule-001', action: 'forbid', prefix: 'a/', suffix: '.txt', principals: ['20214760404935001', '*'] },
  { id: 'rule-002', action: 'forbid' },
] as const;
const DOCUMENT = `${XML_DECLARATION}<OverwriteConfiguration><Rule><ID>rule-001</ID><Action>forbid</Action><Prefix>a/</Prefix><Suffix>.txt</Suffix><Principals><Principal>20214760404935001</Principal><Principal>*</Principal></Principals></Rule><Rule><ID>rule-002</ID><Action>forbid</Action></Rule></OverwriteConfiguration>`;

export const cases: readonly WireCase[] = [
  wireCase(putBucketOverwriteConfig, 'rules with and without bounds', {
    request: { value: { bucket, rules }, message: { bucket, query: MARK, headers: [XML], body: DOCUMENT } },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(getBucketOverwriteConfig, 'the rules', {
    request: { value: { bucket }, message: { bucket, query: MARK } },
    response: { value: { statusCode: 200, rules }, message: { headers: [XML], body: DOCUMENT } },
  }),
  wireCase(deleteBucketOverwriteConfig, 'their end', {
    request: { value: { bucket }, message: { bucket, query: MARK } },
    response: { value: { statusCode: 204 }, message: {} },
  }),
];
