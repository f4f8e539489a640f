import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planParts, rangeOf } from './part-plan.ts';

const MiB = 1024 * 1024;

describe('planParts', () => {
  it('cuts into parts of 64 MiB, the last one shorter', () => {
    const parts = planParts(150 * MiB);
    expect(parts.map((part) => part.lengthBytes / MiB)).toEqual([64, 64, 22]);
    expect(parts.map(rangeOf)[1]).toBe(`bytes=${64 * MiB}-${128 * MiB - 1}`);
  });

  it('makes parts larger where there would be too many', () => {
    const parts = planParts(40_000 * MiB, MiB);
    expect(parts).toHaveLength(10_000);
    expect(parts[0]?.lengthBytes).toBe(4 * MiB);
  });

  it('covers every byte once, in at most 10,000 parts of at least 100 KiB', () => {
    const size = fc.integer({ min: 1, max: 50_000 * MiB });
    const partSize = fc.integer({ min: 100 * 1024, max: 5 * 1024 * MiB });
    fc.assert(
      fc.property(size, partSize, (totalBytes, partBytes) => {
        const parts = planParts(totalBytes, partBytes);
        expect(parts.length).toBeLessThanOrEqual(10_000);
        let offset = 0;
        for (const [index, part] of parts.entries()) {
          expect(part).toMatchObject({ partNumber: index + 1, offsetBytes: offset });
          if (index < parts.length - 1) expect(part.lengthBytes).toBeGreaterThanOrEqual(100 * 1024);
          offset += part.lengthBytes;
        }
        expect(offset).toBe(totalBytes);
      }),
    );
  });
});
