import type { Clock } from '@ossature/protocol';

/** A clock for tests: it stands until it is moved. Sleeps up to `skipUpToMs` pass by themselves and move it, so that waits between tries cost no time. */
export class TestClock implements Clock {
  readonly #skipUpToMs: number;
  #nowMs: number;
  #sleepers: { readonly untilMs: number; readonly wake: () => void }[] = [];
  /** The lengths of the sleeps that were skipped. */
  readonly skippedMs: number[] = [];

  constructor(options: { readonly nowMs?: number; readonly skipUpToMs?: number } = {}) {
    this.#nowMs = options.nowMs ?? Date.UTC(2026, 0, 1);
    this.#skipUpToMs = options.skipUpToMs ?? -1;
  }

  now(): number {
    return this.#nowMs;
  }

  async sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    if (ms <= this.#skipUpToMs) {
      this.skippedMs.push(ms);
      this.#nowMs += ms;
      return;
    }
    await new Promise<void>((resolve) => {
      this.#sleepers.push({ untilMs: this.#nowMs + ms, wake: resolve });
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Moves the clock, wakes whoever has slept long enough, and lets them act. */
  async advance(ms: number): Promise<void> {
    this.#nowMs += ms;
    const due = this.#sleepers.filter((sleeper) => sleeper.untilMs <= this.#nowMs);
    this.#sleepers = this.#sleepers.filter((sleeper) => sleeper.untilMs > this.#nowMs);
    for (const sleeper of due) sleeper.wake();
    await settle();
  }
}

/** Lets everything that is ready to run, run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}
