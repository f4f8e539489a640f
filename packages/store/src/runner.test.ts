import { systemClock } from '@ossature/protocol';
import { describe, expect, it } from 'vitest';
import { backgroundClock } from './background-clock.ts';
import { memoryBlobStore } from './blob/memory.ts';
import { memoryKeyValue } from './kv/memory.ts';
import { manualClock } from './manual-clock.ts';
import { openEngine } from './open-engine.ts';
import { Runner } from './runner.ts';
import { seededRandom } from './seeded-random.ts';
import { bucketProperties, bytesOf, properties } from './world.test.support.ts';

/** Lets everything run that needs no time. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
}

function run(work: () => Promise<number | undefined>) {
  const clock = manualClock();
  const startMs = clock.now();
  const times: number[] = [];
  const failures: unknown[] = [];
  const runner = new Runner({
    clock,
    work: () => {
      times.push(clock.now() - startMs);
      return work();
    },
    failed: (error) => failures.push(error),
  });
  const advance = async (ms: number) => {
    for (let left = ms; left > 0; left -= 50) {
      clock.advance(Math.min(50, left));
      await settle();
    }
  };
  return { runner, times, failures, advance };
}

describe('Runner', () => {
  it('works soon after its start, then when there is more', async () => {
    const { runner, times, advance } = run(async () => 1_000);
    await advance(2_600);
    expect(times).toEqual([250, 1_250, 2_250]);
    await runner.stop();
  });

  it('looks again within a minute where it does not know of more', async () => {
    const { runner, times, advance } = run(async () => undefined);
    await advance(61_000);
    expect(times).toEqual([250, 60_250]);
    await runner.stop();
  });

  it('works soon after it was woken, however often', async () => {
    const { runner, times, advance } = run(async () => undefined);
    await advance(10_000);
    for (let i = 0; i < 5; i++) runner.wake();
    await advance(10_000);
    expect(times).toEqual([250, 10_250]);
    await runner.stop();
  });

  it('tries again what failed, later each time, and says so', async () => {
    const { runner, times, failures, advance } = run(async () => {
      throw new Error('no');
    });
    await advance(5_000);
    expect(times).toEqual([250, 750, 1_750, 3_750]);
    expect(failures).toHaveLength(4);
    await runner.stop();
  });

  it('stops when the work under way has ended, and begins no other', async () => {
    let end = () => {};
    const { runner, times, advance } = run(
      () =>
        new Promise((resolve) => {
          end = () => resolve(0);
        }),
    );
    await advance(300);
    let stopped = false;
    const stopping = runner.stop().then(() => {
      stopped = true;
    });
    await settle();
    expect(stopped).toBe(false);
    end();
    await stopping;
    await advance(10_000);
    expect(times).toEqual([250]);
  });

  it('stops work that pauses at its next pause', async () => {
    let pauses = 0;
    const clock = manualClock({ sleep: 'advance' });
    const failures: unknown[] = [];
    const runner: Runner = new Runner({
      clock,
      work: async (pause) => {
        for (;;) {
          await pause();
          if (++pauses === 10) stopped = runner.stop();
        }
      },
      failed: (error) => failures.push(error),
    });
    let stopped: Promise<void> | undefined;
    while (stopped === undefined) await settle();
    await stopped;
    expect([pauses, failures]).toEqual([10, []]);
  });

  it('collects by itself in an open store', async () => {
    const clock = manualClock();
    const blobs = memoryBlobStore();
    const store = await openEngine({ kv: memoryKeyValue(), blobs, clock, random: seededRandom(1), quarantineMs: 1_000 });
    const advance = async (ms: number) => {
      for (let left = ms; left > 0; left -= 50) {
        clock.advance(50);
        await settle();
      }
    };
    const count = async () => {
      let found = 0;
      for await (const _ of blobs.list('')) found++;
      return found;
    };
    await store.putBucket('b', () => bucketProperties);
    await store.putObject({ bucket: 'b', key: 'k' }, bytesOf(30_000), () => properties);
    await store.removeObject({ bucket: 'b', key: 'k' }, () => {});
    await advance(1_000);
    expect(await count()).toBe(1);
    await advance(2_000);
    expect(await count()).toBe(0);
    await store.close();
  });
});

describe('backgroundClock', () => {
  it('is the system clock, waiting without keeping the program alive, and ends a wait at the signal', async () => {
    const clock = backgroundClock(systemClock);
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(1_000);
    const abort = new AbortController();
    const waiting = clock.sleep(1_000_000, abort.signal);
    abort.abort();
    await waiting;
    await clock.sleep(1_000_000, abort.signal);
    await clock.sleep(1, new AbortController().signal);
  });

  it('leaves other clocks as they are', () => {
    const clock = manualClock();
    expect(backgroundClock(clock)).toBe(clock);
  });
});
