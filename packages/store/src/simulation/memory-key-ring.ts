import { createCipheriv, createDecipheriv, hash } from 'node:crypto';
import { KeyFault, type KeyRing } from '../key-ring.ts';
import type { Random } from '../random.ts';
import type { Encryption, Envelope } from '../store.ts';
import { StoreError } from '../store-error.ts';

/** A key ring in memory, for tests and simulations, with what an operator does to its keys. A key comes into being when it is named first. */
export interface MemoryKeyRing extends KeyRing {
  /** Each call as `wrap name` or `unwrap name`. */
  readonly calls: string[];
  disable(keyId: string): void;
  enable(keyId: string): void;
  /** From now on it wraps with other bytes; what it wrapped before can still be read. */
  rotate(keyId: string): void;
  /** Called within each call: a test does there what happens at that moment. */
  during: (() => Promise<void>) | undefined;
}

interface MasterKey {
  isDisabled: boolean;
  readonly versions: Uint8Array[];
}

const versionBytes = 1;
const nonceBytes = 12;
const tagBytes = 16;

/** `random`: for its nonces. Its keys follow from their names, so that another ring reads what one has wrapped. */
export function memoryKeyRing(random: Random): MemoryKeyRing {
  const keys = new Map<string, MasterKey>();
  const keyOf = (name: string): MasterKey => {
    const found = keys.get(name) ?? { isDisabled: false, versions: [keyOfVersion(name, 0)] };
    keys.set(name, found);
    return found;
  };
  const usable = (name: string): MasterKey => {
    const key = keyOf(name);
    if (key.isDisabled) throw new KeyFault('disabled', name);
    return key;
  };
  const ring: MemoryKeyRing = {
    calls: [],
    during: undefined,
    disable: (name) => {
      keyOf(name).isDisabled = true;
    },
    enable: (name) => {
      keyOf(name).isDisabled = false;
    },
    rotate: (name) => {
      const { versions } = keyOf(name);
      versions.push(keyOfVersion(name, versions.length));
    },
    wrap: async (encryption, contentKey) => {
      const name = nameOf(encryption);
      ring.calls.push(`wrap ${name}`);
      await ring.during?.();
      const { versions } = usable(name);
      const nonce = random.bytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', versions.at(-1) as Uint8Array, nonce);
      cipher.setAAD(Buffer.from(name));
      const sealed = Buffer.concat([Buffer.of(versions.length - 1), nonce, cipher.update(contentKey), cipher.final()]);
      const wrapped = Uint8Array.from(Buffer.concat([sealed, cipher.getAuthTag()]));
      return { algorithm: encryption.algorithm, ...(encryption.algorithm === 'KMS' && { keyId: name }), wrapped };
    },
    unwrap: async (envelope) => {
      const name = nameOf(envelope);
      ring.calls.push(`unwrap ${name}`);
      await ring.during?.();
      return opened(usable(name), name, envelope);
    },
  };
  return ring;
}

function keyOfVersion(name: string, version: number): Uint8Array {
  return hash('sha256', `${name} ${version}`, 'buffer');
}

function nameOf({ algorithm, keyId }: Encryption): string {
  return algorithm === 'AES256' ? 'service' : (keyId ?? 'default');
}

function opened({ versions }: MasterKey, name: string, { wrapped }: Envelope): Uint8Array {
  const version = versions[wrapped[0] ?? -1];
  const end = wrapped.length - tagBytes;
  if (version === undefined || end < versionBytes + nonceBytes) throw new StoreError('corrupt', 'not a wrapping of this ring');
  const decipher = createDecipheriv('aes-256-gcm', version, wrapped.subarray(versionBytes, versionBytes + nonceBytes), {
    authTagLength: tagBytes,
  });
  decipher.setAAD(Buffer.from(name));
  decipher.setAuthTag(wrapped.subarray(end));
  const key = decipher.update(wrapped.subarray(versionBytes + nonceBytes, end));
  try {
    decipher.final();
  } catch (cause) {
    throw new StoreError('corrupt', 'not a wrapping of this ring', { cause });
  }
  return key;
}
