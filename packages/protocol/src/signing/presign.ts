import { formatBasicDate } from '../dates.ts';
import type { Digests } from '../digests.ts';
import { limits } from '../limits.ts';
import type { QueryField, RequestMessage } from '../message.ts';
import { algorithmV4, formatScope } from './canonical-v4.ts';
import { computeSignature } from './compute-signature.ts';
import { type SignOptions, scopeOf } from './sign.ts';
import { additionalHeaderNames, signedHeaders } from './signed-headers.ts';

export interface PresignOptions extends SignOptions {
  /** How long the URL is good for, in whole seconds from `nowMs`; V4 allows 1 to 604800. Default 900. */
  readonly expiresInSeconds?: number | undefined;
}

/**
 * The message with its signature in the query: what a presigned URL is made of. Whoever sends it must send the method, the
 * parameters and the signed headers exactly as they are here; other headers are free.
 *
 * Throws RangeError for a life out of bounds and TypeError for V4 without a region.
 */
export function presignRequest(digests: Digests, message: RequestMessage, options: PresignOptions): RequestMessage {
  const expiresInSeconds = options.expiresInSeconds ?? limits.presignDefaultSeconds;
  judgeLife(expiresInSeconds, options);
  const { accessKeyId, accessKeySecret, securityToken } = options.credentials;
  const withoutAuthorization = message.headers.filter(([name]) => !['authorization', 'x-oss-security-token'].includes(name.toLowerCase()));
  const additionalHeaders = additionalHeaderNames(options.additionalHeaders ?? [], signedHeaders(withoutAuthorization), options.version);
  const listed: readonly QueryField[] = additionalHeaders.length > 0 ? [['x-oss-additional-headers', additionalHeaders.join(';')]] : [];
  const prepare = (...fields: readonly QueryField[]): RequestMessage => ({
    ...message,
    headers: withoutAuthorization,
    query: [...message.query.filter(([name]) => !fields.some(([field]) => field === name)), ...fields],
  });
  const expires = String(Math.floor(options.nowMs / 1000) + expiresInSeconds);
  switch (options.version) {
    case 'V1': {
      const token: readonly QueryField[] = securityToken ? [['security-token', securityToken]] : [];
      const prepared = prepare(['OSSAccessKeyId', accessKeyId], ['Expires', expires], ...token);
      const { signature } = computeSignature(digests, prepared, { version: 'V1', date: expires }, accessKeySecret);
      return withParameter(prepared, 'Signature', signature);
    }
    case 'V2': {
      const token: readonly QueryField[] = securityToken ? [['security-token', securityToken]] : [];
      const prepared = prepare(
        ['x-oss-signature-version', 'OSS2'],
        ['x-oss-expires', expires],
        ['x-oss-access-key-id', accessKeyId],
        ...listed,
        ...token,
      );
      const { signature } = computeSignature(digests, prepared, { version: 'V2', date: expires, additionalHeaders }, accessKeySecret);
      return withParameter(prepared, 'x-oss-signature', signature);
    }
    case 'V4': {
      const date = formatBasicDate(options.nowMs);
      const scope = scopeOf(options, date);
      const token: readonly QueryField[] = securityToken ? [['x-oss-security-token', securityToken]] : [];
      const prepared = prepare(
        ['x-oss-signature-version', algorithmV4],
        ['x-oss-credential', `${accessKeyId}/${formatScope(scope)}`],
        ['x-oss-date', date],
        ['x-oss-expires', String(expiresInSeconds)],
        ...listed,
        ...token,
      );
      const { signature } = computeSignature(digests, prepared, { version: 'V4', date, additionalHeaders, scope }, accessKeySecret);
      return withParameter(prepared, 'x-oss-signature', signature);
    }
  }
}

function judgeLife(expiresInSeconds: number, options: SignOptions): void {
  const max = options.version === 'V4' ? limits.presignMaxSeconds : Number.MAX_SAFE_INTEGER - Math.ceil(options.nowMs / 1000);
  if (!Number.isSafeInteger(expiresInSeconds) || expiresInSeconds < limits.presignMinSeconds || expiresInSeconds > max) {
    throw new RangeError(
      `A presigned URL of ${options.version} lives ${limits.presignMinSeconds} to ${max} seconds, not ${expiresInSeconds}.`,
    );
  }
}

function withParameter(message: RequestMessage, name: string, value: string): RequestMessage {
  return { ...message, query: [...message.query.filter(([field]) => field !== name), [name, value]] };
}
