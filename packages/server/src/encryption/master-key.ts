/** A master key without what is secret of it: it is also the document that keeps it. */
export interface MasterKey {
  /** A UUID. */
  readonly id: string;
  /** `customer`: made by a caller. `service`: of those who ask for KMS and name no key. `built-in`: of AES256; it is in no list. */
  readonly kind: 'customer' | 'service' | 'built-in';
  readonly description: string;
  readonly state: KeyState;
  readonly createdMs: number;
  /** While it is PendingDeletion: when its material goes, and with it what is encrypted under it. */
  readonly deletionMs?: number | undefined;
  /** The oldest first; the newest one wraps, all of them unwrap. */
  readonly versions: readonly KeyVersion[];
}

export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion';

export interface KeyVersion {
  /** A UUID. */
  readonly id: string;
  readonly createdMs: number;
  /** The 32 bytes of material, under the server's key. */
  readonly sealed: string;
}

/** Bounds of a key ring: all of it is in memory, and each key is one document. */
export const masterKeyLimits = { keys: 2000, versions: 1000, descriptionCharacters: 8192 } as const;

/** The name that a key is kept under, and where in it the secret belongs. */
export function documentOfKey(keyId: string): string {
  return `${keyDocuments}${keyId}`;
}
export const keyDocuments = 'kms/';

export function sealContext(keyId: string, versionId: string): string {
  return `${keyId}/${versionId}`;
}

/** Its time has come: nobody finds it any more. */
export function isGone(key: MasterKey, nowMs: number): boolean {
  return key.state === 'PendingDeletion' && key.deletionMs !== undefined && key.deletionMs <= nowMs;
}
