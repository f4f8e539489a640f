import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfString, headerBytes, headerOf, headerText, queryOf } from './message.ts';

describe('header values', () => {
  it('are byte strings of UTF-8', () => {
    expect(headerBytes('中')).toBe('\xe4\xb8\xad');
    expect(headerText('\xe4\xb8\xad')).toBe('中');
    expect(headerText('plain')).toBe('plain');
    expect(headerText('\xff')).toBeUndefined();
    expect(headerText('\xef\xbb\xbfa')).toBe('\ufeffa');
    expect([...bytesOfString('a\xff')]).toEqual([0x61, 0xff]);
  });

  it('come back from any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!/[\ud800-\udfff]/u.test(text));
        expect(headerText(headerBytes(text))).toBe(text);
      }),
    );
  });
});

describe('headerOf', () => {
  it('joins the values of one name, in any letter case', () => {
    const headers = [
      ['ETag', 'a'],
      ['Other', 'b'],
      ['etag', 'c'],
    ] as const;
    expect(headerOf(headers, 'eTag')).toBe('a,c');
    expect(headerOf(headers, 'x')).toBeUndefined();
  });
});

describe('queryOf', () => {
  it('takes the first value of a name, in its letter case', () => {
    const query = [
      ['acl', undefined],
      ['acl', 'x'],
      ['Key', 'y'],
    ] as const;
    expect(queryOf(query, 'acl')).toBe('');
    expect(queryOf(query, 'key')).toBeUndefined();
  });
});
