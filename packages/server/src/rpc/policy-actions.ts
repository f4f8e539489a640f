import { compilePolicy } from '../authorization/compile-policy.ts';
import { PolicyFault } from '../authorization/policy-fault.ts';
import type { Identities } from '../identity/identities.ts';
import { identityLimits } from '../identity/identity-limits.ts';
import type { AttachedPolicy, PolicyRecord } from '../identity/records.ts';
import { systemPolicies } from '../identity/system-policies.ts';
import {
  alreadyThere,
  conflicting,
  documentParameter,
  findPolicy,
  findRole,
  findUser,
  judgeCount,
  nameParameter,
  notThere,
  pageOf,
  ramVersion,
  textParameter,
} from './ram-parameters.ts';
import { invalidParameter, optionalParameter, type RpcAction, type RpcCall, RpcError, type RpcRecord } from './rpc-action.ts';
import { timeText } from './time-text.ts';

/** Policies, and whom they are attached to (RAM, API version 2015-05-01). */
export function policyActions(identities: Identities): readonly RpcAction[] {
  const action = (name: string, run: RpcAction['run']): RpcAction => ({ name, version: ramVersion, callers: 'account', run });
  const ofUser = holderOf('User', identities);
  const ofRole = holderOf('Role', identities);
  return [
    action('CreatePolicy', (call) => createPolicy(identities, call)),
    action('GetPolicy', (call) => getPolicy(identities, call)),
    action('ListPolicies', (call) => listPolicies(identities, call)),
    action('DeletePolicy', (call) => deletePolicy(identities, call)),
    action('AttachPolicyToUser', (call) => attach(identities, call, ofUser)),
    action('DetachPolicyFromUser', (call) => detach(identities, call, ofUser)),
    action('ListPoliciesForUser', (call) => listAttached(identities, ofUser.read(call))),
    action('AttachPolicyToRole', (call) => attach(identities, call, ofRole)),
    action('DetachPolicyFromRole', (call) => detach(identities, call, ofRole)),
    action('ListPoliciesForRole', (call) => listAttached(identities, ofRole.read(call))),
  ];
}

/** A policy as lists show it. */
interface KnownPolicy {
  readonly type: AttachedPolicy['type'];
  readonly name: string;
  readonly description: string;
  readonly document: string;
  readonly createdMs: number;
}

function knownPolicy(identities: Identities, { type, name }: Pick<AttachedPolicy, 'type' | 'name'>): KnownPolicy | undefined {
  if (type === 'Custom') {
    const record = identities.policies.get(name);
    return record === undefined ? undefined : { ...record, type };
  }
  const policy = systemPolicies.get(name);
  return policy === undefined ? undefined : { ...policy, type, createdMs: 0 };
}

function policyAnswer({ type, name, description, createdMs }: KnownPolicy): RpcRecord {
  return { PolicyName: name, PolicyType: type, Description: description, DefaultVersion: 'v1', CreateDate: timeText(createdMs) };
}

function createPolicy(identities: Identities, call: RpcCall): Promise<RpcRecord> {
  const name = nameParameter(call, 'PolicyName');
  const description = textParameter(call, 'Description');
  const document = documentParameter(call, 'PolicyDocument');
  try {
    compilePolicy(document, { kind: 'identity' });
  } catch (error) {
    if (error instanceof PolicyFault) throw new RpcError(400, 'MalformedPolicyDocument', error.message);
    throw error;
  }
  return identities.change(async () => {
    if (identities.policies.get(name) !== undefined) throw alreadyThere('Policy');
    judgeCount(identities.policies.size, identityLimits.policiesMax, 'Policy');
    const policy: PolicyRecord = { name, description, document, createdMs: identities.now() };
    await identities.policies.put(name, policy);
    return { Policy: policyAnswer({ ...policy, type: 'Custom' }) };
  });
}

function getPolicy(identities: Identities, call: RpcCall): RpcRecord {
  const policy = knownPolicy(identities, findPolicy(identities, call));
  if (policy === undefined) throw notThere('Policy');
  const { document, createdMs } = policy;
  return {
    Policy: { ...policyAnswer(policy), AttachmentCount: attachmentsOf(identities, policy) },
    DefaultPolicyVersion: { VersionId: 'v1', IsDefaultVersion: true, PolicyDocument: document, CreateDate: timeText(createdMs) },
  };
}

