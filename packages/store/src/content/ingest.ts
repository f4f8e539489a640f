import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Body } from '@ossature/protocol';
import type { BlobName, BlobStore } from '../blob/blob-store.ts';
import { StoreError } from '../store-error.ts';
import { abortable } from './abortable.ts';
import { ChunkCipher } from './chunk-cipher.ts';
import type { ContentKey } from './content-key.ts';
import type { DigestPool } from './digest-pool.ts';
import type { Extent } from './extent.ts';
import { Intake } from './intake.ts';
import { crc64Of } from './local-digests.ts';

export interface IngestOptions {
  readonly blobs: BlobStore;
  /** Called once, when the body turns out to need a blob. */
  readonly mintName: () => BlobName;
  readonly body: Body;
  /** Bodies of at most so many bytes become no blob. */
  readonly inlineLimitBytes: number;
  /** How long the body says that it is; a hint, not judged here. */
  readonly expectedBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly digests: DigestPool;
  /** The blob is encrypted under a key of its own, wrapped under this one; undefined: it is plain. Inline bytes are always plain. */
  readonly key?: ContentKey | undefined;
}

export type Ingested = { readonly sizeBytes: number; readonly md5: Uint8Array; readonly crc64: bigint } & (
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  | { readonly kind: 'blob'; readonly extent: Extent }
);

/** Bodies up to this size are digested at once: a worker would be waited for longer than that takes. */
const smallBytes = 128 * 1024;

/**
 * Reads a body once, digests it, and keeps it: small ones in memory (`inline`), others in a new blob that is durable when this resolves. Rejects with
 * whatever the body or the blob store throws, or with the signal's reason; no blob is left then. The body is read only as fast as it is
 * digested and written.
 */
export async function ingest(options: IngestOptions): Promise<Ingested> {
  const signal = options.signal ?? new AbortController().signal;
  signal.throwIfAborted();
  const { body } = options;
  if (body instanceof Uint8Array && body.length <= Math.max(smallBytes, options.inlineLimitBytes)) return keepSmall(options, body, signal);
  const chunks = body instanceof Uint8Array ? one(body) : body[Symbol.asyncIterator]();
  try {
    const small = Math.max(smallBytes, options.inlineLimitBytes);
    const head = (options.expectedBytes ?? 0) > small ? nothingYet : await readHead(chunks, small, signal);
    return head.ended ? await keepSmall(options, head.bytes, signal) : await keepLarge(options, head.bytes, chunks, signal);
  } catch (error) {
    // The source is told, and not waited for: it may hang in the very read that was given up.
    chunks.return?.()?.then(undefined, () => {});
    throw error;
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

interface Head {
  readonly bytes: Uint8Array;
  readonly ended: boolean;
}
const nothingYet: Head = { bytes: new Uint8Array(), ended: false };

/** Reads until the body ends or is longer than the limit. */
async function readHead(chunks: AsyncIterator<Uint8Array>, limitBytes: number, signal: AbortSignal): Promise<Head> {
  const pieces: Uint8Array[] = [];
  let sizeBytes = 0;
  while (sizeBytes <= limitBytes) {
    const next = await abortable(chunks.next(), signal);
    if (next.done === true) return { bytes: Buffer.concat(pieces), ended: true };
    // A chunk may be the source's own buffer, to be filled again. `slice` of a Buffer would be a view of it.
    pieces.push(Uint8Array.from(next.value));
    sizeBytes += next.value.length;
  }
  return { bytes: Buffer.concat(pieces), ended: false };
}

async function keepSmall(options: IngestOptions, bytes: Uint8Array, signal: AbortSignal): Promise<Ingested> {
  const sizeBytes = bytes.length;
  const crc64 = crc64Of(bytes);
  const facts = { sizeBytes, md5: hash('md5', bytes, 'buffer'), crc64 };
  if (sizeBytes <= options.inlineLimitBytes) return { ...facts, kind: 'inline', bytes };
  const blob = options.mintName();
  const cipher = options.key && new ChunkCipher(blob, options.key);
  const kept = await options.blobs.put(blob, cipher?.encrypt(one(bytes)) ?? one(bytes), signal);
  await judgeKept(options.blobs, blob, kept.sizeBytes, sizeBytes);
  const tables = { crc32: Uint32Array.of(crc32(bytes)), crc64: BigUint64Array.of(crc64) };
  return { ...facts, kind: 'blob', extent: extentOf(blob, sizeBytes, tables, cipher) };
}

async function keepLarge(
  options: IngestOptions,
  head: Uint8Array,
  chunks: AsyncIterator<Uint8Array>,
  signal: AbortSignal,
): Promise<Ingested> {
  const intake = new Intake(options.digests.machine());
  const abort = () => intake.stop(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  const filling = intake.fill(head, chunks);
  const bytes = intake.bytes();
  try {
    const blob = options.mintName();
    const cipher = options.key && new ChunkCipher(blob, options.key);
    // Into memory of its own: workers digest the plain bytes meanwhile.
    const kept = await options.blobs.put(blob, cipher?.encrypt(bytes) ?? bytes, signal);
    const { sizeBytes, md5, crc64, crc32, crc64s } = await intake.digests();
    await judgeKept(options.blobs, blob, kept.sizeBytes, sizeBytes);
    return { sizeBytes, md5, crc64, kind: 'blob', extent: extentOf(blob, sizeBytes, { crc32, crc64: crc64s }, cipher) };
  } catch (error) {
    intake.stop(error);
    // What stopped the intake is the cause; the blob store only passed it on.
    throw intake.failure?.reason ?? error;
  } finally {
    signal.removeEventListener('abort', abort);
    await bytes.return();
    await filling;
    // Workers may still be at what was under way: its slots are free when this ends.
    await intake.settled();
  }
}

function extentOf(blob: BlobName, sizeBytes: number, tables: Pick<Extent, 'crc32' | 'crc64'>, cipher: ChunkCipher | undefined): Extent {
  const whole = { blob, offsetBytes: 0, lengthBytes: sizeBytes, blobBytes: sizeBytes, ...tables };
  return cipher === undefined ? whole : { ...whole, encryption: cipher.encryption() };
}

/** A blob of another length than what was handed over is not kept. */
async function judgeKept(blobs: BlobStore, blob: BlobName, keptBytes: number, sizeBytes: number): Promise<void> {
  if (keptBytes === sizeBytes) return;
  await blobs.remove([blob]);
  throw new StoreError('unavailable', `the blob store kept ${keptBytes} of ${sizeBytes} bytes`);
}
