export interface BodyEnd {
  readonly bytes: number;
  /** The body was not read to its end. */
  readonly cut: boolean;
  /** Why, where it failed by itself. */
  readonly error: unknown;
}

/** A body that tells once how it ended, also when it is never begun. */
export class WatchedBody implements AsyncIterableIterator<Uint8Array> {
  readonly #inner: AsyncIterator<Uint8Array>;
  readonly #onEnd: (end: BodyEnd) => void;
  #bytes = 0;
  #ended = false;

  constructor(body: AsyncIterable<Uint8Array>, onEnd: (end: BodyEnd) => void) {
    this.#inner = body[Symbol.asyncIterator]();
    this.#onEnd = onEnd;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#ended) return { done: true, value: undefined };
    try {
      const step = await this.#inner.next();
      if (step.done === true) {
        this.#end(false, undefined);
        return { done: true, value: undefined };
      }
      this.#bytes += step.value.length;
      return { done: false, value: step.value };
    } catch (error) {
      this.#end(true, error);
      throw error;
    }
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (!this.#ended) {
      this.#end(true, undefined);
      await this.#inner.return?.();
    }
    return { done: true, value: undefined };
  }

  #end(cut: boolean, error: unknown): void {
    this.#ended = true;
    this.#onEnd({ bytes: this.#bytes, cut, error });
  }
}
