/** The hashes that the protocol needs, synchronous and over whole inputs. Text stands for its UTF-8. */
export interface Digests {
  hash(algorithm: HashAlgorithm, data: Uint8Array | string): Uint8Array;
  hmac(algorithm: HmacAlgorithm, key: Uint8Array | string, data: Uint8Array | string): Uint8Array;
}

export type HashAlgorithm = 'md5' | 'sha1' | 'sha256';
export type HmacAlgorithm = 'sha1' | 'sha256';
