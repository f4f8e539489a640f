import { ServiceError } from '@ossature/protocol';
import type { Bucket, BucketProperties } from '@ossature/store';
import { configurationOf, jsonConfiguration } from './configuration.ts';

/** Whether public lists and public policies count for nothing, and cannot be set (OSS: Block Public Access). */
export interface PublicAccessBlock {
  readonly blockPublicAccess: boolean;
}

export const publicAccessBlockConfiguration = jsonConfiguration<PublicAccessBlock>('publicAccessBlock');

/** The bucket's own block; that of the account counts beside it. */
export function blocksPublicAccess(bucket: Pick<Bucket, 'configurations'>): boolean {
  // The row of a bucket that is being made is no row yet, and has its configurations all the same.
  return configurationOf(bucket as Bucket, publicAccessBlockConfiguration)?.blockPublicAccess === true;
}

/** The configurations of a new bucket. */
export function newBucketConfigurations(blockPublicAccess: boolean): BucketProperties['configurations'] {
  return blockPublicAccess ? { [publicAccessBlockConfiguration.name]: publicAccessBlockConfiguration.format({ blockPublicAccess }) } : {};
}

/** `what`: as the refusal names it. */
export function publicRefused(what: 'bucket acl' | 'bucket policy' | 'object acl'): ServiceError {
  return new ServiceError('AccessDenied', {
    message: `Put public ${what} is not allowed`,
    ...(what === 'object acl' ? { ec: '0016-00000901' } : {}),
  });
}

/** Throws where a bucket would get a list that grants to everybody, and public access is blocked. */
export function judgeBucketAcl(acl: string | undefined, bucket: Pick<Bucket, 'configurations'>, accountBlocks: boolean): void {
  if (acl === undefined || acl === 'private') return;
  if (accountBlocks || blocksPublicAccess(bucket)) throw publicRefused('bucket acl');
}
