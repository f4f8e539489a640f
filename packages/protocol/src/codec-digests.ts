/** Texts of checksums: ETags, CRC-64 and Content-MD5. */
import { type Codec, Malformed } from './operation.ts';

/**
 * An ETag as it is on the wire, quotes included: `"5EB63BBBE01EEED093CB22BB8F5ACDC3"`. Whoever compares two takes the quotes off first,
 * since clients send them with and without.
 */
export const etag: Codec<string> = { form: 'quoted upper-case hex', encode: (value) => value, decode: (value) => value };

const MAX_CRC = (1n << 64n) - 1n;

/** CRC-64/XZ of the bytes as an unsigned decimal: `x-oss-hash-crc64ecma` (OSS: CRC-64 data integrity check). */
export const hashCrc64: Codec<bigint> = {
  form: 'unsigned 64-bit integer in decimal',
  encode: (value) => value.toString(),
  decode: (value) => {
    const crc = /^\d{1,20}$/.test(value) ? BigInt(value) : -1n;
    if (crc < 0n || crc > MAX_CRC) {
      throw new Malformed('The x-oss-hash-crc64ecma you specified does not match what we calculated.', { code: 'InvalidCRC64' });
    }
    return crc;
  },
};

/** Base64 of the 16 bytes of an MD5, as in RFC 1864. */
export const contentMd5: Codec<string> = {
  form: 'base64 of 16 bytes',
  encode: (value) => value,
  decode: (value) => {
    // The last character before the padding carries two bits.
    if (!/^[A-Za-z0-9+/]{21}[AQgw]==$/.test(value)) {
      throw new Malformed('The Content-MD5 you specified was invalid.', { code: 'InvalidDigest', ec: '0017-00000502' });
    }
    return value;
  },
};
