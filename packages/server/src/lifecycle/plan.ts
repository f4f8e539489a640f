/** What is due by lifecycle rules: pure functions of rows and the time (OSS: lifecycle rules by the last modification). */
import type { DeleteMarker, StorageClass, StoredObject, Upload } from '@ossature/store';
import type { LifecycleRule, Timing } from './rule.ts';

/** What is to happen to an object, and by which rule. */
export type Due =
  | { readonly action: 'expire'; readonly ruleId: string }
  | { readonly action: 'transition'; readonly storageClass: StorageClass; readonly ruleId: string };

const dayMs = 86_400_000;

/** From the warmest on; nothing ever goes back. */
const classes: readonly StorageClass[] = ['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive'];

type JudgedObject = Pick<StoredObject, 'key' | 'sizeBytes' | 'tags' | 'storageClass' | 'type' | 'lastModifiedMs'>;

/** The time is rounded up to midnight in UTC before the days are counted: an object expires at a midnight, never within its last day. */
export function dueMsAfter(sinceMs: number, days: number): number {
  return Math.ceil(sinceMs / dayMs) * dayMs + days * dayMs;
}

/** Of the current version. It expires rather than moves, and moves to the coldest class that is due. */
export function dueOfCurrent(rules: readonly LifecycleRule[], object: JudgedObject, nowMs: number): Due | undefined {
  const sinceMs = object.lastModifiedMs;
  const own = rules.filter((rule) => appliesTo(rule, object));
  const expired = own.find(({ expiration }) => expiration !== undefined && isDue(expiration, sinceMs, nowMs));
  if (expired !== undefined) return { action: 'expire', ruleId: expired.id };
  return coldest(
    object,
    own.flatMap((rule) =>
      rule.transitions.filter((timing) => isDue(timing, sinceMs, nowMs)).map((timing) => ({ ...timing, ruleId: rule.id })),
    ),
  );
}

/** Of an older version, which ceased to be the current one at `sinceMs`: when the next newer one came. */
export function dueOfNoncurrent(rules: readonly LifecycleRule[], object: JudgedObject, sinceMs: number, nowMs: number): Due | undefined {
  const own = rules.filter((rule) => appliesTo(rule, object));
  const expired = own.find(({ noncurrentExpirationDays: days }) => days !== undefined && nowMs >= dueMsAfter(sinceMs, days));
  if (expired !== undefined) return { action: 'expire', ruleId: expired.id };
  return coldest(
    object,
    own.flatMap((rule) =>
      rule.noncurrentTransitions.filter(({ days }) => nowMs >= dueMsAfter(sinceMs, days)).map((timing) => ({ ...timing, ruleId: rule.id })),
    ),
  );
}

/** Where a delete marker stands among the versions of its key. */
export type MarkerPlace =
  /** The newest, with nothing behind it. */
  { readonly place: 'alone' } | { readonly place: 'current' } | { readonly place: 'noncurrent'; readonly sinceMs: number };

/** The rule by which a delete marker goes. A marker has no tags and no size, so that rules by these pass it. */
export function dueOfMarker(
  rules: readonly LifecycleRule[],
  marker: Pick<DeleteMarker, 'key'>,
  place: MarkerPlace,
  nowMs: number,
): string | undefined {
  const own = rules.filter(
    (rule) => rule.enabled && marker.key.startsWith(rule.prefix) && rule.tags.length === 0 && rule.filter === undefined,
  );
  const found = own.find(({ expiresLoneMarkers, noncurrentExpirationDays: days }) => {
    if (place.place === 'alone') return expiresLoneMarkers === true;
    return place.place === 'noncurrent' && days !== undefined && nowMs >= dueMsAfter(place.sinceMs, days);
  });
  return found?.id;
}

/** The rule by which an unfinished upload ends. */
export function dueOfUpload(
  rules: readonly LifecycleRule[],
  upload: Pick<Upload, 'key' | 'initiatedMs'>,
  nowMs: number,
): string | undefined {
  return rules.find(
    ({ enabled, prefix, abortUploads }) =>
      enabled && upload.key.startsWith(prefix) && abortUploads !== undefined && isDue(abortUploads, upload.initiatedMs, nowMs),
  )?.id;
}

/** When the current version will expire, and by which rule: the earliest one. */
export function expirationOf(
  rules: readonly LifecycleRule[],
  object: JudgedObject,
): { readonly expiresMs: number; readonly ruleId: string } | undefined {
  let earliest: { readonly expiresMs: number; readonly ruleId: string } | undefined;
  for (const rule of rules) {
    if (rule.expiration === undefined || !appliesTo(rule, object)) continue;
    const { days, beforeMs } = rule.expiration;
    if (beforeMs !== undefined && object.lastModifiedMs >= beforeMs) continue;
    const expiresMs = beforeMs ?? dueMsAfter(object.lastModifiedMs, days ?? 0);
    if (earliest === undefined || expiresMs < earliest.expiresMs) earliest = { expiresMs, ruleId: rule.id };
  }
  return earliest;
}

function isDue({ days, beforeMs }: Timing, sinceMs: number, nowMs: number): boolean {
  return beforeMs === undefined ? nowMs >= dueMsAfter(sinceMs, days ?? 0) : sinceMs < beforeMs;
}

function appliesTo({ enabled, prefix, tags, filter }: LifecycleRule, object: JudgedObject): boolean {
  if (!enabled || !object.key.startsWith(prefix)) return false;
  if (!tags.every((tag) => hasTag(object, tag))) return false;
  if (filter === undefined) return true;
  const { greaterThanBytes, lessThanBytes, nots } = filter;
  if (greaterThanBytes !== undefined && object.sizeBytes <= greaterThanBytes) return false;
  if (lessThanBytes !== undefined && object.sizeBytes >= lessThanBytes) return false;
  return !nots.some(
    (not) => (not.prefix === undefined || object.key.startsWith(not.prefix)) && (not.tag === undefined || hasTag(object, not.tag)),
  );
}

function hasTag({ tags }: JudgedObject, [key, value]: readonly [string, string]): boolean {
  return tags.some(([name, text]) => name === key && text === value);
}

/** A link has no bytes to move, and what can grow goes no further than Archive. */
function coldest(
  object: JudgedObject,
  moves: readonly { readonly storageClass: StorageClass; readonly ruleId: string }[],
): Due | undefined {
  if (object.type === 'Symlink') return undefined;
  const last = object.type === 'Appendable' ? classes.indexOf('Archive') : classes.length - 1;
  let found: Due | undefined;
  let rank = classes.indexOf(object.storageClass);
  for (const { storageClass, ruleId } of moves) {
    const own = classes.indexOf(storageClass);
    if (own <= rank || own > last) continue;
    rank = own;
    found = { action: 'transition', storageClass, ruleId };
  }
  return found;
}
