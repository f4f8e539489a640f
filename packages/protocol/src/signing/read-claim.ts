import { queryOf } from '../message.ts';
import { invalidArgument } from './authentication-errors.ts';
import { algorithmV4 } from './canonical-v4.ts';
import type { Claim, ClaimSource } from './claim.ts';
import { readFormClaim } from './read-form-claim.ts';
import { readHeaderClaim } from './read-header-claim.ts';
import { readQueryClaimV1, readQueryClaimV2, readQueryClaimV4 } from './read-query-claim.ts';
import { textHeader } from './text-header.ts';

/**
 * Who a request says it is from, by its `Authorization` header, its query or its form; `undefined` for an anonymous request. Nothing is
 * checked yet: that takes the secret (`verifyClaim`).
 *
 * Throws ServiceError for a signature that is malformed or given in both places: mostly 400 InvalidArgument, 403 AccessDenied for
 * incomplete presigned URLs of V1 and for missing dates.
 */
export function readClaim(message: ClaimSource): Claim | undefined {
  // Of a form, neither header nor query are looked at (OSS: PostObject).
  if (message.form !== undefined) return readFormClaim(message.form);
  const authorization = textHeader(message.headers, 'authorization');
  const version = queryOf(message.query, 'x-oss-signature-version');
  if (authorization !== undefined) {
    for (const name of ['Signature', 'x-oss-signature']) {
      if (queryOf(message.query, name) !== undefined) {
        throw invalidArgument('A request is signed in its header or in its query, not in both.', name, queryOf(message.query, name));
      }
    }
    return readHeaderClaim(message, authorization);
  }
  if (version === algorithmV4) return readQueryClaimV4(message);
  if (version === 'OSS2') return readQueryClaimV2(message);
  if (version !== undefined) {
    throw invalidArgument('The signature version is not supported.', 'x-oss-signature-version', version, '0002-00000066');
  }
  const isSigned = ['Signature', 'OSSAccessKeyId', 'Expires'].some((name) => queryOf(message.query, name) !== undefined);
  return isSigned ? readQueryClaimV1(message) : undefined;
}
