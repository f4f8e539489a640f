import { formatIsoDate } from '../dates.ts';
import { ServiceError } from '../errors.ts';
import { encodeHex } from '../hex.ts';
import { limits } from '../limits.ts';
import type { Claim } from './claim.ts';
import type { ComputedSignature } from './compute-signature.ts';

/** An `Authorization` header that cannot be read: 400 InvalidArgument naming it. */
export function invalidAuthorization(message: string, authorization: string, ec?: string): ServiceError {
  return invalidArgument(message, 'Authorization', authorization, ec);
}

/** Any other malformed piece of a signature: 400 InvalidArgument naming it. A value that must not be repeated is left out. */
export function invalidArgument(message: string, name: string, value: string | undefined, ec?: string): ServiceError {
  const elements = { ArgumentName: name, ...(value === undefined ? {} : { ArgumentValue: value }) };
  return new ServiceError('InvalidArgument', { message, ec, elements });
}

export function accessDenied(message: string, ec?: string, elements: Readonly<Record<string, string>> = {}): ServiceError {
  return new ServiceError('AccessDenied', { message, ec, elements });
}

/** A presigned URL that is no longer good. */
export function expired(expiresAtMs: number, nowMs: number, ec: string): ServiceError {
  return accessDenied('Request has expired.', ec, { Expires: isoOrText(expiresAtMs), ServerTime: formatIsoDate(nowMs) });
}

export function tooSkewed(requestTimeMs: number, nowMs: number): ServiceError {
  return new ServiceError('RequestTimeTooSkewed', {
    message: 'The difference between the request time and the current time is too large.',
    ec: '0002-00000504',
    elements: {
      MaxAllowedSkewMilliseconds: String(limits.clockSkewMaxMs),
      RequestTime: formatIsoDate(requestTimeMs),
      ServerTime: formatIsoDate(nowMs),
    },
  });
}

/** For an access key that nobody has: the caller of `readClaim` throws it when its look-up finds none. */
export function unknownAccessKey(accessKeyId: string): ServiceError {
  return new ServiceError('InvalidAccessKeyId', {
    message: 'The OSS Access Key Id you provided does not exist in our records.',
    ec: '0002-00000902',
    elements: { OSSAccessKeyId: accessKeyId },
  });
}

/**
 * A wrong signature. The error shows what this end has signed, so that the other can compare; never the signature that would have
 * been right, which would be a signing service for everybody.
 */
export function signatureMismatch(claim: Claim, computed: ComputedSignature): ServiceError {
  const mismatchNumbers = { V1: '0002-00000040', V2: undefined, V4: '0002-00000201' };
  return new ServiceError('SignatureDoesNotMatch', {
    message: 'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
    ec: mismatchNumbers[claim.version],
    elements: {
      OSSAccessKeyId: claim.accessKeyId,
      SignatureProvided: claim.signature,
      StringToSign: computed.stringToSign,
      StringToSignBytes: spacedHex(computed.stringToSign),
      ...(computed.canonicalRequest === undefined ? {} : { CanonicalRequest: computed.canonicalRequest }),
    },
  });
}

/** Upper-case hex, each byte followed by a space. */
function spacedHex(text: string): string {
  return encodeHex(new TextEncoder().encode(text)).toUpperCase().replace(/../g, '$& ');
}

/** An expiry may lie beyond every date that a calendar knows. */
function isoOrText(timeMs: number): string {
  return Math.abs(timeMs) <= 8.64e15 ? formatIsoDate(timeMs) : String(Math.floor(timeMs / 1000));
}
