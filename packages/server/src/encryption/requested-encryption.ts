import { ServiceError } from '@ossature/protocol';
import type { Bucket, Encryption, Envelope } from '@ossature/store';
import { configurationOf } from '../bucket-configurations/configuration.ts';
import { encryptionConfiguration } from '../bucket-configurations/encryption.ts';
import { judgeKeyId } from './judge-key-id.ts';

/** The three encryption headers of a write, as its request has them. */
export interface EncryptionFields {
  readonly serverSideEncryption?: 'AES256' | 'KMS' | 'SM4' | undefined;
  readonly serverSideDataEncryption?: string | undefined;
  readonly serverSideEncryptionKeyId?: string | undefined;
}

/**
 * How a write is to be encrypted: as its headers say, else as its bucket does by default, else not at all (OSS: server-side encryption). A copy asks it
 * of its own headers and bucket: encryption is never inherited from the source. Throws the documented errors; whether a key exists is the key ring's to say.
 */
export function requestedEncryption(fields: EncryptionFields, bucket: Bucket): Encryption | undefined {
  const { serverSideEncryption: algorithm, serverSideDataEncryption, serverSideEncryptionKeyId: keyId } = fields;
  if (serverSideDataEncryption !== undefined) {
    if (serverSideDataEncryption !== 'SM4') throw new ServiceError('InvalidDataEncryptionAlgorithmError');
    throw withoutSm4('x-oss-server-side-data-encryption');
  }
  if (algorithm === 'SM4') throw withoutSm4('x-oss-server-side-encryption');
  if (keyId !== undefined) {
    if (algorithm !== 'KMS') {
      throw new ServiceError('InvalidArgument', {
        message: 'A KMS key id is not applicable if the encryption algorithm is not KMS.',
        elements: { ArgumentName: 'x-oss-server-side-encryption-key-id', ArgumentValue: keyId },
      });
    }
    judgeKeyId(keyId);
  }
  if (algorithm !== undefined) return { algorithm, keyId };
  return configurationOf(bucket, encryptionConfiguration);
}

/** How an object, a version or an upload is encrypted, as answers tell it. */
export function encryptionFacts(envelope: Envelope | undefined): {
  readonly serverSideEncryption: string | undefined;
  readonly serverSideDataEncryption: string | undefined;
  readonly serverSideEncryptionKeyId: string | undefined;
} {
  return {
    serverSideEncryption: envelope?.algorithm,
    // Only SM4 is ever told here.
    serverSideDataEncryption: undefined,
    serverSideEncryptionKeyId: envelope?.keyId,
  };
}

/** Whether a copy changes the encryption, which OSS limits to 1 GB. A KMS key that is not named is taken for the one that the object has. */
export function changesEncryption(wanted: Encryption | undefined, held: Encryption | undefined): boolean {
  if (wanted?.algorithm !== held?.algorithm) return true;
  return wanted?.keyId !== undefined && wanted.keyId !== held?.keyId;
}

/** The OpenSSL that Node brings has no authenticated mode of SM4. */
function withoutSm4(header: string): ServiceError {
  return new ServiceError('NotImplemented', {
    message: 'SM4 is not implemented: this server encrypts with AES-256.',
    elements: { Header: header, ArgumentValue: 'SM4' },
  });
}
