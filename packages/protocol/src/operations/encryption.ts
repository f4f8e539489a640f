/** How a bucket encrypts what is written without a word about it (OSS: bucket encryption). */
import { choice, text } from '../codec.ts';
import { kmsDataEncryption } from '../codec-object.ts';
import { limits } from '../limits.ts';
import { bucketName, element, operation, optional, struct, xml } from '../operation.ts';
import { xmlBodyFacts } from './member-sets.ts';
import { bucketAction } from './permissions.ts';

const algorithm = choice(['AES256', 'KMS', 'SM4'], {
  message: 'The encryption algorithm specified is not valid.',
  code: 'InvalidEncryptionAlgorithmError',
});

/** Sets the default encryption; objects that are there already stay as they are (OSS: PutBucketEncryption). */
export const putBucketEncryption = operation({
  name: 'PutBucketEncryption',
  method: 'PUT',
  level: 'bucket',
  marks: { query: ['encryption'] },
  request: {
    bucket: bucketName,
    ...xmlBodyFacts,
    applyServerSideEncryptionByDefault: xml(
      struct('ApplyServerSideEncryptionByDefault', {
        /** `AES256`, `KMS` or `SM4`. */
        sseAlgorithm: element('SSEAlgorithm', algorithm),
        /** Only with `KMS`: the key; that of the service without it. */
        kmsMasterKeyId: optional(element('KMSMasterKeyID', text)),
        /** Only with `KMS`: `SM4`. An empty element says nothing. */
        kmsDataEncryption: optional(element('KMSDataEncryption', kmsDataEncryption)),
      }),
    ),
  },
  requestRoot: 'ServerSideEncryptionRule',
  requestBody: 'required',
  results: { 200: { members: {} } },
  errors: [
    'MalformedXML',
    'InvalidDigest',
    'InvalidEncryptionAlgorithmError',
    'InvalidDataEncryptionAlgorithmError',
    'NoSuchBucket',
    'AccessDenied',
    'InvalidArgument',
    'InvalidParameter',
    'KeyNotFound',
    'KeyDisabled',
    'KeyPendingDeletion',
  ],
  permissions: (request) => bucketAction('oss:PutBucketEncryption', request),
  retry: 'idempotent',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** The default encryption of a bucket (OSS: GetBucketEncryption). */
export const getBucketEncryption = operation({
  name: 'GetBucketEncryption',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['encryption'] },
  request: { bucket: bucketName },
  results: {
    200: {
      root: 'ServerSideEncryptionRule',
      members: {
        applyServerSideEncryptionByDefault: xml(
          struct('ApplyServerSideEncryptionByDefault', {
            /** `AES256`, `KMS` or `SM4`. */
            sseAlgorithm: element('SSEAlgorithm', text),
            kmsMasterKeyId: optional(element('KMSMasterKeyID', text)),
            kmsDataEncryption: optional(element('KMSDataEncryption', text)),
          }),
        ),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied', 'NoSuchServerSideEncryptionRule'],
  permissions: (request) => bucketAction('oss:GetBucketEncryption', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Takes the default encryption away; no error where there is none (OSS: DeleteBucketEncryption). */
export const deleteBucketEncryption = operation({
  name: 'DeleteBucketEncryption',
  method: 'DELETE',
  level: 'bucket',
  marks: { query: ['encryption'] },
  request: { bucket: bucketName },
  results: { 204: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:DeleteBucketEncryption', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
