import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBasicDate, formatHttpDate, formatIsoDate, parseBasicDate, parseDate, parseHttpDate, parseIsoDate } from './dates.ts';

const timeMs = Date.UTC(2022, 11, 28, 10, 27, 41);

describe('dates', () => {
  it('have the forms of the protocol', () => {
    expect(formatHttpDate(timeMs + 999)).toBe('Wed, 28 Dec 2022 10:27:41 GMT');
    expect(formatIsoDate(timeMs + 999)).toBe('2022-12-28T10:27:41.000Z');
    expect(formatBasicDate(timeMs + 999)).toBe('20221228T102741Z');
  });

  it('come back from each form', () => {
    const time = fc.integer({ min: Date.UTC(1970, 0), max: Date.UTC(9999, 11, 31) });
    fc.assert(
      fc.property(time, (someMs) => {
        const secondMs = Math.floor(someMs / 1000) * 1000;
        expect(parseHttpDate(formatHttpDate(someMs))).toBe(secondMs);
        expect(parseIsoDate(formatIsoDate(someMs))).toBe(secondMs);
        expect(parseBasicDate(formatBasicDate(someMs))).toBe(secondMs);
        expect(parseIsoDate(new Date(someMs).toISOString())).toBe(someMs);
        for (const text of [formatHttpDate(someMs), formatIsoDate(someMs), formatBasicDate(someMs)]) expect(parseDate(text)).toBe(secondMs);
      }),
    );
  });

  it('are read a little more freely than they are written', () => {
    expect(parseHttpDate(' Wed, 28 Dec 2022 10:27:41 UTC ')).toBe(timeMs);
    expect(parseHttpDate('Sun, 8 Jan 2023 00:00:00 GMT')).toBe(Date.UTC(2023, 0, 8));
    expect(parseIsoDate('2022-12-28T10:27:41Z')).toBe(timeMs);
    expect(parseIsoDate('2022-12-28T10:27:41.5Z')).toBe(timeMs + 500);
    expect(parseHttpDate('Sat, 01 Jan 0050 00:00:00 GMT')).toBe(Date.parse('0050-01-01T00:00:00Z'));
  });

  it.each([
    '',
    'now',
    '0',
    '1702743657',
    'Wed, 28 Dec 2022 10:27:41',
    'Wed, 28 Dec 2022 10:27:41 CET',
    'Wed, 28 dec 2022 10:27:41 GMT',
    'Wed, 30 Feb 2022 10:27:41 GMT',
    'Wed, 28 Dec 2022 24:00:00 GMT',
    'Wed, 28 Dec 2022 10:60:00 GMT',
    'Wednesday, 28-Dec-22 10:27:41 GMT',
    '2022-12-28',
    '2022-12-28 10:27:41Z',
    '2022-12-28T10:27:41',
    '2022-13-28T10:27:41Z',
    '2023-02-29T00:00:00Z',
    '2022-12-28T10:27:41+08:00',
    '20221228T102741',
    '20221328T102741Z',
    '20221228',
  ])('%j is none', (text) => {
    expect(parseDate(text)).toBeUndefined();
  });
});
