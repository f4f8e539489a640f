import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerBytes } from './message.ts';
import { percentDecode, percentEncode } from './percent.ts';

/** Any character but half a surrogate pair. */
const character = fc
  .oneof(fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((codePoint) => String.fromCodePoint(codePoint));

describe('percentEncode', () => {
  it('leaves only the unreserved characters of RFC 3986', () => {
    expect(percentEncode('AZaz09-_.~')).toBe('AZaz09-_.~');
    expect(percentEncode("!*'()")).toBe('%21%2A%27%28%29');
    expect(percentEncode(' +/&=?#%')).toBe('%20%2B%2F%26%3D%3F%23%25');
    expect(percentEncode('é中😀')).toBe('%C3%A9%E4%B8%AD%F0%9F%98%80');
    expect(percentEncode('\0\x1f\x7f')).toBe('%00%1F%7F');
  });

  it('keeps slashes where asked to, and does not take an escaped percent sign for one', () => {
    expect(percentEncode('a/b c', { keepSlash: true })).toBe('a/b%20c');
    expect(percentEncode('a%2Fb', { keepSlash: true })).toBe('a%252Fb');
  });

  it('refuses a lone surrogate', () => {
    expect(() => percentEncode('\ud800')).toThrow(URIError);
  });
});

describe('percentDecode', () => {
  it('decodes once', () => {
    expect(percentDecode('a%252Fb')).toBe('a%2Fb');
    expect(percentDecode('%e4%B8%ad')).toBe('中');
  });

  it('takes raw bytes as they come', () => {
    expect(percentDecode(headerBytes('中'))).toBe('中');
    // One character may be half escaped.
    expect(percentDecode('\xe4%B8\xad')).toBe('中');
  });

  it('keeps a byte order mark, which is part of a name', () => {
    expect(percentDecode('%EF%BB%BFa')).toBe('\ufeffa');
  });

  it('reads + as a space in query strings only', () => {
    expect(percentDecode('a+b%2Bc')).toBe('a+b+c');
    expect(percentDecode('a+b%2Bc', { plusAsSpace: true })).toBe('a b+c');
  });

  it.each(['%', 'a%', '%4', '%4g', '%%41', '%u0041', '%+41', '% 41'])('refuses the malformed escape %s', (raw) => {
    expect(percentDecode(raw)).toBeUndefined();
    expect(percentDecode(raw, { plusAsSpace: true })).toBeUndefined();
  });

  it.each([
    ['a lone continuation', '%80'],
    ['an overlong slash', '%C0%AF'],
    ['a surrogate', '%ED%A0%80'],
    ['a cut sequence', '%E4%B8'],
    ['beyond the last code point', '%F4%90%80%80'],
    ['latin-1', '\xe9'],
    ['a character that is no byte', '\u4e2d'],
  ])('refuses %s', (_, raw) => {
    expect(percentDecode(raw)).toBeUndefined();
  });

  it('gives back every text, and every spelling of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: character }), fc.boolean(), (text, keepSlash) => {
        expect(percentDecode(percentEncode(text, { keepSlash }))).toBe(text);
        expect(percentDecode(percentEncode(text), { plusAsSpace: true })).toBe(text);
        expect(percentDecode(percentEncode(text).toLowerCase())).toBe(text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()));
      }),
    );
  });

  it('agrees with a strict decoder of the platform', () => {
    const raw = fc.array(
      fc.oneof(
        fc.constantFrom('a', '/', '+', '%'),
        fc.integer({ min: 0, max: 255 }).map((n) => `%${n.toString(16).padStart(2, '0')}`),
      ),
    );
    fc.assert(
      fc.property(raw, (items) => {
        const text = items.join('');
        let expected: string | undefined;
        try {
          expected = decodeURIComponent(text);
        } catch {
          expected = undefined;
        }
        expect(percentDecode(text)).toBe(expected);
      }),
    );
  });
});
