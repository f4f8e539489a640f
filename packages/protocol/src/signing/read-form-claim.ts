import { formatBasicDate, parseBasicDate } from '../dates.ts';
import { type FormField, formOf } from '../message.ts';
import { invalidArgument } from './authentication-errors.ts';
import { algorithmV4, parseCredential } from './canonical-v4.ts';
import type { Claim, ClaimV1, ClaimV4 } from './claim.ts';
import { isVisible } from './read-header-claim.ts';

/**
 * Who a form says it is from; `undefined` for one without any field of a signature. Fields of a signature come all or none, the policy among them (OSS: PostObject).
 * Throws ServiceError, 400 InvalidArgument, for one that is missing or malformed.
 */
export function readFormClaim(form: readonly FormField[]): Claim | undefined {
  const version = formOf(form, 'x-oss-signature-version');
  const isV4 = version !== undefined || formOf(form, 'x-oss-credential') !== undefined || formOf(form, 'x-oss-signature') !== undefined;
  if (isV4) return readV4(form, version);
  const isV1 = ['policy', 'OSSAccessKeyId', 'Signature'].some((name) => formOf(form, name) !== undefined);
  return isV1 ? readV1(form) : undefined;
}

function readV1(form: readonly FormField[]): ClaimV1 {
  const accessKeyId = requireField(form, 'OSSAccessKeyId');
  const signature = requireField(form, 'Signature');
  const policy = requireField(form, 'policy');
  return { version: 'V1', place: 'form', accessKeyId, signature, token: tokenOf(form), date: '', policy };
}

function readV4(form: readonly FormField[], version: string | undefined): ClaimV4 {
  if (version !== algorithmV4) {
    throw invalidArgument('The signature version is not supported.', 'x-oss-signature-version', version ?? '', '0002-00000066');
  }
  const signature = requireField(form, 'x-oss-signature');
  const policy = requireField(form, 'policy');
  const given = requireField(form, 'x-oss-credential');
  const credential = parseCredential(given);
  if (credential === undefined || !isVisible(credential.accessKeyId)) {
    throw invalidArgument('The credential is invalid.', 'x-oss-credential', given, '0002-00000224');
  }
  const { accessKeyId, scope } = credential;
  const date = requireField(form, 'x-oss-date');
  const requestTimeMs = parseBasicDate(date);
  if (requestTimeMs === undefined) throw invalidArgument('OSS authentication requires a valid Date.', 'x-oss-date', date);
  if (!formatBasicDate(requestTimeMs).startsWith(`${scope.date}T`)) {
    throw invalidArgument('The signing date in credential is invalid.', 'x-oss-credential', given, '0002-00000223');
  }
  const facts = { accessKeyId, signature, token: tokenOf(form), date, policy, requestTimeMs };
  return { version: 'V4', place: 'form', ...facts, additionalHeaders: [], scope };
}

function requireField(form: readonly FormField[], name: string): string {
  const value = formOf(form, name);
  if (value) return value;
  throw invalidArgument(`The form field ${name} is required together with the other fields of a signature.`, name, value ?? '');
}

/** An empty token is none. */
function tokenOf(form: readonly FormField[]): string | undefined {
  return formOf(form, 'x-oss-security-token') || undefined;
}
