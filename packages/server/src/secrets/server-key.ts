import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '@ossature/store';

/**
 * The server's key: what is secret stands encrypted under it, in rows and files. Whoever has the data directory but not the key learns no secret and no master key.
 */
export interface ServerKey {
  /** AES-256-GCM under a key derived for this purpose. `context` must be the same when it is opened: a sealed text cannot be moved. Answers base64. */
  seal(purpose: string, context: string, plain: Uint8Array): string;
  /** Throws where the text was not sealed under this key, for this purpose and context. */
  open(purpose: string, context: string, sealed: string): Uint8Array;
}

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

export function serverKeyOf(secret: Uint8Array, random: Random): ServerKey {
  const derived = new Map<string, Uint8Array>();
  const keyFor = (purpose: string) => {
    const known = derived.get(purpose) ?? new Uint8Array(hkdfSync('sha256', secret, 'ossature server key', purpose, keyBytes));
    derived.set(purpose, known);
    return known;
  };
  return {
    seal(purpose, context, plain) {
      const nonce = random.bytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', keyFor(purpose), nonce).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([nonce, sealed, cipher.getAuthTag()]).toString('base64');
    },
    open(purpose, context, sealed) {
      const bytes = Buffer.from(sealed, 'base64');
      if (bytes.length < nonceBytes + tagBytes) throw new Error('a sealed secret is too short');
      const decipher = createDecipheriv('aes-256-gcm', keyFor(purpose), bytes.subarray(0, nonceBytes));
      decipher.setAAD(Buffer.from(context)).setAuthTag(bytes.subarray(-tagBytes));
      return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
    },
  };
}

export interface LoadedServerKey {
  readonly key: ServerKey;
  /** Undefined: a key in memory alone. */
  readonly file: string | undefined;
}

/**
 * The key of `keyFile`, else that of the data directory, made there (mode 0600) where it is missing and may be made; a server in memory has one of its own. Throws a
 * RangeError that names the file.
 */
export async function loadServerKey(options: {
  readonly data: string;
  readonly keyFile?: string | undefined;
  readonly random: Random;
  readonly mayMint: boolean;
}): Promise<LoadedServerKey> {
  const { data, keyFile, random } = options;
  if (keyFile === undefined && data === 'memory') return { key: serverKeyOf(random.bytes(keyBytes), random), file: undefined };
  const file = keyFile ?? join(data, 'server.key');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && keyFile === undefined && options.mayMint) return undefined;
    throw new RangeError(
      `The server key cannot be read from ${file} (${error.code}): without it nothing that is secret in ${data} can be read.`,
    );
  });
  if (text === undefined) {
    const secret = random.bytes(keyBytes);
    await writeKey(file, secret);
    return { key: serverKeyOf(secret, random), file };
  }
  if (!/^[0-9a-f]{64}\s*$/i.test(text)) throw new RangeError(`${file} does not hold a key: it needs 64 hex digits.`);
  return { key: serverKeyOf(Buffer.from(text.trim(), 'hex'), random), file };
}

/** Written beside and renamed, so that a crash leaves the whole key or none. */
async function writeKey(file: string, secret: Uint8Array): Promise<void> {
  const temporary = `${file}.new`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(`${Buffer.from(secret).toString('hex')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}
