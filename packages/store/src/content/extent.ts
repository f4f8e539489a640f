import { type BlobName, type BlobRange, chunkBytes } from '../blob/blob-store.ts';

/** A slice of a blob, with what it takes to verify and to combine: chunks are those of the blob, not of the slice. */
export interface Extent {
  readonly blob: BlobName;
  readonly offsetBytes: number;
  /** At least 1. */
  readonly lengthBytes: number;
  /** The length of the whole blob: it tells how long the last chunk is. */
  readonly blobBytes: number;
  /** CRC-32 of every chunk of `chunkBytes` of the blob that the extent touches, first to last; whole chunks, also where the extent begins or ends inside. */
  readonly crc32: Uint32Array;
  /** CRC-64/XZ of the same chunks; both of the plain bytes, where the blob is encrypted. */
  readonly crc64: BigUint64Array;
  /** Undefined: the blob's bytes are plain. */
  readonly encryption?: ExtentEncryption | undefined;
}

/** How a blob is encrypted: chunk by chunk, with nothing added to its length. */
export interface ExtentEncryption {
  /** 16 bytes for each chunk in the tables: what authenticates it. */
  readonly tags: Uint8Array;
  /** The blob's data key, wrapped under the content key of the object. */
  readonly key: Uint8Array;
}

/** The number of the blob's chunk in which the extent begins. */
export function firstChunkOf({ offsetBytes }: Pick<Extent, 'offsetBytes'>): number {
  return Math.floor(offsetBytes / chunkBytes);
}

/** The number of the blob's chunk after the one in which the extent ends. */
export function endChunkOf({ offsetBytes, lengthBytes }: Pick<Extent, 'offsetBytes' | 'lengthBytes'>): number {
  return Math.ceil((offsetBytes + lengthBytes) / chunkBytes);
}

/** The bytes of a blob's chunk. */
export function rangeOfChunk(chunk: number, blobBytes: number): BlobRange {
  const offsetBytes = chunk * chunkBytes;
  return { offsetBytes, lengthBytes: Math.min(chunkBytes, blobBytes - offsetBytes) };
}
