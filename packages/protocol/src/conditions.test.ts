import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Conditions, judgeConditions, judgeReadConditions } from './conditions.ts';
import { formatHttpDate, formatIsoDate } from './dates.ts';

const etag = '5EB63BBBE01EEED093CB22BB8F5ACDC3';
const lastModifiedMs = Date.UTC(2024, 6, 23, 13, 1, 6, 789);
const object = { etag, lastModifiedMs };
const before = formatHttpDate(lastModifiedMs - 1000);
const same = formatHttpDate(lastModifiedMs);
const after = formatHttpDate(lastModifiedMs + 1000);

const unmatched = { failed: 'If-Match' };
const modified = { failed: 'If-Unmodified-Since' };

describe.each([
  ['judgeConditions', judgeConditions],
  ['judgeReadConditions', judgeReadConditions],
])('%s, one condition', (_, judge) => {
  it.each<[Conditions, unknown]>([
    [{}, 'pass'],
    [{ ifMatch: etag }, 'pass'],
    [{ ifMatch: `"${etag}"` }, 'pass'],
    [{ ifMatch: `W/"${etag}"` }, 'pass'],
    [{ ifMatch: etag.toLowerCase() }, 'pass'],
    [{ ifMatch: `"A","${etag}"` }, 'pass'],
    [{ ifMatch: `A, ${etag}` }, 'pass'],
    [{ ifMatch: `"A,${etag}"` }, unmatched],
    [{ ifMatch: '*' }, 'pass'],
    [{ ifMatch: 'A' }, unmatched],
    [{ ifMatch: etag.slice(1) }, unmatched],
    [{ ifMatch: '' }, unmatched],
    [{ ifNoneMatch: etag }, 'not-modified'],
    [{ ifNoneMatch: `"A", W/"${etag}"` }, 'not-modified'],
    [{ ifNoneMatch: '*' }, 'not-modified'],
    [{ ifNoneMatch: 'A' }, 'pass'],
    [{ ifNoneMatch: '' }, 'pass'],
    [{ ifUnmodifiedSince: before }, modified],
    [{ ifUnmodifiedSince: same }, 'pass'],
    [{ ifUnmodifiedSince: after }, 'pass'],
    [{ ifModifiedSince: before }, 'pass'],
    [{ ifModifiedSince: same }, 'not-modified'],
    [{ ifModifiedSince: after }, 'not-modified'],
    [{ ifModifiedSince: 'yesterday' }, 'pass'],
    [{ ifUnmodifiedSince: 'yesterday' }, 'pass'],
    [{ ifModifiedSince: formatIsoDate(lastModifiedMs) }, 'not-modified'],
    [{ ifUnmodifiedSince: formatIsoDate(lastModifiedMs - 1000) }, modified],
    [{ ifModifiedSince: new Date(lastModifiedMs) }, 'not-modified'],
    [{ ifModifiedSince: new Date(Number.NaN) }, 'pass'],
  ])('%j gives %j', (conditions, expected) => {
    expect(judge(conditions, object)).toEqual(expected);
  });

  it('finds the ETag of parts, quoted in the store or not', () => {
    expect(judge({ ifMatch: '"86e5-2"' }, { etag: '"86E5-2"', lastModifiedMs })).toBe('pass');
  });
});

describe('several conditions', () => {
  it('must all hold for a copy, as the suites of the official SDKs show', () => {
    expect(judgeConditions({ ifMatch: etag, ifNoneMatch: etag }, object)).toBe('not-modified');
    expect(judgeConditions({ ifMatch: etag, ifNoneMatch: 'A' }, object)).toBe('pass');
    expect(judgeConditions({ ifUnmodifiedSince: before, ifModifiedSince: after }, object)).toEqual(modified);
    expect(judgeConditions({ ifMatch: etag, ifUnmodifiedSince: before }, object)).toEqual(modified);
    expect(judgeConditions({ ifNoneMatch: 'A', ifModifiedSince: after }, object)).toBe('not-modified');
    expect(judgeConditions({ ifMatch: 'A', ifUnmodifiedSince: before, ifNoneMatch: etag, ifModifiedSince: after }, object)).toEqual(
      unmatched,
    );
  });

  it('of a read follow RFC 9110: an ETag outweighs a date', () => {
    expect(judgeReadConditions({ ifMatch: etag, ifUnmodifiedSince: before }, object)).toBe('pass');
    // A cache whose copy is of the same second, but older.
    expect(judgeReadConditions({ ifNoneMatch: 'A', ifModifiedSince: same }, object)).toBe('pass');
    expect(judgeReadConditions({ ifNoneMatch: etag, ifModifiedSince: before }, object)).toBe('not-modified');
    expect(judgeReadConditions({ ifUnmodifiedSince: before, ifModifiedSince: after }, object)).toEqual(modified);
    expect(judgeReadConditions({ ifMatch: 'A', ifNoneMatch: etag }, object)).toEqual(unmatched);
  });

  it('of a copy pass only where each passes alone, and fail with 412 where any of its kind does', () => {
    const date = fc.option(fc.constantFrom(before, same, after, 'garbage'), { nil: undefined });
    const tags = fc.option(fc.constantFrom(etag, 'A', '*', `A,${etag}`), { nil: undefined });
    fc.assert(
      fc.property(tags, tags, date, date, (ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince) => {
        const alone = [{ ifMatch }, { ifUnmodifiedSince }, { ifNoneMatch }, { ifModifiedSince }].map((one) => judgeConditions(one, object));
        const expected = alone.find((judgement) => judgement !== 'pass') ?? 'pass';
        expect(judgeConditions({ ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince }, object)).toEqual(expected);
      }),
    );
  });
});
