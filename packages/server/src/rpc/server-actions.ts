import type { Clock } from '@ossature/store';
import { kmsActions } from '../encryption/kms-actions.ts';
import type { LocalKeyRing } from '../encryption/local-key-ring.ts';
import type { Identities } from '../identity/identities.ts';
import { policyActions } from './policy-actions.ts';
import { roleActions } from './role-actions.ts';
import { createRpcRegistry, type RpcRegistry } from './rpc-action.ts';
import { stsActions } from './sts-actions.ts';
import { userActions } from './user-actions.ts';

interface ActionSources {
  readonly identities: Identities;
  readonly masterKeys: LocalKeyRing | undefined;
  readonly clock: Clock;
  readonly region: string;
}

/** Every action that the server has beside the operations of OSS: STS, RAM and KMS. */
export function serverActions({ identities, masterKeys, clock, region }: ActionSources): RpcRegistry {
  return createRpcRegistry([
    ...stsActions(identities),
    ...userActions(identities),
    ...policyActions(identities),
    ...roleActions(identities),
    ...kmsActions(masterKeys, { clock, ownerId: identities.account.ownerId, region }),
  ]);
}
