import type { HeaderField, RawRequest, RawResponse } from '@ossature/protocol';
import { type Dispatcher, Pool } from 'undici';
import type { Origin, Transport } from './transport.ts';
import { abortReason, TransportError } from './transport-error.ts';

export interface UndiciTransportOptions {
  /** Until TCP, and TLS where it is spoken, stand; default 5 s. */
  readonly connectTimeoutMs?: number | undefined;
  /** Connections to one origin at most; more requests wait for one to be free. Default 256. */
  readonly connections?: number | undefined;
  /** How long an idle connection is kept, below what services allow (OSS about 60 s); default 20 s. */
  readonly keepAliveMs?: number | undefined;
  /** Certificates (PEM) that are trusted instead of the platform's. */
  readonly trustedCertificates?: string | undefined;
}

/** Origins that keep their connections at the same time; with virtual hosting every bucket is one. */
const maxPools = 128;

/** The transport of Node: HTTP/1.1, one request after the other on a connection, and paths exactly as given. */
export function createUndiciTransport(options: UndiciTransportOptions = {}): Transport {
  const pools = new Map<string, Pool>();
  const poolOf = (origin: Origin): Pool => {
    const name = `${origin.scheme}://${origin.host}:${origin.port}`;
    const pool = pools.get(name) ?? createPool(name, options);
    // Set again, a name moves to the end of the map: the first one is the least recently used.
    pools.delete(name);
    pools.set(name, pool);
    if (pools.size > maxPools) retire(pools);
    return pool;
  };
  return {
    send: (origin, request) => send(poolOf(origin), request),
    close: async () => {
      const open = [...pools.values()];
      pools.clear();
      await Promise.all(open.map((pool) => pool.close()));
    },
  };
}

function createPool(name: string, options: UndiciTransportOptions): Pool {
  return new Pool(name, {
    connections: options.connections ?? 256,
    pipelining: 1,
    keepAliveTimeout: options.keepAliveMs ?? 20_000,
    // The call watches for silence by itself: undici's timer for the head also runs while a slow source is being sent.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: {
      timeout: options.connectTimeoutMs ?? 5_000,
      ...(options.trustedCertificates === undefined ? {} : { ca: options.trustedCertificates }),
    },
  });
}

function retire(pools: Map<string, Pool>): void {
  const oldest = pools.entries().next();
  if (oldest.done) return;
  const [name, pool] = oldest.value;
  pools.delete(name);
  // Ends when its requests have; a failure to close concerns connections that nobody uses any more.
  pool.close().catch(() => undefined);
}

async function send(pool: Pool, request: RawRequest): Promise<RawResponse> {
  const { signal } = request;
  if (signal?.aborted) throw abortReason(signal);
  let response: Dispatcher.ResponseData;
  try {
    response = await pool.request({
      path: request.target,
      method: request.method as Dispatcher.HttpMethod,
      headers: flatHeaders(request.headers),
      // undici takes any iterable of bytes; its types name only Node's own streams.
      body: (request.body ?? null) as NonNullable<Dispatcher.DispatchOptions['body']> | null,
      // Else undici closes the connection after every HEAD, for servers that answer it with a body.
      ...(request.method === 'HEAD' ? { reset: false } : {}),
      // Byte strings, as this port has them.
      responseHeaders: 'raw',
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    throw translate(error, signal);
  }
  return { status: response.statusCode, headers: pairs(response.headers as unknown as readonly string[]), body: bodyOf(response, signal) };
}

function flatHeaders(headers: readonly HeaderField[]): string[] {
  const flat: string[] = [];
  // An announced length goes to undici as a header, which it also checks against the body.
  for (const [name, value] of headers) flat.push(name, value);
  return flat;
}

function pairs(raw: readonly string[]): HeaderField[] {
  const headers: HeaderField[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) headers.push([raw[i] ?? '', raw[i + 1] ?? '']);
  return headers;
}

/** An iterator by hand: `return()` on a generator that was never started would not reach the response and leave its connection taken. */
function bodyOf(response: Dispatcher.ResponseData, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  const { body } = response;
  // Destroying a body raises its error event, which nobody else listens to before it is read.
  body.on('error', () => undefined);
  return {
    [Symbol.asyncIterator]: () => {
      const chunks: AsyncIterator<Uint8Array> = body[Symbol.asyncIterator]();
      return {
        next: async () => {
          try {
            return await chunks.next();
          } catch (error) {
            throw translate(error, signal);
          }
        },
        return: async () => {
          body.destroy();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** Codes of faults that come before a connection stands. */
const connectCodes: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'EPROTO',
]);

/** What undici throws, as one of the port's kinds; errors that are no faults of a connection come out as they are. */
function translate(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return abortReason(signal);
  const code = codeOf(error);
  // Several addresses of one name failed together: the first tells.
  const first = error instanceof AggregateError ? codeOf(error.errors[0]) : code;
  if (first !== undefined && connectCodes.has(first)) {
    return new TransportError('connect', { message: `No connection (${first}).`, cause: error });
  }
  if (code === 'ETIMEDOUT') return new TransportError('timeout', { message: 'The connection timed out.', cause: error });
  const broken =
    code !== undefined && /^(ECONN|EPIPE|UND_ERR_(SOCKET|INFO|RES_|ABORTED|DESTROYED|CLOSED)|HPE_|ERR_(STREAM|SSL|TLS))/.test(code);
  return broken ? new TransportError('reset', { message: `The exchange broke off (${code}).`, cause: error }) : error;
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
