import type { Bucket } from '@ossature/store';
import type { Logger } from 'pino';
import { configurationOf } from '../bucket-configurations/configuration.ts';
import { logging } from '../bucket-configurations/logging.ts';
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
  /** The bucket as the request found it: where its access log goes, and what pages of other origins may do with it. */
  bucketRow: Bucket | undefined;
  /** The address that the request came from, behind trusted proxies too; undefined before anything was read. */
  clientAddress: string | undefined;
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

/** One line and one count for every request. Of a bucket whose access log goes somewhere, the line says where. */
export function logRequest(log: Logger, metrics: Metrics, trace: Trace, outcome: Outcome): void {
  const { id, operation, bucket, key, code, clientAddress, principal, received } = trace;
  const { status, bytesOut } = outcome;
  const ms = Math.max(0, outcome.nowMs - trace.startMs);
  metrics.answered({ operation, status, bytesIn: received.bytes, bytesOut, ms });
  const cut = outcome.cut ? { cut: true } : {};
  const target = trace.bucketRow === undefined ? undefined : configurationOf(trace.bucketRow, logging);
  const to = target === undefined ? {} : { logBucket: target.targetBucket, logPrefix: target.targetPrefix };
  log.info(
    { id, operation, bucket, key, status, code, bytesIn: received.bytes, bytesOut, ms, clientAddress, principal, ...cut, ...to },
    'request',
  );
}
