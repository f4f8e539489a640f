import { type HeaderField, headerOf, type RawRequest, type RawResponse } from '@ossature/protocol';
import { InvalidRequestError } from './invalid-request-error.ts';
import { orAbort } from './or-abort.ts';
import type { Origin, Transport } from './transport.ts';
import { abortReason, TransportError } from './transport-error.ts';
import { type ByteStream, chunksOf } from './upload.ts';

/** The part of the platform's `fetch` that is used. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

interface FetchInit {
  readonly method: string;
  readonly headers: [string, string][];
  readonly body?: Uint8Array | Blob;
  readonly signal?: AbortSignal;
  readonly redirect: 'manual';
  readonly cache: 'no-store';
  readonly credentials: 'omit';
}

interface FetchResponse {
  readonly status: number;
  readonly type: string;
  readonly headers: Iterable<readonly [string, string]>;
  readonly body: ByteStream | null;
}

/** Names that a page may not set: the platform does. The signature rests on `x-oss-date`, which it may. */
const platformHeaders: ReadonlySet<string> = new Set([
  'host',
  'date',
  'content-length',
  'connection',
  'transfer-encoding',
  'expect',
  'user-agent',
]);

/**
 * The transport of browsers and of every other platform with `fetch`. It refuses keys with `.` or `..` segments, because `fetch` cleans
 * paths and would reach another object. A streamed body is collected before it is sent: HTTP/1.1 lets no page stream one.
 */
export function createFetchTransport(
  fetchOf: Fetch = (url, init) => fetch(url, init as RequestInit) as unknown as Promise<FetchResponse>,
): Transport {
  return {
    send: (origin, request) => send(fetchOf, origin, request),
    // The platform owns the connections.
    close: async () => undefined,
  };
}

async function send(fetchOf: Fetch, origin: Origin, request: RawRequest): Promise<RawResponse> {
  const { signal } = request;
  if (signal?.aborted) throw abortReason(signal);
  refuseDotSegments(request.target);
  if (headerOf(request.headers, 'date') !== undefined) {
    throw new InvalidRequestError('signatureVersion', 'V2 signs the Date header, which fetch does not let anybody set.');
  }
  const body = await collect(request.body, signal);
  let response: FetchResponse;
  try {
    response = await fetchOf(`${origin.scheme}://${origin.host}:${origin.port}${request.target}`, {
      method: request.method,
      headers: request.headers.filter(([name]) => !platformHeaders.has(name.toLowerCase())).map(([name, value]) => [name, value]),
      ...(body === undefined ? {} : { body }),
      ...(signal === undefined ? {} : { signal }),
      redirect: 'manual',
      cache: 'no-store',
      credentials: 'omit',
    });
  } catch (error) {
    throw translate(error, signal);
  }
  if (response.type === 'opaqueredirect')
    throw new TransportError('reset', { message: 'The service answered a redirect, which is not followed.' });
  return { status: response.status, headers: headersOf(response), body: bodyOf(response, signal) };
}

/** Codings that platforms undo by themselves, whether they were asked to or not. */
const undoneCoding = /\b(?:gzip|deflate|br|zstd)\b/i;

/** Without the length and the checksum of a body that arrives decoded: they are those of other bytes. */
function headersOf(response: FetchResponse): HeaderField[] {
  const headers: HeaderField[] = [];
  for (const [name, value] of response.headers) headers.push([name, value]);
  if (response.body === null || !undoneCoding.test(headerOf(headers, 'content-encoding') ?? '')) return headers;
  return headers.filter(([name]) => !['content-length', 'x-oss-hash-crc64ecma'].includes(name.toLowerCase()));
}

function refuseDotSegments(target: string): void {
  const path = target.split('?', 1)[0] ?? '';
  for (const segment of path.split('/')) {
    if (/^(\.|%2e){1,2}$/i.test(segment)) {
      throw new InvalidRequestError('key', 'A key with a segment "." or ".." cannot be sent by fetch, which would clean the path.');
    }
  }
}

async function collect(body: RawRequest['body'], signal: AbortSignal | undefined): Promise<Uint8Array | Blob | undefined> {
  if (body === undefined || body instanceof Uint8Array) return body;
  const whole = async () => {
    const chunks: Uint8Array<ArrayBuffer>[] = [];
    for await (const chunk of body) {
      if (signal?.aborted) break;
      chunks.push(Uint8Array.from(chunk));
    }
    return new Blob(chunks);
  };
  return signal === undefined ? whole() : orAbort(whole(), signal);
}

async function* bodyOf(response: FetchResponse, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  try {
    yield* chunksOf(response.body);
  } catch (error) {
    throw translate(error, signal);
  }
}

/** `fetch` tells nothing of what went wrong before the head: any fault may have come after the request was sent. */
function translate(error: unknown, signal: AbortSignal | undefined): TransportError {
  if (signal?.aborted) return abortReason(signal);
  return new TransportError('reset', { message: 'The exchange failed.', cause: error });
}
