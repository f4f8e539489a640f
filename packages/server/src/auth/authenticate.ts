import { type RequestMessage, readClaim, ServiceError, unknownAccessKey, verifyClaim } from '@ossature/protocol';
import { nodeDigests } from '@ossature/protocol/node';
import type { Account } from './account.ts';
import { anonymous, type Principal } from './principal.ts';

export interface AuthenticationOptions {
  readonly account: Account;
  readonly nowMs: number;
  /** The regions that a V4 scope may name for this request; any where undefined. */
  readonly regions: readonly string[] | undefined;
}

/**
 * Who a request is from. Throws the documented errors of a signature that is malformed, unknown, too old or wrong; no signature at
 * all is no error here. The order is that of OSS: the key, the token, the time, the signature.
 */
export function authenticate(message: RequestMessage, options: AuthenticationOptions): Principal {
  const claim = readClaim(message);
  if (claim === undefined) return anonymous;
  const { account, nowMs, regions } = options;
  if (claim.accessKeyId !== account.accessKeyId) throw unknownAccessKey(claim.accessKeyId);
  // This server gives out no temporary credentials, so every token is a foreign one.
  if (claim.token !== undefined) throw new ServiceError('InvalidSecurityToken');
  verifyClaim(nodeDigests, message, claim, { secret: account.accessKeySecret, nowMs, regions });
  return {
    kind: 'account',
    accessKeyId: account.accessKeyId,
    ownerId: account.ownerId,
    signingRegion: claim.version === 'V4' ? claim.scope.region : undefined,
  };
}
