import { describe, expect, it } from 'vitest';
import { manualClock } from './manual-clock.ts';

const never = new AbortController().signal;

describe('manualClock', () => {
  it('wakes sleepers in the order of their times, with the clock at their times', async () => {
    const clock = manualClock({ startMs: 1_000 });
    const woken: string[] = [];
    for (const [name, ms] of [
      ['c', 30],
      ['a', 10],
      ['b', 10],
      ['d', 31],
    ] as const) {
      void clock.sleep(ms, never).then(() => woken.push(name));
    }
    expect([clock.now(), clock.sleepers]).toEqual([1_000, 4]);
    clock.advance(9);
    await new Promise(setImmediate);
    expect(woken).toEqual([]);
    clock.advance(21);
    await new Promise(setImmediate);
    expect(woken).toEqual(['a', 'b', 'c']);
    expect([clock.now(), clock.sleepers]).toEqual([1_030, 1]);
  });

  it('wakes a sleeper whose signal aborts, and lets none sleep that was aborted before', async () => {
    const clock = manualClock({ startMs: 0 });
    const controller = new AbortController();
    const sleeping = clock.sleep(10, controller.signal);
    controller.abort();
    await sleeping;
    await clock.sleep(10, controller.signal);
    expect([clock.now(), clock.sleepers]).toEqual([0, 0]);
  });

  it('moves by itself where it is told to', async () => {
    const clock = manualClock({ startMs: 0, sleep: 'advance' });
    await clock.sleep(10, never);
    await clock.sleep(5, never);
    expect(clock.now()).toBe(15);
  });
});
