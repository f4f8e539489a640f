import {
  type Body,
  type Credentials,
  decodeError,
  type HeaderField,
  headerBytes,
  headerOf,
  type Method,
  presignRequest,
  type QueryField,
  type RawRequest,
  type RequestMessage,
  type SignatureVersion,
  type SignOptions,
  signRequest,
} from '@ossature/protocol';
import { nodeDigests } from '@ossature/protocol/node';
import type { Clock } from '@ossature/store';
import type { ServerOptions } from './config.ts';
import type { Peer } from './http/node-server.ts';
import { type RunningServer, startServer } from './start-server.ts';

/** A clock that stands until a test moves it. */
export class TestClock implements Clock {
  nowMs = Date.UTC(2024, 4, 1, 8, 0, 0);

  now(): number {
    return this.nowMs;
  }

  sleep(_ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}

export const testAccount = { accessKeyId: 'ak', accessKeySecret: 'sk', ownerId: '1234567890123456' };

/** A server in memory, and a sender of raw requests to it that signs as asked and looks at nothing. */
export async function startTestServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const clock = new TestClock();
  const server = await startServer({
    data: 'memory',
    port: 0,
    account: testAccount,
    log: false,
    clock,
    blockPublicAccess: false,
    ...options,
  });
  return { server, clock, send: (request) => sendTo(server, clock, request) };
}

export interface TestServer {
  readonly server: RunningServer;
  readonly clock: TestClock;
  send(request: TestRequest): Promise<Answer>;
}

export interface TestRequest {
  readonly method?: Method;
  readonly bucket?: string;
  readonly key?: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>> | readonly HeaderField[];
  readonly body?: Body | string;
  /** Default V4; `none` is anonymous. */
  readonly sign?: SignatureVersion | 'none';
  /** In the query, for so many seconds. */
  readonly presignSeconds?: number;
  readonly credentials?: Credentials;
  readonly region?: string;
  readonly signedAtMs?: number;
  /** Default `127.0.0.1`, path style; else virtual-hosted. */
  readonly host?: string;
  readonly peer?: Peer;
  readonly signal?: AbortSignal;
  /** The last word: what is really sent. */
  readonly tamper?: (raw: RawRequest) => RawRequest;
}

export interface Answer {
  readonly status: number;
  readonly headers: readonly HeaderField[];
  header(name: string): string | undefined;
  readonly bytes: Buffer;
  readonly text: string;
  /** The code of the error document or of `x-oss-err`. */
  readonly code: string;
  /** The text of an element. */
  element(name: string): string | undefined;
}

async function sendTo(server: RunningServer, clock: TestClock, request: TestRequest): Promise<Answer> {
  const raw = rawRequestOf(request, clock.now());
  const response = await server.handle((request.tamper ?? ((same) => same))(raw), request.peer);
  const chunks: Buffer[] = [];
  // A chunk is only valid until the next one is asked for.
  for await (const chunk of response.body) chunks.push(Buffer.from(chunk));
  return answerOf(response.status, response.headers, Buffer.concat(chunks));
}

export function answerOf(status: number, headers: readonly HeaderField[], bytes: Buffer): Answer {
  const text = bytes.toString('utf8');
  const isError = status >= 300;
  const document = isError && bytes.length === 0 ? Buffer.from(headerOf(headers, 'x-oss-err') ?? '', 'base64').toString('utf8') : text;
  return {
    status,
    headers,
    header: (name) => headerOf(headers, name),
    bytes,
    text,
    code: isError ? decodeError({ status, headers, body: bytes }).code : '',
    element: (name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(document)?.[1],
  };
}

/** The request as it would travel: signed, with its path encoded and its length told. */
export function rawRequestOf(request: TestRequest, nowMs: number): RawRequest {
  const body = typeof request.body === 'string' ? new TextEncoder().encode(request.body) : request.body;
  const given = Array.isArray(request.headers) ? (request.headers as readonly HeaderField[]) : Object.entries(request.headers ?? {});
  const message: RequestMessage = {
    method: request.method ?? 'GET',
    ...(request.bucket === undefined ? {} : { bucket: request.bucket }),
    ...(request.key === undefined ? {} : { key: request.key }),
    query: Object.entries(request.query ?? {}).map(([name, value]): QueryField => [name, value]),
    headers: given.map(([name, value]): HeaderField => [name, headerBytes(value)]),
  };
  const signed = signedMessage(message, request, nowMs);
  const isVirtual = request.host !== undefined;
  const path = [isVirtual ? undefined : request.bucket, request.key].filter((part) => part !== undefined).map(encodeURIComponent);
  const query = signed.query.map(([name, value]) =>
    value === undefined ? encodeURIComponent(name) : `${encodeURIComponent(name)}=${encodeURIComponent(value)}`,
  );
  const length: readonly HeaderField[] = body instanceof Uint8Array ? [['Content-Length', String(body.length)]] : [];
  return {
    method: message.method,
    target: `/${path.join('/')}${query.length > 0 ? `?${query.join('&')}` : ''}`,
    headers: [['Host', request.host ?? '127.0.0.1'], ...length, ...signed.headers],
    ...(body === undefined ? {} : { body }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  };
}

function signedMessage(message: RequestMessage, request: TestRequest, nowMs: number): RequestMessage {
  const version = request.sign ?? 'V4';
  if (version === 'none') return message;
  const options: SignOptions = {
    version,
    credentials: request.credentials ?? testAccount,
    nowMs: request.signedAtMs ?? nowMs,
    region: request.region ?? 'cn-hangzhou',
  };
  if (request.presignSeconds === undefined) return signRequest(nodeDigests, message, options);
  return presignRequest(nodeDigests, message, { ...options, expiresInSeconds: request.presignSeconds });
}
