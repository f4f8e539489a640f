import { formatBasicDate, parseDate } from '../dates.ts';
import { limits } from '../limits.ts';
import { queryOf } from '../message.ts';
import { accessDenied, invalidArgument } from './authentication-errors.ts';
import { parseCredential } from './canonical-v4.ts';
import type { ClaimSource, ClaimV1, ClaimV2, ClaimV4 } from './claim.ts';
import { isVisible, readHeaderNames } from './read-header-claim.ts';
import { readToken } from './read-token.ts';

/** `OSSAccessKeyId`, `Expires` and `Signature`. Throws ServiceError, 403 AccessDenied as OSS documents it for V1. */
export function readQueryClaimV1(message: ClaimSource): ClaimV1 {
  const accessKeyId = queryOf(message.query, 'OSSAccessKeyId');
  const signature = queryOf(message.query, 'Signature');
  const date = queryOf(message.query, 'Expires');
  if (!accessKeyId || !signature || !date) {
    const ec = date === undefined ? '0002-00000067' : date === '' ? '0002-00000068' : undefined;
    throw accessDenied(
      'Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters',
      ec ?? (accessKeyId === undefined ? '0002-00000071' : undefined),
    );
  }
  const expiresAtMs = readUnixTime(date);
  return { version: 'V1', place: 'query', accessKeyId, signature, token: readToken(message, 'V1', 'query'), date, expiresAtMs };
}

/** `x-oss-access-key-id`, `x-oss-expires` (absolute) and `x-oss-signature`. */
export function readQueryClaimV2(message: ClaimSource): ClaimV2 {
  const accessKeyId = requireParameter(message, 'x-oss-access-key-id', { empty: '0002-00000116' });
  const signature = requireParameter(message, 'x-oss-signature', { missing: '0002-00000117', empty: '0002-00000118' });
  const date = requireParameter(message, 'x-oss-expires', { missing: '0002-00000113' });
  const expiresAtMs = readUnixTime(date);
  const additionalHeaders = readAdditionalHeaders(message, '0002-00000110');
  const token = readToken(message, 'V2', 'query');
  return { version: 'V2', place: 'query', accessKeyId, signature, token, date, expiresAtMs, additionalHeaders };
}

/** `x-oss-credential`, `x-oss-date`, `x-oss-expires` (relative) and `x-oss-signature`. */
export function readQueryClaimV4(message: ClaimSource): ClaimV4 {
  const signature = requireParameter(message, 'x-oss-signature', { missing: '0002-00000219', empty: '0002-00000220' });
  const credentialText = requireParameter(message, 'x-oss-credential', { missing: '0002-00000217', empty: '0002-00000218' });
  const credential = parseCredential(credentialText);
  if (credential === undefined) {
    throw invalidArgument('The credential is invalid.', 'x-oss-credential', credentialText, '0002-00000224');
  }
  const { accessKeyId, scope } = credential;
  if (!isVisible(accessKeyId)) {
    throw invalidArgument('The AccessKeyId in credential is invalid.', 'x-oss-credential', credentialText, '0002-00000222');
  }
  const date = requireParameter(message, 'x-oss-date', {});
  const requestTimeMs = parseDate(date);
  if (requestTimeMs === undefined) throw invalidArgument('OSS authentication requires a valid Date.', 'x-oss-date', date);
  if (!formatBasicDate(requestTimeMs).startsWith(`${scope.date}T`)) {
    throw invalidArgument('The signing date in credential is invalid.', 'x-oss-credential', credentialText, '0002-00000223');
  }
  const expires = requireParameter(message, 'x-oss-expires', { missing: '0002-00000215' });
  const life = /^\d{1,15}$/.test(expires) ? Number(expires) : Number.NaN;
  if (!(life >= limits.presignMinSeconds && life <= limits.presignMaxSeconds)) {
    const bounds = `x-oss-expires must be an integer between ${limits.presignMinSeconds} and ${limits.presignMaxSeconds}.`;
    throw invalidArgument(bounds, 'x-oss-expires', expires, '0002-00000232');
  }
  return {
    version: 'V4',
    place: 'query',
    accessKeyId,
    signature,
    token: readToken(message, 'V4', 'query'),
    date,
    requestTimeMs,
    expiresAtMs: requestTimeMs + life * 1000,
    additionalHeaders: readAdditionalHeaders(message, '0002-00000209'),
    scope,
  };
}

/** A parameter that must be there and not be empty: else 400 InvalidArgument, with the number of the case where one is known. */
function requireParameter(message: ClaimSource, name: string, ec: { readonly missing?: string; readonly empty?: string }): string {
  const value = queryOf(message.query, name);
  if (value === undefined) throw invalidArgument(`The parameter ${name} is missing.`, name, '', ec.missing);
  if (value === '') throw invalidArgument(`The parameter ${name} is empty.`, name, '', ec.empty);
  return value;
}

/** Absolute Unix seconds, in V1 and V2 alike. */
function readUnixTime(text: string): number {
  if (!/^\d{1,16}$/.test(text)) throw accessDenied('Invalid date (should be seconds since epoch).', '0002-00000070');
  return Number(text) * 1000;
}

function readAdditionalHeaders(message: ClaimSource, ec: string): readonly string[] {
  const text = queryOf(message.query, 'x-oss-additional-headers');
  const names = readHeaderNames(text);
  if (names === undefined) throw invalidArgument('A name in x-oss-additional-headers is empty.', 'x-oss-additional-headers', text, ec);
  return names;
}
