import type { Clock } from '@ossature/protocol';

export interface RunnerOptions {
  readonly clock: Clock;
  /** Does what is due, and answers in how many milliseconds there is more; undefined: not known. `pause` lets others go first, and rejects when work is to stop. */
  readonly work: (pause: () => Promise<void>) => Promise<number | undefined>;
  readonly failed: (error: unknown) => void;
}

/** After something was queued; short enough for a short quarantine, long enough to gather. */
const soonMs = 250;
const longestMs = 60_000;
const pauseMs = 5;

/** Runs background work by the clock, and soon after it was woken. Work that fails is tried again, later each time. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #stopped = new AbortController();
  readonly #running: Promise<void>;
  #sleeping = new AbortController();
  #atMs: number;

  constructor(options: RunnerOptions) {
    this.#options = options;
    this.#atMs = options.clock.now() + soonMs;
    this.#running = this.#run();
  }

  wake(): void {
    const atMs = this.#options.clock.now() + soonMs;
    if (atMs >= this.#atMs) return;
    this.#atMs = atMs;
    this.#sleeping.abort();
  }

  /** Resolves when the work that is under way has ended. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#sleeping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock, work, failed } = this.#options;
    const { signal } = this.#stopped;
    let failures = 0;
    for (;;) {
      await this.#sleep();
      if (signal.aborted) return;
      this.#atMs = Number.POSITIVE_INFINITY;
      let nextMs: number | undefined;
      try {
        nextMs = await work(async () => {
          await clock.sleep(pauseMs, signal);
          signal.throwIfAborted();
        });
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        nextMs = soonMs * 2 ** failures;
        failed(error);
      }
      // What was woken meanwhile counts, if it is sooner.
      const dueMs = clock.now() + Math.min(Math.max(nextMs ?? longestMs, soonMs), longestMs);
      this.#atMs = Math.min(this.#atMs, dueMs);
    }
  }

  async #sleep(): Promise<void> {
    const { clock } = this.#options;
    for (;;) {
      const leftMs = this.#atMs - clock.now();
      if (leftMs <= 0 || this.#stopped.signal.aborted) return;
      this.#sleeping = new AbortController();
      await clock.sleep(leftMs, this.#sleeping.signal);
    }
  }
}
