import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesOfId, isId, leastIdAfter, mintId, textOfId } from './ids.ts';
import { manualClock } from './manual-clock.ts';
import { seededRandom } from './seeded-random.ts';

const lessThan = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
const hexDigit = fc.constantFrom(...'0123456789ABCDEF');
const id = fc.string({ unit: hexDigit, minLength: 32, maxLength: 32 });

describe('ids', () => {
  it('are 32 upper-case hex characters, and sort by the time of minting', () => {
    const clock = manualClock();
    const minting = { clock, random: seededRandom(1) };
    const first = mintId(minting);
    clock.advance(1);
    const second = mintId(minting);
    expect(first).toMatch(/^[0-9A-F]{32}$/);
    expect(lessThan(first, second)).toBe(true);
  });

  it('are different in one millisecond', () => {
    const minting = { clock: manualClock(), random: seededRandom(1) };
    expect(new Set(Array.from({ length: 1_000 }, () => mintId(minting))).size).toBe(1_000);
  });

  it('come back from their bytes', () => {
    fc.assert(
      fc.property(id, (text) => {
        expect(textOfId(bytesOfId(text))).toBe(text);
      }),
    );
  });

  it('are not made of other text', () => {
    expect(isId('0'.repeat(31))).toBe(false);
    expect(isId(`${'0'.repeat(31)}a`)).toBe(false);
    expect(() => bytesOfId('upload')).toThrow('32 upper-case hex');
  });
});

describe('leastIdAfter', () => {
  it.each([
    ['', '00000000000000000000000000000000'],
    ['AB', 'AB000000000000000000000000000000'],
    ['AB-', 'AB000000000000000000000000000000'],
    ['AB:', 'ABA00000000000000000000000000000'],
    ['ABz', 'AC000000000000000000000000000000'],
    ['0000000000000000000000000000000F', '00000000000000000000000000000010'],
    ['0000000000000000000000000000000F!', '00000000000000000000000000000010'],
    ['z', undefined],
    ['FFz', undefined],
    ['F'.repeat(32), undefined],
    ['文', undefined],
  ])('of %j is %j', (marker, least) => expect(leastIdAfter(marker)).toBe(least));

  it('parts the ids into those up to the marker and those behind it', () => {
    const marker = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.string({ unit: fc.oneof(hexDigit, fc.constantFrom('-', ':', 'g', 'é')), maxLength: 34 }),
      id,
    );
    fc.assert(
      fc.property(marker, id, (marker, each) => {
        const least = leastIdAfter(marker);
        expect(least !== undefined && !lessThan(each, least)).toBe(lessThan(marker, each));
      }),
      { numRuns: 2_000 },
    );
  });
});
