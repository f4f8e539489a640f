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

  /** Signs and sends, and counts the bytes of the answer as they come without keeping them. */
  async count(call: Call): Promise<number> {
    const response = await this.#pool.request(this.#signed(call));
    let bytes = 0;
    for await (const chunk of response.body) bytes += (chunk as Uint8Array).length;
    if (response.statusCode >= 300) throw new Error(`${call.method} ${call.key ?? ''}: ${response.statusCode}`);
    return bytes;
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
