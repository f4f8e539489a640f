import { type Clock, systemClock } from './clock.ts';

/** The same time; waits on it do not keep the program from ending. Clocks that are not the system's are left as they are. */
export function backgroundClock(clock: Clock): Clock {
  if (clock !== systemClock) return clock;
  return {
    now: () => clock.now(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve();
        const done = () => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, ms).unref();
        signal.addEventListener('abort', done, { once: true });
      }),
  };
}
