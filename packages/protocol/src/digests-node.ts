import { createHmac, hash } from 'node:crypto';
import type { Digests } from './digests.ts';

/** Digests by Node's own cryptography. */
export const nodeDigests: Digests = {
  // Copied out of the Buffer, so that callers see plain bytes on every platform.
  hash: (algorithm, data) => new Uint8Array(hash(algorithm, data, 'buffer')),
  hmac: (algorithm, key, data) => new Uint8Array(createHmac(algorithm, key).update(data).digest()),
};
