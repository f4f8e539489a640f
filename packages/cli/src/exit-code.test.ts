import { ChecksumError, InvalidRequestError, ServiceError, TransportError } from '@ossature/client';
import { describe, expect, it } from 'vitest';
import { BatchError } from './batch-error.ts';
import { describeError, exitCodeOf } from './exit-code.ts';
import { UsageError } from './usage-error.ts';

describe('exit codes', () => {
  it.each([
    [new UsageError('x'), 1],
    [new ServiceError('NoSuchKey'), 2],
    [new ServiceError('InternalError'), 2],
    [new TransportError('connect', { message: 'x' }), 3],
    [new TransportError('timeout', { message: 'x' }), 3],
    [new ChecksumError('x', '1', '2'), 3],
    [new InvalidRequestError('key', 'x'), 3],
    [new Error('ENOSPC'), 3],
    [new BatchError('x'), 4],
    [new TransportError('aborted', { message: 'x' }), 5],
  ])('%s gives %i', (error, code) => {
    expect(exitCodeOf(error)).toBe(code);
  });
});

describe('describeError', () => {
  it('gives one line with what support asks for', () => {
    const error = new ServiceError('NoSuchKey', { requestId: '5C3D9175B6FC201293AD4890' });
    expect(describeError(error)).toBe('NoSuchKey: The specified key does not exist. (status 404, request id 5C3D9175B6FC201293AD4890)');
    const fault = new TransportError('connect', {
      message: 'No connection (ECONNREFUSED).',
      cause: new Error('connect ECONNREFUSED 127.0.0.1:1'),
    });
    expect(describeError(fault)).toBe('No connection (ECONNREFUSED).: connect ECONNREFUSED 127.0.0.1:1');
    expect(describeError('odd')).toBe('odd');
    expect(describeError(new ServiceError('X', { message: 'a\n\x1b[31mb' }))).toContain('a\\x0a\\x1b[31mb');
  });
});
