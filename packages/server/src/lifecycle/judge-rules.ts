import { ServiceError } from '@ossature/protocol';
import type { LifecycleRule } from './rule.ts';

/**
 * Throws the documented error where two rules speak of the same objects: of one prefix, or of one that begins with the other's, with the same
 * tags and filter. Then they may not do the same, nor move to the same class, and their times must be of one kind. With `allowOverlap` the
 * earliest of what is due is done.
 */
export function judgeRulesTogether(rules: readonly LifecycleRule[], allowOverlap: boolean): void {
  if (allowOverlap) return;
  rules.forEach((rule, i) => {
    for (const other of rules.slice(0, i)) if (speaksOfSame(rule, other)) judgePair(other, rule);
  });
}

function speaksOfSame(a: LifecycleRule, b: LifecycleRule): boolean {
  if (!a.prefix.startsWith(b.prefix) && !b.prefix.startsWith(a.prefix)) return false;
  return tagsAndFilterOf(a) === tagsAndFilterOf(b);
}

function tagsAndFilterOf({ tags, filter }: LifecycleRule): string {
  const sorted = [...tags].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([sorted, filter?.greaterThanBytes, filter?.lessThanBytes, filter?.nots]);
}

function judgePair(first: LifecycleRule, second: LifecycleRule): void {
  if (first.prefix === second.prefix) throw invalidRequest('Found same prefix in different rules', '0014-00000085');
  const theirs = actionsOf(first);
  const shared = actionsOf(second).find((action) => theirs.includes(action));
  if (shared !== undefined) {
    throw new ServiceError('InvalidArgument', {
      message: `Overlap for same action type ${shared}.`,
      ec: '0014-00000084',
      elements: { ArgumentName: 'Prefix', ArgumentValue: second.prefix },
    });
  }
  const moved = second.transitions.find(({ storageClass }) => first.transitions.some((other) => other.storageClass === storageClass));
  if (moved !== undefined) {
    throw new ServiceError('InvalidArgument', {
      message: `Overlap for same action type Transition to ${moved.storageClass}.`,
      ec: '0014-00000079',
      elements: { ArgumentName: 'Prefix', ArgumentValue: second.prefix },
    });
  }
  const isByDays = [...first.transitions, ...second.transitions].map(({ days }) => days !== undefined);
  if (isByDays.includes(true) && isByDays.includes(false)) {
    throw invalidRequest('Days and CreatedBeforeDate cannot stand in Transition of rules that overlap.', '0014-00000080');
  }
}

function actionsOf(rule: LifecycleRule): readonly string[] {
  return [
    ...(rule.expiration === undefined ? [] : ['Expiration']),
    ...(rule.expiresLoneMarkers === undefined ? [] : ['ExpiredObjectDeleteMarker']),
    ...(rule.noncurrentExpirationDays === undefined ? [] : ['NoncurrentVersionExpiration']),
    ...(rule.abortUploads === undefined ? [] : ['AbortMultipartUpload']),
  ];
}

/** Objects move to colder classes in order of time, and expire last (OSS: PutBucketLifecycle, EC 0014-00000082). */
export function judgeRuleTimes(rule: LifecycleRule): void {
  judgeOrder(
    rule.transitions.flatMap(({ days, storageClass }) => (days === undefined ? [] : [{ days, storageClass }])),
    rule.expiration?.days,
  );
  judgeOrder(rule.noncurrentTransitions, rule.noncurrentExpirationDays);
}

const colderLater: readonly string[] = ['IA', 'Archive', 'ColdArchive', 'DeepColdArchive'];

function judgeOrder(transitions: readonly { readonly days: number; readonly storageClass: string }[], expirationDays: number | undefined) {
  const ordered = [...transitions].sort((a, b) => colderLater.indexOf(a.storageClass) - colderLater.indexOf(b.storageClass));
  ordered.forEach(({ days }, i) => {
    const next = ordered[i + 1]?.days ?? expirationDays;
    if (next !== undefined && next <= days) {
      throw invalidRequest('Objects must move to colder storage classes in order of time, and expire last.', '0014-00000082');
    }
  });
}

function invalidRequest(message: string, ec: string): ServiceError {
  return new ServiceError('InvalidRequest', { message, ec });
}
