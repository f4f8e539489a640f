import { type CipherGCM, createCipheriv } from 'node:crypto';
import { type BlobName, chunkBytes } from '../blob/blob-store.ts';
import { StoreError } from '../store-error.ts';
import { type BlobKey, type ContentKey, opened, tagLengthBytes } from './content-key.ts';
import { type Extent, type ExtentEncryption, firstChunkOf } from './extent.ts';
import { releaseMemory } from './release-memory.ts';

/**
 * Encrypts one new blob: AES-256-GCM for each chunk, under a data key that no other blob has, with the number of the chunk as nonce. The blob's name and that number are
 * authenticated too, so that a chunk is never taken for another. Lengths and offsets stay as they are: the tags stand in the extent.
 */
export class ChunkCipher {
  readonly #blob: BlobName;
  readonly #key: BlobKey;
  readonly #tags: Uint8Array[] = [];
  #sizeBytes = 0;

  constructor(blob: BlobName, key: ContentKey) {
    this.#blob = blob;
    this.#key = key.mintBlobKey(blob);
  }

  /** The blob's bytes encrypted, once, from its start. A chunk is only valid until the next is asked for; what is taken is not changed. */
  async *encrypt(plain: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    let cipher: CipherGCM | undefined;
    for await (const bytes of plain) {
      for (let taken = 0; taken < bytes.length; ) {
        cipher ??= this.#begin();
        const piece = bytes.subarray(taken, taken + chunkBytes - (this.#sizeBytes % chunkBytes));
        taken += piece.length;
        this.#sizeBytes += piece.length;
        const encrypted = cipher.update(piece);
        yield encrypted;
        releaseMemory(encrypted);
        if (this.#sizeBytes % chunkBytes > 0) continue;
        this.#end(cipher);
        cipher = undefined;
      }
    }
    if (cipher !== undefined) this.#end(cipher);
  }

  /** Of the whole blob, when `encrypt` has ended. */
  encryption(): ExtentEncryption {
    return { tags: Buffer.concat(this.#tags), key: this.#key.wrapped };
  }

  #begin(): CipherGCM {
    const chunk = this.#tags.length;
    const cipher = createCipheriv('aes-256-gcm', this.#key.key, nonceOfChunk(chunk));
    cipher.setAAD(associatedOfChunk(this.#blob, chunk));
    return cipher;
  }

  #end(cipher: CipherGCM): void {
    cipher.final();
    this.#tags.push(cipher.getAuthTag());
  }
}

/** Opens the chunks of one extent. */
export class ChunkDecipher {
  readonly #extent: Extent;
  readonly #tags: Uint8Array;
  readonly #key: Uint8Array;

  constructor(extent: Extent, { tags, key: wrapped }: ExtentEncryption, key: ContentKey) {
    this.#extent = extent;
    this.#tags = tags;
    this.#key = key.openBlobKey(extent.blob, wrapped);
  }

  /** The plain bytes of a whole chunk, in memory of their own. `index`: its place in the extent's tables. Undefined: these are not the bytes that were written there. */
  open(bytes: Uint8Array, index: number): Uint8Array | undefined {
    const { blob } = this.#extent;
    const chunk = firstChunkOf(this.#extent) + index;
    const tag = this.#tags.subarray(index * tagLengthBytes, (index + 1) * tagLengthBytes);
    return tag.length === tagLengthBytes ? opened(this.#key, nonceOfChunk(chunk), associatedOfChunk(blob, chunk), bytes, tag) : undefined;
  }
}

/** What opens the extent; undefined: its bytes are not encrypted. An object with a key has no plain extents and one without has no others: StoreError `corrupt`. */
export function decipherOf(extent: Extent, key: ContentKey | undefined): ChunkDecipher | undefined {
  const { blob, encryption } = extent;
  if (encryption === undefined && key === undefined) return undefined;
  if (encryption === undefined) throw new StoreError('corrupt', `blob ${blob} is not encrypted, and its object is`);
  if (key === undefined) throw new StoreError('corrupt', `blob ${blob} is encrypted, and its object is not`);
  return new ChunkDecipher(extent, encryption, key);
}

function nonceOfChunk(chunk: number): Uint8Array {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(chunk, 8);
  return nonce;
}

function associatedOfChunk(blob: BlobName, chunk: number): Uint8Array {
  return Buffer.from(`chunk ${chunk} ${blob}`);
}
