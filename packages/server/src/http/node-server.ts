import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { HeaderField, RawRequest, ResponseMessage, ServiceError } from '@ossature/protocol';
import { IncomingBody } from './incoming-body.ts';
import { linger, type ResponseLimits, sendResponse } from './outgoing-response.ts';
import { garbageError, writeGarbageAnswer } from './unparsable-request.ts';

/** Who is at the other end of a connection. */
export interface Peer {
  readonly remoteAddress: string;
  readonly secure: boolean;
}

export interface SocketLimits extends ResponseLimits {
  readonly headBytes: number;
  readonly headMs: number;
  readonly keepAliveMs: number;
  readonly stopMs: number;
  /** Requests of one connection that may wait for their answers before no more is read from it. */
  readonly pipelinedMax: number;
}

export interface NodeServerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: { readonly cert: string | Uint8Array; readonly key: string | Uint8Array } | undefined;
  readonly limits: SocketLimits;
  /** Never rejects. */
  readonly answer: (request: RawRequest, peer: Peer) => Promise<ResponseMessage>;
  /** What a connection is told whose bytes are no request. */
  readonly refuse: (error: ServiceError) => ResponseMessage;
}

export interface NodeServer {
  readonly port: number;
  /** Takes no new request, lets those in flight end within the limit, and closes every connection. */
  stop(): Promise<void>;
}

/** An exchange that has begun on a socket: a parse error behind it must wait until it is answered. */
interface Exchange {
  readonly body: IncomingBody | undefined;
}

/** What is known of a socket. */
interface Connection {
  readonly exchanges: Set<Exchange>;
  /** Resolves when the last request that has come so far is answered. */
  answered: Promise<void>;
}

/** Serves requests from sockets by node:http. Rejects where the address is in use. */
export async function startNodeServer(options: NodeServerOptions): Promise<NodeServer> {
  const { limits, tls } = options;
  const settings = {
    maxHeaderSize: limits.headBytes,
    headersTimeout: limits.headMs,
    // A body may take as long as it comes at all: only a pause ends it.
    requestTimeout: 0,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.min(limits.headMs, 5_000),
    requireHostHeader: false,
    noDelay: true,
  };
  const server: Server | TlsServer =
    tls === undefined
      ? createServer(settings)
      : createTlsServer({ ...settings, handshakeTimeout: limits.headMs, cert: pem(tls.cert), key: pem(tls.key) });
  // The head's size bounds them; beyond a number node would drop fields, and with them a signature or a condition.
  server.maxHeadersCount = 0;
  const connections = new Connections(options, tls !== undefined);
  server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => void connections.add(socket));
  server.on('request', (request, response) => void connections.serve(request, response, false));
  server.on('checkContinue', (request, response) => void connections.serve(request, response, true));
  server.on('checkExpectation', (request, response) => void connections.serve(request, response, false));
  server.on('clientError', (error, socket) => connections.refuse(error, socket as Socket));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve(server.off('error', reject) && undefined));
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () => stop(server, connections, limits.stopMs),
  };
}

function pem(text: string | Uint8Array): string | Buffer {
  return typeof text === 'string' ? text : Buffer.from(text);
}

async function stop(server: Server | TlsServer, connections: Connections, stopMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  connections.stop();
  const timer = setTimeout(() => server.closeAllConnections(), stopMs);
  await closed;
  clearTimeout(timer);
}

class Connections {
  #stopping = false;
  readonly #options: NodeServerOptions;
  readonly #secure: boolean;
  readonly #connections = new Map<Socket, Connection>();
  /** Sockets whose bytes are no requests any more. */
  readonly #broken = new WeakSet<Socket>();

  constructor(options: NodeServerOptions, secure: boolean) {
    this.#options = options;
    this.#secure = secure;
  }

