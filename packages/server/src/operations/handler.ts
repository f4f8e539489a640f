import type { Definition, OperationKey, Operations, RequestOf, ResultOf } from '@ossature/protocol';
import type { Bucket, KeyRing, Store } from '@ossature/store';
import type { Principal } from '../auth/principal.ts';
import type { Guard } from '../authorization/guard.ts';
import type { ServerConfig } from '../config.ts';
import type { Identities } from '../identity/identities.ts';
import type { RuleBook } from '../lifecycle/rule-book.ts';

/** What a handler works with, beside its request. */
export interface HandlerContext {
  readonly store: Store;
  /** Master keys; the store has them too, and encrypts with them. */
  readonly keyRing: KeyRing;
  /** The lifecycle rules of all buckets. */
  readonly lifecycle: RuleBook;
  /** Asked inside every `decide`, on the rows that it is given. */
  readonly guard: Guard;
  readonly config: ServerConfig;
  /** The account's users and what belongs to them. */
  readonly identities: Identities;
  readonly requestId: string;
  /** The address that the request came from. */
  readonly clientAddress: string;
  readonly principal: Principal;
  /** The addressed bucket as it stood when the request came; what is decided by it is decided again in the commit, where that matters. */
  readonly bucket: Bucket | undefined;
  /** Whom new buckets belong to. */
  readonly ownerId: string;
  readonly isAnonymous: boolean;
  /** The region that the request names: that of its Host, else of its V4 scope where it is one of this server's. */
  readonly requestedRegion: string | undefined;
  /** The first one takes what names no region. */
  readonly regions: readonly [string, ...string[]];
  /** What programs reach the server by: `http://127.0.0.1:9720`. */
  readonly publicUrl: string;
  /** The URL of a key of the request's bucket, in the style of the request itself. */
  readonly urlOf: (key: string) => string;
  /** What Content-Length announced; undefined for a chunked body. */
  readonly declaredBytes: number | undefined;
  /** The request came with a document that is not empty. */
  readonly hasBody: boolean;
  /** Aborts when the client has gone: puts and gets stop with it; copies, completes and deletes do not look at it. */
  readonly signal: AbortSignal | undefined;
}

export type Handler<D extends Definition> = (request: RequestOf<D>, context: HandlerContext) => Promise<ResultOf<D>>;

/** One handler for every operation of the table. */
export type Handlers = { readonly [K in OperationKey]: Handler<Operations[K]> };
