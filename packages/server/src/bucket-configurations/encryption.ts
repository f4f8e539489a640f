import type { Bucket } from '@ossature/store';
import { configurationOf, jsonConfiguration } from './configuration.ts';

/** How a bucket encrypts what is written without a word about it (OSS: PutBucketEncryption). */
export interface DefaultEncryption {
  readonly algorithm: 'AES256' | 'KMS';
  /** Of a KMS key; undefined: the key of the service. */
  readonly keyId?: string | undefined;
}

export const encryptionConfiguration = jsonConfiguration<DefaultEncryption>('encryption');

/** As a document tells it. */
export function encryptionRuleOf(
  bucket: Bucket,
): { readonly sseAlgorithm: 'AES256' | 'KMS'; readonly kmsMasterKeyId: string | undefined } | undefined {
  const found = configurationOf(bucket, encryptionConfiguration);
  return found && { sseAlgorithm: found.algorithm, kmsMasterKeyId: found.keyId };
}
