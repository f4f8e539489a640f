/** Buffers of one size that are used again. It never waits: `most` bounds what it keeps, and its callers bound how many are in use. */
export class BufferPool {
  readonly sizeBytes: number;
  readonly #most: number;
  readonly #free: Buffer[] = [];

  constructor(sizeBytes: number, most: number) {
    this.sizeBytes = sizeBytes;
    this.#most = most;
  }

  /** A buffer with whatever bytes it had last. */
  take(): Buffer {
    return this.#free.pop() ?? Buffer.allocUnsafeSlow(this.sizeBytes);
  }

  /** The caller has no operation under way on the buffer any more. */
  give(buffer: Buffer): void {
    if (this.#free.length < this.#most) this.#free.push(buffer);
  }
}
