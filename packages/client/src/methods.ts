import type { Definition, Operations } from '@ossature/protocol';
import type { CallOptions } from './core.ts';
import type { RequestFor, ResultFor } from './surface.ts';

/** The operations that a program calls. Forms are for those who have no client: `presignPost` makes one. */
export type CallableKey = { [K in keyof Operations]: Operations[K] extends { readonly form: true } ? never : K }[keyof Operations];

/** One method per operation of the protocol's table. */
export type Methods = { readonly [K in CallableKey]: Method<Operations[K]> };

/** The request may be left out where the operation needs nothing. */
export type Method<D extends Definition> =
  Record<never, never> extends RequestFor<D>
    ? (request?: RequestFor<D>, options?: CallOptions) => Promise<ResultFor<D>>
    : (request: RequestFor<D>, options?: CallOptions) => Promise<ResultFor<D>>;
