import { compareKeys } from '@ossature/protocol';
import type { Store } from '@ossature/store';

/**
 * Records by name, one document each under a prefix. Memory is what is asked; a change is written before memory shows it. One process owns the data, so nobody else
 * changes them. Names are judged by the callers.
 */
export class Collection<T> {
  readonly #store: Store;
  readonly #prefix: string;
  readonly #records: Map<string, T>;

  private constructor(store: Store, prefix: string, records: Map<string, T>) {
    this.#store = store;
    this.#prefix = prefix;
    this.#records = records;
  }

  static async load<T>(store: Store, prefix: string): Promise<Collection<T>> {
    const documents = await store.listDocuments(prefix);
    const records = documents.map(({ name, text }) => [name.slice(prefix.length), JSON.parse(text) as T] as const);
    return new Collection<T>(store, prefix, new Map(records));
  }

  get(name: string): T | undefined {
    return this.#records.get(name);
  }

  get size(): number {
    return this.#records.size;
  }

  /** In byte order of names. */
  list(): readonly T[] {
    return [...this.#records].sort(([a], [b]) => compareKeys(a, b)).map(([, record]) => record);
  }

  async put(name: string, record: T): Promise<void> {
    const text = JSON.stringify(record);
    await this.#store.putDocument(this.#prefix + name, () => text);
    this.#records.set(name, record);
  }

  async remove(name: string): Promise<void> {
    await this.#store.putDocument(this.#prefix + name, () => undefined);
    this.#records.delete(name);
  }
}
