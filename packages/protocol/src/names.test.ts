import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketNameFault, compareKeys, objectKeyFault, utf8LengthBytes } from './names.ts';

/** Any character but half a surrogate pair. */
const character = fc
  .oneof(fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((codePoint) => String.fromCodePoint(codePoint));

describe('bucketNameFault', () => {
  it.each(['abc', 'a-b', '0a9', 'a--b', 'a'.repeat(63), '127001'])('takes %s', (name) => {
    expect(bucketNameFault(name)).toBeUndefined();
  });

  it.each(['', 'ab', 'a'.repeat(64), '-ab', 'ab-', 'Abc', 'a_b', 'a.b', 'a b', 'abc\n', 'äbc', '../a'])('refuses %j', (name) => {
    expect(bucketNameFault(name)).toBe('The specified bucket is not valid.');
  });
});

describe('objectKeyFault', () => {
  it.each([
    'a',
    ' ',
    '.',
    '..',
    'a//b',
    'a/../b',
    'dir/',
    '\x01\x1f\x7f',
    '中文😀',
    '\uffff',
    '?',
    'a'.repeat(1023),
    `${'中'.repeat(341)}`,
  ])('takes %j', (key) => {
    expect(objectKeyFault(key)).toBeUndefined();
  });

  it('counts bytes, not characters', () => {
    expect(objectKeyFault('中'.repeat(341))).toBeUndefined();
    expect(objectKeyFault(`${'中'.repeat(341)}a`)).toBe('The Length of Object name must be less than 1024.');
    expect(objectKeyFault('a'.repeat(1024))).toBe('The Length of Object name must be less than 1024.');
  });

  it('says what is wrong', () => {
    expect(objectKeyFault('')).toBe('The Object name can not be empty.');
    for (const key of ['/a', '\\a', '/', 'a\0b', 'a\ud800', '\udc00a', '\udc00\ud800']) {
      expect(objectKeyFault(key)).toBe('The specified object is not valid.');
    }
  });
});

describe('compareKeys', () => {
  it('orders by the bytes of UTF-8, where < of JavaScript does not', () => {
    const inOrder = ['', '!', '-', 'A', 'B', 'a', 'a\0', 'aa', 'é', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '😀', '\u{10ffff}'];
    expect([...inOrder].reverse().sort(compareKeys)).toEqual(inOrder);
    expect('\uffff' < '\u{10000}').toBe(false);
  });

  it('agrees with a comparison of bytes', () => {
    // Code points from both sides of the surrogates, and few of each, so that prefixes meet.
    const letter = fc.constantFrom(
      'a',
      'b',
      '\x7f',
      '\x80',
      '\u07ff',
      '\u0800',
      '\ud7ff',
      '\ue000',
      '\uffff',
      '\u{10000}',
      '\u{10400}',
      '\u{10ffff}',
    );
    const key = fc.oneof(fc.string({ unit: letter, maxLength: 5 }), fc.string({ unit: character }));
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('utf8LengthBytes', () => {
  it('agrees with an encoder, lone surrogates included', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const text = String.fromCharCode(...units);
        expect(utf8LengthBytes(text)).toBe(new TextEncoder().encode(text).length);
      }),
      { numRuns: 500 },
    );
  });
});
