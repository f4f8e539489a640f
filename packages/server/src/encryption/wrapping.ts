import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type Random, StoreError } from '@ossature/store';

/** What a wrapping belongs to: it opens for nothing else. */
export interface WrappingContext {
  readonly keyId: string;
  readonly algorithm: 'AES256' | 'KMS';
}

const format = 1;
const headBytes = 5;
const nonceBytes = 12;
const tagBytes = 16;
const contentKeyBytes = 32;

/** AES-256-GCM under one version of a master key: format, number of the version, nonce, the key encrypted, tag. */
export function wrapKey(
  contentKey: Uint8Array,
  context: WrappingContext,
  version: { readonly number: number; readonly material: Uint8Array },
  random: Random,
): Uint8Array {
  if (contentKey.length !== contentKeyBytes) throw new RangeError(`a content key has ${contentKeyBytes} bytes`);
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(format);
  head.writeUInt32BE(version.number, 1);
  const nonce = random.bytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', version.material, nonce).setAAD(associatedData(context, head));
  return Buffer.concat([head, nonce, cipher.update(contentKey), cipher.final(), cipher.getAuthTag()]);
}

/** The number of the version that a wrapping was made with. Throws StoreError `corrupt`. */
export function versionOfWrapping(wrapped: Uint8Array): number {
  if (wrapped.length !== headBytes + nonceBytes + contentKeyBytes + tagBytes || wrapped[0] !== format) throw notAWrapping();
  return Buffer.from(wrapped.buffer, wrapped.byteOffset, wrapped.length).readUInt32BE(1);
}

/** Throws StoreError `corrupt` where this version of this key did not make it. */
export function unwrapKey(wrapped: Uint8Array, context: WrappingContext, material: Uint8Array): Uint8Array {
  const nonceEnd = headBytes + nonceBytes;
  const decipher = createDecipheriv('aes-256-gcm', material, wrapped.subarray(headBytes, nonceEnd));
  decipher.setAAD(associatedData(context, wrapped.subarray(0, headBytes))).setAuthTag(wrapped.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(wrapped.subarray(nonceEnd, -tagBytes)), decipher.final()]);
  } catch (error) {
    throw notAWrapping(error);
  }
}

function associatedData({ keyId, algorithm }: WrappingContext, head: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${keyId}\n${algorithm}\n`), head]);
}

export function notAWrapping(cause?: unknown): StoreError {
  return new StoreError('corrupt', 'the wrapping of a content key is not one that this key ring made', { cause });
}
