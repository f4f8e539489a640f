import { type Body, ServiceError } from '@ossature/protocol';

/** What passed through a body so far. */
export interface Meter {
  bytes: number;
}

export interface BodyBounds {
  /** What Content-Length says; undefined for a chunked body. */
  readonly declaredBytes: number | undefined;
  readonly limitBytes: number;
  /** The error of a body that is longer than the limit. */
  readonly tooLong: () => ServiceError;
}

/**
 * The body as handlers read it: never longer than declared (the rest is dropped, as OSS does) nor than the limit, and an error where
 * it ends too early. Node frames a socket's bodies by itself; in memory nobody else would judge.
 */
export async function* boundBody(body: Body | undefined, bounds: BodyBounds, meter: Meter): AsyncGenerator<Uint8Array, void, undefined> {
  const { declaredBytes, limitBytes } = bounds;
  for await (const chunk of chunksOf(body)) {
    const room = declaredBytes === undefined ? chunk.length : declaredBytes - meter.bytes;
    meter.bytes += Math.min(room, chunk.length);
    if (meter.bytes > limitBytes) throw bounds.tooLong();
    if (chunk.length > 0) yield chunk.length <= room ? chunk : chunk.subarray(0, room);
    if (meter.bytes === declaredBytes && chunk.length > room) return;
  }
  if (declaredBytes !== undefined && meter.bytes < declaredBytes) throw new ServiceError('IncompleteBody', { ec: '0017-00000505' });
}

/** A short body whole. */
export async function readBody(body: Body | undefined, bounds: BodyBounds, meter: Meter): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of boundBody(body, bounds, meter)) chunks.push(chunk);
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}

async function* chunksOf(body: Body | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  if (body === undefined) return;
  if (body instanceof Uint8Array) yield body;
  else yield* body;
}
