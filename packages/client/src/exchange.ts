import type { OperationKey } from '@ossature/protocol';
import type { CallOptions, Core } from './core.ts';
import { type IdleWatch, watchIdle } from './idle-watch.ts';
import type { Plan } from './plan.ts';
import { abortReason, TransportError } from './transport-error.ts';
import type { OpenUpload } from './upload.ts';

/** Operations that answer when all is done: giving up on a long copy and starting it again would only make it longer. */
const silent: ReadonlySet<OperationKey> = new Set(['copyObject', 'uploadPartCopy', 'completeMultipartUpload']);

/** One try of a call on the wire: its signal, its watch for silence, and the body that it sends. It ends with `release` or `abandon`. */
export class Exchange {
  readonly watch: IdleWatch;
  readonly upload: OpenUpload | undefined;
  readonly #controller = new AbortController();
  readonly #callerSignal: AbortSignal | undefined;
  readonly #onCallerAbort: () => void;

  constructor(core: Core, plan: Plan, options: CallOptions) {
    const idleTimeoutMs = options.idleTimeoutMs ?? (silent.has(plan.operation) ? core.silentTimeoutMs : core.idleTimeoutMs);
    this.watch = watchIdle(core.clock, idleTimeoutMs, () => {
      this.#controller.abort(new TransportError('timeout', { message: `The service was silent for ${idleTimeoutMs} ms.` }));
    });
    this.upload = plan.upload?.open(this.watch);
    this.#callerSignal = options.signal;
    this.#onCallerAbort = () => {
      if (options.signal !== undefined) this.#controller.abort(abortReason(options.signal));
    };
    if (options.signal?.aborted) this.#onCallerAbort();
    else options.signal?.addEventListener('abort', this.#onCallerAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The chunks of the answer; the time that the reader takes between them does not count as silence. */
  watched(body: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    const { watch } = this;
    return {
      [Symbol.asyncIterator]: () => {
        const chunks = body[Symbol.asyncIterator]();
        return {
          next: async () => {
            watch.waiting();
            const next = await chunks.next();
            watch.resting();
            return next;
          },
          return: async () => (await chunks.return?.()) ?? { done: true, value: undefined },
        };
      },
    };
  }

  /** The exchange is over. */
  release(): void {
    this.watch.stop();
    this.#callerSignal?.removeEventListener('abort', this.#onCallerAbort);
    this.upload?.close();
  }

  /** Breaks off whatever is still going on. */
  abandon(): void {
    this.release();
    this.#controller.abort(new TransportError('aborted', { message: 'The exchange was given up.' }));
  }
}
