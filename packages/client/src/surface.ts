/**
 * The records of the protocol as callers of the client see them: bodies are what platforms have, CRC-64 values are decimal strings (JSON and
 * most languages have no 64-bit integers), and every result says how it came about.
 */
import type { Definition, RequestOf, ResultOf } from '@ossature/protocol';
import type { DownloadBody } from './download.ts';
import type { UploadBody } from './upload.ts';

/** Facts of the answer beside the operation's own. */
export interface AnswerFacts {
  /** `x-oss-request-id`: what support asks for. */
  readonly requestId: string | undefined;
  /** All headers of the answer, names in lower case, values as text; duplicates joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a method takes. */
export type RequestFor<D extends Definition> = Given<RequestOf<D>>;

/** What a method answers. */
export type ResultFor<D extends Definition> = Shown<ResultOf<D>>;

type Given<R> = {
  [K in keyof R]: K extends 'body' ? UploadBody | undefined : K extends 'hashCrc64' ? string | bigint | undefined : R[K];
};

type Shown<R> = R extends { readonly statusCode: 200 | 201 | 203 | 204 | 206 } ? ShownFields<R> & ShownBody<R> & AnswerFacts : never;

type ShownFields<R> = { readonly [K in keyof R as K extends 'body' ? never : K]: ShownValue<R[K]> };

type ShownBody<R> = 'body' extends keyof R ? { readonly body: DownloadBody } : unknown;

// Texts come first: `string & {}`, which keeps known values on offer beside any other, is an object to the type checker.
type ShownValue<T> = T extends bigint
  ? string
  : T extends string | number | boolean | Date | undefined
    ? T
    : { readonly [K in keyof T]: ShownValue<T[K]> };

/** A value of the protocol as callers see it. */
export function shown(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, shown(field)]));
}
