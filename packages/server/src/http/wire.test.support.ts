import { connect, type Socket } from 'node:net';
import type { RawRequest, ResponseMessage, ServiceError } from '@ossature/protocol';
import { type NodeServer, type SocketLimits, startNodeServer } from './node-server.ts';

export const testLimits: SocketLimits = {
  headBytes: 32 * 1024,
  headMs: 5_000,
  idleMs: 5_000,
  keepAliveMs: 5_000,
  stopMs: 5_000,
  drainBytes: 1024 * 1024,
  lingerMs: 1_000,
  pipelinedMax: 16,
};

export function answerOf(status: number, text: string): ResponseMessage {
  return { status, headers: [['Content-Length', String(text.length)]], body: Buffer.from(text) };
}

/** A server on sockets whose answers are given, with no pipeline behind it. */
export function serveWires(
  answer: (request: RawRequest) => Promise<ResponseMessage>,
  changed: Partial<SocketLimits> = {},
): Promise<NodeServer> {
  const refuse = (error: ServiceError) => answerOf(error.statusCode, error.code);
  return startNodeServer({ host: '127.0.0.1', port: 0, tls: undefined, limits: { ...testLimits, ...changed }, answer, refuse });
}

/** A connection that collects what comes. */
export class Wire {
  readonly socket: Socket;
  received = '';
  /** How the connection ended: by the other end's FIN, or by an error. */
  readonly ended: Promise<'end' | 'error'>;
  #wake: () => void = () => {};

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('data', (chunk) => {
      this.received += chunk.toString('latin1');
      this.#wake();
    });
    this.ended = new Promise((resolve) => {
      this.socket.once('end', () => resolve('end')).once('error', () => resolve('error'));
    });
  }

  write(text: string | Uint8Array): this {
    this.socket.write(text);
    return this;
  }

  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.received;
  }
}
