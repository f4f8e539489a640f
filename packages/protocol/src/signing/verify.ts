import type { Digests } from '../digests.ts';
import { ServiceError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { RequestMessage } from '../message.ts';
import { accessDenied, expired, invalidArgument, invalidAuthorization, signatureMismatch, tooSkewed } from './authentication-errors.ts';
import { formatScope } from './canonical-v4.ts';
import type { Claim, ClaimV4 } from './claim.ts';
import { computeSignature } from './compute-signature.ts';
import { constantTimeEqual } from './constant-time-equal.ts';
import { isDisputedSubResource } from './sub-resources.ts';
import { textHeader } from './text-header.ts';

export interface VerifyOptions {
  /** The secret of the claim's access key. */
  readonly secret: string;
  /** The server's clock. */
  readonly nowMs: number;
  /** The regions that a V4 signature may name; any where absent. */
  readonly regions?: readonly string[] | undefined;
  /** The products that a V4 signature may name. Default `oss`. */
  readonly products?: readonly string[] | undefined;
}

/**
 * Checks that a claim is good now, here, and signed with the secret. Returns for a good one.
 *
 * Throws ServiceError, in this order: 400 InvalidArgument for a region or product that is not served here, 403 RequestTimeTooSkewed
 * or AccessDenied for a time that has passed or not come, 403 SignatureDoesNotMatch.
 */
export function verifyClaim(digests: Digests, message: RequestMessage, claim: Claim, options: VerifyOptions): void {
  if (claim.version === 'V4') verifyScope(message, claim, options);
  verifyTime(claim, options.nowMs);
  const computed = computeSignature(digests, message, claim, options.secret);
  if (isSignature(computed.signature, claim)) return;
  if (claim.version === 'V4' && message.query.some(([, value]) => value === '')) {
    // ali-oss signs an empty value as it sends it, with its `=`; the v2 SDKs send it so and sign the name alone.
    const asSent = computeSignature(digests, message, { ...claim, keepEmptyValues: true }, options.secret);
    if (isSignature(asSent.signature, claim)) return;
  }
  if (claim.version === 'V1' && message.query.some(([name]) => isDisputedSubResource(name))) {
    const without = { ...message, query: message.query.filter(([name]) => !isDisputedSubResource(name)) };
    if (isSignature(computeSignature(digests, without, claim, options.secret).signature, claim)) return;
  }
  throw signatureMismatch(claim, computed);
}

function isSignature(computed: string, claim: Claim): boolean {
  const utf8 = new TextEncoder();
  return constantTimeEqual(utf8.encode(computed), utf8.encode(claim.signature));
}

function verifyScope(message: RequestMessage, claim: ClaimV4, options: VerifyOptions): void {
  const authorization = textHeader(message.headers, 'authorization') ?? '';
  const credential = `${claim.accessKeyId}/${formatScope(claim.scope)}`;
  if (!(options.products ?? ['oss']).includes(claim.scope.product)) {
    if (claim.place === 'header') {
      throw invalidAuthorization('Invalid credential in Authorization header.', authorization, '0002-00000213');
    }
    throw invalidArgument('The credential is invalid.', 'x-oss-credential', credential, '0002-00000224');
  }
  if (options.regions === undefined || options.regions.includes(claim.scope.region)) return;
  if (claim.place === 'header') {
    throw new ServiceError('InvalidArgument', {
      message: 'Invalid signing region in Authorization header.',
      ec: '0002-00000226',
      elements: { Authorization: authorization },
    });
  }
  throw invalidArgument('The signing region in credential is invalid.', 'x-oss-credential', credential, '0002-00000228');
}

function verifyTime(claim: Claim, nowMs: number): void {
  if (claim.place === 'header') {
    if (Math.abs(claim.requestTimeMs - nowMs) > limits.clockSkewMaxMs) throw tooSkewed(claim.requestTimeMs, nowMs);
    return;
  }
  if (claim.version === 'V4' && nowMs < claim.requestTimeMs - limits.clockSkewMaxMs) {
    throw accessDenied('Request is not valid yet.', '0002-00000235');
  }
  if (claim.place === 'form') {
    // The policy says until when it is good, but for the life that a V4 signature has at most.
    const expiresAtMs = claim.version === 'V4' ? claim.requestTimeMs + limits.presignMaxSeconds * 1000 : Number.POSITIVE_INFINITY;
    if (nowMs > expiresAtMs) throw expired(expiresAtMs, nowMs, '0002-00000236');
    return;
  }
  if (nowMs > claim.expiresAtMs) {
    throw expired(claim.expiresAtMs, nowMs, claim.version === 'V4' ? '0002-00000236' : '0002-00000069');
  }
}
