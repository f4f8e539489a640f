import type { ServiceError } from '@ossature/protocol';
import type { Encryption } from '@ossature/store';
import type { Principal } from '../auth/principal.ts';
import { conditionValues } from './condition-values.ts';
import { type Question, type Verdict, verdictOf } from './policy.ts';
import { byMasterKey } from './refusals.ts';
import type { RequestEnvironment } from './request-environment.ts';

/** What becomes of an object's bytes: they are encrypted under a master key, or decrypted. */
export type KeyUse = 'write' | 'read';

/** How the master keys of the server are named in policies. */
export interface KeyNames {
  readonly region: string;
  /** The id of the key of those who name none; undefined until it is made, and where the keys are another service's. */
  readonly serviceKeyId: () => string | undefined;
}

const actionsOf = { write: ['kms:GenerateDataKey', 'kms:Decrypt'], read: ['kms:Decrypt'] } as const;
/** KMS: the alias of the key of the service. */
const serviceKeyAlias = 'alias/acs/oss';

/**
 * May this principal use this master key? Only users and roles are asked: the keys are the account's own, and who is let in without a name has no policy that
 * could grant one. Bucket policies have no word in it, since their actions are those of buckets. Source: the OSS pages on server-side encryption.
 */
export function judgeMasterKey(
  principal: Principal,
  use: KeyUse,
  { algorithm, keyId }: Encryption,
  names: KeyNames,
  environment: RequestEnvironment,
): ServiceError | undefined {
  if (algorithm !== 'KMS' || (principal.kind !== 'user' && principal.kind !== 'role')) return undefined;
  const resource = {
    service: 'kms',
    region: names.region,
    accountId: principal.ownerId,
    path: `key/${keyId ?? names.serviceKeyId() ?? serviceKeyAlias}`,
  };
  const values = conditionValues({ principal, bucket: undefined, object: undefined, environment });
  for (const action of actionsOf[use]) {
    const question: Question = { action, resource, values, tagsUnread: false };
    const ofSession: Verdict =
      principal.kind === 'user' || principal.sessionPolicy === undefined ? 'allow' : verdictOf([principal.sessionPolicy], question);
    if (ofSession !== 'allow') return byMasterKey(principal, action, ofSession, 'session');
    const ofIdentity = verdictOf(principal.policies, question);
    if (ofIdentity !== 'allow') return byMasterKey(principal, action, ofIdentity, 'identity');
  }
  return undefined;
}
