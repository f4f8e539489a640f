import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { type ResponseMessage, ServiceError } from '@ossature/protocol';

/** What node's parser found wrong, as an error of the service. */
export function garbageError(error: Error): ServiceError {
  switch ((error as NodeJS.ErrnoException).code) {
    case 'HPE_HEADER_OVERFLOW':
      return new ServiceError('InvalidRequest', { message: 'The head of your request is too long.' });
    case 'HPE_INVALID_CONTENT_LENGTH':
    case 'HPE_UNEXPECTED_CONTENT_LENGTH':
      return new ServiceError('InvalidArgument', { message: 'Content-Length must be one integer.', ec: '0017-00000103' });
    case 'HPE_INVALID_EOF_STATE':
    case 'ECONNRESET':
    case 'EPIPE':
      return new ServiceError('IncompleteBody', { ec: '0017-00000505' });
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new ServiceError('RequestTimeout');
    default:
      return new ServiceError('InvalidRequest', { message: 'Your request is not well-formed HTTP.' });
  }
}

/** An answer on a socket that has no request: written as it is, the last one of its connection. */
export function writeGarbageAnswer(socket: Socket, message: ResponseMessage): void {
  const lines = [`HTTP/1.1 ${message.status} ${STATUS_CODES[message.status] ?? 'Error'}`];
  for (const [name, value] of message.headers) lines.push(`${name}: ${value}`);
  lines.push('Connection: close', '', '');
  socket.write(lines.join('\r\n'), 'latin1');
  if (message.body instanceof Uint8Array) socket.write(message.body);
}
