import { deleteBucketEncryption, getBucketEncryption, putBucketEncryption } from '../operations/encryption.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const at = { bucket: 'oss-example' } as const;
const query = [['encryption', undefined]] as const;
const XML = ['Content-Type', 'application/xml'] as const;
const KEY = '9468da86-3509-4f8d-a61e-6eab1eac0001';

const rule = (content: string) =>
  `${XML_DECLARATION}<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault>${content}</ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>`;

export const cases: readonly WireCase[] = [
  wireCase(putBucketEncryption, 'keys of the server', {
    request: {
      value: { ...at, applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } },
      message: { ...at, query, headers: [XML], body: rule('<SSEAlgorithm>AES256</SSEAlgorithm>') },
    },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(putBucketEncryption, 'a KMS key', {
    request: {
      value: {
        ...at,
        contentMd5: '1B2M2Y8AsgTpgAmY7PhCfg==',
        applyServerSideEncryptionByDefault: { sseAlgorithm: 'KMS', kmsMasterKeyId: KEY, kmsDataEncryption: 'SM4' },
      },
      message: {
        ...at,
        query,
        headers: [['Content-MD5', '1B2M2Y8AsgTpgAmY7PhCfg=='], XML],
        body: rule(`<SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID>${KEY}</KMSMasterKeyID><KMSDataEncryption>SM4</KMSDataEncryption>`),
      },
    },
  }),
  wireCase(putBucketEncryption, 'elements without a text, as some clients send them', {
    request: {
      value: { ...at, applyServerSideEncryptionByDefault: { sseAlgorithm: 'KMS', kmsMasterKeyId: '', kmsDataEncryption: '' } },
      message: { ...at, query, headers: [XML], body: rule('<SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID/><KMSDataEncryption/>') },
      only: { way: 'decode', because: 'the client writes an empty element with an end tag' },
    },
  }),
  wireCase(getBucketEncryption, 'a KMS key', {
    request: { value: at, message: { ...at, query } },
    response: {
      value: { statusCode: 200, applyServerSideEncryptionByDefault: { sseAlgorithm: 'KMS', kmsMasterKeyId: KEY } },
      message: { headers: [XML], body: rule(`<SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID>${KEY}</KMSMasterKeyID>`) },
    },
  }),
  wireCase(getBucketEncryption, 'keys of the server', {
    response: {
      value: { statusCode: 200, applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } },
      message: { headers: [XML], body: rule('<SSEAlgorithm>AES256</SSEAlgorithm>') },
    },
  }),
  wireCase(deleteBucketEncryption, 'no default any more', {
    request: { value: at, message: { ...at, query } },
    response: { value: { statusCode: 204 }, message: {} },
  }),
];
