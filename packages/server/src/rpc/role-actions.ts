import { PolicyFault } from '../authorization/policy-fault.ts';
import type { Identities } from '../identity/identities.ts';
import { identityLimits } from '../identity/identity-limits.ts';
import { mintNumber } from '../identity/mint.ts';
import type { RoleRecord } from '../identity/records.ts';
import { compileTrustPolicy } from '../identity/trust-policy.ts';
import {
  alreadyThere,
  conflicting,
  documentParameter,
  findRole,
  judgeCount,
  nameParameter,
  pageOf,
  ramVersion,
  textParameter,
} from './ram-parameters.ts';
import { invalidParameter, optionalParameter, type RpcAction, type RpcCall, RpcError, type RpcRecord } from './rpc-action.ts';
import { timeText } from './time-text.ts';

/** Roles that users may assume (RAM, API version 2015-05-01). */
export function roleActions(identities: Identities): readonly RpcAction[] {
  const answerOf = (role: RoleRecord) => roleAnswer(role, identities.account.ownerId);
  const action = (name: string, run: RpcAction['run']): RpcAction => ({ name, version: ramVersion, callers: 'account', run });
  return [
    action('CreateRole', async (call) => ({ Role: answerOf(await createRole(identities, call)) })),
    action('GetRole', (call) => ({ Role: answerOf(findRole(identities, call)) })),
    action('ListRoles', (call) => {
      const { page, facts } = pageOf(call, identities.roles.list(), ({ name }) => name);
      return { ...facts, Roles: { Role: page.map(answerOf) } };
    }),
    action('DeleteRole', (call) => deleteRole(identities, call)),
  ];
}

function roleAnswer(role: RoleRecord, accountId: string): RpcRecord {
  return {
    RoleId: role.id,
    RoleName: role.name,
    Arn: `acs:ram::${accountId}:role/${role.name}`,
    Description: role.description,
    AssumeRolePolicyDocument: role.trustPolicy,
    MaxSessionDuration: role.maxSessionSeconds,
    CreateDate: timeText(role.createdMs),
  };
}

function createRole(identities: Identities, call: RpcCall): Promise<RoleRecord> {
  const name = nameParameter(call, 'RoleName');
  const description = textParameter(call, 'Description');
  const trustPolicy = documentParameter(call, 'AssumeRolePolicyDocument');
  try {
    compileTrustPolicy(trustPolicy);
  } catch (error) {
    if (error instanceof PolicyFault) throw new RpcError(400, 'MalformedPolicyDocument', error.message);
    throw error;
  }
  const maxSessionSeconds = maxSession(call);
  return identities.change(async () => {
    if (identities.roles.get(name) !== undefined) throw alreadyThere('Role');
    judgeCount(identities.roles.size, identityLimits.rolesMax, 'Role');
    const id = mintNumber('3', identities.random);
    const role: RoleRecord = { id, name, description, trustPolicy, maxSessionSeconds, createdMs: identities.now(), policies: [] };
    await identities.roles.put(name, role);
    return role;
  });
}

function maxSession(call: RpcCall): number {
  const text = optionalParameter(call, 'MaxSessionDuration');
  const { roleSessionMinSeconds, roleSessionMaxSeconds } = identityLimits;
  if (text === undefined) return roleSessionMinSeconds;
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds >= roleSessionMinSeconds && seconds <= roleSessionMaxSeconds)) {
    throw invalidParameter('MaxSessionDuration', `MaxSessionDuration must be ${roleSessionMinSeconds} to ${roleSessionMaxSeconds}.`);
  }
  return seconds;
}

/** Its temporary credentials end with it. */
function deleteRole(identities: Identities, call: RpcCall): Promise<RpcRecord> {
  return identities.change(async () => {
    const role = findRole(identities, call);
    if (role.policies.length > 0) throw conflicting('Role.Policy');
    await identities.roles.remove(role.name);
    return {};
  });
}
