import type { QueryField } from './message.ts';
import { percentDecode, percentEncode } from './percent.ts';

/** Query fields as they are sent, without the `?`. A name without a value has no `=`. */
export function encodeQuery(query: readonly QueryField[]): string {
  return query
    .map(([name, value]) => (value === undefined ? percentEncode(name) : `${percentEncode(name)}=${percentEncode(value)}`))
    .join('&');
}

/**
 * The fields of a raw query string (a byte string without the `?`), in order, duplicates kept, `+` read as a space.
 * `undefined` where a name or a value is malformed; empty items (`a&&b`) are skipped.
 */
export function decodeQuery(raw: string): readonly QueryField[] | undefined {
  const fields: QueryField[] = [];
  for (const item of raw.split('&')) {
    if (item === '') continue;
    const equals = item.indexOf('=');
    const name = percentDecode(equals < 0 ? item : item.slice(0, equals), { plusAsSpace: true });
    const value = equals < 0 ? '' : percentDecode(item.slice(equals + 1), { plusAsSpace: true });
    if (name === undefined || value === undefined) return undefined;
    fields.push([name, equals < 0 ? undefined : value]);
  }
  return fields;
}
