import { StoreError } from './store-error.ts';

/** The operations under way: closing refuses new ones and waits for these. */
export class InFlight {
  readonly #running = new Set<Promise<unknown>>();
  #ended = false;

  async run<T>(operation: () => Promise<T>): Promise<T> {
    if (this.#ended) throw new StoreError('closed', 'the store is closed');
    const running = operation();
    this.#running.add(running);
    try {
      return await running;
    } finally {
      this.#running.delete(running);
    }
  }

  /** From now on operations are refused. False: they were already. */
  end(): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    return true;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }
}
