import type { Clock } from '@ossature/protocol';

/** Watches one exchange for silence of the other end. Time in which our own side is slow does not count. */
export interface IdleWatch {
  /** From now on the other end has to do something. */
  waiting(): void;
  /** It did, or it is our turn. */
  resting(): void;
  stop(): void;
}

/** Calls `onIdle` once when the other end has kept us waiting for the time. */
export function watchIdle(clock: Clock, timeoutMs: number, onIdle: () => void): IdleWatch {
  const stopped = new AbortController();
  let waitingSinceMs: number | undefined;
  // One sleep a period however often the sides take turns: a timer a chunk would cost more than the chunk.
  const watch = async () => {
    while (!stopped.signal.aborted) {
      const leftMs = waitingSinceMs === undefined ? timeoutMs : waitingSinceMs + timeoutMs - clock.now();
      if (leftMs <= 0) return onIdle();
      await clock.sleep(leftMs, stopped.signal);
    }
  };
  let watching = false;
  return {
    waiting: () => {
      waitingSinceMs = clock.now();
      if (watching) return;
      watching = true;
      void watch();
    },
    resting: () => {
      waitingSinceMs = undefined;
    },
    stop: () => stopped.abort(),
  };
}
