import type { Encryption, ObjectAddress, StoredObject } from '../store.ts';

/**
 * How a write of the simulation is encrypted: not at all, or under one of two keys. It follows from what the step says otherwise, so that a history is told as
 * it is without it. The model knows nothing of it: what is encrypted has to look as if it were not.
 */
export function encryptionOf({ key }: ObjectAddress, tag: string | undefined): Encryption | undefined {
  const drawn = [...(tag ?? key)].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % 4;
  // Half of all is plain.
  return drawn < 2 ? undefined : { algorithm: 'KMS', keyId: `k${drawn}` };
}

/** What is made is encrypted as it was asked for; a link never is. */
export function judgeEncryption(object: Pick<StoredObject, 'encryption' | 'type'>, wanted: Encryption | undefined): void {
  const keyId = object.type === 'Symlink' ? undefined : wanted?.keyId;
  if (object.encryption?.keyId !== keyId) throw new Error(`encrypted under ${object.encryption?.keyId}, and not under ${keyId}`);
}
