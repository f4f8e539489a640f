import { type operations, type RequestOf, ServiceError } from '@ossature/protocol';
import type { KeyRing } from '@ossature/store';
import { changeConfiguration } from '../bucket-configurations/change-configuration.ts';
import { type DefaultEncryption, encryptionConfiguration, encryptionRuleOf } from '../bucket-configurations/encryption.ts';
import { judgeKeyId } from '../encryption/judge-key-id.ts';
import { readBucket } from './bucket.ts';
import type { Handler } from './handler.ts';

type Rule = RequestOf<typeof operations.putBucketEncryption>['applyServerSideEncryptionByDefault'];

/** A named key must be one that can be used now; later it may be disabled, and writes are refused then. */
export const putBucketEncryption: Handler<typeof operations.putBucketEncryption> = async (request, context) => {
  const wanted = defaultEncryptionOf(request.applyServerSideEncryptionByDefault);
  if (wanted.keyId !== undefined) await judgeUsable(wanted, context.keyRing, context.config.random.bytes(32));
  await changeConfiguration(context, request.bucket, encryptionConfiguration, () => wanted);
  return { statusCode: 200 };
};

export const getBucketEncryption: Handler<typeof operations.getBucketEncryption> = async (request, context) => {
  const bucket = await readBucket(request.bucket, context);
  const rule = encryptionRuleOf(bucket);
  if (rule === undefined) throw new ServiceError('NoSuchServerSideEncryptionRule', { elements: { BucketName: bucket.name } });
  return { statusCode: 200, applyServerSideEncryptionByDefault: rule };
};

export const deleteBucketEncryption: Handler<typeof operations.deleteBucketEncryption> = async (request, context) => {
  await changeConfiguration(context, request.bucket, encryptionConfiguration, () => undefined);
  return { statusCode: 204 };
};

function defaultEncryptionOf({ sseAlgorithm, kmsMasterKeyId = '', kmsDataEncryption = '' }: Rule): DefaultEncryption {
  if (sseAlgorithm !== 'KMS' && kmsMasterKeyId !== '') throw notApplicable('KMSMasterKeyID', kmsMasterKeyId);
  if (sseAlgorithm !== 'KMS' && kmsDataEncryption !== '') throw notApplicable('KMSDataEncryption', kmsDataEncryption);
  if (sseAlgorithm === 'SM4') throw withoutSm4('SSEAlgorithm');
  if (kmsDataEncryption !== '') throw withoutSm4('KMSDataEncryption');
  if (kmsMasterKeyId === '') return { algorithm: sseAlgorithm };
  judgeKeyId(kmsMasterKeyId);
  return { algorithm: sseAlgorithm, keyId: kmsMasterKeyId };
}

/** Any key ring can be asked by letting it wrap something. Rejects with KeyFault. */
async function judgeUsable(encryption: DefaultEncryption, keyRing: KeyRing, probe: Uint8Array): Promise<void> {
  await keyRing.wrap(encryption, probe);
}

function notApplicable(element: string, value: string): ServiceError {
  return new ServiceError('InvalidArgument', {
    message: `${element} is not applicable if the default sse algorithm is not KMS.`,
    elements: { ArgumentName: element, ArgumentValue: value },
  });
}

function withoutSm4(element: string): ServiceError {
  return new ServiceError('NotImplemented', {
    message: `SM4 is not implemented: this server encrypts with AES-256 (${element}).`,
    elements: { ArgumentName: element, ArgumentValue: 'SM4' },
  });
}
