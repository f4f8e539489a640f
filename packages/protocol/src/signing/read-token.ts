import { ServiceError } from '../errors.ts';
import { queryOf } from '../message.ts';
import { invalidArgument } from './authentication-errors.ts';
import type { ClaimSource } from './claim.ts';
import type { SignatureVersion } from './credentials.ts';
import { textHeader } from './text-header.ts';

/**
 * The security token of a request: in the header where the signature is in the header, in the query where it is there. The Python SDK
 * sends that of V1 in a header named `security-token`, which counts where the proper one is absent. An empty token is none.
 *
 * Throws ServiceError (400) for a token in both places, or beside a presigned URL.
 */
export function readToken(message: ClaimSource, version: SignatureVersion, place: 'header' | 'query'): string | undefined {
  const { headers, query } = message;
  const proper = textHeader(headers, 'x-oss-security-token');
  const inHeader = proper || (version === 'V1' && place === 'header' ? textHeader(headers, 'security-token') : undefined);
  const inQuery = queryOf(query, version === 'V4' ? 'x-oss-security-token' : 'security-token');
  // Tokens are not repeated in errors: they are half of a credential.
  if (inHeader && inQuery) {
    throw invalidArgument('A security token is given in the header or in the query, not in both.', 'x-oss-security-token', undefined);
  }
  if (place === 'header') return inHeader || undefined;
  if (inHeader) throw new ServiceError('InvalidRequest', { message: 'Security-token must be provided by query string parameter.' });
  return inQuery || undefined;
}
