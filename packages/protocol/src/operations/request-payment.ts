/** Who pays for requests to a bucket (OSS: pay-by-requester). */
import { choice, known } from '../codec.ts';
import { limits } from '../limits.ts';
import { bucketName, element, operation, xml } from '../operation.ts';
import { xmlBodyFacts } from './member-sets.ts';
import { bucketAction } from './permissions.ts';

/** Sets who pays for the requests to a bucket (OSS: PutBucketRequestPayment). */
export const putBucketRequestPayment = operation({
  name: 'PutBucketRequestPayment',
  method: 'PUT',
  level: 'bucket',
  marks: { query: ['requestPayment'] },
  request: {
    bucket: bucketName,
    ...xmlBodyFacts,
    /** `Requester`: others than the owner say that they pay, or are refused. */
    payer: xml(element('Payer', choice(['BucketOwner', 'Requester']))),
  },
  requestRoot: 'RequestPaymentConfiguration',
  requestBody: 'required',
  results: { 200: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidDigest', 'MalformedXML', 'InvalidArgument'],
  permissions: (request) => bucketAction('oss:PutBucketRequestPayment', request),
  retry: 'idempotent',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** Who pays for the requests to a bucket (OSS: GetBucketRequestPayment). */
export const getBucketRequestPayment = operation({
  name: 'GetBucketRequestPayment',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['requestPayment'] },
  request: { bucket: bucketName },
  results: {
    200: {
      root: 'RequestPaymentConfiguration',
      members: {
        /** `BucketOwner` where it was never set. */
        payer: xml(element('Payer', known('BucketOwner', 'Requester'))),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:GetBucketRequestPayment', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
