import type { Digests } from './digests.ts';
import { encodeHex } from './hex.ts';

/** An ETag as it stands on the wire, in double quotes. */
export function quoteEtag(etag: string): string {
  return `"${unquoteEtag(etag)}"`;
}

/** An ETag without its double quotes; text without them is left as it is, since OSS takes both. */
export function unquoteEtag(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
}

/** Whether two ETags are the same, with or without quotes, in any letter case. */
export function sameEtag(a: string, b: string): boolean {
  return unquoteEtag(a).toUpperCase() === unquoteEtag(b).toUpperCase();
}

/** The ETag of an MD5 digest, without quotes: upper-case hex. */
export function etagOfMd5(digest: Uint8Array): string {
  return encodeHex(digest).toUpperCase();
}

/**
 * The ETag of an object made of parts, without quotes: the MD5 of the parts' ETags *as ASCII text* (not of their binary digests,
 * unlike S3), and the number of parts.
 */
export function multipartEtag(digests: Digests, partEtags: readonly string[]): string {
  const text = partEtags.map((etag) => unquoteEtag(etag).toUpperCase()).join('');
  return `${etagOfMd5(digests.hash('md5', text))}-${partEtags.length}`;
}
