import { type HeaderField, headerText } from '../message.ts';
import { compareKeys } from '../names.ts';
import type { SignatureVersion } from './credentials.ts';

/** Header values by lower-case name, trimmed; several of one name are joined by `,`, as OSS reads them. */
export type SignedHeaders = ReadonlyMap<string, string>;

/**
 * The headers as they enter canonical forms, which are text. A value whose bytes are not UTF-8 stands for itself, a character a
 * byte: clients that send latin-1 have signed the same characters.
 */
export function signedHeaders(headers: readonly HeaderField[]): SignedHeaders {
  const values = new Map<string, string>();
  for (const [field, raw] of headers) {
    const name = field.toLowerCase();
    const value = (headerText(raw) ?? raw).trim();
    const earlier = values.get(name);
    values.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return values;
}

/** The lines `name:value` of the named headers, each with its line feed, in byte order of the names. */
export function headerLines(headers: SignedHeaders, isSigned: (name: string) => boolean): string {
  let lines = '';
  for (const name of [...headers.keys()].filter(isSigned).sort(compareKeys)) lines += `${name}:${headers.get(name)}\n`;
  return lines;
}

/**
 * The additional headers that a signature covers: those asked for that the request has, in lower case and byte order. What is signed
 * anyway is never named among them, and what is absent is dropped.
 */
export function additionalHeaderNames(asked: readonly string[], headers: SignedHeaders, version: SignatureVersion): readonly string[] {
  const names = new Set(asked.map((name) => name.trim().toLowerCase()));
  return [...names].filter((name) => headers.has(name) && !isAlwaysSigned(name, version)).sort(compareKeys);
}

function isAlwaysSigned(name: string, version: SignatureVersion): boolean {
  return name.startsWith('x-oss-') || (version === 'V4' && (name === 'content-type' || name === 'content-md5'));
}
