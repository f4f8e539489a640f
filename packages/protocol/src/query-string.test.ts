import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueryField } from './message.ts';
import { decodeQuery, encodeQuery } from './query-string.ts';

/** Any character but half a surrogate pair. */
const character = fc
  .oneof(fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((codePoint) => String.fromCodePoint(codePoint));

describe('query strings', () => {
  it('tells a name without = from an empty value', () => {
    expect(decodeQuery('acl&policy=&versionId=a%3Db')).toEqual([
      ['acl', undefined],
      ['policy', ''],
      ['versionId', 'a=b'],
    ]);
    expect(
      encodeQuery([
        ['acl', undefined],
        ['policy', ''],
        ['versionId', 'a=b'],
      ]),
    ).toBe('acl&policy=&versionId=a%3Db');
  });

  it('keeps duplicates and their order, skips empty items, and splits at the first =', () => {
    expect(decodeQuery('&a=1&&b==2&a=3&')).toEqual([
      ['a', '1'],
      ['b', '=2'],
      ['a', '3'],
    ]);
    expect(decodeQuery('')).toEqual([]);
  });

  it('reads + as a space, in names as well', () => {
    expect(decodeQuery('+a=b+c%2B')).toEqual([[' a', 'b c+']]);
  });

  it.each(['a=%', '%zz=1', 'a=%FF'])('refuses %s', (raw) => {
    expect(decodeQuery(raw)).toBeUndefined();
  });

  it('gives back every query', () => {
    const text = fc.string({ unit: character });
    const field = fc.tuple(
      text.filter((name) => name !== ''),
      fc.option(text, { nil: undefined }),
    );
    fc.assert(
      fc.property(fc.array(field), (query: QueryField[]) => {
        expect(decodeQuery(encodeQuery(query))).toEqual(query);
      }),
    );
  });
});
