import { Crc64 } from '@ossature/protocol';
import { ChecksumError } from './checksum-error.ts';

/**
 * The bytes of an object. Read them once, by one of the ways, or `cancel()`: until then a connection is held. A second reading is an error,
 * since it would find nothing and look like an empty object. Reading ends with a
 * `ChecksumError` where the whole object was asked for and other bytes arrived than the service has; they have been handed out by then, so
 * whoever writes them somewhere must not rely on them before the end.
 */
export interface DownloadBody extends AsyncIterable<Uint8Array> {
  /** All of it in memory. */
  bytes(): Promise<Uint8Array>;
  /** All of it, as UTF-8. */
  text(): Promise<string>;
  /** Leaves the rest unread. */
  cancel(): Promise<void>;
}

export interface Expected {
  /** The length of this body, where it is announced. */
  readonly lengthBytes: number | undefined;
  /** Of this body; `undefined` for a range, whose checksum nobody knows. */
  readonly hashCrc64: bigint | undefined;
}

/** What a download has to do with the exchange that brings it. */
export interface Exchange {
  /** Nothing more will be read. Called once or more. */
  release(): void;
  /** Breaks the exchange off, also while it waits. */
  abandon(): void;
}

/** Checks what passes. */
export function createDownload(source: AsyncIterable<Uint8Array>, expected: Expected, exchange: Exchange): DownloadBody {
  const checked = check(source, expected, exchange);
  let taken = false;
  const take = () => {
    if (taken) throw new Error('The body of this answer was read before: its bytes come once.');
    taken = true;
    return checked;
  };
  const bytes = async () => collect(take(), expected.lengthBytes);
  return {
    [Symbol.asyncIterator]: take,
    bytes,
    text: async () => new TextDecoder().decode(await bytes()),
    cancel: async () => {
      exchange.abandon();
      await checked.return();
    },
  };
}

async function* check(source: AsyncIterable<Uint8Array>, expected: Expected, exchange: Exchange): AsyncGenerator<Uint8Array, void, void> {
  const crc = new Crc64();
  let lengthBytes = 0;
  try {
    for await (const chunk of source) {
      lengthBytes += chunk.byteLength;
      if (expected.hashCrc64 !== undefined) crc.update(chunk);
      yield chunk;
    }
  } finally {
    exchange.release();
  }
  if (expected.lengthBytes !== undefined && lengthBytes !== expected.lengthBytes) {
    throw new ChecksumError('The download has another length (bytes)', String(expected.lengthBytes), String(lengthBytes));
  }
  if (expected.hashCrc64 === undefined) return;
  const actual = crc.digest();
  if (actual !== expected.hashCrc64) {
    throw new ChecksumError('The download has another CRC-64', String(expected.hashCrc64), String(actual));
  }
}

async function collect(source: AsyncIterable<Uint8Array>, lengthBytes: number | undefined): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of source) {
    // A chunk may be reused by the transport when the next one is asked for; `slice` of a Buffer would not copy it.
    chunks.push(Uint8Array.from(chunk));
    total += chunk.byteLength;
  }
  const only = chunks[0];
  if (only !== undefined && chunks.length === 1 && total === (lengthBytes ?? total)) return only;
  const whole = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
