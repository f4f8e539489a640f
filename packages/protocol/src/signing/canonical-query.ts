import type { QueryField } from '../message.ts';
import { compareKeys } from '../names.ts';
import { percentEncode } from '../percent.ts';

/** Parameters by name; of several of one name the first counts, as OSS has it. A name without a value has the empty one. */
export function firstParameters(query: readonly QueryField[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of query) if (!values.has(name)) values.set(name, value ?? '');
  return values;
}

export interface CanonicalQueryOptions {
  /** Keeps the `=` of a parameter that was sent as `name=`. Default false: OSS signs `name` alone. */
  readonly keepEmptyValues?: boolean | undefined;
}

/** Every parameter but the signature itself, encoded and sorted, as V2 and V4 sign them: `name` alone where the value is empty. */
export function canonicalQuery(query: readonly QueryField[], options: CanonicalQueryOptions = {}): string {
  const sentEmpty = new Set(options.keepEmptyValues === true ? query.filter(([, value]) => value === '').map(([name]) => name) : []);
  const items: (readonly [name: string, item: string])[] = [];
  for (const [name, value] of firstParameters(query)) {
    if (name === 'x-oss-signature') continue;
    const encoded = percentEncode(name);
    items.push([encoded, value === '' && !sentEmpty.has(name) ? encoded : `${encoded}=${percentEncode(value)}`]);
  }
  items.sort(([a], [b]) => compareKeys(a, b));
  return items.map(([, item]) => item).join('&');
}
