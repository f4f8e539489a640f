import { syncDirectory } from '../durable-directory.ts';

/**
 * Syncs directories, one sync for all who ask at the same time. A sync that has begun may have missed a change that was made meanwhile: who
 * asks then waits for the next one, together with all others who do.
 */
export class DirectorySyncs {
  readonly #syncOne: (path: string) => Promise<void>;
  readonly #syncs = new Map<string, { readonly running: Promise<void>; next: Promise<void> | undefined }>();

  constructor(syncOne: (path: string) => Promise<void> = syncDirectory) {
    this.#syncOne = syncOne;
  }

  /** Resolves when all changes made before the call are durable. */
  sync(path: string): Promise<void> {
    const current = this.#syncs.get(path);
    if (current === undefined) return this.#start(path);
    const again = () => this.#start(path);
    current.next ??= current.running.then(again, again);
    return current.next;
  }

  #start(path: string): Promise<void> {
    const running = this.#syncOne(path);
    const entry = { running, next: undefined };
    this.#syncs.set(path, entry);
    const end = () => {
      // Where one waits for the next sync, that one takes the place.
      if (entry.next === undefined) this.#syncs.delete(path);
    };
    running.then(end, end);
    return running;
  }
}
