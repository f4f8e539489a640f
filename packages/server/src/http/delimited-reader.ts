/** Reads a stream of chunks piece by piece, up to a delimiter that may be cut anywhere. Holds what it looks at, and no more than was asked for and one chunk. */
export class DelimitedReader {
  readonly #source: AsyncIterator<Uint8Array>;
  /** What was read and not taken stands between `#start` and `#end`. It grows by doubling: a body in crumbs costs no more than one in lumps. */
  #buffer: Buffer;
  #start = 0;
  #end: number;
  #ended = false;

  /** `before`: what counts as read already. */
  constructor(source: AsyncIterable<Uint8Array>, before: Uint8Array = new Uint8Array(0)) {
    this.#source = source[Symbol.asyncIterator]();
    this.#buffer = Buffer.from(before);
    this.#end = before.length;
  }

  /** The bytes before the delimiter, which is passed; undefined where the stream ends without one, or more than `limitBytes` are before it: then nothing is taken. */
  async until(delimiter: Buffer, limitBytes: number): Promise<Buffer | undefined> {
    let from = 0;
    for (;;) {
      const at = this.#pending.indexOf(delimiter, from);
      if (at > limitBytes) return undefined;
      if (at >= 0) return Buffer.from(this.#take(at, delimiter.length));
      from = Math.max(0, this.#pending.length - delimiter.length + 1);
      if (from > limitBytes || !(await this.#fill())) return undefined;
    }
  }

  /** So many bytes, which stay unread; fewer at the end of the stream. Valid until something else is asked for. */
  async peek(bytes: number): Promise<Buffer> {
    while (this.#pending.length < bytes && (await this.#fill()));
    return this.#pending.subarray(0, bytes);
  }

  /** The bytes before the delimiter as they come, which is passed; answers whether there was one. A chunk is only valid until the next is asked for. */
  async *stream(delimiter: Buffer): AsyncGenerator<Uint8Array, boolean, undefined> {
    for (;;) {
      const at = this.#pending.indexOf(delimiter);
      if (at >= 0) {
        const rest = this.#take(at, delimiter.length);
        if (rest.length > 0) yield rest;
        return true;
      }
      const certain = this.#pending.length - delimiter.length + 1;
      if (certain > 0) yield this.#take(certain, 0);
      if (!(await this.#fill())) return false;
    }
  }

  /** Reads to the end, and throws it away. */
  async finish(): Promise<void> {
    do this.#start = this.#end;
    while (await this.#fill());
  }

  async close(): Promise<void> {
    this.#ended = true;
    await this.#source.return?.();
  }

  get #pending(): Buffer {
    return this.#buffer.subarray(this.#start, this.#end);
  }

  #take(length: number, passed: number): Buffer {
    const taken = this.#buffer.subarray(this.#start, this.#start + length);
    this.#start += length + passed;
    return taken;
  }

  /** The source may use its chunk again, so it is copied. */
  async #fill(): Promise<boolean> {
    if (this.#ended) return false;
    const step = await this.#source.next();
    if (step.done === true) {
      this.#ended = true;
      return false;
    }
    this.#makeRoom(step.value.length);
    this.#buffer.set(step.value, this.#end);
    this.#end += step.value.length;
    return true;
  }

  #makeRoom(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return;
    const pending = this.#pending;
    const needed = pending.length + bytes;
    if (needed <= this.#buffer.length / 2) this.#buffer.copyWithin(0, this.#start, this.#end);
    else {
      const larger = Buffer.allocUnsafe(needed * 2);
      larger.set(pending);
      this.#buffer = larger;
    }
    this.#start = 0;
    this.#end = pending.length;
  }
}
