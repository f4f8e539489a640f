import { describe, expect, it } from 'vitest';
import { systemRandom } from './random.ts';

describe('systemRandom', () => {
  it('gives every caller bytes of its own, which stay as they were given', () => {
    const given = Array.from({ length: 3000 }, () => systemRandom.bytes(16));
    const seen = new Set(given.map((bytes) => Buffer.from(bytes).toString('hex')));
    expect(seen.size).toBe(given.length);
    // A byte that was wiped afterwards would be a zero far more often than one time in 256.
    const zeros = given.reduce((sum, bytes) => sum + bytes.filter((byte) => byte === 0).length, 0);
    expect(zeros).toBeLessThan((given.length * 16) / 64);
  });

  it('gives the length that was asked for, also a long one', () => {
    for (const length of [0, 1, 511, 512, 513, 8192, 20_000]) expect(systemRandom.bytes(length)).toHaveLength(length);
  });
});
