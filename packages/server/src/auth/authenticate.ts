import { type RequestMessage, readClaim, ServiceError, type SignatureVersion, unknownAccessKey, verifyClaim } from '@ossature/protocol';
import { nodeDigests } from '@ossature/protocol/node';
import type { CredentialsFault, Identities } from '../identity/identities.ts';
import { anonymous, type Principal } from './principal.ts';

export interface AuthenticationOptions {
  readonly identities: Identities;
  readonly nowMs: number;
  /** The regions that a V4 scope may name for this request; any where undefined. */
  readonly regions: readonly string[] | undefined;
}

/**
 * Who a request is from. Throws the documented errors of a signature that is malformed, unknown, too old or wrong; no signature at
 * all is no error here. The order is that of OSS: the key, the token, the time, the signature.
 */
export function authenticate(message: RequestMessage, { identities, nowMs, regions }: AuthenticationOptions): Principal {
  const claim = readClaim(message);
  if (claim === undefined) return anonymous;
  const found = identities.find(claim.accessKeyId, claim.token);
  if (found.fault !== undefined) throw credentialsError(found.fault, claim.accessKeyId, claim.version);
  verifyClaim(nodeDigests, message, claim, { secret: found.secret, nowMs, regions });
  return found.principalOf(claim.version === 'V4' ? claim.scope.region : undefined);
}

/** What is told of credentials that are nobody's; `version` is that of the signature, where one is being verified. */
export function credentialsError(fault: CredentialsFault, accessKeyId: string, version?: SignatureVersion): ServiceError {
  switch (fault) {
    case 'unknown':
      return unknownAccessKey(accessKeyId);
    case 'disabled':
      return new ServiceError('InvalidAccessKeyId', {
        message: 'The OSS Access Key Id you provided is disabled.',
        ec: '0002-00000904',
        elements: { OSSAccessKeyId: accessKeyId },
      });
    case 'token-malformed': {
      const numbers = { V1: '0002-00000006', V2: '0002-00000008', V4: undefined };
      return new ServiceError('InvalidSecurityToken', { ec: version && numbers[version] });
    }
    case 'token-expired':
      return new ServiceError('SecurityTokenExpired');
    case 'token-of-another':
      return new ServiceError('AccessKeyIdAndSecurityTokenNotMatch');
  }
}
