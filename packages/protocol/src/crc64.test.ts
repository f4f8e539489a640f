import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Crc64, crc64, crc64Combine } from './crc64.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

/** The definition, one bit at a time. */
function slowCrc64(input: Uint8Array): bigint {
  let value = 0xffffffffffffffffn;
  for (const byte of input) {
    value ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit++) value = (value >> 1n) ^ (value & 1n ? 0xc96c5795d7870f42n : 0n);
  }
  return value ^ 0xffffffffffffffffn;
}

describe('crc64', () => {
  it('gives the known values', () => {
    expect(crc64(bytes('123456789'))).toBe(0x995dc9bbdf1939fan);
    expect(crc64(bytes(''))).toBe(0n);
    expect(crc64(bytes('a'))).toBe(3675645893302102789n);
    expect(crc64(bytes('hello world'))).toBe(5981764153023615706n);
    expect(crc64(bytes('A'.repeat(102400)))).toBe(9427277473487083924n);
    expect(crc64(bytes('B'.repeat(10)))).toBe(4892776527766146793n);
  });

  it('agrees with its definition at every length and alignment', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat(8), (input, offset) => {
        const padded = new Uint8Array(input.length + offset);
        padded.set(input, offset);
        expect(crc64(padded.subarray(offset))).toBe(slowCrc64(input));
      }),
    );
  });

  it('is the same in chunks, and shows the value in between', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
        const running = new Crc64();
        let soFar = new Uint8Array();
        for (const chunk of chunks) {
          running.update(chunk);
          soFar = Uint8Array.of(...soFar, ...chunk);
          expect(running.digest()).toBe(crc64(soFar));
        }
      }),
    );
  });

  it('goes on from an earlier value', () => {
    expect(new Crc64(crc64(bytes('hello '))).update(bytes('world')).digest()).toBe(crc64(bytes('hello world')));
    expect(new Crc64(0n).update(bytes('a')).digest()).toBe(crc64(bytes('a')));
  });
});

describe('crc64Combine', () => {
  it('gives the known values', () => {
    expect(crc64Combine(crc64(bytes('hello ')), crc64(bytes('world')), 5)).toBe(5981764153023615706n);
    expect(crc64Combine(9427277473487083924n, 4892776527766146793n, 10)).toBe(14614832749535894156n);
  });

  it('is the value of both after each other', () => {
    const part = fc.uint8Array({ maxLength: 3000 });
    fc.assert(
      fc.property(part, part, (a, b) => {
        expect(crc64Combine(crc64(a), crc64(b), b.length)).toBe(crc64(Uint8Array.of(...a, ...b)));
      }),
    );
  });

  it('is associative for lengths that no test could hash', () => {
    const value = fc.bigInt({ min: 0n, max: 0xffffffffffffffffn });
    const length = fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 2 ** 51 }));
    fc.assert(
      fc.property(value, value, value, length, length, (a, b, c, bLength, cLength) => {
        const left = crc64Combine(crc64Combine(a, b, bLength), c, cLength);
        const right = crc64Combine(a, crc64Combine(b, c, cLength), bLength + cLength);
        expect(left).toBe(right);
      }),
    );
  });

  it('knows the shift of zeros by more than 2^32 bytes', () => {
    // 2^20 zero bytes, appended 2^13 times by doubling: 8 GiB.
    let value = crc64(new Uint8Array(2 ** 20));
    let lengthBytes = 2 ** 20;
    while (lengthBytes < 2 ** 33) {
      value = crc64Combine(value, value, lengthBytes);
      lengthBytes *= 2;
    }
    // The same by odd steps.
    let other = 0n;
    let otherLengthBytes = 0;
    const step = 1_000_003;
    const stepValue = crc64(new Uint8Array(step));
    while (otherLengthBytes + step <= lengthBytes) {
      other = crc64Combine(other, stepValue, step);
      otherLengthBytes += step;
    }
    const rest = lengthBytes - otherLengthBytes;
    expect(crc64Combine(other, crc64(new Uint8Array(rest)), rest)).toBe(value);
  });

  it('refuses what is no length', () => {
    for (const length of [-1, 0.5, Number.NaN, 2 ** 53]) expect(() => crc64Combine(1n, 1n, length)).toThrow(RangeError);
  });

  it('combines 10,000 parts of different sizes without effort', () => {
    const started = performance.now();
    let value = 0n;
    for (let i = 0; i < 10_000; i++) value = crc64Combine(value, BigInt(i), 5 * 2 ** 30 - i);
    expect(value).not.toBe(0n);
    // About 0.07 s on an idle core; the bound only tells bits from bytes.
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
