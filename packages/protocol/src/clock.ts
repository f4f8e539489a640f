/** Time, injected: tests and simulations move it by hand. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Resolves after the time has passed on this clock, or when the signal aborts (then too it resolves). */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** A clock that waits by such a timer. */
export function clockWith(startTimer: (done: () => void, ms: number) => ReturnType<typeof setTimeout>): Clock {
  return {
    now: () => Date.now(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = startTimer(done, ms);
        signal.addEventListener('abort', done, { once: true });
      }),
  };
}

export const systemClock: Clock = clockWith((done, ms) => setTimeout(done, ms));
