import { ok } from 'node:assert/strict';
import { chunkBytes } from '../blob/blob-store.ts';
import type { DigestMemory } from './digest-kernels.ts';

/** A chunk's worth of the digests' memory. */
export interface Slot {
  /** Where it begins in the digests' memory. */
  readonly offset: number;
  /** `chunkBytes` bytes. */
  readonly bytes: Uint8Array;
}

interface Waiting {
  readonly take: (slot: Slot) => void;
}

/**
 * The buffers through which all bodies pass: a fixed number, so that memory stays bounded however many bodies are on their way. Who finds none
 * waits, first come first served. A slot must only be held while something of this process works on it; who holds one while it
 * waits for the other end of a connection says so (`lend`), and is asked to give up when another has to wait.
 */
export class Slots {
  readonly #free: Slot[];
  readonly #waiting = new Set<Waiting>();
  readonly #lent = new Set<() => void>();
  readonly #count: number;

  constructor(memory: DigestMemory, count: number) {
    this.#count = count;
    this.#free = Array.from({ length: count }, (_, index) => {
      const offset = memory.freeOffset + index * chunkBytes;
      return { offset, bytes: new Uint8Array(memory.memory.buffer, offset, chunkBytes) };
      // The lowest come last, and are taken first: memory that was touched once is used again.
    }).reverse();
  }

  get heldCount(): number {
    return this.#count - this.#free.length;
  }

  /** Waits for a slot; rejects with the signal's reason when it aborts. */
  acquire(signal: AbortSignal): Promise<Slot> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const slot = this.#free.pop();
      if (slot !== undefined) return resolve(slot);
      const abort = () => {
        this.#waiting.delete(waiting);
        reject(signal.reason);
      };
      const waiting: Waiting = {
        take: (free) => {
          signal.removeEventListener('abort', abort);
          resolve(free);
        },
      };
      this.#waiting.add(waiting);
      signal.addEventListener('abort', abort, { once: true });
      this.#recall();
    });
  }

  release(slot: Slot): void {
    ok(!this.#free.includes(slot), 'a slot is released once');
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free.push(slot);
      return;
    }
    this.#waiting.delete(next);
    next.take(slot);
  }

  /**
   * Says that a slot is held by one who waits for somebody else. `giveUp` is called at most once, and sees to it that the slot is released as soon as
   * this process has done its work on it. Answers how to take the word back.
   */
  lend(giveUp: () => void): () => void {
    if (this.#waiting.size > 0) {
      giveUp();
      return () => {};
    }
    this.#lent.add(giveUp);
    return () => this.#lent.delete(giveUp);
  }

  #recall(): void {
    const [giveUp] = this.#lent;
    if (giveUp === undefined) return;
    this.#lent.delete(giveUp);
    giveUp();
  }
}
