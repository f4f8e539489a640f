import { ok } from 'node:assert/strict';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import type { BlobName } from '../blob/blob-store.ts';
import type { Random } from '../random.ts';
import { StoreError } from '../store-error.ts';

/** Of keys: AES-256. */
export const keyLengthBytes = 32;
/** Of what GCM authenticates by. */
export const tagLengthBytes = 16;
const nonceLengthBytes = 12;
const cipherName = 'aes-256-gcm';

/** Small bytes, encrypted under a content key. */
export interface Sealed {
  readonly bytes: Uint8Array;
  readonly encryption: InlineEncryption;
}
export interface InlineEncryption {
  readonly nonce: Uint8Array;
  readonly tag: Uint8Array;
}

/** A blob's own key, and how it stands in rows. */
export interface BlobKey {
  readonly key: Uint8Array;
  readonly wrapped: Uint8Array;
}

/**
 * The key of an object's content. It encrypts no blob itself: each has a data key of its own, so that bytes can be shared by objects of other content keys, and
 * stands wrapped under this one; and it encrypts the bytes that stand in rows. What is opened has been authenticated: other bytes are StoreError `corrupt`. The key
 * is private, so that nothing which shows objects shows it.
 */
export class ContentKey {
  readonly #key: Uint8Array;
  readonly #random: Random;

  /** `key`: `keyLengthBytes` bytes that nobody changes afterwards. `random`: for nonces, and for the keys of blobs. */
  constructor(key: Uint8Array, random: Random) {
    ok(key.length === keyLengthBytes, `a content key has ${keyLengthBytes} bytes`);
    this.#key = key;
    this.#random = random;
  }

  mintBlobKey(blob: BlobName): BlobKey {
    return this.#wrap(blob, this.#random.bytes(keyLengthBytes));
  }

  openBlobKey(blob: BlobName, wrapped: Uint8Array): Uint8Array {
    const end = wrapped.length - tagLengthBytes;
    const encryption = { nonce: wrapped.subarray(0, nonceLengthBytes), tag: wrapped.subarray(end) };
    const isWhole = wrapped.length === nonceLengthBytes + keyLengthBytes + tagLengthBytes;
    const key = isWhole ? this.#open(wrapped.subarray(nonceLengthBytes, end), encryption, associatedOfKey(blob)) : undefined;
    if (key === undefined) throw new StoreError('corrupt', `the key of blob ${blob} is not one that its object has`);
    return key;
  }

  /** The same key of a blob, wrapped under another content key. */
  rewrapBlobKey(blob: BlobName, wrapped: Uint8Array, to: ContentKey): Uint8Array {
    return to.#wrap(blob, this.openBlobKey(blob, wrapped)).wrapped;
  }

  sealInline(bytes: Uint8Array): Sealed {
    return this.#seal(bytes, associatedInline);
  }

  openInline({ bytes, encryption }: Sealed): Uint8Array {
    const { nonce, tag } = encryption;
    const isWhole = nonce.length === nonceLengthBytes && tag.length === tagLengthBytes;
    const opened = isWhole ? this.#open(bytes, encryption, associatedInline) : undefined;
    if (opened === undefined) throw new StoreError('corrupt', 'inline bytes are not those that were written');
    return opened;
  }

  #wrap(blob: BlobName, key: Uint8Array): BlobKey {
    const { bytes, encryption } = this.#seal(key, associatedOfKey(blob));
    return { key, wrapped: Buffer.concat([encryption.nonce, bytes, encryption.tag]) };
  }

  #seal(plain: Uint8Array, associated: Uint8Array): Sealed {
    const nonce = this.#random.bytes(nonceLengthBytes);
    const cipher = createCipheriv(cipherName, this.#key, nonce);
    cipher.setAAD(associated);
    const bytes = cipher.update(plain);
    cipher.final();
    return { bytes, encryption: { nonce, tag: cipher.getAuthTag() } };
  }

  #open(bytes: Uint8Array, { nonce, tag }: InlineEncryption, associated: Uint8Array): Uint8Array | undefined {
    return opened(this.#key, nonce, associated, bytes, tag);
  }
}

/** What was sealed so; undefined: something else was. */
export function opened(
  key: Uint8Array,
  nonce: Uint8Array,
  associated: Uint8Array,
  bytes: Uint8Array,
  tag: Uint8Array,
): Uint8Array | undefined {
  const decipher = createDecipheriv(cipherName, key, nonce, { authTagLength: tagLengthBytes });
  decipher.setAAD(associated);
  decipher.setAuthTag(tag);
  const plain = decipher.update(bytes);
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return plain;
}

/** What is sealed as one thing is never opened as another. */
const associatedInline = Buffer.from('inline');
const associatedOfKey = (blob: BlobName): Uint8Array => Buffer.from(`key ${blob}`);
