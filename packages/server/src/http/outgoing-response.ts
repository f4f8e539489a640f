import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ResponseMessage } from '@ossature/protocol';
import type { IncomingBody } from './incoming-body.ts';

export interface ResponseLimits {
  /** The longest rest of an unread body that is read so that the connection can be kept. */
  readonly drainBytes: number;
  /** How long the end of a chunked body is waited for, and a closing connection for its peer. */
  readonly lingerMs: number;
  /** How long a client may read nothing. */
  readonly idleMs: number;
}

/**
 * Sends an answer. What the client has still to send is drained where it is short; else the answer is flushed and the connection is closed
 * gently: half of it, with the rest read and dropped for a while, since closing it whole would make the peer's kernel forget the answer.
 * Resolves when the answer has left, or when its client has gone.
 */
export async function sendResponse(
  request: IncomingMessage,
  response: ServerResponse,
  message: ResponseMessage,
  body: IncomingBody | undefined,
  options: ResponseLimits & { readonly mustClose: () => boolean },
): Promise<void> {
  await body?.return();
  const keep = !options.mustClose() && (await canKeep(request, response, body, options)) && !options.mustClose();
  if (response.destroyed) return await discard(message);
  response.sendDate = false;
  try {
    response.writeHead(message.status, fieldsOf(message, keep));
    const last = request.method === 'HEAD' ? undefined : await writeBody(request, response, message, options.idleMs);
    if (keep) await finish(request, response, last);
    else await closeGently(request, response, last, options.lingerMs);
  } catch {
    // The client has gone, or the body failed after its head was sent: the short answer is how it is told.
    response.destroy();
  } finally {
    if (request.method === 'HEAD') await discard(message);
  }
}

/** Names and values in turn, as node takes them. */
function fieldsOf(message: ResponseMessage, keep: boolean): string[] {
  const fields: string[] = [];
  // Node writes this one field as UTF-8 again once it has seen a length, and then refuses the bytes: it goes first.
  for (const [name, value] of message.headers) if (isDisposition(name)) fields.push(name, value);
  for (const [name, value] of message.headers) if (!isDisposition(name)) fields.push(name, value);
  if (!keep) fields.push('Connection', 'close');
  return fields;
}

function isDisposition(name: string): boolean {
  return name.toLowerCase() === 'content-disposition';
}

/** True when the connection can serve another request: what is left of this one's body is short, and will come. */
async function canKeep(
  request: IncomingMessage,
  response: ServerResponse,
  body: IncomingBody | undefined,
  options: ResponseLimits,
): Promise<boolean> {
  if (request.complete || body === undefined) return true;
  if (body.uninvited || body.failed || !response.shouldKeepAlive) return false;
  const declared = request.headers['content-length'];
  if (declared !== undefined) return Number(declared) - body.readBytes <= options.drainBytes;
  return await drainChunked(request, options);
}

/** Nobody knows how long a chunked body is: its end is waited for a little. */
async function drainChunked(request: IncomingMessage, options: ResponseLimits): Promise<boolean> {
  const signal = AbortSignal.timeout(options.lingerMs);
  let drainedBytes = 0;
  while (drainedBytes <= options.drainBytes && !request.destroyed) {
    const chunk: Buffer | null = request.read();
    if (chunk !== null) drainedBytes += chunk.length;
    else if (request.complete || !(await becomesReadable(request, signal))) break;
  }
  return request.complete;
}

async function becomesReadable(request: IncomingMessage, signal: AbortSignal): Promise<boolean> {
  try {
    await once(request, 'readable', { signal });
    return true;
  } catch {
    return false;
  }
}

async function discard(message: ResponseMessage): Promise<void> {
  if (message.body === undefined || message.body instanceof Uint8Array) return;
  try {
    await message.body[Symbol.asyncIterator]().return?.();
  } catch {
    // What was to be read cannot even be put away: there is nobody left to be told.
  }
}

/** Writes a stream, and answers bytes that are still to be written: short ones leave with the end of the answer. */
async function writeBody(
  request: IncomingMessage,
  response: ServerResponse,
  message: ResponseMessage,
  idleMs: number,
): Promise<Uint8Array | undefined> {
  const { body } = message;
  if (body === undefined || body instanceof Uint8Array) return body;
  // A client that reads nothing for so long is gone: node destroys the socket then, for nobody else listens to its time-out.
  request.socket.setTimeout(idleMs);
  for await (const chunk of body) await written(response, chunk);
  request.socket.setTimeout(0);
  return undefined;
}

/** Resolves when the kernel has the bytes, and the chunk may be used again. */
function written(response: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = () => reject(new Error('The client has gone.'));
    response.once('close', gone);
    response.write(chunk, (error) => {
      response.off('close', gone);
      if (error) reject(error);
      else resolve();
    });
  });
}

function finish(request: IncomingMessage, response: ServerResponse, last: Uint8Array | undefined): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve);
    response.end(last, () => {
      // Whatever is left of the request is short; the next one comes after it.
      if (!request.readableEnded) request.resume();
      resolve();
    });
  });
}

/**
 * The response is flushed, not ended: at its end node would destroy the socket, and with bytes unread that is a reset,
 * which may overtake the answer.
 */
async function closeGently(
  request: IncomingMessage,
  response: ServerResponse,
  last: Uint8Array | undefined,
  lingerMs: number,
): Promise<void> {
  const { socket } = request;
  if (last === undefined || last.length === 0) response.flushHeaders();
  else response.write(last);
  await new Promise<void>((resolve) => {
    socket.once('close', resolve);
    // Answers to earlier requests of the connection go first; node flushes this one right after the event.
    if (response.socket === null) response.once('socket', () => queueMicrotask(() => socket.end(resolve)));
    else socket.end(resolve);
  });
  request.resume();
  linger(socket, lingerMs);
}

/** Lets the peer read what was sent and close; then ends the socket in any case. */
export function linger(socket: Socket, lingerMs: number): void {
  if (socket.destroyed) return;
  const timer = setTimeout(() => socket.destroy(), lingerMs).unref();
  socket.once('close', () => clearTimeout(timer));
}
