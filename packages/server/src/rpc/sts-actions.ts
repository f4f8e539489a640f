import type { Principal } from '../auth/principal.ts';
import { compilePolicy } from '../authorization/compile-policy.ts';
import type { ConditionValues } from '../authorization/condition.ts';
import { conditionValues } from '../authorization/condition-values.ts';
import { type Question, verdictOf } from '../authorization/policy.ts';
import { PolicyFault } from '../authorization/policy-fault.ts';
import { quietEnvironment } from '../authorization/request-environment.ts';
import { type Identities, sessionKeyPrefix } from '../identity/identities.ts';
import { identityLimits } from '../identity/identity-limits.ts';
import { mintText } from '../identity/mint.ts';
import type { RoleRecord } from '../identity/records.ts';
import { sealSession } from '../identity/security-token.ts';
import { compileTrustPolicy, isTrusted } from '../identity/trust-policy.ts';
import {
  invalidParameter,
  noPermission,
  optionalParameter,
  type RpcAction,
  type RpcCall,
  RpcError,
  type RpcRecord,
  requiredParameter,
} from './rpc-action.ts';
import { timeText } from './time-text.ts';

const version = '2015-04-01';

/** The actions of STS (API version 2015-04-01). */
export function stsActions(identities: Identities): readonly RpcAction[] {
  return [
    { name: 'AssumeRole', version, callers: 'any', run: (call) => assumeRole(identities, call) },
    { name: 'GetCallerIdentity', version, callers: 'any', run: (call) => callerIdentity(call.caller) },
  ];
}

/** Temporary credentials of a role. The account's own key may not have them: it may do everything, and a role is to narrow. */
function assumeRole(identities: Identities, call: RpcCall): RpcRecord {
  const roleArn = requiredParameter(call, 'RoleArn');
  const sessionName = requiredParameter(call, 'RoleSessionName');
  const named = /^acs:ram::(\d{1,32}):role\/([\w.@-]{1,64})$/.exec(roleArn);
  if (named === null) throw invalidParameter('RoleArn', 'The parameter RoleArn is wrongly formed.');
  if (!/^[\w.@-]{2,64}$/.test(sessionName)) throw invalidParameter('RoleSessionName', 'The parameter RoleSessionName is wrongly formed.');
  const policy = sessionPolicyOf(call);
  if (call.caller.kind === 'account') throw noPermission();
  const role = named[1] === identities.account.ownerId ? identities.roles.get(named[2] ?? '') : undefined;
  if (role === undefined) throw new RpcError(404, 'EntityNotExist.Role', 'The role not exists.');
  judgeAssumption(identities, call, role);
  const seconds = sessionSeconds(call, role);
  const expiresMs = identities.now() + seconds * 1000;
  const accessKeyId = `${sessionKeyPrefix}${mintText(24, identities.random)}`;
  const accessKeySecret = mintText(44, identities.random);
  const session = { accessKeyId, accessKeySecret, expiresMs, roleName: role.name, roleId: role.id, sessionName, policy };
  return {
    AssumedRoleUser: { Arn: `${roleArn}/${sessionName}`, AssumedRoleId: `${role.id}:${sessionName}` },
    Credentials: {
      AccessKeyId: accessKeyId,
      AccessKeySecret: accessKeySecret,
      SecurityToken: sealSession(identities.key, session),
      Expiration: timeText(expiresMs),
    },
  };
}

function sessionPolicyOf(call: RpcCall): string | undefined {
  const policy = optionalParameter(call, 'Policy');
  if (policy === undefined) return undefined;
  if (policy.length > identityLimits.sessionPolicyMaxCharacters) {
    throw invalidParameter('PolicySize', `The session policy has more than ${identityLimits.sessionPolicyMaxCharacters} characters.`);
  }
  try {
    compilePolicy(policy, { kind: 'identity' });
  } catch (error) {
    if (error instanceof PolicyFault) throw invalidParameter('PolicyGrammar', 'The parameter Policy has not passed grammar check.');
    throw error;
  }
  return policy;
}

/** The caller's own policies must let them assume the role, and the role must trust them. */
function judgeAssumption(identities: Identities, call: RpcCall, role: RoleRecord): void {
  const { caller } = call;
  if (caller.kind === 'account') throw noPermission();
  const values = valuesOf(identities, call);
  const question: Question = {
    action: 'sts:AssumeRole',
    resource: { service: 'ram', region: '*', accountId: identities.account.ownerId, path: `role/${role.name}` },
    values,
    tagsUnread: false,
  };
  const isNarrowed =
    caller.kind === 'role' && caller.sessionPolicy !== undefined && verdictOf([caller.sessionPolicy], question) !== 'allow';
  if (isNarrowed || verdictOf(caller.policies, question) !== 'allow') throw noPermission();
  if (!isTrusted(compileTrustPolicy(role.trustPolicy), caller, values)) throw noPermission();
}

function valuesOf(identities: Identities, { caller, sourceIp, isSecure }: RpcCall): ConditionValues {
  const environment = { ...quietEnvironment, nowMs: identities.now(), sourceIp, isSecure };
  return conditionValues({ principal: caller, bucket: undefined, object: undefined, environment });
}

function sessionSeconds(call: RpcCall, role: RoleRecord): number {
  const text = optionalParameter(call, 'DurationSeconds');
  if (text === undefined) return Math.min(identityLimits.sessionDefaultSeconds, role.maxSessionSeconds);
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  const { sessionMinSeconds } = identityLimits;
  if (!(seconds >= sessionMinSeconds && seconds <= role.maxSessionSeconds)) {
    throw invalidParameter('DurationSeconds', `DurationSeconds must be ${sessionMinSeconds} to ${role.maxSessionSeconds}.`);
  }
  return seconds;
}

function callerIdentity(caller: Exclude<Principal, { readonly kind: 'anonymous' }>): RpcRecord {
  const { ownerId } = caller;
  const account = `acs:ram::${ownerId}`;
  switch (caller.kind) {
    case 'account':
      return { IdentityType: 'Account', AccountId: ownerId, PrincipalId: ownerId, UserId: ownerId, Arn: `${account}:root` };
    case 'user': {
      const { userId, userName } = caller;
      return { IdentityType: 'RAMUser', AccountId: ownerId, PrincipalId: userId, UserId: userId, Arn: `${account}:user/${userName}` };
    }
    case 'role': {
      const { roleId, roleName, sessionName } = caller;
      return {
        IdentityType: 'AssumedRoleUser',
        AccountId: ownerId,
        PrincipalId: `${roleId}:${sessionName}`,
        RoleId: roleId,
        Arn: `${account}:assumed-role/${roleName}/${sessionName}`,
      };
    }
  }
}
