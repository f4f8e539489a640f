import { hmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Digests } from './digests.ts';

const utf8 = new TextEncoder();
const hashes = { md5, sha1, sha256 };

/** Digests in pure JavaScript: for browsers, whose own are asynchronous and have no MD5. */
export const browserDigests: Digests = {
  hash: (algorithm, data) => hashes[algorithm](bytesOf(data)),
  hmac: (algorithm, key, data) => hmac(hashes[algorithm], bytesOf(key), bytesOf(data)),
};

function bytesOf(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? utf8.encode(data) : data;
}
