import { ok } from 'node:assert/strict';
import { StoreError } from './store-error.ts';

/**
 * An object's bytes on their way to one reader, with the first chunk already there. The store keeps track of the open ones: when it closes, they end with
 * StoreError `closed` and let go of their files.
 */
export class ObjectBody implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array, undefined> {
  readonly #chunks: AsyncGenerator<Uint8Array, void, undefined>;
  readonly #ended: () => void;
  #first: IteratorResult<Uint8Array, void> | undefined;
  #taken = false;
  #closed = false;

  constructor(first: IteratorResult<Uint8Array, void>, chunks: AsyncGenerator<Uint8Array, void, undefined>, ended: () => void) {
    this.#first = first;
    this.#chunks = chunks;
    this.#ended = ended;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, undefined> {
    ok(!this.#taken, 'a body is read once');
    this.#taken = true;
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#closed) throw new StoreError('closed', 'the store was closed while the object was read');
    const first = this.#first;
    this.#first = undefined;
    try {
      const result = first ?? (await this.#chunks.next());
      if (result.done !== true) return result;
    } catch (error) {
      this.#ended();
      // What came from files that were taken away by the closing says less than that.
      if (this.#closed) throw new StoreError('closed', 'the store was closed while the object was read', { cause: error });
      throw error;
    }
    if (this.#closed) throw new StoreError('closed', 'the store was closed while the object was read');
    this.#ended();
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#first = undefined;
    await this.#chunks.return();
    this.#ended();
    return { done: true, value: undefined };
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.return();
  }
}
