import { parseDate, truncateToSecond } from './dates.ts';
import { sameEtag, unquoteEtag } from './etag.ts';

/** The four conditions of a read, or of a copy's source. Dates as text may be RFC 1123 or ISO 8601; ETags may be lists. */
export interface Conditions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifModifiedSince?: string | Date | undefined;
  readonly ifUnmodifiedSince?: string | Date | undefined;
}

/** What the conditions look at. */
export interface ConditionedObject {
  /** With or without quotes. */
  readonly etag: string;
  readonly lastModifiedMs: number;
}

/** `not-modified` is answered with 304, a failed condition with 412 PreconditionFailed. */
export type Judgement = 'pass' | 'not-modified' | { readonly failed: 'If-Match' | 'If-Unmodified-Since' };

/**
 * Judges the conditions as OSS's copies do: all of them must hold, and those that fail with 412 are looked at before those that
 * answer 304. A date that cannot be read counts as absent.
 */
export function judgeConditions(conditions: Conditions, object: ConditionedObject): Judgement {
  const { ifMatch, ifNoneMatch } = conditions;
  if (ifMatch !== undefined && !etagInList(ifMatch, object.etag)) return { failed: 'If-Match' };
  const unmodifiedSince = timeOf(conditions.ifUnmodifiedSince);
  const lastModified = truncateToSecond(object.lastModifiedMs);
  if (unmodifiedSince !== undefined && lastModified > unmodifiedSince) return { failed: 'If-Unmodified-Since' };
  if (ifNoneMatch !== undefined && etagInList(ifNoneMatch, object.etag)) return 'not-modified';
  const modifiedSince = timeOf(conditions.ifModifiedSince);
  if (modifiedSince !== undefined && lastModified <= modifiedSince) return 'not-modified';
  return 'pass';
}

/**
 * Judges the conditions of a GET or HEAD with the precedence of RFC 9110 (section 13.2.2): a date counts only where no ETag of its
 * kind is given. A cache that sends both its ETag and its date would else be told 304 for a change within the same second.
 */
export function judgeReadConditions(conditions: Conditions, object: ConditionedObject): Judgement {
  return judgeConditions(
    {
      ifMatch: conditions.ifMatch,
      ifNoneMatch: conditions.ifNoneMatch,
      ifUnmodifiedSince: conditions.ifMatch === undefined ? conditions.ifUnmodifiedSince : undefined,
      ifModifiedSince: conditions.ifNoneMatch === undefined ? conditions.ifModifiedSince : undefined,
    },
    object,
  );
}

/** Whether a list such as `"a", W/"b"`, `a,b` or `*` names the ETag of an object that exists. */
function etagInList(list: string, etag: string): boolean {
  for (const item of list.match(/(?:W\/)?"[^"]*"|[^,\s]+/g) ?? []) {
    const name = item.startsWith('W/') ? item.slice(2) : item;
    if (name === '*' || sameEtag(unquoteEtag(name), etag)) return true;
  }
  return false;
}

function timeOf(date: string | Date | undefined): number | undefined {
  if (date === undefined) return undefined;
  const timeMs = typeof date === 'string' ? parseDate(date) : date.getTime();
  return timeMs === undefined || Number.isNaN(timeMs) ? undefined : truncateToSecond(timeMs);
}
