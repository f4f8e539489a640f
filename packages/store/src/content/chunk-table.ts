import { crc64Combine } from '@ossature/protocol';
import { chunkBytes } from '../blob/blob-store.ts';
import type { CrcAnswer } from './digest-messages.ts';
import type { DigestWorkers } from './digest-workers.ts';

const nothing: Promise<CrcAnswer> = Promise.resolve({ crc32: 0, crc64: 0n });

/** The CRC-32 and CRC-64 of every chunk of a stream whose bytes pass through the digests' memory. */
export class ChunkTable {
  readonly #workers: DigestWorkers;
  readonly #chunks: Promise<CrcAnswer>[] = [];
  #sizeBytes = 0;

  constructor(workers: DigestWorkers) {
    this.#workers = workers;
  }

  get sizeBytes(): number {
    return this.#sizeBytes;
  }

  /** How many bytes more the current chunk takes: 1 to `chunkBytes`. */
  get roomBytes(): number {
    return chunkBytes - (this.#sizeBytes % chunkBytes);
  }

  /** Adds at most `roomBytes` bytes, which lie at `offset` in the digests' memory and have to stay there until it resolves. Calls may overlap. */
  async update(lengthBytes: number, offset: number): Promise<void> {
    const begins = this.#sizeBytes % chunkBytes === 0;
    this.#sizeBytes += lengthBytes;
    const before = begins ? nothing : (this.#chunks.pop() as Promise<CrcAnswer>);
    const after = before.then((crc) => this.#workers.crc({ offset, lengthBytes, ...crc }));
    this.#chunks.push(after);
    await after;
  }

  /** The tables, and the CRC-64 of everything, when all updates have resolved. */
  async tables(): Promise<{ readonly crc32: Uint32Array; readonly crc64s: BigUint64Array; readonly crc64: bigint }> {
    const chunks = await Promise.all(this.#chunks);
    let crc64 = 0n;
    chunks.forEach((chunk, index) => {
      crc64 = crc64Combine(crc64, chunk.crc64, Math.min(chunkBytes, this.#sizeBytes - index * chunkBytes));
    });
    return {
      crc32: Uint32Array.from(chunks, (chunk) => chunk.crc32),
      crc64s: BigUint64Array.from(chunks, (chunk) => chunk.crc64),
      crc64,
    };
  }
}
