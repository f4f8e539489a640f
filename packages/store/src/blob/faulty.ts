import type { Faults } from '../faults.ts';
import type { BlobStore } from './blob-store.ts';

/**
 * A BlobStore whose calls are steps of `faults`, and also each chunk that goes into a put or comes out of a get or a listing. A fault at a
 * chunk of a put cuts its stream: nothing is left under the name.
 */
export function faultyBlobStore(store: BlobStore, faults: Faults): BlobStore {
  return {
    put: (name, bytes, signal) => faults.step('blob.put', () => store.put(name, stepped(bytes, faults), signal)),
    get: (name, range, signal) => opened('blob.get', () => store.get(name, range, signal), faults),
    head: (name) => faults.step('blob.head', () => store.head(name)),
    remove: (names) => faults.step('blob.remove', () => store.remove(names)),
    list: (prefix) => opened('blob.list', () => store.list(prefix), faults),
    close: async () => (faults.hasCrashed ? undefined : store.close()),
  };
}

async function* opened<T>(call: string, open: () => AsyncIterable<T>, faults: Faults): AsyncGenerator<T, void, undefined> {
  yield* stepped(await faults.step(call, open), faults);
}

async function* stepped<T>(items: AsyncIterable<T>, faults: Faults): AsyncGenerator<T, void, undefined> {
  for await (const item of items) yield await faults.step('blob.chunk', () => item);
}
