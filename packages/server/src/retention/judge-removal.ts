import type { Bucket, Target } from '@ossature/store';
import { objectWormOf } from '../bucket-configurations/object-worm.ts';
import { wormOf } from '../bucket-configurations/worm.ts';
import { replacedBy } from '../operations/judge-replacement.ts';
import { judgeImmutable } from './judge-immutable.ts';

/** What a deletion says: which version, and whether it bypasses retentions in GOVERNANCE mode (the right to that is among the operation's permissions). */
export interface RemovalFields {
  readonly versionId?: string | undefined;
  readonly bypassGovernanceRetention?: boolean | undefined;
}

/** Whether a deletion may go on: one that only puts a delete marker before a version takes nothing away. Asked in the commit's own `decide`; throws FileImmutable. */
export function judgeRemoval(request: RemovalFields, target: Target, nowMs: number): void {
  const lost = request.versionId === undefined ? replacedBy(target) : target.existing;
  judgeImmutable(target.bucket, lost, nowMs, { bypassGovernance: request.bypassGovernanceRetention });
}

/** Whether objects of the bucket may be protected at all: a deletion of many then looks at each of them before the first one goes. */
export function mayProtect(bucket: Bucket | undefined, nowMs: number): boolean {
  return bucket !== undefined && (wormOf(bucket, nowMs) !== undefined || objectWormOf(bucket) !== undefined);
}
