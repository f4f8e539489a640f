import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from './glob.ts';

describe('compileGlob', () => {
  it.each([
    ['*', '', true],
    ['**', 'anything', true],
    ['', '', true],
    ['', 'a', false],
    ['abc', 'abc', true],
    ['abc', 'abcd', false],
    ['a*', 'a', true],
    ['a*', 'ba', false],
    ['*a', 'ba', true],
    ['a*a', 'a', false],
    ['a*a', 'aa', true],
    ['a?c', 'abc', true],
    ['a?c', 'ac', false],
    ['?', '', false],
    ['??', 'ab', true],
    ['a*?', 'a', false],
    ['a*?', 'ab', true],
    ['*b?d*', 'aabcde', true],
    ['*b?d*', 'aabde', false],
    ['ab*ba', 'aba', false],
    ['*ab*ab', 'ab', false],
    ['logs/*/x', 'logs/a/b/x', true],
    ['.+(a)', '.+(a)', true],
    ['.', 'a', false],
    ['中*?', '中文', true],
  ])('%s fits %s: %s', (pattern, text, fits) => {
    expect(compileGlob(pattern)(text)).toBe(fits);
  });

  /** The plainest definition there is, which tries everything. */
  function reference(pattern: string, text: string): boolean {
    if (pattern === '') return text === '';
    if (pattern[0] === '*') return reference(pattern.slice(1), text) || (text !== '' && reference(pattern, text.slice(1)));
    return text !== '' && (pattern[0] === '?' || pattern[0] === text[0]) && reference(pattern.slice(1), text.slice(1));
  }

  it('agrees with its definition', () => {
    const text = (signs: string) => fc.string({ unit: fc.constantFrom(...signs), maxLength: 9 });
    fc.assert(
      fc.property(text('ab*?'), text('ab'), (pattern, given) => {
        expect(compileGlob(pattern)(given)).toBe(reference(pattern, given));
      }),
      { numRuns: 2000 },
    );
  });

  it('is not slow for a pattern that was written to be', () => {
    const fits = compileGlob(`${'a*'.repeat(2000)}b`);
    const startMs = performance.now();
    expect(fits('a'.repeat(1023))).toBe(false);
    expect(compileGlob(`*${'a?'.repeat(500)}*b`)(`${'a'.repeat(1022)}c`)).toBe(false);
    expect(performance.now() - startMs).toBeLessThan(200);
  });
});
