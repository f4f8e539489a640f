import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { judgeTags, type Tag, tagging } from './codec-tagging.ts';
import { Malformed } from './operation.ts';

function decode(text: string): readonly Tag[] {
  return tagging.decode(text, {});
}

function faultOf(action: () => unknown): Pick<Malformed, 'message' | 'code' | 'ec'> {
  try {
    action();
  } catch (error) {
    if (error instanceof Malformed) return { message: error.message, code: error.code, ec: error.ec };
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('the header', () => {
  it.each<[string, readonly Tag[]]>([
    ['', []],
    ['team=web', [{ key: 'team', value: 'web' }]],
    [
      'a=1&b=2',
      [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    ],
    ['a', [{ key: 'a', value: '' }]],
    ['a=', [{ key: 'a', value: '' }]],
    ['a=b=c', [{ key: 'a', value: 'b=c' }]],
    [
      'a=1&&b=2&',
      [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    ],
    // The suite of oss2 writes these, and reads them back.
    ['%E4%B8%AD%E6%96%87=%E4%B8%AD%E6%96%87', [{ key: '中文', value: '中文' }]],
    ['%20%2B%2F%20=1', [{ key: ' +/ ', value: '1' }]],
    // Encoders of query strings write a space as a plus.
    ['a+b=c+d', [{ key: 'a b', value: 'c d' }]],
  ])('%s', (text, tags) => {
    expect(decode(text)).toEqual(tags);
  });

  it('writes every part percent-encoded, spaces as %20', () => {
    expect(
      tagging.encode(
        [
          { key: ' +/ ', value: '中' },
          { key: 'a', value: '' },
        ],
        {},
      ),
    ).toBe('%20%2B%2F%20=%E4%B8%AD&a=');
  });

  it('refuses more than ten', () => {
    const eleven = Array.from({ length: 11 }, (_, i) => `k${i}=v`).join('&');
    expect(faultOf(() => decode(eleven))).toMatchObject({ code: 'BadRequest', message: 'Object tags cannot be greater than 10' });
  });

  it('refuses a key that stands twice, and what is not URL-encoded', () => {
    const message =
      "The header 'x-oss-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.";
    expect(faultOf(() => decode('a=1&a=2'))).toEqual({ code: 'InvalidArgument', message, ec: undefined });
    expect(faultOf(() => decode('a=%zz'))).toEqual({ code: 'InvalidArgument', message, ec: undefined });
    expect(faultOf(() => decode('a=%ff'))).toEqual({ code: 'InvalidArgument', message, ec: undefined });
  });

  it('reads back what it writes', () => {
    const side = fc.stringMatching(/^[\p{L}\p{N} +\-=._:/]{1,40}$/u);
    const tags = fc.uniqueArray(fc.record({ key: side, value: side }), { maxLength: 10, selector: ({ key }) => key });
    fc.assert(
      fc.property(tags, (list) => {
        expect(decode(tagging.encode(list, {}))).toEqual(list);
      }),
    );
  });
});

describe('the rules of both forms', () => {
  const illegalKey = { code: 'InvalidTag', message: 'The TagKey you have provided is invalid.' };
  const illegalValue = { code: 'InvalidTag', message: 'The TagValue you have provided is invalid.' };

  it('allow 1 to 128 characters in a key and up to 256 in a value, counted as code points', () => {
    judgeTags([{ key: '𠀀'.repeat(128), value: '𠀀'.repeat(256) }], 'body');
    expect(faultOf(() => judgeTags([{ key: '𠀀'.repeat(129), value: '' }], 'body'))).toEqual({ ...illegalKey, ec: '0010-00000209' });
    expect(faultOf(() => judgeTags([{ key: '', value: 'x' }], 'body'))).toEqual({ ...illegalKey, ec: '0010-00000217' });
    expect(faultOf(() => judgeTags([{ key: 'a', value: 'x'.repeat(257) }], 'body'))).toEqual({ ...illegalValue, ec: '0010-00000217' });
  });

  it.each(['&', 'a&b', 'a\nb', 'a"b', '<', '😀', '\0'])('refuse %j', (text) => {
    expect(faultOf(() => judgeTags([{ key: text, value: '' }], 'body'))).toMatchObject(illegalKey);
    expect(faultOf(() => judgeTags([{ key: 'a', value: text }], 'body'))).toMatchObject(illegalValue);
  });

  it('refuse a key that stands twice in a body in other words', () => {
    const twice = [
      { key: 'a', value: '1' },
      { key: 'a', value: '1' },
    ];
    expect(faultOf(() => judgeTags(twice, 'body'))).toMatchObject({
      code: 'InvalidTag',
      message: 'Cannot provide multiple Tags with the same key',
    });
    judgeTags(
      [
        { key: 'a', value: '1' },
        { key: 'A', value: '1' },
      ],
      'body',
    );
  });
});
