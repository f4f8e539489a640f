import { isServiceError, ServiceError } from '@ossature/protocol';
import { KeyFault, StoreError } from '@ossature/store';
import type { Logger } from 'pino';
import { keyError } from '../encryption/key-error.ts';
import type { Trace } from './access-log.ts';
import type { Metrics } from './metrics.ts';

/**
 * What the client is told of a failure. Errors of the protocol are told as they are. The engine's become the nearest documented code; anything else
 * is a mistake of this program: 500, with its stack in the log and nothing of it in the answer.
 */
export function failureOf(error: unknown, trace: Trace, log: Logger, metrics: Metrics): ServiceError {
  if (isServiceError(error)) return error;
  if (error instanceof KeyFault) {
    if (error.reason === 'unavailable') log.warn({ id: trace.id, err: error }, 'the key ring is unavailable');
    return keyError(error);
  }
  if (error instanceof StoreError) {
    switch (error.fault) {
      case 'full':
        log.warn({ id: trace.id, err: error }, 'the store is full');
        return new ServiceError('ServiceUnavailable', { message: 'There is no space left to keep your request. Nothing of it was kept.' });
      case 'corrupt':
        metrics.alarmed();
        log.error({ id: trace.id, bucket: trace.bucket, key: trace.key, err: error }, 'stored bytes are corrupt');
        return new ServiceError('InternalError', { message: 'Stored bytes do not agree with their checksums.' });
      case 'unavailable':
        log.warn({ id: trace.id, err: error }, 'the store is unavailable');
        return new ServiceError('ServiceUnavailable', { message: 'The store cannot answer now, please retry later.' });
      case 'closed':
        return new ServiceError('ServiceUnavailable', { message: 'The server is stopping, please retry later.' });
    }
  }
  log.error({ id: trace.id, operation: trace.operation, bucket: trace.bucket, key: trace.key, err: error }, 'the request failed by a bug');
  return new ServiceError('InternalError');
}

/** A put whose client has gone fails with whatever the abort is called; nobody reads the answer. */
export function clientGone(): ServiceError {
  return new ServiceError('IncompleteBody', { message: 'The client closed the connection.' });
}
