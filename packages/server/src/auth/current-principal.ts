import type { Identities } from '../identity/identities.ts';
import { credentialsError } from './authenticate.ts';
import type { Principal } from './principal.ts';

/**
 * The caller of a request, as it is now: with the policies that it has now. Throws what a new request of it would be told where its key is disabled or gone, or its user or role is.
 * The times of signatures and tokens are those of the request's arrival: they bound when it may begin, not how long its body takes.
 */
export function currentPrincipal(identities: Identities, principal: Principal): Principal {
  if (principal.kind !== 'user' && principal.kind !== 'role') return principal;
  const found = principal.kind === 'user' ? identities.currentUser(principal) : identities.currentRole(principal);
  if (typeof found === 'string') throw credentialsError(found, principal.accessKeyId);
  return found;
}
