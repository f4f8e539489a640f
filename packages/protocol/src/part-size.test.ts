import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from './limits.ts';
import { determinePartSize } from './part-size.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

describe('determinePartSize', () => {
  it('is the whole object below the preferred size', () => {
    expect(determinePartSize(0)).toBe(0);
    expect(determinePartSize(10 * MiB - 1)).toBe(10 * MiB - 1);
    expect(determinePartSize(1, MiB)).toBe(1);
  });

  it('is the preferred size from there on', () => {
    expect(determinePartSize(10 * MiB)).toBe(10 * MiB);
    expect(determinePartSize(200 * KiB, 128 * KiB)).toBe(128 * KiB);
    expect(determinePartSize(10_000 * MiB, MiB)).toBe(MiB);
  });

  it('doubles until there are few enough parts', () => {
    expect(determinePartSize(10_000 * MiB + 1, MiB)).toBe(2 * MiB);
    expect(determinePartSize(100_000 * MiB)).toBe(10 * MiB);
    expect(determinePartSize(100_000 * MiB + 1)).toBe(20 * MiB);
  });

  it('doubles until the parts are no smaller than the smallest', () => {
    expect(determinePartSize(GiB, 60 * KiB)).toBe(120 * KiB);
    expect(determinePartSize(GiB, 1)).toBe(128 * KiB);
  });

  it('never goes over the greatest part', () => {
    expect(determinePartSize(limits.objectSizeMaxBytes, 3 * GiB)).toBe(5 * GiB);
  });

  it('is always a size that the service takes', () => {
    const total = fc.oneof(fc.integer({ min: 0, max: 100 * MiB }), fc.integer({ min: 0, max: limits.objectSizeMaxBytes }));
    fc.assert(
      fc.property(total, fc.integer({ min: 1, max: limits.partSizeMaxBytes }), (totalBytes, preferredBytes) => {
        const sizeBytes = determinePartSize(totalBytes, preferredBytes);
        expect(sizeBytes).toBeLessThanOrEqual(limits.partSizeMaxBytes);
        expect(sizeBytes * limits.partCountMax).toBeGreaterThanOrEqual(totalBytes);
        if (sizeBytes < totalBytes) expect(sizeBytes).toBeGreaterThanOrEqual(Math.max(limits.partSizeMinBytes, preferredBytes));
      }),
    );
  });

  it('refuses what is no size', () => {
    for (const total of [-1, 0.5, Number.NaN, limits.objectSizeMaxBytes + 1]) expect(() => determinePartSize(total)).toThrow(RangeError);
    for (const preferred of [0, -1, 0.5, Number.NaN, limits.partSizeMaxBytes + 1]) {
      expect(() => determinePartSize(GiB, preferred)).toThrow(RangeError);
    }
  });
});
