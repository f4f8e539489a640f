import { connect } from 'node:net';
import { type HeaderField, type Method, percentEncode, type QueryField, type RequestMessage, signRequest } from '@ossature/protocol';
import { nodeDigests } from '@ossature/protocol/node';
import { type Dispatcher, Pool } from 'undici';
import type { ServerProcess } from './server-process.ts';

export interface Call {
  readonly method: Method;
  readonly bucket?: string;
  readonly key?: string;
  readonly query?: readonly QueryField[];
  readonly headers?: readonly HeaderField[];
  readonly body?: Uint8Array | AsyncIterable<Uint8Array>;
  readonly contentLength?: number;
}

/**
 * As little client as possible: undici and a signature. Requests are signed ahead of the measured time, since load generator and server share the
 * cores; never a heavy SDK, which would be what is measured.
 */
export class LightClient {
  readonly #server: ServerProcess;
  readonly #pool: Pool;

  constructor(server: ServerProcess, connections: number) {
    this.#server = server;
    this.#pool = new Pool(server.endpoint, { connections, pipelining: 1, headersTimeout: 600_000, bodyTimeout: 600_000 });
  }

  /** Signs now; the answer sends it, reads the body to its end, and throws on a status other than 2xx. */
  prepare(call: Call): () => Promise<Uint8Array> {
    const options = this.#signed(call);
    return async () => {
      const response = await this.#pool.request(options);
      const bytes = await response.body.bytes();
      if (response.statusCode >= 300)
        throw new Error(`${call.method} ${call.key ?? ''}: ${response.statusCode} ${new TextDecoder().decode(bytes)}`);
      return bytes;
    };
  }

  /**
   * Signs and sends over a bare socket, and answers the bytes that came, head included: an HTTP parser alone takes a second of a core for each GiB, and load
   * generator and server share the cores.
   */
  count(call: Call, atLeastBytes: number): Promise<number> {
    const { method, path, headers } = this.#signed(call);
    const { hostname, port } = new URL(this.#server.endpoint);
    const fields = headers as readonly string[];
    let head = `${method} ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n`;
    for (let i = 0; i < fields.length; i += 2) head += `${fields[i]}: ${fields[i + 1]}\r\n`;
    return new Promise((resolve, reject) => {
      let bytes = 0;
      const onData = (length: number, buffer: Uint8Array) => {
        if (bytes === 0 && !/^HTTP\/1\.1 2/.test(new TextDecoder().decode(buffer.subarray(0, 16)))) {
          socket.destroy(new Error(new TextDecoder().decode(buffer.subarray(0, length))));
          return false;
        }
        bytes += length;
        if (bytes >= atLeastBytes) socket.destroy();
        return true;
      };
      const onread = { buffer: Buffer.allocUnsafe(1024 * 1024), callback: onData };
      const socket = connect({ host: hostname, port: Number(port), onread }, () => socket.write(`${head}\r\n`));
      socket.once('error', reject);
      socket.once('close', () => resolve(bytes));
    });
  }

  send(call: Call): Promise<Uint8Array> {
    return this.prepare(call)();
  }

  async putBucket(bucket: string): Promise<void> {
    await this.send({ method: 'PUT', bucket });
  }

  async copy(bucket: string, key: string, source: string): Promise<void> {
    await this.send(copyCall(bucket, key, source));
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #signed(call: Call): Dispatcher.RequestOptions {
    const message: RequestMessage = {
      method: call.method,
      query: call.query ?? [],
      headers: call.headers ?? [],
      ...(call.bucket === undefined ? {} : { bucket: call.bucket }),
      ...(call.key === undefined ? {} : { key: call.key }),
    };
    const { accessKeyId, accessKeySecret } = this.#server;
    const signed = signRequest(nodeDigests, message, {
      version: 'V4',
      region: 'cn-hangzhou',
      credentials: { accessKeyId, accessKeySecret },
      nowMs: Date.now(),
    });
    const query = signed.query
      .map(([name, value]) => (value === undefined ? percentEncode(name) : `${percentEncode(name)}=${percentEncode(value)}`))
      .join('&');
    const path = `/${call.bucket ?? ''}${
      call.bucket === undefined
        ? ''
        : `/${(call.key ?? '')
            .split('/')
            .map((part) => percentEncode(part))
            .join('/')}`
    }`;
    const headers = signed.headers.flat();
    if (call.contentLength !== undefined) headers.push('content-length', String(call.contentLength));
    return {
      method: call.method as Dispatcher.HttpMethod,
      path: query === '' ? path : `${path}?${query}`,
      headers,
      ...(call.body === undefined ? {} : { body: call.body as Uint8Array }),
    };
  }
}

export function copyCall(bucket: string, key: string, source: string): Call {
  return { method: 'PUT', bucket, key, headers: [['x-oss-copy-source', `/${bucket}/${percentEncode(source)}`]] };
}
