import { ServiceError } from '@ossature/protocol';
import type { Bucket, Retention, StoredObject } from '@ossature/store';
import { wormOf } from '../bucket-configurations/worm.ts';

const dayMs = 24 * 60 * 60 * 1000;

export interface ImmutabilityOptions {
  /** The caller asks to bypass retentions in GOVERNANCE mode, and may. */
  readonly bypassGovernance?: boolean | undefined;
}

/**
 * Throws FileImmutable where a version is protected, and would be deleted, replaced or changed. Asked in the commit's own `decide`. Reading, tags, the ACL, restoring and
 * the storage class are no changes. Source: OSS, retention policy and ObjectWorm.
 */
export function judgeImmutable(
  bucket: Bucket | undefined,
  object: StoredObject | undefined,
  nowMs: number,
  options: ImmutabilityOptions = {},
): void {
  if (bucket === undefined || object === undefined) return;
  if (isImmutable(bucket, object, nowMs, options)) throw new ServiceError('FileImmutable');
}

/** Whether a version is protected now: by the policy of its bucket, by its own retention, or by a legal hold. A pure function of the rows and the time. */
export function isImmutable(bucket: Bucket, object: StoredObject, nowMs: number, options: ImmutabilityOptions = {}): boolean {
  if (object.legalHold === true) return true;
  const worm = wormOf(bucket, nowMs);
  if (worm !== undefined && nowMs < object.lastModifiedMs + worm.days * dayMs) return true;
  const { retention } = object;
  return isInForce(retention, nowMs) && (retention.mode === 'COMPLIANCE' || options.bypassGovernance !== true);
}

/** Whether a retention has not ended yet. */
export function isInForce(retention: Retention | undefined, nowMs: number): retention is Retention {
  return retention !== undefined && nowMs < retention.untilMs;
}