function attachmentsOf(identities: Identities, { type, name }: Pick<AttachedPolicy, 'type' | 'name'>): number {
  const holders = [...identities.users.list(), ...identities.roles.list()];
  return holders.filter(({ policies }) => policies.some((each) => each.type === type && each.name === name)).length;
}

function listPolicies(identities: Identities, call: RpcCall): RpcRecord {
  const type = optionalParameter(call, 'PolicyType');
  if (type !== undefined && type !== 'Custom' && type !== 'System') {
    throw invalidParameter('PolicyType', 'The PolicyType must be Custom or System.');
  }
  const custom = identities.policies.list().map((policy): KnownPolicy => ({ ...policy, type: 'Custom' }));
  const system = [...systemPolicies.values()].map((policy): KnownPolicy => ({ ...policy, type: 'System', createdMs: 0 }));
  const policies = [...(type === 'System' ? [] : custom), ...(type === 'Custom' ? [] : system)];
  const { page, facts } = pageOf(call, policies, (policy) => `${policy.type}:${policy.name}`);
  return { ...facts, Policies: { Policy: page.map(policyAnswer) } };
}

function deletePolicy(identities: Identities, call: RpcCall): Promise<RpcRecord> {
  const name = nameParameter(call, 'PolicyName');
  return identities.change(async () => {
    const policy = identities.policies.get(name);
    if (policy === undefined) throw notThere('Policy');
    const inUse = [...identities.users.list(), ...identities.roles.list()].some(({ policies }) =>
      policies.some((each) => each.type === 'Custom' && each.name === name),
    );
    if (inUse) throw conflicting('Policy.User');
    await identities.policies.remove(name);
    identities.forget({ document: policy.document });
    return {};
  });
}

/** A user or a role, whose policies are read and written. */
interface Holder {
  readonly kind: 'User' | 'Role';
  read(call: RpcCall): readonly AttachedPolicy[];
  write(call: RpcCall, policies: readonly AttachedPolicy[]): Promise<void>;
}

function holderOf(kind: Holder['kind'], identities: Identities): Holder {
  const { users, roles } = identities;
  if (kind === 'User') {
    return {
      kind,
      read: (call) => findUser(identities, call).policies,
      write: (call, policies) => {
        const user = findUser(identities, call);
        return users.put(user.name, { ...user, policies });
      },
    };
  }
  return {
    kind,
    read: (call) => findRole(identities, call).policies,
    write: (call, policies) => {
      const role = findRole(identities, call);
      return roles.put(role.name, { ...role, policies });
    },
  };
}

function attach(identities: Identities, call: RpcCall, holder: Holder): Promise<RpcRecord> {
  return identities.change(async () => {
    const attached = holder.read(call);
    const policy = findPolicy(identities, call);
    if (attached.some((each) => isSame(each, policy))) throw alreadyThere(`${holder.kind}.Policy`);
    judgeCount(attached.length, identityLimits.policiesAttachedMax, `${holder.kind}.Policy`);
    await holder.write(call, [...attached, { ...policy, attachedMs: identities.now() }]);
    return {};
  });
}

function detach(identities: Identities, call: RpcCall, holder: Holder): Promise<RpcRecord> {
  return identities.change(async () => {
    const attached = holder.read(call);
    const policy = findPolicy(identities, call);
    if (!attached.some((each) => isSame(each, policy))) throw notThere(`${holder.kind}.Policy`);
    await holder.write(
      call,
      attached.filter((each) => !isSame(each, policy)),
    );
    return {};
  });
}

function isSame(a: Pick<AttachedPolicy, 'type' | 'name'>, b: Pick<AttachedPolicy, 'type' | 'name'>): boolean {
  return a.type === b.type && a.name === b.name;
}

function listAttached(identities: Identities, attached: readonly AttachedPolicy[]): RpcRecord {
  return {
    Policies: {
      Policy: attached.map(({ type, name, attachedMs }) => ({
        PolicyName: name,
        PolicyType: type,
        Description: knownPolicy(identities, { type, name })?.description ?? '',
        DefaultVersion: 'v1',
        AttachDate: timeText(attachedMs),
      })),
    },
  };
}
