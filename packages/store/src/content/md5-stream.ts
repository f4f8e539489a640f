import { type Md5Segment, md5BlockBytes } from './digest-kernels.ts';
import type { DigestWorkers } from './digest-workers.ts';
import { foldMd5 } from './local-digests.ts';
import { md5InitialWords } from './md5-kernel.ts';

interface Update {
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Longer turns than this would keep their slots for too long. */
const updatesATurn = 4;

/** The MD5 of a stream whose bytes pass through the digests' memory. Workers fold whole blocks; what is left over is kept and folded here. */
export class Md5Stream {
  readonly #workers: DigestWorkers;
  readonly #rest = new Uint8Array(md5BlockBytes);
  #restBytes = 0;
  #words = md5InitialWords;
  #lengthBytes = 0;
  readonly #waiting: Update[] = [];
  #running = false;
  #failure: { readonly reason: unknown } | undefined;

  constructor(workers: DigestWorkers) {
    this.#workers = workers;
  }

  /**
   * Adds bytes, which lie at `offset` in the digests' memory and have to stay there until it resolves. Calls may overlap, and are taken in their
   * order; after one that rejects all others do.
   */
  update(bytes: Uint8Array, offset: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, offset, resolve, reject });
      if (!this.#running) this.#run().catch(reject);
    });
  }

  /** The MD5 of everything, when all updates have resolved. */
  digest(): Uint8Array {
    const padding = new Uint8Array(this.#restBytes < md5BlockBytes - 8 ? md5BlockBytes : 2 * md5BlockBytes);
    padding.set(this.#rest.subarray(0, this.#restBytes));
    padding[this.#restBytes] = 0x80;
    new DataView(padding.buffer).setBigUint64(padding.length - 8, BigInt(this.#lengthBytes) * 8n, true);
    const digest = new DataView(new ArrayBuffer(16));
    foldMd5(this.#words, padding).forEach((word, index) => {
      digest.setUint32(index * 4, word, true);
    });
    return new Uint8Array(digest.buffer);
  }

  async #run(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      const { updates, segments } = this.#nextTurn();
      try {
        if (this.#failure !== undefined) throw this.#failure.reason;
        if (segments.length > 0) this.#words = await this.#workers.md5({ words: this.#words, segments });
      } catch (reason) {
        this.#failure ??= { reason };
        for (const { reject } of updates) reject(reason);
        continue;
      }
      for (const { resolve } of updates) resolve();
    }
    this.#running = false;
  }

  /** Takes what waits, as much at once as leaves no bytes over between. */
  #nextTurn(): { readonly updates: readonly Update[]; readonly segments: readonly Md5Segment[] } {
    const updates: Update[] = [];
    const segments: Md5Segment[] = [];
    do {
      const update = this.#waiting.shift() as Update;
      const segment = this.#segmentOf(update);
      updates.push(update);
      if (segment.blocks > 0) segments.push(segment);
    } while (this.#restBytes === 0 && this.#waiting.length > 0 && updates.length < updatesATurn);
    return { updates, segments };
  }

  /** The whole blocks of an update; what was left over before it is folded, and what is left over after it kept. */
  #segmentOf({ bytes, offset }: Update): Md5Segment {
    this.#lengthBytes += bytes.length;
    const head = this.#restBytes === 0 ? 0 : Math.min(md5BlockBytes - this.#restBytes, bytes.length);
    this.#keep(bytes.subarray(0, head));
    if (this.#restBytes === md5BlockBytes) {
      this.#words = foldMd5(this.#words, this.#rest);
      this.#restBytes = 0;
    }
    const blocks = Math.floor((bytes.length - head) / md5BlockBytes);
    this.#keep(bytes.subarray(head + blocks * md5BlockBytes));
    return { offset: offset + head, blocks };
  }

  #keep(bytes: Uint8Array): void {
    this.#rest.set(bytes, this.#restBytes);
    this.#restBytes += bytes.length;
  }
}
