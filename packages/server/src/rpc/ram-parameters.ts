import type { Identities } from '../identity/identities.ts';
import { identityLimits } from '../identity/identity-limits.ts';
import type { AttachedPolicy, RoleRecord, UserRecord } from '../identity/records.ts';
import { systemPolicies } from '../identity/system-policies.ts';
import { invalidParameter, optionalParameter, type RpcCall, RpcError, requiredParameter } from './rpc-action.ts';

/** The API version of RAM's actions. */
export const ramVersion = '2015-05-01';

/** Names of users, roles and policies: they stand in resources and in names of documents. */
export function nameParameter(call: RpcCall, parameter: 'UserName' | 'RoleName' | 'PolicyName'): string {
  const name = requiredParameter(call, parameter);
  const longest = parameter === 'PolicyName' ? identityLimits.policyNameMaxCharacters : identityLimits.nameMaxCharacters;
  if (!/^[A-Za-z0-9._@-]+$/.test(name)) throw invalidParameter(`${parameter}.InvalidChars`, `The ${parameter} has invalid characters.`);
  if (name.length > longest) throw invalidParameter(`${parameter}.Length`, `The ${parameter} has more than ${longest} characters.`);
  return name;
}

/** A text that only a person reads. */
export function textParameter(call: RpcCall, parameter: string): string {
  const text = optionalParameter(call, parameter) ?? '';
  if (text.length > identityLimits.textMaxCharacters) {
    throw invalidParameter(`${parameter}.Length`, `The ${parameter} has more than ${identityLimits.textMaxCharacters} characters.`);
  }
  return text;
}

export function documentParameter(call: RpcCall, parameter: string): string {
  const text = requiredParameter(call, parameter);
  if (text.length > identityLimits.documentMaxCharacters) {
    throw invalidParameter(`${parameter}.Length`, `The ${parameter} has more than ${identityLimits.documentMaxCharacters} characters.`);
  }
  return text;
}

export type Kind = 'User' | 'Role' | 'Policy' | 'User.AccessKey' | 'User.Policy' | 'Role.Policy';

export function notThere(kind: Kind): RpcError {
  return new RpcError(404, `EntityNotExist.${kind}`, `The ${kind} does not exist.`);
}

export function alreadyThere(kind: Kind): RpcError {
  return new RpcError(409, `EntityAlreadyExists.${kind}`, `The ${kind} already exists.`);
}

export function conflicting(what: string): RpcError {
  return new RpcError(409, `DeleteConflict.${what}`, 'The entity is still in use: take away what hangs on it first.');
}

/** Throws where one more would be too many. */
export function judgeCount(count: number, max: number, kind: string): void {
  if (count >= max) throw new RpcError(409, `LimitExceeded.${kind}`, `There may be ${max} at most.`);
}

export function findUser(identities: Identities, call: RpcCall): UserRecord {
  const user = identities.users.get(nameParameter(call, 'UserName'));
  if (user === undefined) throw notThere('User');
  return user;
}

export function findRole(identities: Identities, call: RpcCall): RoleRecord {
  const role = identities.roles.get(nameParameter(call, 'RoleName'));
  if (role === undefined) throw notThere('Role');
  return role;
}

/** The policy that a call names: one of the account's own, or one that every account has. */
export function findPolicy(identities: Identities, call: RpcCall): Pick<AttachedPolicy, 'type' | 'name'> {
  const type = requiredParameter(call, 'PolicyType');
  if (type !== 'Custom' && type !== 'System') throw invalidParameter('PolicyType', 'The PolicyType must be Custom or System.');
  const name = nameParameter(call, 'PolicyName');
  const found = type === 'Custom' ? identities.policies.get(name) : systemPolicies.get(name);
  if (found === undefined) throw notThere('Policy');
  return { type, name };
}

const pageMaxItems = 1000;
const pageDefaultItems = 100;

/** One page of a list: `Marker` is the name after which it begins. */
export function pageOf<T>(call: RpcCall, items: readonly T[], nameOf: (item: T) => string) {
  const text = optionalParameter(call, 'MaxItems');
  const max = text === undefined ? pageDefaultItems : /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (max < 1 || max > pageMaxItems) throw invalidParameter('MaxItems', `MaxItems must be 1 to ${pageMaxItems}.`);
  const marker = optionalParameter(call, 'Marker');
  const start = marker === undefined ? 0 : items.findIndex((item) => nameOf(item) === marker) + 1;
  if (marker !== undefined && start === 0) throw invalidParameter('Marker', 'The Marker is none that a list gave.');
  const page = items.slice(start, start + max);
  const isTruncated = start + max < items.length;
  const last = page.at(-1);
  return { page, facts: { IsTruncated: isTruncated, ...(isTruncated && last !== undefined ? { Marker: nameOf(last) } : {}) } };
}
