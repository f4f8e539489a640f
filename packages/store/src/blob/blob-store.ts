/**
 * The port for bytes. A blob has a name minted once and never reused, and never changes: no overwrite, no rename.
 * Adapters: memory, filesystem; S3 later. `conformance.ts` beside this file is the suite that every adapter passes.
 */

/**
 * Names are 1 to 200 characters of `0-9 a-z . / -`, made by the engine. Segments between slashes are not empty and do not begin with a dot.
 * Adapters refuse others by assert. They may use the segments as folders: a segment under which blobs come and go by the minute keeps folders small.
 */
export type BlobName = string;

export interface BlobRange {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

export interface BlobStore {
  /**
   * Creates a blob from a stream; durable (bytes and name) when it resolves. Chunks may be of any size and are only valid until
   * the next is asked for. Rejects and leaves nothing under the name when the stream throws or the signal aborts. An existing name is an assert.
   */
  put(name: BlobName, bytes: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<{ readonly sizeBytes: number }>;
  /**
   * The bytes of a range, in order, in chunks of `chunkBytes` (the last may be shorter), counted from the range's offset. A chunk is
   * only valid until the next is asked for: adapters read into two buffers in turn. Rejects with `BlobMissing` where there is no such
   * blob, and with StoreError `corrupt` where the blob is shorter than the range.
   */
  get(name: BlobName, range: BlobRange, signal?: AbortSignal): AsyncIterable<Uint8Array>;
  head(name: BlobName): Promise<{ readonly sizeBytes: number } | undefined>;
  /** Removes blobs, durably when it resolves; an absent one is success. */
  remove(names: readonly BlobName[]): Promise<void>;
  /** Names that begin with the prefix, in byte order. */
  list(prefix: string): AsyncIterable<BlobName>;
  close(): Promise<void>;
}

/** Reads are cut and verified in chunks of this size; so are CRC-64 and CRC-32 tables. Part of the data layout. */
export const chunkBytes = 512 * 1024;

export class BlobMissing extends Error {
  readonly blob: BlobName;
  constructor(blob: BlobName) {
    super(`blob ${blob} is missing`);
    this.name = 'BlobMissing';
    this.blob = blob;
  }
}
