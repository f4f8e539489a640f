import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Random } from '@ossature/store';

/** The one account that the server knows: it owns every bucket. */
export interface Account {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  /** 16 digits. */
  readonly ownerId: string;
}

export interface LoadedAccount {
  readonly account: Account;
  /** Where it is kept, for an account of a data directory. */
  readonly file: string | undefined;
  /** True when it was made now: the secret is to be shown once. */
  readonly minted: boolean;
}

/**
 * Buckets record their owner. One account, one id, whichever keys a server is started with: else a data directory that was first
 * served with keys from the environment would not belong to the account that is minted for it later.
 */
const defaultOwnerId = '1000000000000001';

/** The account that was given; else the one of the data directory, made and kept there (mode 0600) where there is none. */
export async function loadAccount(
  data: string,
  given: { readonly accessKeyId: string; readonly accessKeySecret: string; readonly ownerId?: string | undefined } | undefined,
  random: Random,
): Promise<LoadedAccount> {
  if (given !== undefined) return { account: { ...given, ownerId: given.ownerId ?? defaultOwnerId }, file: undefined, minted: false };
  if (data === 'memory') return { account: mintAccount(random), file: undefined, minted: true };
  const file = join(data, 'account.json');
  const kept = await readAccount(file);
  if (kept !== undefined) return { account: kept, file, minted: false };
  const account = mintAccount(random);
  await writeAccount(file, account);
  return { account, file, minted: true };
}

async function readAccount(file: string): Promise<Account | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const value = parseObject(text);
  const { accessKeyId, accessKeySecret, ownerId } = value ?? {};
  if (typeof accessKeyId !== 'string' || typeof accessKeySecret !== 'string' || accessKeyId === '' || accessKeySecret === '') {
    throw new Error(`${file} does not hold an account: it needs the strings accessKeyId and accessKeySecret.`);
  }
  return { accessKeyId, accessKeySecret, ownerId: typeof ownerId === 'string' ? ownerId : defaultOwnerId };
}

function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** Written beside and renamed, so that a crash leaves the whole file or none. */
async function writeAccount(file: string, account: Account): Promise<void> {
  const temporary = `${file}.new`;
  const handle = await open(temporary, 'w', 0o600);
  try {
    await handle.chmod(0o600);
    await handle.writeFile(`${JSON.stringify(account, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

function mintAccount(random: Random): Account {
  return { accessKeyId: `OSST${mintText(20, random)}`, accessKeySecret: mintText(30, random), ownerId: defaultOwnerId };
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function mintText(length: number, random: Random): string {
  let text = '';
  for (const byte of random.bytes(length)) text += alphabet[byte % alphabet.length];
  return text;
}
