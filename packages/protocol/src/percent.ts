import { bytesOfString } from './message.ts';

export interface PercentEncodeOptions {
  /** Leaves `/` as it is: keys in paths, in copy sources and in the canonical URI of V4. */
  readonly keepSlash?: boolean;
}

export interface PercentDecodeOptions {
  /** Reads `+` as a space: query strings, and names in headers, which some SDKs escape alike. In paths it stands for itself. */
  readonly plusAsSpace?: boolean;
}

/**
 * Text in the uri-encode form that OSS signs and sends: the UTF-8 bytes, `A-Z a-z 0-9 - _ . ~` bare, everything else `%XX` in
 * upper-case hex. Throws URIError for a lone surrogate, which has no UTF-8.
 */
export function percentEncode(text: string, options: PercentEncodeOptions = {}): string {
  const encoded = encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  return options.keepSlash === true ? encoded.replaceAll('%2F', '/') : encoded;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * A raw path, query part or copy source, decoded once. The argument is a byte string, as a request line or a header gives it.
 * `undefined` for a malformed escape and for bytes that are not UTF-8: two spellings must never become one name.
 */
export function percentDecode(raw: string, options: PercentDecodeOptions = {}): string | undefined {
  const text = options.plusAsSpace === true ? raw.replaceAll('+', ' ') : raw;
  // Most names need no decoding at all.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the question is whether every character is ASCII
  if (/^[\x00-\x24\x26-\x7f]*$/.test(text)) return text;
  if (/%(?![0-9A-Fa-f]{2})|[\u0100-\uffff]/.test(text)) return undefined;
  const byteString = text.replace(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  try {
    return utf8.decode(bytesOfString(byteString));
  } catch {
    return undefined;
  }
}
