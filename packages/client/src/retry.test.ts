import { ServiceError } from '@ossature/protocol';
import { describe, expect, it } from 'vitest';
import { ChecksumError } from './checksum-error.ts';
import { InvalidRequestError } from './invalid-request-error.ts';
import { defaultRetryPolicy, delayMs, judge, retryAfterMs } from './retry.ts';
import { TransportError } from './transport-error.ts';

describe('judge', () => {
  it.each([
    ['connect', 'not-done'],
    ['timeout', 'unknown'],
    ['reset', 'unknown'],
    ['aborted', 'final'],
  ] as const)('a %s is %s', (kind, verdict) => {
    expect(judge(new TransportError(kind, { message: '' }))).toBe(verdict);
  });

  it.each([
    [408, 'X', 'not-done'],
    [429, 'X', 'not-done'],
    [500, 'InternalError', 'unknown'],
    [502, 'BadErrorResponse', 'unknown'],
    [503, 'ServiceUnavailable', 'unknown'],
    [504, 'BadErrorResponse', 'unknown'],
    [507, 'BadErrorResponse', 'unknown'],
    [520, 'BadErrorResponse', 'unknown'],
    [501, 'NotImplemented', 'final'],
    [505, 'BadErrorResponse', 'final'],
    [401, 'X', 'credentials'],
    [403, 'SecurityTokenExpired', 'credentials'],
    [403, 'InvalidAccessKeyId', 'credentials'],
    [403, 'RequestTimeTooSkewed', 'skewed'],
    [403, 'AccessDenied', 'final'],
    [404, 'NoSuchKey', 'final'],
    [409, 'FileAlreadyExists', 'final'],
    [412, 'PreconditionFailed', 'final'],
    [304, 'NotModified', 'final'],
    // 200 and then an error: the code says which kind.
    [200, 'InternalError', 'unknown'],
    [200, 'NobodyKnowsIt', 'unknown'],
    [200, 'NoSuchKey', 'final'],
    [203, 'CallbackFailed', 'final'],
  ])('%i %s is %s', (statusCode, code, verdict) => {
    expect(judge(new ServiceError(code, { statusCode }))).toBe(verdict);
  });

  it('takes a differing checksum for a lost exchange, and everything else for final', () => {
    expect(judge(new ChecksumError('x', '1', '2'))).toBe('unknown');
    expect(judge(new InvalidRequestError('key', 'x'))).toBe('final');
    expect(judge(new TypeError('a bug'))).toBe('final');
  });
});

describe('delayMs', () => {
  const nearlyOne = () => 0.999999;

  it('is a full jitter that doubles up to its bound', () => {
    const longest = [1, 2, 3, 8, 30].map((failures) => Math.round(delayMs(defaultRetryPolicy, failures, nearlyOne, undefined)));
    expect(longest).toEqual([200, 400, 800, 20_000, 20_000]);
    expect(delayMs(defaultRetryPolicy, 5, () => 0, undefined)).toBe(0);
  });

  it('is what the service asks for, up to the bound', () => {
    expect(delayMs(defaultRetryPolicy, 1, () => 0, 3000)).toBe(3000);
    expect(delayMs(defaultRetryPolicy, 1, () => 0, 3_600_000)).toBe(20_000);
  });
});

describe('retryAfterMs', () => {
  const nowMs = Date.UTC(2026, 0, 1);
  const asking = (value: string) => retryAfterMs(new ServiceError('ServiceUnavailable', { headers: { 'retry-after': value } }), nowMs);

  it('reads seconds and dates', () => {
    expect(asking('7')).toBe(7000);
    expect(asking('Thu, 01 Jan 2026 00:00:09 GMT')).toBe(9000);
    expect(asking('Thu, 01 Jan 2015 00:00:00 GMT')).toBe(0);
  });

  it('ignores what is neither, and errors without it', () => {
    expect(asking('soon')).toBeUndefined();
    expect(retryAfterMs(new ServiceError('InternalError'), nowMs)).toBeUndefined();
    expect(retryAfterMs(new Error('x'), nowMs)).toBeUndefined();
  });
});
