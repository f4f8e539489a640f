import { type HeaderField, headerOf, headerText } from '../message.ts';

/**
 * The value of a header as trimmed text; `undefined` where there is none. Trimming comes after decoding: a byte of a UTF-8 sequence
 * may look like a space.
 */
export function textHeader(headers: readonly HeaderField[], name: string): string | undefined {
  const raw = headerOf(headers, name);
  return raw === undefined ? undefined : (headerText(raw) ?? raw).trim();
}
