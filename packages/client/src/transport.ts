import type { RawRequest, RawResponse } from '@ossature/protocol';

/** Where a request goes. */
export interface Origin {
  readonly scheme: 'http' | 'https';
  /** A name, an IPv4 address, or an IPv6 address in brackets. */
  readonly host: string;
  readonly port: number;
}

/**
 * The transport port: one exchange, no retries, no redirects, no rules of OSS. Adapters: undici (Node), fetch, and memory.
 *
 * `send` resolves with the head of the answer and rejects with a `TransportError`. It takes its `Host` from the request's
 * headers where the platform lets it, and sends `target` as it is. It stops when `request.signal` aborts, also while the body of the
 * answer is read. It reads the body of the request at most once, and may answer before it has read all of it.
 */
export interface Transport {
  send(origin: Origin, request: RawRequest): Promise<RawResponse>;
  /** Lets idle connections go. Exchanges in flight end as they would. */
  close(): Promise<void>;
}
