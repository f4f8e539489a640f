import { describe, expect, it } from 'vitest';
import { settle, TestClock } from './clock.test.support.ts';
import { watchIdle } from './idle-watch.ts';

function watching() {
  const clock = new TestClock();
  let calls = 0;
  const watch = watchIdle(clock, 1000, () => {
    calls++;
  });
  return { clock, watch, calls: () => calls };
}

describe('watchIdle', () => {
  it('reports silence once', async () => {
    const { clock, watch, calls } = watching();
    watch.waiting();
    await clock.advance(999);
    expect(calls()).toBe(0);
    await clock.advance(1);
    await clock.advance(5000);
    expect(calls()).toBe(1);
  });

  it('counts from the last sign of life', async () => {
    const { clock, watch, calls } = watching();
    for (let turn = 0; turn < 5; turn++) {
      watch.waiting();
      await clock.advance(900);
    }
    expect(calls()).toBe(0);
    await clock.advance(100);
    expect(calls()).toBe(1);
  });

  it('does not count the time in which it is our turn', async () => {
    const { clock, watch, calls } = watching();
    watch.waiting();
    watch.resting();
    await clock.advance(10_000);
    expect(calls()).toBe(0);
    watch.waiting();
    await clock.advance(999);
    expect(calls()).toBe(0);
    await clock.advance(1001);
    expect(calls()).toBe(1);
  });

  it('says nothing after it was stopped', async () => {
    const { clock, watch, calls } = watching();
    watch.waiting();
    watch.stop();
    await settle();
    await clock.advance(10_000);
    expect(calls()).toBe(0);
  });
});
