/**
 * `connect`: no connection came about, so nothing was sent. `timeout`: the other end said nothing for too long. `reset`: the exchange
 * broke off. `aborted`: the caller's signal.
 */
export type TransportErrorKind = 'timeout' | 'connect' | 'reset' | 'aborted';

export interface TransportErrorDetails {
  readonly message: string;
  readonly cause?: unknown;
  /** How often the request was tried, this failure included; 1 where it comes from the transport itself. */
  readonly tries?: number;
  /** From the first try to the failure. */
  readonly elapsedMs?: number;
}

/** There was no answer of the service, or not all of it. */
export class TransportError extends Error {
  readonly kind: TransportErrorKind;
  readonly tries: number;
  readonly elapsedMs: number;

  constructor(kind: TransportErrorKind, details: TransportErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'TransportError';
    this.kind = kind;
    this.tries = details.tries ?? 1;
    this.elapsedMs = details.elapsedMs ?? 0;
  }
}

/** Narrows to a transport error, and to one kind where it is given. */
export function isTransportError(error: unknown, kind?: TransportErrorKind): error is TransportError {
  return error instanceof TransportError && (kind === undefined || error.kind === kind);
}

/** What an exchange rejects with when its signal has aborted: the reason where it is a transport error already, else `aborted`. */
export function abortReason(signal: AbortSignal): TransportError {
  if (signal.reason instanceof TransportError) return signal.reason;
  return new TransportError('aborted', { message: 'The call was aborted.', cause: signal.reason });
}
