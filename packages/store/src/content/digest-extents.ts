import type { BlobStore } from '../blob/blob-store.ts';
import type { ContentKey } from './content-key.ts';
import type { DigestMachine } from './digest-machine.ts';
import type { Extent } from './extent.ts';
import { corruptChunk, type ExtentChunk, extentChunks, verifiedChunks } from './extent-chunks.ts';
import { Md5Stream } from './md5-stream.ts';
import type { Slot } from './slots.ts';
import { Wakeup } from './wakeup.ts';

/** As many slots as one digest may have under way: workers have the next when they are done with one. */
const greatestWindow = 8;

/**
 * The MD5 of the extents' plain bytes after each other. This thread reads, and opens what is encrypted; workers digest, and verify every plain chunk of which a byte is taken. Rejects with StoreError
 * `corrupt`, as `BlobStore.get` does, and with the signal's reason.
 */
export async function digestExtents(
  machine: DigestMachine,
  blobs: BlobStore,
  extents: readonly Extent[],
  signal: AbortSignal,
  key?: ContentKey | undefined,
): Promise<Uint8Array> {
  const digest = new ExtentsDigest(machine);
  try {
    for (const extent of extents) {
      // What is encrypted is verified where it is opened, which is here; plain chunks are verified by the workers.
      const isPlain = extent.encryption === undefined && key === undefined;
      const chunks = isPlain ? extentChunks(blobs, extent, signal) : verifiedChunks(blobs, extent, signal, key);
      for await (const chunk of chunks) await digest.add(extent, chunk, signal);
    }
  } finally {
    await digest.settled();
  }
  return digest.value();
}

class ExtentsDigest {
  readonly #machine: DigestMachine;
  readonly #md5: Md5Stream;
  readonly #wakeup = new Wakeup();
  #underWay = 0;
  #failure: { readonly reason: unknown } | undefined;

  constructor(machine: DigestMachine) {
    this.#machine = machine;
    this.#md5 = new Md5Stream(machine.workers);
  }

  async add(extent: Extent, chunk: ExtentChunk, signal: AbortSignal): Promise<void> {
    while (this.#underWay >= greatestWindow) await this.#wakeup.wait();
    this.#throwFailure();
    const slot = await this.#machine.slots.acquire(signal);
    slot.bytes.set(chunk.bytes);
    this.#underWay++;
    this.#settle(slot, this.#digest(slot, extent, chunk)).catch((reason) => {
      this.#failure ??= { reason };
    });
  }

  async settled(): Promise<void> {
    while (this.#underWay > 0) await this.#wakeup.wait();
  }

  /** When everything has settled. */
  value(): Uint8Array {
    this.#throwFailure();
    return this.#md5.digest();
  }

  #digest(slot: Slot, extent: Extent, { bytes, index, from, to }: ExtentChunk): readonly Promise<void>[] {
    const taken = this.#md5.update(slot.bytes.subarray(from, to), slot.offset + from);
    if (extent.encryption !== undefined) return [taken];
    const verified = this.#machine.workers
      .crc({ offset: slot.offset, lengthBytes: bytes.length, crc32: 0, crc64: undefined })
      .then(({ crc32 }) => {
        if (crc32 !== extent.crc32[index]) throw corruptChunk(extent, index);
      });
    return [taken, verified];
  }

  async #settle(slot: Slot, work: readonly Promise<void>[]): Promise<void> {
    const outcomes = await Promise.allSettled(work);
    this.#machine.slots.release(slot);
    this.#underWay--;
    for (const outcome of outcomes) if (outcome.status === 'rejected') this.#failure ??= outcome;
    this.#wakeup.wake();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.reason;
  }
}
