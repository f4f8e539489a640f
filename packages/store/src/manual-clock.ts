import type { Clock } from '@ossature/protocol';

export interface ManualClock extends Clock {
  /** Moves the clock forward; those who sleep wake in the order of their times, each with the clock at its time. */
  advance(ms: number): void;
  /** How many sleep. */
  readonly sleepers: number;
}

export interface ManualClockOptions {
  readonly startMs?: number;
  /** `wait`: who sleeps waits for `advance`. `advance`: sleeping moves the clock itself, so that nobody has to. Default `wait`. */
  readonly sleep?: 'wait' | 'advance';
}

/** A clock that only moves when it is told to, for tests and simulations. */
export function manualClock({ startMs = Date.UTC(2024, 0, 1), sleep = 'wait' }: ManualClockOptions = {}): ManualClock {
  let nowMs = startMs;
  /** In order of their times; those with the same time in the order in which they came. */
  const sleepers: { readonly untilMs: number; readonly wake: () => void }[] = [];

  const sleepUntil = (untilMs: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const wake = () => {
        signal.removeEventListener('abort', wake);
        const index = sleepers.indexOf(sleeper);
        if (index >= 0) sleepers.splice(index, 1);
        resolve();
      };
      const sleeper = { untilMs, wake };
      const later = sleepers.findIndex((other) => other.untilMs > untilMs);
      sleepers.splice(later < 0 ? sleepers.length : later, 0, sleeper);
      signal.addEventListener('abort', wake, { once: true });
    });

  return {
    now: () => nowMs,
    sleep: async (ms, signal) => {
      if (signal.aborted) return;
      if (sleep === 'wait' && ms > 0) return sleepUntil(nowMs + ms, signal);
      nowMs += Math.max(0, ms);
    },
    advance: (ms) => {
      const endMs = nowMs + ms;
      for (let first = sleepers[0]; first !== undefined && first.untilMs <= endMs; first = sleepers[0]) {
        nowMs = Math.max(nowMs, first.untilMs);
        first.wake();
      }
      nowMs = endMs;
    },
    get sleepers() {
      return sleepers.length;
    },
  };
}
