import { isServiceError } from '@ossature/protocol';
import { type Bucket, KeyFault } from '@ossature/store';
import { describe, expect, it } from 'vitest';
import { encryptionConfiguration, encryptionRuleOf } from '../bucket-configurations/encryption.ts';
import { keyError } from './key-error.ts';
import { changesEncryption, type EncryptionFields, encryptionFacts, requestedEncryption } from './requested-encryption.ts';

const plain: Bucket = {
  id: 'b',
  name: 'bkt',
  region: 'cn-hangzhou',
  ownerId: '1',
  createdMs: 0,
  acl: 'private',
  storageClass: 'Standard',
  dataRedundancyType: 'LRS',
  configurations: {},
};
const withDefault = (algorithm: 'AES256' | 'KMS', keyId?: string): Bucket => ({
  ...plain,
  configurations: { encryption: encryptionConfiguration.format({ algorithm, keyId }) },
});

function refusalOf(fields: EncryptionFields, bucket = plain): string {
  try {
    requestedEncryption(fields, bucket);
    return 'none';
  } catch (error) {
    return isServiceError(error)
      ? `${error.statusCode} ${error.code} ${error.elements['Header'] ?? error.elements['ArgumentName'] ?? ''}`.trim()
      : 'other';
  }
}

describe('the encryption of a write', () => {
  it('is that of its headers, else of its bucket, else none', () => {
    expect(requestedEncryption({}, plain)).toBeUndefined();
    expect(requestedEncryption({ serverSideEncryption: 'AES256' }, plain)).toEqual({ algorithm: 'AES256' });
    expect(requestedEncryption({ serverSideEncryption: 'KMS' }, plain)).toEqual({ algorithm: 'KMS' });
    const named = { serverSideEncryption: 'KMS', serverSideEncryptionKeyId: 'key-1' } as const;
    expect(requestedEncryption(named, plain)).toEqual({ algorithm: 'KMS', keyId: 'key-1' });
    expect(requestedEncryption({}, withDefault('KMS', 'key-2'))).toEqual({ algorithm: 'KMS', keyId: 'key-2' });
    expect(requestedEncryption({ serverSideEncryption: 'AES256' }, withDefault('KMS', 'key-2'))).toEqual({ algorithm: 'AES256' });
    // The bucket's key is the bucket's: who asks for KMS by a header takes the service's key unless it names one.
    expect(requestedEncryption({ serverSideEncryption: 'KMS' }, withDefault('KMS', 'key-2'))).toEqual({ algorithm: 'KMS' });
  });

  it.each<[EncryptionFields, string]>([
    [{ serverSideEncryption: 'SM4' }, '400 NotImplemented x-oss-server-side-encryption'],
    [{ serverSideEncryption: 'KMS', serverSideDataEncryption: 'SM4' }, '400 NotImplemented x-oss-server-side-data-encryption'],
    [{ serverSideEncryption: 'KMS', serverSideDataEncryption: 'AES256' }, '400 InvalidDataEncryptionAlgorithmError'],
    [{ serverSideDataEncryption: 'SM4' }, '400 NotImplemented x-oss-server-side-data-encryption'],
    [{ serverSideEncryptionKeyId: 'k' }, '400 InvalidArgument x-oss-server-side-encryption-key-id'],
    [{ serverSideEncryption: 'AES256', serverSideEncryptionKeyId: 'k' }, '400 InvalidArgument x-oss-server-side-encryption-key-id'],
    [{ serverSideEncryption: 'KMS', serverSideEncryptionKeyId: '' }, '400 InvalidParameter'],
    [{ serverSideEncryption: 'KMS', serverSideEncryptionKeyId: 'no key' }, '400 InvalidParameter'],
    [{ serverSideEncryption: 'KMS', serverSideEncryptionKeyId: 'k'.repeat(257) }, '400 InvalidParameter'],
  ])('refuses %j', (fields, refusal) => {
    expect(refusalOf(fields)).toBe(refusal);
    expect(refusalOf(fields, withDefault('KMS'))).toBe(refusal);
  });

  it('is told as it is', () => {
    expect(encryptionFacts(undefined).serverSideEncryption).toBeUndefined();
    expect(encryptionFacts({ algorithm: 'KMS', keyId: 'k', wrapped: new Uint8Array() })).toEqual({
      serverSideEncryption: 'KMS',
      serverSideDataEncryption: undefined,
      serverSideEncryptionKeyId: 'k',
    });
    expect(encryptionRuleOf(plain)).toBeUndefined();
    expect(encryptionRuleOf(withDefault('AES256'))).toEqual({ sseAlgorithm: 'AES256' });
    expect(encryptionRuleOf(withDefault('KMS', 'k'))).toEqual({ sseAlgorithm: 'KMS', kmsMasterKeyId: 'k' });
  });

  it('changes with the algorithm and with a key that is named', () => {
    const kms = (keyId?: string) => ({ algorithm: 'KMS', keyId }) as const;
    const aes = { algorithm: 'AES256' } as const;
    const cases = [
      [undefined, undefined, false],
      [aes, undefined, true],
      [undefined, aes, true],
      [aes, aes, false],
      [kms(), aes, true],
      [kms('a'), kms('a'), false],
      [kms('a'), kms('b'), true],
      [kms(), kms('b'), false],
    ] as const;
    for (const [wanted, held, changes] of cases) expect(changesEncryption(wanted, held)).toBe(changes);
  });
});

describe('a master key that cannot be used', () => {
  it.each([
    ['not-found', 404, 'KeyNotFound'],
    ['disabled', 409, 'KeyDisabled'],
    ['pending-deletion', 409, 'KeyPendingDeletion'],
    ['unavailable', 503, 'ServiceUnavailable'],
  ] as const)('%s', (reason, status, code) => {
    expect(keyError(new KeyFault(reason, 'k'))).toMatchObject({ statusCode: status, code });
  });
});
