/** The form of a wire case: a typed value beside the exact message that stands for it, so that both ends are held to the same bytes. */
import type { FormField, HeaderField, QueryField } from '../message.ts';
import type { Definition, RequestOf, ResultOf } from '../operation.ts';

/** A request message. Header values are written as text: the runner turns them into byte strings of their UTF-8. */
export interface WireRequest {
  readonly bucket?: string;
  readonly key?: string;
  /** Any order; `undefined` as value: the name stands without `=`. */
  readonly query?: readonly QueryField[];
  /** Any order between names; duplicates in theirs. */
  readonly headers?: readonly HeaderField[];
  /** Of an operation that travels as a form; `body` is its file. */
  readonly form?: readonly FormField[];
  /** Text stands for its UTF-8. Absent: no body at all. */
  readonly body?: string | Uint8Array;
}

export interface WireResponse {
  readonly headers?: readonly HeaderField[];
  readonly body?: string | Uint8Array;
}

/** A value and its message. */
export interface WirePair<T, M> {
  readonly value: T;
  readonly message: M;
  /**
   * Why the pair holds in one direction only: `decode`, a form that is accepted and never sent (another letter case); `encode`, a
   * value that the other end reads as another one.
   */
  readonly only?: { readonly way: 'decode' | 'encode'; readonly because: string };
}

export interface WireCase {
  readonly title: string;
  readonly definition: Definition;
  readonly request?: WirePair<unknown, WireRequest>;
  readonly response?: WirePair<unknown, WireResponse>;
}

interface TypedCase<D extends Definition> {
  /** Encoded as a client, decoded as a server. A stream member is given as `Uint8Array`. */
  readonly request?: WirePair<RequestOf<D>, WireRequest>;
  /** Encoded as a server, decoded as a client, in the context of the request (`encoding-type`); the status is `value.statusCode`. */
  readonly response?: WirePair<ResultOf<D>, WireResponse>;
}

/** One case of an operation. Every file of cases exports `cases`, a list of them; `cases.test.ts` imports and runs them. */
export function wireCase<D extends Definition>(definition: D, title: string, pairs: TypedCase<D>): WireCase {
  return { title, definition, ...pairs };
}
