import { describe, expect, it } from 'vitest';
import { simulate } from './simulate.ts';

/** `OSSATURE_SEEDS`: how many, or `first-last`; `OSSATURE_STEPS`: how many steps each. */
const [first, last] = seedsOf(process.env['OSSATURE_SEEDS'] ?? '100');
const steps = Number(process.env['OSSATURE_STEPS'] ?? 300);
const seedsATest = 10;

function seedsOf(text: string): readonly [number, number] {
  const [from, to] = text.split('-').map(Number);
  return to === undefined ? [1, from ?? 1] : [from ?? 1, to];
}

describe(`${last - first + 1} random histories of ${steps} steps`, () => {
  for (let from = first; from <= last; from += seedsATest) {
    const to = Math.min(last, from + seedsATest - 1);
    it(`seeds ${from} to ${to} agree with the model, and leave nothing behind`, { timeout: 600_000 }, async () => {
      let crashes = 0;
      for (let seed = from; seed <= to; seed++) crashes += (await simulate({ seed, steps })).crashes;
      expect(crashes).toBeGreaterThan(0);
    });
  }
});
