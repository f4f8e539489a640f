import { type Agent, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { HeaderField, RawRequest } from '@ossature/protocol';
import { type Answer, answerOf } from './sender.test.support.ts';

export interface SocketOptions {
  /** Default: a connection for each request. */
  readonly agent?: Agent;
  /** Called before each piece of the body is written. */
  readonly onPiece?: () => void;
}

const pieceBytes = 64 * 1024;

/** Sends a raw request through a socket, byte for byte. Rejects where the connection breaks before the answer is whole. */
export function sendOverSocket(endpoint: string, raw: RawRequest, options: SocketOptions = {}): Promise<Answer> {
  const { protocol, hostname, port } = new URL(endpoint);
  const send = protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = send({
      host: hostname,
      port,
      method: raw.method,
      path: raw.target,
      headers: raw.headers.flat(),
      agent: options.agent ?? false,
      rejectUnauthorized: false,
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => resolve(answerOf(response.statusCode ?? 0, fieldsOf(response.rawHeaders), Buffer.concat(chunks))));
    });
    if (raw.body instanceof Uint8Array) {
      for (let offset = 0; offset < raw.body.length; offset += pieceBytes) {
        options.onPiece?.();
        outgoing.write(raw.body.subarray(offset, offset + pieceBytes));
      }
    }
    outgoing.end();
  });
}

function fieldsOf(rawHeaders: readonly string[]): readonly HeaderField[] {
  return rawHeaders.flatMap((name, i): HeaderField[] => (i % 2 === 0 ? [[name, rawHeaders[i + 1] ?? '']] : []));
}
