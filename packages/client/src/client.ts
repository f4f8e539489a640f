import {
  type Clock,
  type Credentials,
  type Definition,
  type Digests,
  isServiceError,
  type OperationKey,
  operations,
  type SignatureVersion,
  systemClock,
} from '@ossature/protocol';
import { call } from './call.ts';
import type { CallOptions, Core, Fields } from './core.ts';
import { type CredentialsProvider, CredentialsSource } from './credentials.ts';
import { type EndpointOptions, parseEndpoint } from './endpoint.ts';
import type { CallableKey, Methods } from './methods.ts';
import { createPagedLists, type PagedLists } from './pages.ts';
import { type PresignedRequest, type PresignOptions, presign } from './presign.ts';
import { type PresignedPost, type PresignPostOptions, type PresignPostRequest, presignPost } from './presign-post.ts';
import { defaultRetryPolicy, type RetryPolicy } from './retry.ts';
import type { Transport } from './transport.ts';

export interface ClientOptions extends EndpointOptions {
  /** Fixed ones, or a function that is asked for them; without any, calls are anonymous. */
  readonly credentials?: Credentials | CredentialsProvider | undefined;
  /** Default `V4`. */
  readonly signatureVersion?: SignatureVersion | undefined;
  /** Default: undici on Node, `fetch` elsewhere. A transport that is given is not closed with the client. */
  readonly transport?: Transport | undefined;
  readonly retry?: Partial<RetryPolicy> | undefined;
  /** The longest silence of the service within a try; default 60 s. */
  readonly idleTimeoutMs?: number | undefined;
  /** The same for copies and for completing an upload, of which the service says nothing until they are done; default 5 min. */
  readonly silentTimeoutMs?: number | undefined;
  readonly userAgent?: string | undefined;
  readonly clock?: Clock | undefined;
  /** In [0, 1), for the waits between tries; default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** Calls OSS. Safe to share: calls have nothing in common but connections, credentials and the correction of the clock. */
export interface Client extends Methods {
  /** Lists by the page or by the entry. */
  readonly pages: PagedLists;
  /** A URL for somebody without credentials: `presign('getObject', { bucket, key })`. */
  presign<K extends CallableKey>(
    operation: K,
    request: NonNullable<Parameters<Methods[K]>[0]>,
    options?: PresignOptions,
  ): Promise<PresignedRequest>;
  /** A form for a page in a browser, which uploads a file with it: `presignPost({ bucket, key })`. */
  presignPost(request: PresignPostRequest, options?: PresignPostOptions): Promise<PresignedPost>;
  /** Whether there is such an object. A missing bucket is an error. */
  isObjectExist(request: NonNullable<Parameters<Methods['getObjectMeta']>[0]>, options?: CallOptions): Promise<boolean>;
  /** Whether there is such a bucket, whoever it belongs to. */
  isBucketExist(request: NonNullable<Parameters<Methods['getBucketAcl']>[0]>, options?: CallOptions): Promise<boolean>;
  /** Lets idle connections go. */
  close(): Promise<void>;
}

/** What differs between platforms. */
export interface Platform {
  readonly digests: Digests;
  createTransport(): Transport;
}

/** The client of a platform; `index.ts` and `index.browser.ts` give it theirs. */
export function assembleClient(platform: Platform, options: ClientOptions): Client {
  const clock = options.clock ?? systemClock;
  const core: Core = {
    endpoint: parseEndpoint(options),
    region: options.region,
    credentials: new CredentialsSource(options.credentials, clock),
    signatureVersion: options.signatureVersion ?? 'V4',
    transport: options.transport ?? platform.createTransport(),
    digests: platform.digests,
    clock,
    random: options.random ?? Math.random,
    retry: { ...defaultRetryPolicy, ...options.retry },
    idleTimeoutMs: options.idleTimeoutMs ?? 60_000,
    silentTimeoutMs: options.silentTimeoutMs ?? 300_000,
    userAgent: options.userAgent ?? 'ossature-client',
    skew: { offsetMs: 0 },
  };
  const methods = createMethods(core);
  return {
    ...methods,
    pages: createPagedLists(methods),
    presign: (operation, request, presignOptions = {}) => presign(core, operation, request as Fields, presignOptions),
    presignPost: (request, postOptions = {}) => presignPost(core, request as Fields, postOptions),
    // The table's own 404 of an object, or none of its errors at all: HEAD without its extra header tells the status only.
    isObjectExist: (request, callOptions) => exists(methods.getObjectMeta(request, callOptions), ['NoSuchKey', 'BadErrorResponse']),
    isBucketExist: async (request, callOptions) => {
      try {
        return await exists(methods.getBucketAcl(request, callOptions), ['NoSuchBucket']);
      } catch (error) {
        // Another's bucket exists too, and names are everybody's.
        if (isServiceError(error) && error.statusCode === 403) return true;
        throw error;
      }
    },
    close: async () => {
      if (options.transport === undefined) await core.transport.close();
    },
  };
}

/** The typed methods over the one untyped pipeline: the only place where the types of the table are taken on trust. */
function createMethods(core: Core): Methods {
  const names = Object.entries<Definition>(operations).flatMap(([name, { form }]) => (form === true ? [] : [name as OperationKey]));
  const methods = names.map((name) => [name, (request: Fields = {}, options?: CallOptions) => call(core, name, request, options)] as const);
  return Object.fromEntries(methods) as unknown as Methods;
}

async function exists(look: Promise<unknown>, absentCodes: readonly string[]): Promise<boolean> {
  try {
    await look;
    return true;
  } catch (error) {
    if (isServiceError(error) && error.statusCode === 404 && absentCodes.includes(error.code)) return false;
    throw error;
  }
}
