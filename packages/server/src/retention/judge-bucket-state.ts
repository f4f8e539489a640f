import { ServiceError } from '@ossature/protocol';
import type { Bucket, Versioning } from '@ossature/store';
import { objectWormOf } from '../bucket-configurations/object-worm.ts';
import { wormOf } from '../bucket-configurations/worm.ts';

/** A bucket has one kind of retention, and none while its versions are suspended: then writes would replace what is to be kept. */
export function judgeBucketWormAllowed(bucket: Bucket): void {
  if (objectWormOf(bucket) !== undefined)
    throw stateRefused('The bucket protects single objects; it cannot have a retention policy beside that.');
  if (bucket.versioning === 'Suspended') throw stateRefused('A bucket whose versioning is suspended cannot have a retention policy.');
}

export function judgeObjectWormAllowed(bucket: Bucket, nowMs: number): void {
  if (wormOf(bucket, nowMs) !== undefined)
    throw stateRefused('The bucket has a retention policy; it cannot protect single objects beside that.');
  if (bucket.versioning !== 'Enabled') throw stateRefused('Single objects are only protected in a bucket whose versioning is enabled.');
}

/** Whether the versioning of a bucket may become this: it cannot be suspended while a retention stands. Asked in the commit. */
export function judgeVersioningAllowed(bucket: Bucket, versioning: Versioning, nowMs: number): void {
  if (versioning === 'Enabled') return;
  if (wormOf(bucket, nowMs) !== undefined || objectWormOf(bucket) !== undefined) {
    throw stateRefused('Versioning cannot be suspended while the bucket has a retention policy.');
  }
}

function stateRefused(message: string): ServiceError {
  return new ServiceError('InvalidBucketState', { message });
}
