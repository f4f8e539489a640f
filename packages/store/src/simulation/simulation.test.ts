import { describe, expect, it } from 'vitest';
import { plantedBugs } from './planted-bugs.ts';
import { type SimulationFacts, simulate } from './simulate.ts';

/** `OSSATURE_SEEDS`: how many, or `first-last`; `OSSATURE_STEPS`: how many steps each. */
const [first, last] = seedsOf(process.env['OSSATURE_SEEDS'] ?? '100');
const steps = Number(process.env['OSSATURE_STEPS'] ?? 300);
const seedsATest = 10;
const timeout = 3_600_000;

function seedsOf(text: string): readonly [number, number] {
  const [from, to] = text.split('-').map(Number);
  return to === undefined ? [1, from ?? 1] : [from ?? 1, to];
}

describe(`${last - first + 1} random histories of ${steps} steps`, () => {
  for (let from = first; from <= last; from += seedsATest) {
    const to = Math.min(last, from + seedsATest - 1);
    it(`seeds ${from} to ${to} agree with the model, and leave nothing behind`, { timeout }, async () => {
      const facts: SimulationFacts[] = [];
      for (let seed = from; seed <= to; seed++) facts.push(await simulate({ seed, steps }));
      // Histories in which nothing happens would agree with anything.
      for (const what of ['refusals', 'crashes', 'faults', 'together', 'older'] as const) {
        expect(Math.max(...facts.map((each) => each[what])), what).toBeGreaterThan(0);
      }
    });
  }
});

describe('the simulation finds a bug that is planted', () => {
  for (const [what, plant] of Object.entries(plantedBugs)) {
    it(what, { timeout }, async () => {
      const found = async () => {
        for (let seed = 1; seed <= 60; seed++) await simulate({ seed, steps: 300, plant });
      };
      await expect(found()).rejects.toThrow(/^seed \d+, step \d+: [\s\S]+\nagain: OSSATURE_SEEDS=/);
    });
  }

  it('and replays from its seed', async () => {
    const plant = plantedBugs['a commit does not check what it read'] ?? {};
    const outcome = () => simulate({ seed: 1, steps: 300, plant }).catch((error: unknown) => String(error));
    expect(await outcome()).toEqual(await outcome());
  });
});
