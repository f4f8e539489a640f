import { accessKeyPurpose, type Identities } from '../identity/identities.ts';
import { identityLimits } from '../identity/identity-limits.ts';
import { mintNumber, mintText } from '../identity/mint.ts';
import type { AccessKeyRecord, UserRecord } from '../identity/records.ts';
import {
  alreadyThere,
  conflicting,
  findUser,
  judgeCount,
  nameParameter,
  notThere,
  pageOf,
  ramVersion,
  textParameter,
} from './ram-parameters.ts';
import { invalidParameter, type RpcAction, type RpcCall, type RpcRecord, requiredParameter } from './rpc-action.ts';
import { timeText } from './time-text.ts';

/** Users of the account and their keys (RAM, API version 2015-05-01). */
export function userActions(identities: Identities): readonly RpcAction[] {
  const action = (name: string, run: (identities: Identities, call: RpcCall) => RpcRecord | Promise<RpcRecord>): RpcAction => ({
    name,
    version: ramVersion,
    callers: 'account',
    run: (call) => run(identities, call),
  });
  return [
    action('CreateUser', createUser),
    action('GetUser', (_, call) => ({ User: userAnswer(findUser(identities, call)) })),
    action('ListUsers', listUsers),
    action('DeleteUser', deleteUser),
    action('CreateAccessKey', createAccessKey),
    action('ListAccessKeys', listAccessKeys),
    action('UpdateAccessKey', updateAccessKey),
    action('DeleteAccessKey', deleteAccessKey),
  ];
}

function userAnswer({ id, name, displayName, comments, createdMs }: UserRecord): RpcRecord {
  return { UserId: id, UserName: name, DisplayName: displayName, Comments: comments, CreateDate: timeText(createdMs) };
}

function createUser(identities: Identities, call: RpcCall): Promise<RpcRecord> {
  const name = nameParameter(call, 'UserName');
  const texts = { displayName: textParameter(call, 'DisplayName'), comments: textParameter(call, 'Comments') };
  return identities.change(async () => {
    if (identities.users.get(name) !== undefined) throw alreadyThere('User');
    judgeCount(identities.users.size, identityLimits.usersMax, 'User');
    const id = mintNumber('2', identities.random);
    const user: UserRecord = { id, name, ...texts, createdMs: identities.now(), policies: [] };
    await identities.users.put(name, user);
    return { User: userAnswer(user) };
  });
}

function listUsers(identities: Identities, call: RpcCall): RpcRecord {
  const { page, facts } = pageOf(call, identities.users.list(), ({ name }) => name);
  return { ...facts, Users: { User: page.map(userAnswer) } };
}

function deleteUser(identities: Identities, call: RpcCall): Promise<RpcRecord> {
  return identities.change(async () => {
    const user = findUser(identities, call);
    if (keysOf(identities, user.name).length > 0) throw conflicting('User.AccessKey');
    if (user.policies.length > 0) throw conflicting('User.Policy');
    await identities.users.remove(user.name);
    return {};
  });
}

function keysOf(identities: Identities, userName: string): readonly AccessKeyRecord[] {
  return identities.accessKeys.list().filter((key) => key.userName === userName);
}

function keyAnswer({ id, status, createdMs }: AccessKeyRecord): RpcRecord {
  return { AccessKeyId: id, Status: status, CreateDate: timeText(createdMs) };
}

/** The one answer that shows the secret. */
function createAccessKey(identities: Identities, call: RpcCall): Promise<RpcRecord> {
  return identities.change(async () => {
    const { name: userName } = findUser(identities, call);
    judgeCount(keysOf(identities, userName).length, identityLimits.accessKeysOfUserMax, 'User.AccessKey');
    const id = `OSST${mintText(20, identities.random)}`;
    const secret = mintText(30, identities.random);
    const sealedSecret = identities.key.seal(accessKeyPurpose, id, Buffer.from(secret));
    const key: AccessKeyRecord = { id, userName, status: 'Active', createdMs: identities.now(), sealedSecret };
    await identities.accessKeys.put(id, key);
    return { AccessKey: { AccessKeyId: id, AccessKeySecret: secret, Status: key.status, CreateDate: timeText(key.createdMs) } };
  });
}

function listAccessKeys(identities: Identities, call: RpcCall): RpcRecord {
  return { AccessKeys: { AccessKey: keysOf(identities, findUser(identities, call).name).map(keyAnswer) } };
}

/** The user's key that the call names. */
function findKey(identities: Identities, call: RpcCall): AccessKeyRecord {
  const key = identities.accessKeys.get(requiredParameter(call, 'UserAccessKeyId'));
  if (key === undefined || key.userName !== findUser(identities, call).name) throw notThere('User.AccessKey');
  return key;
}

function updateAccessKey(identities: Identities, call: RpcCall): Promise<RpcRecord> {
  const status = requiredParameter(call, 'Status');
  if (status !== 'Active' && status !== 'Inactive') throw invalidParameter('Status', 'The Status must be Active or Inactive.');
  return identities.change(async () => {
    const key = findKey(identities, call);
    await identities.accessKeys.put(key.id, { ...key, status });
    return {};
  });
}

function deleteAccessKey(identities: Identities, call: RpcCall): Promise<RpcRecord> {
  return identities.change(async () => {
    const key = findKey(identities, call);
    await identities.accessKeys.remove(key.id);
    identities.forget({ accessKeyId: key.id });
    return {};
  });
}
