/** Headers of its own that an object is served with (OSS: x-oss-persistent-headers). */
import { decodeBase64, encodeBase64 } from './base64.ts';
import { limits } from './limits.ts';
import { utf8LengthBytes } from './names.ts';
import { type Codec, Malformed } from './operation.ts';

/** By name, in lower case. */
export type PersistentHeaders = Readonly<Record<string, string>>;

/** What answers have by themselves, or what steers connections, caches and browsers on behalf of the service: no object may speak for it. */
const protocolNames: ReadonlySet<string> = new Set(
  `accept-ranges age alt-svc authorization cache-control connection content-disposition content-encoding content-language content-length content-md5
  content-range content-type cookie date etag expires host keep-alive last-modified location proxy-authenticate proxy-authorization proxy-connection
  server set-cookie strict-transport-security te trailer transfer-encoding upgrade vary via www-authenticate`.split(/\s+/),
);
const protocolPrefixes = ['x-oss-', 'access-control-'] as const;

/** Whether a header of this name (in lower case) may be an object's own. */
export function isPersistentName(name: string): boolean {
  return !protocolNames.has(name) && !protocolPrefixes.some((prefix) => name.startsWith(prefix));
}

/** `name:base64(value)`, joined by commas; names are taken in any letter case, each once. */
export const persistentHeaders: Codec<PersistentHeaders> = {
  form: '`name:base64(value)` pairs, joined by `,`',
  encode: (headers) =>
    Object.entries(headers)
      .map(([name, value]) => `${name}:${encodeBase64(new TextEncoder().encode(value))}`)
      .join(','),
  decode: (given) => {
    const found = new Map<string, string>();
    let bytes = 0;
    for (const pair of given.split(',')) {
      const text = pair.trim();
      if (text === '') continue;
      const [name, value] = pairOf(text);
      if (found.has(name)) throw new Malformed(`The persistent header ${name} stands twice.`);
      found.set(name, value);
      bytes += name.length + utf8LengthBytes(value);
    }
    if (bytes > limits.persistentHeadersMaxBytes) throw new Malformed('Persistent headers are too large.');
    // Not by assignment: a header may be called `__proto__`.
    return Object.fromEntries(found);
  },
};

function pairOf(text: string): readonly [name: string, value: string] {
  const colon = text.indexOf(':');
  const name = text.slice(0, Math.max(colon, 0)).toLowerCase();
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name))
    throw new Malformed('Persistent headers must be given as name:base64(value), joined by commas.');
  if (!isPersistentName(name)) throw new Malformed(`The header ${name} belongs to the protocol and can not be a persistent header.`);
  return [name, decodedValue(name, text.slice(colon + 1))];
}

function decodedValue(name: string, base64: string): string {
  const bytes = decodeBase64(base64);
  if (bytes === undefined) throw new Malformed(`The value of the persistent header ${name} is not base64.`);
  let value: string;
  try {
    value = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Malformed(`The value of the persistent header ${name} is not UTF-8.`);
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(value)) throw new Malformed(`The value of the persistent header ${name} has control characters.`);
  return value;
}
