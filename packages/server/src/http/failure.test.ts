import { ServiceError } from '@ossature/protocol';
import { KeyFault, StoreError, type StoreFault } from '@ossature/store';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { Trace } from './access-log.ts';
import { failureOf } from './failure.ts';
import { createMetrics } from './metrics.ts';

const trace: Trace = {
  id: 'ID',
  startMs: 0,
  received: { bytes: 0 },
  operation: 'PutObject',
  bucket: 'bkt',
  key: 'k',
  bucketRow: undefined,
  clientAddress: '127.0.0.1',
  principal: 'ak',
  code: undefined,
};

function fail(error: unknown): { failure: ServiceError; logged: Record<string, unknown> | undefined } {
  const lines: string[] = [];
  const log = pino({}, { write: (line) => void lines.push(line) });
  const failure = failureOf(error, trace, log, createMetrics());
  return { failure, logged: lines[0] === undefined ? undefined : JSON.parse(lines[0]) };
}

describe('failureOf', () => {
  it('tells errors of the protocol as they are', () => {
    const error = new ServiceError('NoSuchKey');
    expect(fail(error)).toEqual({ failure: error, logged: undefined });
  });

  it.each([
    ['full', 503, 'ServiceUnavailable', 40],
    ['corrupt', 500, 'InternalError', 50],
    ['unavailable', 503, 'ServiceUnavailable', 40],
    ['closed', 503, 'ServiceUnavailable', undefined],
  ] satisfies readonly (readonly [StoreFault, number, string, number | undefined])[])(
    'tells a store that is %s',
    (fault, status, code, level) => {
      const { failure, logged } = fail(new StoreError(fault, 'inner words'));
      expect([failure.statusCode, failure.code, logged?.['level']]).toEqual([status, code, level]);
      expect(failure.message).not.toContain('inner words');
    },
  );

  it('tells a master key that cannot be used, and logs a key ring that does not answer', () => {
    const disabled = fail(new KeyFault('disabled', 'key-1'));
    expect([disabled.failure.code, disabled.logged]).toEqual(['KeyDisabled', undefined]);
    const away = fail(new KeyFault('unavailable', 'key-1', { cause: new Error('inner words') }));
    expect([away.failure.statusCode, away.failure.code, away.logged?.['level']]).toEqual([503, 'ServiceUnavailable', 40]);
    expect(away.failure.message).not.toContain('inner words');
  });

  it('logs a bug with its stack and tells nothing of it', () => {
    const { failure, logged } = fail(new TypeError('undefined is not a function'));
    expect([failure.statusCode, failure.code]).toEqual([500, 'InternalError']);
    expect(failure.message).not.toContain('undefined');
    expect(JSON.stringify(logged)).toContain('failure.test');
    expect(logged).toMatchObject({ id: 'ID', operation: 'PutObject', bucket: 'bkt', key: 'k' });
  });
});
