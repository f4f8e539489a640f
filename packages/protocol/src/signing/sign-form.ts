import { encodeBase64 } from '../base64.ts';
import { formatBasicDate, formatIsoDate } from '../dates.ts';
import type { Digests } from '../digests.ts';
import type { FormField } from '../message.ts';
import { algorithmV4, formatScope } from './canonical-v4.ts';
import { computeSignature } from './compute-signature.ts';
import type { SignOptions } from './sign.ts';
import { scopeOf } from './sign.ts';

/** A condition of a form's policy (OSS: PostObject). */
export type PostCondition =
  | Readonly<Record<string, string>>
  | readonly ['eq' | 'starts-with', `$${string}`, string]
  | readonly ['in' | 'not-in', `$${string}`, readonly string[]]
  | readonly ['content-length-range', minBytes: number, maxBytes: number];

export interface SignFormOptions extends Omit<SignOptions, 'version' | 'additionalHeaders'> {
  /** Forms know no V2. */
  readonly version: 'V1' | 'V4';
  readonly expiresAtMs: number;
}

/**
 * The fields that let others send a form: the policy with these conditions, and its signature. Those that V4 must have bound are added to the conditions. Throws RangeError
 * for a time that no date has.
 */
export function signForm(digests: Digests, conditions: readonly PostCondition[], options: SignFormOptions): readonly FormField[] {
  const { accessKeyId, accessKeySecret, securityToken } = options.credentials;
  const token: readonly FormField[] = securityToken ? [['x-oss-security-token', securityToken]] : [];
  const expiration = formatIsoDate(options.expiresAtMs);
  const policyOf = (bound: readonly FormField[]) => {
    const text = JSON.stringify({ expiration, conditions: [...conditions, ...bound.map(([name, value]) => ({ [name]: value }))] });
    return encodeBase64(new TextEncoder().encode(text));
  };
  const unread = { method: 'POST', query: [], headers: [] } as const;
  if (options.version === 'V1') {
    const policy = policyOf(token);
    const { signature } = computeSignature(digests, unread, { version: 'V1', date: '', policy }, accessKeySecret);
    return [['OSSAccessKeyId', accessKeyId], ...token, ['policy', policy], ['Signature', signature]];
  }
  const date = formatBasicDate(options.nowMs);
  const scope = scopeOf(options, date);
  const bound: readonly FormField[] = [
    ['x-oss-signature-version', algorithmV4],
    ['x-oss-credential', `${accessKeyId}/${formatScope(scope)}`],
    ['x-oss-date', date],
    ...token,
  ];
  const policy = policyOf(bound);
  const facts = { version: 'V4', date, additionalHeaders: [], scope, policy } as const;
  const { signature } = computeSignature(digests, unread, facts, accessKeySecret);
  return [...bound, ['policy', policy], ['x-oss-signature', signature]];
}
