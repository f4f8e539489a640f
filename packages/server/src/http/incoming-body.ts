import type { IncomingMessage } from 'node:http';
import { ServiceError } from '@ossature/protocol';

/**
 * The body of a request as it comes from the socket: read once, and only as fast as it is asked for. The first ask is what sends
 * `100 Continue` to a client that waits for it, so an answer given before the body is wanted never invites it.
 */
export class IncomingBody implements AsyncIterableIterator<Uint8Array> {
  readonly #request: IncomingMessage;
  readonly #idleMs: number;
  readonly #invite: (() => void) | undefined;
  #state: 'idle' | 'open' | 'ended' = 'idle';
  /** It was read, if only in part: what ends unread was never asked for. */
  #opened = false;
  #failure: ServiceError | undefined;
  #wake: (() => void) | undefined;
  #readBytes = 0;

  /** `invite` sends the interim answer; undefined where none is awaited. */
  constructor(request: IncomingMessage, idleMs: number, invite: (() => void) | undefined) {
    this.#request = request;
    this.#idleMs = idleMs;
    this.#invite = invite;
  }

  /** The client waits for a `100 Continue` that was not sent. */
  get uninvited(): boolean {
    return this.#invite !== undefined && !this.#opened;
  }

  /** What is left of it will not come. */
  get failed(): boolean {
    return this.#failure !== undefined;
  }

  get readBytes(): number {
    return this.#readBytes;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#state === 'idle') this.#open();
    while (this.#state === 'open') {
      const chunk: Buffer | null = this.#request.read();
      if (chunk !== null) {
        this.#readBytes += chunk.length;
        return { done: false, value: chunk };
      }
      if (this.#failure !== undefined) this.#close();
      else if (this.#request.readableEnded) this.#close();
      else await this.#wait();
    }
    if (this.#failure !== undefined) throw this.#failure;
    return { done: true, value: undefined };
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#close();
    return { done: true, value: undefined };
  }

  /** The rest cannot be read any more: what comes after a broken chunk is no body. */
  fail(error: ServiceError): void {
    if (this.#request.complete) return;
    this.#failure ??= error;
    this.#wake?.();
  }

  #open(): void {
    this.#state = 'open';
    this.#opened = true;
    this.#request.on('readable', this.#onProgress).on('end', this.#onProgress).on('error', this.#onGone).on('close', this.#onGone);
    this.#request.on('timeout', this.#onTimeout);
    this.#invite?.();
  }

  #close(): void {
    this.#state = 'ended';
    this.#request.off('readable', this.#onProgress).off('end', this.#onProgress).off('error', this.#onGone).off('close', this.#onGone);
    this.#request.off('timeout', this.#onTimeout);
  }

  /** Only a wait for the client counts as idle, never the time that a chunk takes to be written. */
  async #wait(): Promise<void> {
    const { socket } = this.#request;
    socket.setTimeout(this.#idleMs);
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = undefined;
    socket.setTimeout(0);
  }

  readonly #onProgress = (): void => {
    this.#wake?.();
  };

  readonly #onGone = (): void => {
    // A request that is complete closes as well: the error, with its stack, is made for none of those.
    if (!this.#request.complete) this.fail(new ServiceError('IncompleteBody', { ec: '0017-00000505' }));
  };

  readonly #onTimeout = (): void => {
    this.fail(new ServiceError('RequestTimeout', { ec: '0017-00000704' }));
  };
}
