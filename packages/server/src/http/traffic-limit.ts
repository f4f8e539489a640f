import { type Body, type Clock, ServiceError } from '@ossature/protocol';

/** Bytes of so many milliseconds pass at once: short enough for an even flow, long enough for timers. */
const sliceMs = 100;

const neverAborted = new AbortController().signal;

export interface TrafficLimit {
  readonly bitsPerSecond: number;
  readonly clock: Clock;
  /** Ends a wait: the other end has gone. */
  readonly signal: AbortSignal | undefined;
}

/** `x-oss-traffic-limit` of a request, in bits a second; both in the head and in the query, it says nothing (EC 0004-00000501). */
export function requestedTrafficLimit(request: Readonly<Record<string, unknown>>): number | undefined {
  const inHead = request['trafficLimit'] as number | undefined;
  const inQuery = request['trafficLimitInQuery'] as number | undefined;
  if (inHead === undefined || inQuery === undefined) return inHead ?? inQuery;
  throw new ServiceError('InvalidArgument', {
    message: 'x-oss-traffic-limit should be specified either in query string or header, not both.',
    ec: '0004-00000501',
    elements: { ArgumentName: 'x-oss-traffic-limit', ArgumentValue: String(inQuery) },
  });
}

/**
 * When bytes may pass that come now, after those that were due at `dueMs`: as soon as all bytes so far have had their time. What was lost by waking late is
 * made up for, and no more than a slice of it.
 */
export function nextDueMs(dueMs: number, nowMs: number, bytes: number, bitsPerSecond: number): number {
  return Math.max(dueMs, nowMs - sliceMs) + (bytes * 8000) / bitsPerSecond;
}

/** Holds bodies of a request and its answer to the speed that the request asks for; leaves them as they are where it asks for none. */
export function trafficShaper(
  request: Readonly<Record<string, unknown>>,
  clock: Clock,
  signalOf: () => AbortSignal | undefined,
): <B extends Body | undefined>(body: B) => B | LimitedBody {
  const bitsPerSecond = requestedTrafficLimit(request);
  return (body) => {
    if (bitsPerSecond === undefined || body === undefined || body instanceof Uint8Array) return body;
    return new LimitedBody(body, { bitsPerSecond, clock, signal: signalOf() });
  };
}

/**
 * A body that passes no faster than its limit, in slices; each is held back until it has had its time. What is not read of the inner body while
 * it waits stays where it is: its sender feels the limit too.
 */
export class LimitedBody implements AsyncIterableIterator<Uint8Array> {
  readonly #inner: AsyncIterator<Uint8Array>;
  readonly #limit: TrafficLimit;
  readonly #sliceBytes: number;
  #rest: Uint8Array = new Uint8Array(0);
  #dueMs: number;

  constructor(body: AsyncIterable<Uint8Array>, limit: TrafficLimit) {
    this.#inner = body[Symbol.asyncIterator]();
    this.#limit = limit;
    this.#sliceBytes = Math.ceil((limit.bitsPerSecond / 8000) * sliceMs);
    this.#dueMs = limit.clock.now();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array, undefined>> {
    // A chunk is only valid until the next is asked for, so its slices go first.
    while (this.#rest.length === 0) {
      const step = await this.#inner.next();
      if (step.done === true) return { done: true, value: undefined };
      this.#rest = step.value;
    }
    const slice = this.#rest.subarray(0, this.#sliceBytes);
    this.#rest = this.#rest.subarray(slice.length);
    const { bitsPerSecond, clock, signal } = this.#limit;
    const nowMs = clock.now();
    this.#dueMs = nextDueMs(this.#dueMs, nowMs, slice.length, bitsPerSecond);
    if (this.#dueMs - nowMs >= 1) await clock.sleep(this.#dueMs - nowMs, signal ?? neverAborted);
    return { done: false, value: slice };
  }

  async return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.#rest = new Uint8Array(0);
    await this.#inner.return?.();
    return { done: true, value: undefined };
  }
}
