import type { Target } from '@ossature/store';
import { replacedBy } from '../operations/judge-replacement.ts';
import { judgeImmutable } from './judge-immutable.ts';

/** What a deletion says: which version, and whether it bypasses retentions in GOVERNANCE mode (the right to that is among the operation's permissions). */
export interface RemovalFields {
  readonly versionId?: string | undefined;
  readonly bypassGovernanceRetention?: boolean | undefined;
}

/**
 * Whether a deletion may go on: a version that is named goes for good; without a name, what a delete marker takes the place of, or what has no versions. One that only puts a
 * marker before a version takes nothing away. Asked in the commit's own `decide`; throws FileImmutable.
 */
export function judgeRemoval(request: RemovalFields, target: Target, nowMs: number): void {
  const lost = request.versionId === undefined ? replacedBy(target) : target.existing;
  judgeImmutable(target.bucket, lost, nowMs, { bypassGovernance: request.bypassGovernanceRetention });
}
