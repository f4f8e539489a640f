import { type Body, Crc64, crc64 } from '@ossature/protocol';
import type { IdleWatch } from './idle-watch.ts';
import { InvalidRequestError } from './invalid-request-error.ts';

/** A web stream, also on platforms where it is no async iterable. */
export interface ByteStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

/**
 * What can be sent: bytes, text (as UTF-8), a Blob, a stream that is read once, or a function that opens such a stream anew. Only bodies
 * that can be sent again are retried: all but the stream. A Node `Readable` is an async iterable.
 */
export type UploadBody = Uint8Array | string | Blob | ByteStream | AsyncIterable<Uint8Array> | (() => AsyncIterable<Uint8Array>);

/** A body to send, for every try. */
export interface Upload {
  readonly lengthBytes: number | undefined;
  /** Facts of a body that is in memory and small enough to be hashed before it is sent. */
  readonly known: SentBytes | undefined;
  /** False for a stream that has been started: its bytes are gone. */
  canSend(): boolean;
  /** Opens it for one try. */
  open(watch: IdleWatch): OpenUpload;
}

/** One try of sending a body. */
export interface OpenUpload {
  readonly body: Body;
  /** CRC-64 and number of the bytes once all of them have been taken; `undefined` before that. */
  sent(): SentBytes | undefined;
  /** Lets the source go where it was not read to its end. */
  close(): void;
}

export interface SentBytes {
  readonly hashCrc64: bigint;
  readonly lengthBytes: number;
}

/** At most so much goes to the transport at once, so that a slow connection shows progress. */
const pieceBytes = 1024 * 1024;

/** `lengthBytes`: what the caller announces of a stream; a body that differs from it is refused when it shows. */
export function prepareUpload(body: UploadBody, announcedBytes: number | undefined): Upload {
  if (typeof body === 'string') return prepareUpload(new TextEncoder().encode(body), announcedBytes);
  if (body instanceof Uint8Array) {
    refuseLength(announcedBytes, body.byteLength);
    return body.byteLength <= pieceBytes ? wholeUpload(body) : streamUpload(() => once(body), body.byteLength, true);
  }
  if (body instanceof Blob) {
    refuseLength(announcedBytes, body.size);
    return streamUpload(() => chunksOf(body.stream() as unknown as ByteStream), body.size, true);
  }
  if (typeof body === 'function') return streamUpload(body, announcedBytes, true);
  if (typeof body !== 'object' || body === null) throw noBody();
  if (Symbol.asyncIterator in body) {
    keepError(body);
    return streamUpload(() => body, announcedBytes, false);
  }
  if ('getReader' in body) return streamUpload(() => chunksOf(body), announcedBytes, false);
  throw noBody();
}

function noBody(): InvalidRequestError {
  return new InvalidRequestError('body', 'It is neither bytes, text, a Blob, a stream, nor a function that opens one.');
}

/** A Node stream that fails before anybody reads it, such as that of a missing file, would end the process; who reads it then is told anyway. */
function keepError(body: object): void {
  if ('on' in body && typeof body.on === 'function') body.on('error', () => undefined);
}

function refuseLength(announcedBytes: number | undefined, actualBytes: number): void {
  if (announcedBytes === undefined || announcedBytes === actualBytes) return;
  throw new InvalidRequestError('contentLength', `${announcedBytes} bytes are announced, and the body has ${actualBytes}.`);
}

function wholeUpload(bytes: Uint8Array): Upload {
  const sent: SentBytes = { hashCrc64: crc64(bytes), lengthBytes: bytes.byteLength };
  return {
    lengthBytes: bytes.byteLength,
    known: sent,
    canSend: () => true,
    open: () => ({ body: bytes, sent: () => sent, close: () => undefined }),
  };
}

function streamUpload(openSource: () => AsyncIterable<Uint8Array>, lengthBytes: number | undefined, replayable: boolean): Upload {
  let started = false;
  return {
    lengthBytes,
    known: undefined,
    canSend: () => replayable || !started,
    open: (watch) => {
      const measured = new Measured(lengthBytes);
      const source = (async function* () {
        started = true;
        yield* measured.pass(openSource(), watch);
      })();
      return { body: source, sent: () => measured.sent, close: () => void source.return().catch(() => undefined) };
    },
  };
}

/** Counts and hashes what passes, and tells the watch whose turn it is. */
class Measured {
  readonly #crc = new Crc64();
  readonly #announcedBytes: number | undefined;
  sent: SentBytes | undefined;

  constructor(announcedBytes: number | undefined) {
    this.#announcedBytes = announcedBytes;
  }

  async *pass(source: AsyncIterable<Uint8Array>, watch: IdleWatch): AsyncGenerator<Uint8Array> {
    let lengthBytes = 0;
    watch.resting();
    for await (const chunk of source) {
      if (!(chunk instanceof Uint8Array)) throw new InvalidRequestError('body', 'A stream must give bytes; this one gives something else.');
      lengthBytes += chunk.byteLength;
      if (lengthBytes > (this.#announcedBytes ?? lengthBytes)) refuseLength(this.#announcedBytes, lengthBytes);
      this.#crc.update(chunk);
      for (let at = 0; at < chunk.byteLength; at += pieceBytes) {
        watch.waiting();
        yield chunk.subarray(at, at + pieceBytes);
        watch.resting();
      }
    }
    refuseLength(this.#announcedBytes, lengthBytes);
    this.sent = { hashCrc64: this.#crc.digest(), lengthBytes };
    watch.waiting();
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  // Hashed piece by piece, as it is sent: not all of it before the first byte.
  for (let at = 0; at < bytes.byteLength; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

/** The chunks of a web stream; leaving early cancels it. */
export async function* chunksOf(stream: ByteStream): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        ended = true;
        return;
      }
      if (value !== undefined) yield value;
    }
  } finally {
    if (!ended) await reader.cancel().catch(() => undefined);
  }
}
