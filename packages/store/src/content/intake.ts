import { abortable } from './abortable.ts';
import { ChunkTable } from './chunk-table.ts';
import type { DigestMachine } from './digest-machine.ts';
import { Md5Stream } from './md5-stream.ts';
import type { Slot } from './slots.ts';
import { Wakeup } from './wakeup.ts';

export interface IntakeDigests {
  readonly sizeBytes: number;
  readonly md5: Uint8Array;
  readonly crc64: bigint;
  readonly crc32: Uint32Array;
  readonly crc64s: BigUint64Array;
}

interface Filled {
  readonly bytes: Uint8Array;
  /** To be called when the bytes have been taken. */
  readonly written: () => void;
}

/** As many slots as one body may have under way: enough that reading, writing and digesting need not wait for each other's hiccups. */
const greatestWindow = 8;

/**
 * A body on its way into a blob: `fill` reads it into slots, workers digest them, and `bytes` hands them on to be written, all at once.
 * A slot is free again when it is written and digested.
 */
export class Intake {
  readonly #machine: DigestMachine;
  readonly #md5: Md5Stream;
  readonly #table: ChunkTable;
  readonly #stopped = new AbortController();
  readonly #wakeup = new Wakeup();
  readonly #filled: Filled[] = [];
  #slot: Slot | undefined;
  #slotBytes = 0;
  #underWay = 0;
  #ended = false;

  constructor(machine: DigestMachine) {
    this.#machine = machine;
    this.#md5 = new Md5Stream(machine.workers);
    this.#table = new ChunkTable(machine.workers);
  }

  /** Why it stopped, where it did. */
  get failure(): { readonly reason: unknown } | undefined {
    return this.#stopped.signal.aborted ? { reason: this.#stopped.signal.reason } : undefined;
  }

  /** Ends it for this reason; the first one counts. */
  stop(reason: unknown): void {
    if (this.failure !== undefined) return;
    this.#stopped.abort(reason);
    if (this.#slot !== undefined) this.#machine.slots.release(this.#slot);
    this.#slot = undefined;
    for (const { written } of this.#filled.splice(0)) written();
    this.#wakeup.wake();
  }

  /** Reads the body to its end. Never rejects: what goes wrong stops the intake, and comes out of `bytes`. */
  async fill(head: Uint8Array, body: AsyncIterator<Uint8Array>): Promise<void> {
    try {
      await this.#take(head);
      for (;;) {
        const next = await this.#next(body);
        if (next.done === true) break;
        await this.#take(next.value);
      }
      if (this.#slot !== undefined) this.#hand();
      this.#ended = true;
      this.#wakeup.wake();
    } catch (error) {
      this.stop(error);
    }
  }

  /**
   * The bytes, in order; a chunk is valid until the next is asked for. Ends when everything is digested, so that a blob of which that is not
   * known is never finished.
   */
  async *bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      this.#stopped.signal.throwIfAborted();
      const next = this.#filled.shift();
      if (next === undefined) {
        if (this.#ended && this.#underWay === 0) return;
        await this.#wakeup.wait();
        continue;
      }
      try {
        yield next.bytes;
      } finally {
        next.written();
      }
    }
  }

  /** Waits until no slot is under way any more. */
  async settled(): Promise<void> {
    while (this.#underWay > 0) await this.#wakeup.wait();
  }

  /** When `bytes` has ended. */
  async digests(): Promise<IntakeDigests> {
    return { sizeBytes: this.#table.sizeBytes, md5: this.#md5.digest(), ...(await this.#table.tables()) };
  }

  /** Waits for the body. A slot that is partly filled may meanwhile be needed elsewhere: then it goes on its way as it is. */
  async #next(body: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> {
    const takeBack = this.#slot && this.#machine.slots.lend(() => this.#hand());
    try {
      return await abortable(body.next(), this.#stopped.signal);
    } finally {
      takeBack?.();
    }
  }

  async #take(bytes: Uint8Array): Promise<void> {
    for (let taken = 0; taken < bytes.length; ) {
      const slot = this.#slot ?? (await this.#acquire());
      // Whoever stops the intake takes the slot away; nothing is awaited from here to the end of the turn.
      this.#stopped.signal.throwIfAborted();
      const room = this.#table.roomBytes;
      const piece = bytes.subarray(taken, taken + room - this.#slotBytes);
      slot.bytes.set(piece, this.#slotBytes);
      this.#slotBytes += piece.length;
      taken += piece.length;
      if (this.#slotBytes === room) this.#hand();
    }
  }

  async #acquire(): Promise<Slot> {
    while (this.#underWay >= greatestWindow && this.failure === undefined) await this.#wakeup.wait();
    const slot = await this.#machine.slots.acquire(this.#stopped.signal);
    if (this.failure !== undefined) {
      this.#machine.slots.release(slot);
      throw this.failure.reason;
    }
    this.#slot = slot;
    this.#slotBytes = 0;
    return slot;
  }

  /** Sends the slot on its way: to be written, and to be digested. */
  #hand(): void {
    const slot = this.#slot;
    if (slot === undefined) return;
    const bytes = slot.bytes.subarray(0, this.#slotBytes);
    this.#slot = undefined;
    this.#underWay++;
    const written = new Promise<void>((resolve) => this.#filled.push({ bytes, written: resolve }));
    const digested = [this.#md5.update(bytes, slot.offset), this.#table.update(bytes.length, slot.offset)];
    this.#settle(slot, [written, ...digested]).catch((error) => this.stop(error));
    this.#wakeup.wake();
  }

  async #settle(slot: Slot, work: readonly Promise<void>[]): Promise<void> {
    const outcomes = await Promise.allSettled(work);
    this.#machine.slots.release(slot);
    this.#underWay--;
    for (const outcome of outcomes) if (outcome.status === 'rejected') this.stop(outcome.reason);
    this.#wakeup.wake();
  }
}
