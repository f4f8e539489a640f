import { limits } from './limits.ts';

const bucketName = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/** What OSS says of a bucket name that it refuses (400 InvalidBucketName); `undefined` for a good one. */
export function bucketNameFault(name: string): string | undefined {
  const fits = name.length >= limits.bucketNameMinBytes && name.length <= limits.bucketNameMaxBytes;
  return fits && bucketName.test(name) ? undefined : 'The specified bucket is not valid.';
}

/**
 * What OSS says of an object name that it refuses (400 InvalidObjectName); `undefined` for a good one. Control characters, `//`
 * and dot segments are ordinary. NUL and text without UTF-8 (lone surrogates) are refused by this implementation's own rule:
 * neither can be told apart in its keys.
 */
export function objectKeyFault(key: string): string | undefined {
  if (key === '') return 'The Object name can not be empty.';
  if (utf8LengthBytes(key) > limits.objectKeyMaxBytes) return 'The Length of Object name must be less than 1024.';
  if (key.startsWith('/') || key.startsWith('\\') || key.includes('\0') || /[\uD800-\uDFFF]/u.test(key)) {
    return 'The specified object is not valid.';
  }
  return undefined;
}

/**
 * The order of names, the only one there is: by the bytes of their UTF-8. It is the order of code points, which UTF-16 (and so
 * `<`) gets wrong where surrogate pairs meet U+E000 to U+FFFF. Negative, zero or positive, as `sort` wants it.
 */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) {
    const unitOfA = a.charCodeAt(i);
    const unitOfB = b.charCodeAt(i);
    if (unitOfA !== unitOfB) return codePointRank(unitOfA) - codePointRank(unitOfB);
  }
  return a.length - b.length;
}

/** Moves surrogates, which stand for code points above U+FFFF, behind every other unit. */
function codePointRank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}

/** The length of the text's UTF-8; a lone surrogate counts as the replacement character. */
export function utf8LengthBytes(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit < 0xdc00 && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      bytes += 4;
      i++;
    } else bytes += 3;
  }
  return bytes;
}
