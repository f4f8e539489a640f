/** Tags of objects: the header form, and the rules that both forms share (OSS: object tagging). */
import { limits } from './limits.ts';
import { headerBytes } from './message.ts';
import { type Codec, Malformed } from './operation.ts';
import { percentDecode, percentEncode } from './percent.ts';

/** A tag of an object. Keys are unique within an object; upper and lower case are told apart. */
export interface Tag {
  /** 1 to 128 characters: letters, digits, spaces and `+-=._:/`. */
  readonly key: string;
  /** Up to 256 characters of the same alphabet; may be empty. */
  readonly value: string;
}

/**
 * `x-oss-tagging`: `key=value` pairs joined by `&`, each side percent-encoded. A missing `=` means an empty value, and `+` is a space, as in the
 * query strings that OSS compares this form with.
 */
export const tagging: Codec<readonly Tag[]> = {
  form: '`key=value` pairs, URL-encoded, joined by `&`',
  encode: (tags) => tags.map(({ key, value }) => `${percentEncode(key)}=${percentEncode(value)}`).join('&'),
  decode: (given) => {
    const tags = tagPairs(given);
    judgeTags(tags, 'header');
    return tags;
  },
};

/** The pairs of a text in that form, in their order and not judged. */
export function tagPairs(given: string, header = 'x-oss-tagging'): readonly Tag[] {
  return given.split('&').flatMap((pair) => (pair === '' ? [] : [tagOf(pair, header)]));
}

/** Throws the documented error of a set of tags: too many, a key or value that is not legal, a key twice. */
export function judgeTags(tags: readonly Tag[], form: 'header' | 'body'): void {
  if (tags.length > limits.tagCountMax) {
    throw new Malformed(`Object tags cannot be greater than ${limits.tagCountMax}`, { code: 'BadRequest' });
  }
  const keys = new Set<string>();
  for (const { key, value } of tags) {
    judgeText(key, 'TagKey', key === '' ? -1 : limits.tagKeyMaxCharacters);
    judgeText(value, 'TagValue', limits.tagValueMaxCharacters);
    if (keys.has(key)) {
      throw form === 'header' ? notEncoded() : new Malformed('Cannot provide multiple Tags with the same key', { code: 'InvalidTag' });
    }
    keys.add(key);
  }
}

/** Marks stand with the letters that they belong to: many scripts cannot do without. */
const alphabet = /^[\p{L}\p{M}\p{N} +\-=._:/]*$/u;

function judgeText(given: string, what: 'TagKey' | 'TagValue', maxCharacters: number): void {
  const tooLong = [...given].length > maxCharacters;
  if (!tooLong && alphabet.test(given)) return;
  throw new Malformed(`The ${what} you have provided is invalid.`, {
    code: 'InvalidTag',
    ec: tooLong && what === 'TagKey' && given !== '' ? '0010-00000209' : '0010-00000217',
  });
}

function tagOf(pair: string, header: string): Tag {
  const equals = pair.indexOf('=');
  const key = decodeSide(equals < 0 ? pair : pair.slice(0, equals));
  const value = equals < 0 ? '' : decodeSide(pair.slice(equals + 1));
  if (key === undefined || value === undefined) throw notEncoded(header);
  return { key, value };
}

function decodeSide(side: string): string | undefined {
  return percentDecode(headerBytes(side), { plusAsSpace: true });
}

function notEncoded(header = 'x-oss-tagging'): Malformed {
  return new Malformed(
    `The header '${header}' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.`,
  );
}
