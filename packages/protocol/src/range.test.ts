import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatContentRange, formatRange, parseContentRange, parseCopyRange, parseRange, rangeFault } from './range.ts';

const slice = (offsetBytes: number, lengthBytes: number) => ({ offsetBytes, lengthBytes });
const garbage = [
  '',
  'bytes',
  'bytes=',
  'bytes=-',
  'bytes=a-b',
  'bytes=0',
  '0-9',
  'bytes 0-9',
  'bytes=0-9,20-29',
  'bytes= 0-9',
  'bytes=0~9',
  'bytes=9-0',
  'bytes=-1-2',
  'bytes=1.5-2',
  'bytes=0x1-0x2',
  'bytes=+1-2',
  'bytes=0--1',
  'items=0-9',
  'bytes=٠-٩',
];

describe('parseRange', () => {
  it.each([
    ['bytes=0-9', 100, slice(0, 10)],
    ['bytes=0-0', 1, slice(0, 1)],
    ['bytes=90-', 100, slice(90, 10)],
    ['bytes=0-99', 100, slice(0, 100)],
    ['bytes=-10', 100, slice(90, 10)],
    ['bytes=-100', 100, slice(0, 100)],
    [' Bytes=007-009 ', 100, slice(7, 3)],
  ])('%s of %i bytes is the same in both behaviours', (text, size, expected) => {
    expect(parseRange(text, size)).toEqual(expected);
    expect(parseRange(text, size, { standard: true })).toEqual(expected);
  });

  it.each([
    ['bytes=0-100', 100, 'whole', slice(0, 100)],
    ['bytes=99-100', 100, 'whole', slice(99, 1)],
    ['bytes=0-99999999999999999999999', 100, 'whole', slice(0, 100)],
    ['bytes=-101', 100, 'whole', slice(0, 100)],
    ['bytes=100-', 100, 'whole', 'unsatisfiable'],
    ['bytes=100-200', 100, 'whole', 'unsatisfiable'],
    ['bytes=0-', 0, 'whole', 'unsatisfiable'],
    ['bytes=0-0', 0, 'whole', 'unsatisfiable'],
    ['bytes=-1', 0, 'whole', 'whole'],
    ['bytes=-0', 100, 'unsatisfiable', 'unsatisfiable'],
    ['bytes=-0', 0, 'unsatisfiable', 'unsatisfiable'],
  ])('%s of %i bytes is %j by default and %j by the standard', (text, size, byDefault, standard) => {
    expect(parseRange(text, size)).toEqual(byDefault);
    expect(parseRange(text, size, { standard: true })).toEqual(standard);
  });

  it.each(garbage)('%j is no range', (text) => {
    expect(parseRange(text, 100)).toBe('whole');
    expect(parseRange(text, 100, { standard: true })).toBe('whole');
  });

  it('has no range where there is no header', () => {
    expect(parseRange(undefined, 100)).toBe('whole');
  });
});

describe('parseCopyRange', () => {
  it.each([
    ['bytes=0-9', 44, slice(0, 10)],
    ['bytes=10-', 44, slice(10, 34)],
    ['bytes=-4', 44, slice(40, 4)],
    // The example of the Java suite: a range that leaves the source makes the whole source the part.
    [`bytes=${128 * 1024}-${640 * 1024 - 1}`, 512 * 1024, 'whole'],
    ['bytes=44-', 44, 'whole'],
    ['bytes=-45', 44, 'whole'],
    ['bytes=-0', 44, 'whole'],
    ['bytes=0-', 0, 'whole'],
    ['0~1023', 4096, 'whole'],
    [undefined, 44, 'whole'],
  ])('%s of %i bytes is %j', (text, size, expected) => {
    expect(parseCopyRange(text, size)).toEqual(expected);
  });
});

describe('ranges as text', () => {
  it('come back', () => {
    const size = fc.integer({ min: 1, max: 2 ** 45 });
    const part = size.chain((sizeBytes) =>
      fc
        .integer({ min: 0, max: sizeBytes - 1 })
        .chain((offsetBytes) =>
          fc.integer({ min: 1, max: sizeBytes - offsetBytes }).map((lengthBytes) => ({ sizeBytes, range: { offsetBytes, lengthBytes } })),
        ),
    );
    fc.assert(
      fc.property(part, ({ sizeBytes, range }) => {
        expect(parseRange(formatRange(range), sizeBytes)).toEqual(range);
        expect(parseCopyRange(formatRange(range), sizeBytes)).toEqual(range);
        expect(parseContentRange(formatContentRange(range, sizeBytes))).toEqual({ range, sizeBytes });
        expect(rangeFault(formatRange(range), sizeBytes)).toBeUndefined();
      }),
    );
  });

  it('have the form of the documentation', () => {
    expect(formatRange(slice(0, 10))).toBe('bytes=0-9');
    expect(formatContentRange(slice(0, 10), 44)).toBe('bytes 0-9/44');
  });

  it.each(['', 'bytes 0-9', 'bytes 0-9/*', 'bytes */44', 'bytes 9-0/44', 'bytes 0-44/44', 'bytes=0-9/44'])(
    '%j is no Content-Range',
    (text) => {
      expect(parseContentRange(text)).toBeUndefined();
    },
  );
});

describe('rangeFault', () => {
  it.each(['bytes=0-9', 'bytes=5-', 'bytes=-5'])('has nothing against %s', (text) => {
    expect(rangeFault(text)).toBeUndefined();
    expect(rangeFault(text, 10)).toBeUndefined();
  });

  it.each([...garbage, 'bytes=-0', ' bytes=0-9', 'bytes=0-99999999999999999999'])('has a sentence about %j', (text) => {
    expect(rangeFault(text)).toContain(text);
  });

  it('says which fault it is', () => {
    expect(rangeFault('0~1023')).toMatch(/^A range is written/);
    expect(rangeFault('bytes=0-9,20-29')).toMatch(/^Several ranges/);
    expect(rangeFault('bytes=9-0')).toMatch(/ends before it starts/);
    expect(rangeFault('bytes=-0')).toMatch(/is empty/);
  });

  it.each([
    ['bytes=0-10', 10],
    ['bytes=10-', 10],
    ['bytes=-11', 10],
    ['bytes=0-', 0],
    ['bytes=-1', 0],
  ])('knows that %s leaves %i bytes', (text, size) => {
    expect(rangeFault(text)).toBeUndefined();
    expect(rangeFault(text, size)).toMatch(/beyond the object/);
  });
});
