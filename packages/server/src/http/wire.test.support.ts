import { connect, type Socket } from 'node:net';

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
