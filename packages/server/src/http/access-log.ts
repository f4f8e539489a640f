import type { Logger } from 'pino';
import type { Metrics } from './metrics.ts';

/** What is known of a request so far: filled step by step, written as one line at the end. It never holds a query, a header or a signature. */
export interface Trace {
  readonly id: string;
  readonly startMs: number;
  /** Bytes of the body that were read. */
  readonly received: { bytes: number };
  operation: string;
  bucket: string | undefined;
  key: string | undefined;
  /** The access key's id, or `anonymous`; undefined before authentication. */
  principal: string | undefined;
  /** The code of the error, where there is one. */
  code: string | undefined;
}

export interface Outcome {
  readonly status: number;
  readonly bytesOut: number;
  readonly nowMs: number;
  /** The answer did not reach its end. */
  readonly cut: boolean;
}

/** One line and one count for every request. */
export function logRequest(log: Logger, metrics: Metrics, trace: Trace, outcome: Outcome): void {
  const { id, operation, bucket, key, code, principal, received } = trace;
  const { status, bytesOut } = outcome;
  const ms = Math.max(0, outcome.nowMs - trace.startMs);
  metrics.answered({ operation, status, bytesIn: received.bytes, bytesOut, ms });
  const cut = outcome.cut ? { cut: true } : {};
  log.info({ id, operation, bucket, key, status, code, bytesIn: received.bytes, bytesOut, ms, principal, ...cut }, 'request');
}
