import type { Random, Store } from '@ossature/store';
import { loadServerKey, type ServerKey } from './server-key.ts';

/** Kept in the store: a known text under the key that everything else was sealed with. */
const proofDocument = 'server-key/proof';
const purpose = 'proof';

/**
 * The key of a server over an open store. A store that was written under a key is not opened with another one, nor is a new one made for it where the file has
 * gone: either would leave what is secret in it unreadable, and be noticed late. Throws a RangeError that names the file.
 */
export async function openServerKey(
  store: Pick<Store, 'getDocument' | 'putDocument'>,
  { data, keyFile, random }: { readonly data: string; readonly keyFile?: string | undefined; readonly random: Random },
): Promise<ServerKey> {
  const proof = await store.getDocument(proofDocument);
  const { key, file } = await loadServerKey({ data, keyFile, random, mayMint: proof === undefined });
  if (proof === undefined) {
    await store.putDocument(proofDocument, () => key.seal(purpose, proofDocument, Buffer.from(proofDocument)));
    return key;
  }
  try {
    key.open(purpose, proofDocument, proof);
    return key;
  } catch {
    throw new RangeError(`The key in ${file ?? 'memory'} is not the one that the secrets in ${data} were encrypted under.`);
  }
}