  add(socket: Socket): Connection {
    const connection = { exchanges: new Set<Exchange>(), answered: Promise.resolve() };
    this.#connections.set(socket, connection);
    socket.once('close', () => this.#connections.delete(socket));
    if (this.#stopping) socket.destroy();
    return connection;
  }

  /** Closes what is not being answered, and lets every answer be the last one of its connection. */
  stop(): void {
    this.#stopping = true;
    for (const [socket, { exchanges }] of this.#connections) if (exchanges.size === 0) socket.destroy();
  }

  /**
   * Requests of one connection are answered one after the other, as they came (RFC 9112 §9.3.2): a GET that is sent behind a PUT sees what was put, and
   * a connection never holds the buffers of more than one answer.
   */
  async serve(request: IncomingMessage, response: ServerResponse, expectsInvitation: boolean): Promise<void> {
    const { socket } = request;
    const { limits } = this.#options;
    const connection = this.#connections.get(socket) ?? this.add(socket);
    const hasBody = request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
    const invite = expectsInvitation ? () => response.writeContinue() : undefined;
    const body = hasBody ? new IncomingBody(request, limits.idleMs, invite) : undefined;
    const exchange: Exchange = { body };
    const { exchanges } = connection;
    exchanges.add(exchange);
    if (exchanges.size > limits.pipelinedMax) socket.pause();
    const turn = connection.answered;
    connection.answered = turn.then(() => this.#answer(request, response, body));
    await connection.answered;
    exchanges.delete(exchange);
    if (exchanges.size === limits.pipelinedMax) socket.resume();
    if (this.#broken.has(socket) && exchanges.size === 0) this.#close(socket);
  }

  async #answer(request: IncomingMessage, response: ServerResponse, body: IncomingBody | undefined): Promise<void> {
    const { socket } = request;
    // What is sent behind the last request of a connection is none.
    if (!socket.writable) return;
    const peer = { remoteAddress: socket.remoteAddress ?? '', secure: this.#secure };
    const message = await this.#options.answer(new IncomingRequest(request, response, body), peer);
    const mustClose = () => this.#stopping || this.#broken.has(socket);
    await sendResponse(request, response, message, body, { ...this.#options.limits, mustClose });
  }

  /** Bytes came that are no request: answered where nothing else is being answered on that connection, and always its end. */
  refuse(error: Error, socket: Socket): void {
    if (this.#broken.has(socket)) return;
    this.#broken.add(socket);
    if (socket.destroyed || !socket.writable) {
      socket.destroy();
      return;
    }
    const fault = garbageError(error);
    const exchanges = this.#connections.get(socket)?.exchanges;
    if (exchanges !== undefined && exchanges.size > 0) {
      for (const exchange of exchanges) exchange.body?.fail(fault);
      return;
    }
    writeGarbageAnswer(socket, this.#options.refuse(fault));
    this.#close(socket);
  }

  #close(socket: Socket): void {
    socket.end();
    socket.resume();
    linger(socket, this.#options.limits.lingerMs);
  }
}

/** A request from a socket. Its signal is made only for those who look at it. */
class IncomingRequest implements RawRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: readonly HeaderField[];
  readonly body?: AsyncIterable<Uint8Array>;
  readonly #response: ServerResponse;
  #controller: AbortController | undefined;

  constructor(request: IncomingMessage, response: ServerResponse, body: AsyncIterable<Uint8Array> | undefined) {
    this.method = request.method ?? '';
    this.target = request.url ?? '';
    this.headers = fieldsOf(request.rawHeaders);
    if (body !== undefined) this.body = body;
    this.#response = response;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      const response = this.#response;
      if (response.destroyed) controller.abort();
      else {
        response.once('close', () => {
          if (!response.writableFinished) controller.abort();
        });
      }
    }
    return this.#controller.signal;
  }
}

/** Names and values stand in turn, as they came: byte strings, duplicates kept. */
function fieldsOf(rawHeaders: readonly string[]): readonly HeaderField[] {
  const fields: HeaderField[] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) fields.push([rawHeaders[i] as string, rawHeaders[i + 1] as string]);
  return fields;
}
