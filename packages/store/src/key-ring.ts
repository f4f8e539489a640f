import type { Encryption, Envelope } from './store.ts';

/**
 * The port to master keys: a local ring, or a remote KMS. The engine mints a content key for each encrypted object and lets it be wrapped; whoever holds a wrapping and may use its
 * master key can read the object. Wrappings stay readable when a master key rotates.
 */
export interface KeyRing {
  /** Rejects with `KeyFault`. Answers the encryption as it is to be told to callers (the key that was chosen), and the wrapping. */
  wrap(encryption: Encryption, contentKey: Uint8Array): Promise<Envelope>;
  /** The 32 bytes that were wrapped. Rejects with `KeyFault`, and with StoreError `corrupt` where the wrapping is not one that this ring made. */
  unwrap(envelope: Envelope): Promise<Uint8Array>;
}

export type KeyFaultReason = 'not-found' | 'disabled' | 'pending-deletion' | 'unavailable';

/** A master key cannot be used. */
export class KeyFault extends Error {
  readonly reason: KeyFaultReason;
  readonly keyId: string | undefined;
  constructor(reason: KeyFaultReason, keyId: string | undefined, options: { readonly cause?: unknown } = {}) {
    super(`the master key ${keyId ?? 'of the service'} cannot be used: ${reason}`, options);
    this.name = 'KeyFault';
    this.reason = reason;
    this.keyId = keyId;
  }
}

/** For stores that were opened without keys: nothing is encrypted, and nothing can be read that is. */
export const noKeys: KeyRing = {
  wrap: ({ keyId }) => Promise.reject(new KeyFault('unavailable', keyId)),
  unwrap: ({ keyId }) => Promise.reject(new KeyFault('unavailable', keyId)),
};
