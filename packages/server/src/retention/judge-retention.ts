import { ServiceError } from '@ossature/protocol';
import type { Bucket, Retention, StoredObject } from '@ossature/store';
import { objectWormOf } from '../bucket-configurations/object-worm.ts';
import { type ImmutabilityOptions, isInForce } from './judge-immutable.ts';

/** Throws where a version cannot be protected by itself: its bucket does not know that, or it is one that grows. */
export function judgeProtectable(bucket: Bucket, object: StoredObject): void {
  if (objectWormOf(bucket) === undefined) throw new ServiceError('ObjectWormConfigurationNotFound');
  if (object.type === 'Appendable') throw appendRefused();
}

/**
 * Whether a retention may take the place of another; undefined takes it away. In COMPLIANCE mode it can only become longer; in GOVERNANCE mode it may also become
 * COMPLIANCE, and anything for those who bypass it. Throws FileImmutable. Source: OSS, PutObjectRetention.
 */
export function judgeRetention(
  existing: Retention | undefined,
  changed: Retention | undefined,
  nowMs: number,
  options: ImmutabilityOptions = {},
): void {
  if (!isInForce(existing, nowMs)) return;
  if (existing.mode === 'GOVERNANCE' && options.bypassGovernance === true) return;
  const isStronger = changed !== undefined && (changed.mode === existing.mode || changed.mode === 'COMPLIANCE');
  if (!isStronger || changed.untilMs < existing.untilMs) throw new ServiceError('FileImmutable');
}

/** Objects that grow cannot be protected one by one: where a bucket does that, there are no new ones (OSS: PutBucketObjectWormConfiguration). */
export function judgeAppendable(bucket: Bucket): void {
  if (objectWormOf(bucket) !== undefined) throw appendRefused();
}

function appendRefused(): ServiceError {
  return new ServiceError('OperationNotSupported', {
    message: 'Appendable objects cannot have a retention of their own.',
    elements: { Detail: 'Appendable' },
  });
}
