import type { FileHandle } from 'node:fs/promises';
import type { BufferPool } from './buffer-pool.ts';

/** Bytes between two syncs of a file that grows: the last sync then has little left to do, and the disk is busy all the time. */
const syncEveryBytes = 32 * 1024 * 1024;

type Operate = <T>(operation: () => Promise<T>) => Promise<T>;

/**
 * Writes a file from its start, in pieces as large as the pool's buffers, whatever the size of the chunks: chunks from a socket are small.
 * One piece is written while the next is filled, so it holds two buffers at most.
 */
export class FileWriter {
  readonly #handle: FileHandle;
  readonly #pool: BufferPool;
  readonly #operate: Operate;
  #buffer: Buffer | undefined;
  #filled = 0;
  #offset = 0;
  #synced = 0;
  #writing: Promise<void> = Promise.resolve();
  #syncing: Promise<void> = Promise.resolve();

  /** File operations run through `operate`, which says what their faults mean. */
  constructor(handle: FileHandle, pool: BufferPool, operate: Operate) {
    this.#handle = handle;
    this.#pool = pool;
    this.#operate = operate;
  }

  /** Takes the bytes by copying; rejects where an earlier piece could not be written. */
  async write(chunk: Uint8Array): Promise<void> {
    for (let taken = 0; taken < chunk.length; ) {
      this.#buffer ??= this.#pool.take();
      const piece = chunk.subarray(taken, taken + this.#pool.sizeBytes - this.#filled);
      this.#buffer.set(piece, this.#filled);
      this.#filled += piece.length;
      taken += piece.length;
      if (this.#filled === this.#pool.sizeBytes) await this.#flush();
    }
  }

  /** Writes what is left and makes the file durable; answers its size. */
  async end(): Promise<number> {
    await this.#flush();
    await this.#writing;
    await this.#syncing;
    // Also the inode: the file is new, and its bytes are lost without it.
    await this.#operate(() => this.#handle.sync());
    return this.#offset;
  }

  /** Waits for what is under way and gives the buffers back; the file may be closed after it. */
  async dispose(): Promise<void> {
    await Promise.allSettled([this.#writing, this.#syncing]);
    if (this.#buffer !== undefined) this.#pool.give(this.#buffer);
    this.#buffer = undefined;
  }

  async #flush(): Promise<void> {
    await this.#writing;
    const buffer = this.#buffer;
    if (buffer === undefined) return;
    this.#buffer = undefined;
    this.#writing = this.#store(buffer, this.#filled);
    this.#filled = 0;
    // It is awaited by the next piece, or by the end.
    this.#writing.catch(() => {});
  }

  async #store(buffer: Buffer, length: number): Promise<void> {
    try {
      for (let written = 0; written < length; ) {
        const { bytesWritten } = await this.#operate(() => this.#handle.write(buffer, written, length - written, this.#offset));
        written += bytesWritten;
        this.#offset += bytesWritten;
      }
    } finally {
      this.#pool.give(buffer);
    }
    if (this.#offset - this.#synced < syncEveryBytes) return;
    await this.#syncing;
    this.#synced = this.#offset;
    this.#syncing = this.#operate(() => this.#handle.datasync());
    this.#syncing.catch(() => {});
  }
}
