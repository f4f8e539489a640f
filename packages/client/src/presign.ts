import { type HeaderField, headerText, type OperationKey, presignRequest } from '@ossature/protocol';
import type { Core, Fields } from './core.ts';
import { addressOf } from './endpoint.ts';
import { InvalidRequestError } from './invalid-request-error.ts';
import { planCall } from './plan.ts';

export interface PresignOptions {
  /** How long the URL is good for; default 900. V4 allows 1 to 604800. */
  readonly expiresSeconds?: number | undefined;
}

/** A request that anybody can send until it expires. Whoever has it may do what it says: treat it as a secret. */
export interface PresignedRequest {
  readonly method: string;
  readonly url: string;
  /** What must be sent along, as it is. A `Content-Type` that is not among them must not be sent: it always is a part of what is signed. */
  readonly signedHeaders: Readonly<Record<string, string>>;
  /** The document that must be sent, for operations that send one; the bytes of an upload are whoever sends it's own. */
  readonly body?: Uint8Array;
  readonly expiration: Date;
}

/** Signs a request into a URL. The bytes of an upload are no part of it: whoever sends it brings his own. */
export async function presign(core: Core, operation: OperationKey, request: Fields, options: PresignOptions): Promise<PresignedRequest> {
  if ('body' in request) throw new InvalidRequestError('body', 'A presigned URL has no body; give it when the URL is used.');
  const { message } = planCall(core, operation, request, 'no-body');
  const credentials = await core.credentials.get();
  if (credentials === undefined) throw new InvalidRequestError('credentials', 'An anonymous client cannot sign.');
  const nowMs = core.clock.now() + core.skew.offsetMs;
  const expiresSeconds = options.expiresSeconds ?? 900;
  const presigned = presignRequest(core.digests, message, {
    version: core.signatureVersion,
    credentials,
    region: core.region,
    nowMs,
    expiresInSeconds: expiresSeconds,
  });
  const { origin, host, target } = addressOf(core.endpoint, presigned);
  return {
    method: presigned.method,
    url: `${origin.scheme}://${host}${target}`,
    ...(message.body instanceof Uint8Array ? { body: message.body } : {}),
    signedHeaders: Object.fromEntries(presigned.headers.map(([name, value]: HeaderField) => [name, headerText(value) ?? value])),
    expiration: new Date(nowMs + expiresSeconds * 1000),
  };
}
