import { errorRow, isServiceError, type ServiceError } from '@ossature/protocol';
import { ChecksumError } from './checksum-error.ts';
import { isTransportError } from './transport-error.ts';

export interface RetryPolicy {
  /** Tries in all, the first included; default 3. */
  readonly attempts: number;
  /** The wait before the second try is between nothing and this; it doubles with every try. Default 200 ms. */
  readonly baseDelayMs: number;
  /** No wait is longer, not even one that the service asks for; default 20 s. */
  readonly maxDelayMs: number;
}

export const defaultRetryPolicy: RetryPolicy = { attempts: 3, baseDelayMs: 200, maxDelayMs: 20_000 };

/**
 * What a failure says of another try. `final`: it would fail alike. `not-done`: the request was refused before anything came of it.
 * `unknown`: it may or may not have been carried out. `skewed`: our clock is off. `credentials`: they were refused, and others may do.
 */
export type Verdict = 'final' | 'not-done' | 'unknown' | 'skewed' | 'credentials';

/** Codes of refused credentials; `AccessDenied` is none of them, since it speaks of the permission and not of the key. */
const credentialCodes: ReadonlySet<string> = new Set([
  'InvalidAccessKeyId',
  'SecurityTokenExpired',
  'InvalidSecurityToken',
  'SecurityTokenNotSupported',
]);

/** The one table of retries. */
export function judge(error: unknown): Verdict {
  if (isTransportError(error)) return transportVerdicts[error.kind];
  // What the service stored or sent is not what was asked for: the whole exchange counts as lost.
  if (error instanceof ChecksumError) return 'unknown';
  return isServiceError(error) ? judgeAnswer(error) : 'final';
}

const transportVerdicts = { connect: 'not-done', timeout: 'unknown', reset: 'unknown', aborted: 'final' } as const;

function judgeAnswer(error: ServiceError): Verdict {
  if (error.code === 'RequestTimeTooSkewed') return 'skewed';
  if (error.statusCode === 401 || credentialCodes.has(error.code)) return 'credentials';
  if (error.statusCode === 408 || error.statusCode === 429) return 'not-done';
  // What is not implemented stays so, and a version of HTTP that is not spoken too.
  if (error.statusCode >= 500) return [501, 505].includes(error.statusCode) ? 'final' : 'unknown';
  const row = errorRow(error.code);
  if (row?.retryable === true) return 'unknown';
  // An error inside of a 2xx answer: the code tells, and a code that nobody knows may be of the kind that passes.
  if (error.statusCode < 300) return row === undefined || row.status >= 500 ? 'unknown' : 'final';
  return 'final';
}

/** How long to wait before the try after `failures` of them: full jitter, or what the service asked for. `random` is in [0, 1). */
export function delayMs(policy: RetryPolicy, failures: number, random: () => number, retryAfterMs: number | undefined): number {
  if (retryAfterMs !== undefined) return Math.min(retryAfterMs, policy.maxDelayMs);
  return random() * Math.min(policy.baseDelayMs * 2 ** (failures - 1), policy.maxDelayMs);
}

/** `Retry-After` of an answer, in seconds or as a date (RFC 9110, section 10.2.3). */
export function retryAfterMs(error: unknown, nowMs: number): number | undefined {
  const text = isServiceError(error) ? error.headers['retry-after']?.trim() : undefined;
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
