import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';
import { allow, assume, callRpc, makeRole, makeUser, policyText, sendRpc } from './rpc.test.support.ts';

let test: TestServer;
let alice: Awaited<ReturnType<typeof makeUser>>;
let roleArn: string;
const sts = '2015-04-01';
const minuteMs = 60_000;
beforeAll(async () => {
  test = await startTestServer({ buckets: ['bkt'] });
  alice = await makeUser(test, 'alice', [allow('sts:AssumeRole')]);
  roleArn = await makeRole(test, 'demo', [allow('oss:*')]);
});
afterAll(async () => {
  await test.server.close();
});

const code = async (answer: Promise<{ readonly status: number; readonly json: { readonly Code?: string } }>) => {
  const { status, json } = await answer;
  return [status, json.Code];
};

describe('calls', () => {
  it('come by GET and by POST, at every Host of the service, and answer JSON or XML', async () => {
    for (const method of ['GET', 'POST'] as const) {
      for (const host of ['127.0.0.1', 'localhost:9720', 'sts.localhost', 'sts.aliyuncs.com', 'ram.cn-hangzhou.aliyuncs.com']) {
        const answer = await callRpc(test, 'GetCallerIdentity', {}, { version: sts, method, host });
        expect([answer.status, answer.json.IdentityType]).toEqual([200, 'Account']);
      }
    }
    const xml = await callRpc(test, 'GetCallerIdentity', {}, { version: sts, format: undefined });
    expect(xml.text).toMatch(
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<GetCallerIdentityResponse><RequestId>[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}<\/RequestId><IdentityType>Account<\/IdentityType>/,
    );
    const error = await callRpc(test, 'Nothing', {}, { format: 'XML', host: 'sts.aliyuncs.com' });
    expect(error.text).toMatch(
      /<Error><RequestId>[^<]+<\/RequestId><HostId>sts.aliyuncs.com<\/HostId><Code>InvalidAction.NotFound<\/Code><Message>/,
    );
    const lists = await callRpc(test, 'ListUsers', {}, { format: 'XML' });
    expect(lists.text).toContain('<Users><User><UserId>');
  });

  it('are none of OSS, and those of OSS are none of them', async () => {
    expect((await test.send({ query: { prefix: 'b' } })).text).toContain('<Name>bkt</Name>');
    // A bucket of that name is a bucket.
    const listed = await test.send({ bucket: 'sts', host: 'sts.oss-cn-hangzhou.aliyuncs.com', query: { Action: 'AssumeRole' } });
    expect(listed.code).toBe('NoSuchBucket');
    expect((await test.send({ bucket: 'bkt', host: 'bkt.localhost', query: { Action: 'x' } })).status).toBe(200);
  });

  it.each<[string, Readonly<Record<string, string | undefined>>, number, string]>([
    ['no key', { AccessKeyId: undefined }, 400, 'IncompleteSignature'],
    ['no signature', { Signature: undefined }, 400, 'IncompleteSignature'],
    ['no nonce', { SignatureNonce: undefined }, 400, 'IncompleteSignature'],
    ['no time', { Timestamp: undefined }, 400, 'IncompleteSignature'],
    ['another method', { SignatureMethod: 'HMAC-SHA256' }, 400, 'IncompleteSignature'],
    ['another version of the signature', { SignatureVersion: '2.0' }, 400, 'IncompleteSignature'],
    ['an unknown key', { AccessKeyId: 'who' }, 404, 'InvalidAccessKeyId.NotFound'],
    ['a time that is none', { Timestamp: 'now' }, 400, 'InvalidTimeStamp.Format'],
    ['a wrong signature', { Signature: 'AAAA' }, 400, 'SignatureDoesNotMatch'],
    ['a token of nobody', { SecurityToken: 'token' }, 400, 'InvalidSecurityToken.Malformed'],
    ['an unknown version', { Version: '1999-01-01' }, 400, 'NoSuchVersion'],
    ['no version', { Version: undefined }, 400, 'NoSuchVersion'],
    ['no action', { Action: undefined, Version: sts, Format: 'JSON' }, 404, 'InvalidAction.NotFound'],
    ['an action of another version', { Action: 'AssumeRole' }, 404, 'InvalidAction.NotFound'],
    ['a long nonce', { SignatureNonce: 'n'.repeat(257) }, 400, 'InvalidParameter.SignatureNonce'],
  ])('are refused with %s', async (_, replace, status, wanted) => {
    expect(await code(callRpc(test, 'ListUsers', {}, { replace }))).toEqual([status, wanted]);
  });

  it('are refused where they are no parameters at all', async () => {
    expect((await sendRpc(test, 'Format=JSON&a=%zz', 'POST')).text).toContain('<Code>InvalidParameter</Code>');
    expect((await sendRpc(test, 'Action=ListUsers&Action=ListRoles', 'GET')).status).toBe(400);
    expect((await sendRpc(test, `Format=JSON&a=${'x'.repeat(65 * 1024)}`, 'POST')).status).toBe(400);
  });

  it('tell the text that was signed, and never a secret', async () => {
    const answer = await callRpc(test, 'ListUsers', {}, { credentials: { accessKeyId: 'ak', accessKeySecret: 'other' } });
    expect(answer.json.Message).toMatch(/server string to sign is:POST&%2F&AccessKeyId%3Dak/);
    expect(answer.text).not.toContain('other');
  });

  it('are good for a quarter of an hour, and once', async () => {
    const at = (offsetMs: number) => ({ replace: { Timestamp: new Date(test.clock.now() + offsetMs).toISOString() } });
    expect((await callRpc(test, 'ListUsers', {}, at(-15 * minuteMs))).status).toBe(200);
    expect(await code(callRpc(test, 'ListUsers', {}, at(-15 * minuteMs - 1)))).toEqual([400, 'InvalidTimeStamp.Expired']);
    expect(await code(callRpc(test, 'ListUsers', {}, at(15 * minuteMs + 1)))).toEqual([400, 'InvalidTimeStamp.Expired']);
    const once = { replace: { SignatureNonce: 'the same', Timestamp: '2024-05-01T08:00:00Z' } };
    expect((await callRpc(test, 'ListUsers', {}, once)).status).toBe(200);
    expect(await code(callRpc(test, 'ListUsers', {}, once))).toEqual([400, 'SignatureNonceUsed']);
    // Nonces belong to keys.
    expect(await code(callRpc(test, 'ListUsers', {}, { ...once, credentials: alice.credentials }))).toEqual([403, 'NoPermission']);
  });
});

describe('GetCallerIdentity', () => {
  it('tells the account, a user and a session', async () => {
    const account = '1234567890123456';
    const of = async (credentials?: Parameters<typeof callRpc>[3]) => {
      const { RequestId, ...told } = (await callRpc(test, 'GetCallerIdentity', {}, { ...credentials, version: sts })).json;
      expect(RequestId).toMatch(/^[0-9A-F-]{36}$/);
      return told;
    };
    expect(await of()).toEqual({
      IdentityType: 'Account',
      AccountId: account,
      PrincipalId: account,
      UserId: account,
      Arn: `acs:ram::${account}:root`,
    });
    expect(await of(alice)).toEqual({
      IdentityType: 'RAMUser',
      AccountId: account,
      PrincipalId: alice.id,
      UserId: alice.id,
      Arn: `acs:ram::${account}:user/alice`,
    });
    const session = await of({ credentials: await assume(test, alice.credentials, roleArn) });
    expect(session).toMatchObject({ IdentityType: 'AssumedRoleUser', Arn: `acs:ram::${account}:assumed-role/demo/app` });
    expect(session).not.toHaveProperty('UserId');
    expect(session.PrincipalId).toBe(`${session.RoleId}:app`);
  });
});

describe('AssumeRole', () => {
  const ask = (parameters: Readonly<Record<string, string>>, credentials = alice.credentials) =>
    callRpc(test, 'AssumeRole', { RoleArn: roleArn, RoleSessionName: 'app', ...parameters }, { version: sts, credentials });

  it('answers temporary keys', async () => {
    const { status, json } = await ask({ DurationSeconds: '900' });
    expect(status).toBe(200);
    expect(json.AssumedRoleUser).toEqual({ Arn: `${roleArn}/app`, AssumedRoleId: expect.stringMatching(/^3\d{17}:app$/) });
    expect(json.Credentials).toEqual({
      AccessKeyId: expect.stringMatching(/^STS\.\w{24}$/),
      AccessKeySecret: expect.stringMatching(/^\w{44}$/),
      SecurityToken: expect.any(String),
      Expiration: '2024-05-01T08:15:00Z',
    });
    expect((await ask({})).json.Credentials.Expiration).toBe('2024-05-01T09:00:00Z');
  });

  it.each<[Readonly<Record<string, string>>, number, string]>([
    [{ RoleArn: '' }, 400, 'MissingRoleArn'],
    [{ RoleSessionName: '' }, 400, 'MissingRoleSessionName'],
    [{ RoleArn: 'demo' }, 400, 'InvalidParameter.RoleArn'],
    [{ RoleArn: 'acs:ram::1234567890123456:user/alice' }, 400, 'InvalidParameter.RoleArn'],
    [{ RoleSessionName: 'a' }, 400, 'InvalidParameter.RoleSessionName'],
    [{ RoleSessionName: 'a/b' }, 400, 'InvalidParameter.RoleSessionName'],
    [{ RoleSessionName: 'a'.repeat(65) }, 400, 'InvalidParameter.RoleSessionName'],
    [{ DurationSeconds: '899' }, 400, 'InvalidParameter.DurationSeconds'],
    [{ DurationSeconds: '3601' }, 400, 'InvalidParameter.DurationSeconds'],
    [{ DurationSeconds: 'long' }, 400, 'InvalidParameter.DurationSeconds'],
    [{ Policy: '{"Version":"1","Statements":[]}' }, 400, 'InvalidParameter.PolicyGrammar'],
    [{ Policy: 'allow' }, 400, 'InvalidParameter.PolicyGrammar'],
    [{ Policy: `${policyText(allow('oss:*'))}${' '.repeat(2048)}` }, 400, 'InvalidParameter.PolicySize'],
    [{ RoleArn: 'acs:ram::1234567890123456:role/none' }, 404, 'EntityNotExist.Role'],
    [{ RoleArn: 'acs:ram::9999999999999999:role/demo' }, 404, 'EntityNotExist.Role'],
  ])('refuses %j', async (parameters, status, wanted) => {
    expect(await code(ask(parameters))).toEqual([status, wanted]);
  });

  it('is not for the account, nor for those whose policies say nothing or deny', async () => {
    expect(await code(callRpc(test, 'AssumeRole', { RoleArn: roleArn, RoleSessionName: 'app' }, { version: sts }))).toEqual([
      403,
      'NoPermission',
    ]);
    const nobody = await makeUser(test, 'nobody');
    expect(await code(ask({}, nobody.credentials))).toEqual([403, 'NoPermission']);
    const others = await makeUser(test, 'others', [allow('sts:AssumeRole', 'acs:ram:*:*:role/other')]);
    expect(await code(ask({}, others.credentials))).toEqual([403, 'NoPermission']);
    const bound = { IpAddress: { 'acs:SourceIp': ['10.0.0.0/8'] } };
    const far = await makeUser(test, 'far', [allow('sts:AssumeRole', '*', { Condition: bound })]);
    expect(await code(ask({}, far.credentials))).toEqual([403, 'NoPermission']);
    const near = await makeUser(test, 'near', [allow('sts:AssumeRole', 'acs:ram::1234567890123456:role/demo')]);
    expect((await ask({}, near.credentials)).status).toBe(200);
  });

  it('asks the role whom it trusts', async () => {
    const trust = policyText({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: 'acs:ram::1234567890123456:user/bob' } });
    const RoleArn = (await callRpc(test, 'CreateRole', { RoleName: 'bobs', AssumeRolePolicyDocument: trust })).json.Role.Arn;
    expect(await code(ask({ RoleArn }))).toEqual([403, 'NoPermission']);
    const bob = await makeUser(test, 'bob', [allow('sts:AssumeRole')]);
    expect((await ask({ RoleArn }, bob.credentials)).status).toBe(200);
    const denies = policyText(
      { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { RAM: 'acs:ram::1234567890123456:root' } },
      { Effect: 'Deny', Action: 'sts:AssumeRole', Principal: { RAM: ['acs:ram::1234567890123456:user/bob'] } },
    );
    const notBobs = (await callRpc(test, 'CreateRole', { RoleName: 'not-bobs', AssumeRolePolicyDocument: denies })).json.Role.Arn;
    expect((await ask({ RoleArn: notBobs })).status).toBe(200);
    expect(await code(ask({ RoleArn: notBobs }, bob.credentials))).toEqual([403, 'NoPermission']);
  });

  it('chains roles, where the first one may', async () => {
    const first = await makeRole(test, 'first', [allow('sts:AssumeRole')]);
    const session = await assume(test, alice.credentials, first);
    expect((await ask({}, session)).status).toBe(200);
    const narrowed = await assume(test, alice.credentials, first, { Policy: policyText(allow('oss:*')) });
    expect(await code(ask({}, narrowed))).toEqual([403, 'NoPermission']);
  });
});

describe('RAM', () => {
  const ram = (action: string, parameters: Readonly<Record<string, string>> = {}, call: Parameters<typeof callRpc>[3] = {}) =>
    callRpc(test, action, parameters, call);

  it('is for the account alone', async () => {
    const everything = await makeUser(test, 'admin', [allow('*')]);
    const session = await assume(test, alice.credentials, roleArn);
    for (const credentials of [everything.credentials, session]) {
      expect(await code(ram('ListUsers', {}, { credentials }))).toEqual([403, 'NoPermission']);
      expect(await code(ram('CreateUser', { UserName: 'x' }, { credentials }))).toEqual([403, 'NoPermission']);
    }
    expect(await code(ram('GetUser', { UserName: 'x' }))).toEqual([404, 'EntityNotExist.User']);
  });

  it.each<[string, Readonly<Record<string, string>>, number, string]>([
    ['CreateUser', {}, 400, 'MissingUserName'],
    ['CreateUser', { UserName: 'a b' }, 400, 'InvalidParameter.UserName.InvalidChars'],
    ['CreateUser', { UserName: '../x' }, 400, 'InvalidParameter.UserName.InvalidChars'],
    ['CreateUser', { UserName: 'a'.repeat(65) }, 400, 'InvalidParameter.UserName.Length'],
    ['CreateUser', { UserName: 'alice' }, 409, 'EntityAlreadyExists.User'],
    ['CreateUser', { UserName: 'talks', Comments: 'x'.repeat(1025) }, 400, 'InvalidParameter.Comments.Length'],
    ['GetUser', { UserName: 'none' }, 404, 'EntityNotExist.User'],
    ['DeleteUser', { UserName: 'none' }, 404, 'EntityNotExist.User'],
    ['DeleteUser', { UserName: 'alice' }, 409, 'DeleteConflict.User.AccessKey'],
    ['ListUsers', { MaxItems: '0' }, 400, 'InvalidParameter.MaxItems'],
    ['ListUsers', { MaxItems: '1001' }, 400, 'InvalidParameter.MaxItems'],
    ['ListUsers', { Marker: 'none' }, 400, 'InvalidParameter.Marker'],
    ['CreateAccessKey', { UserName: 'none' }, 404, 'EntityNotExist.User'],
    ['ListAccessKeys', { UserName: 'none' }, 404, 'EntityNotExist.User'],
    ['UpdateAccessKey', { UserName: 'alice', UserAccessKeyId: 'x', Status: 'Active' }, 404, 'EntityNotExist.User.AccessKey'],
    ['UpdateAccessKey', { UserName: 'alice', UserAccessKeyId: 'x', Status: 'active' }, 400, 'InvalidParameter.Status'],
    ['DeleteAccessKey', { UserName: 'alice' }, 400, 'MissingUserAccessKeyId'],
    ['DeleteAccessKey', { UserName: 'alice', UserAccessKeyId: 'x' }, 404, 'EntityNotExist.User.AccessKey'],
    ['CreatePolicy', { PolicyName: 'p' }, 400, 'MissingPolicyDocument'],
    ['CreatePolicy', { PolicyName: 'p', PolicyDocument: '{}' }, 400, 'MalformedPolicyDocument'],
    ['CreatePolicy', { PolicyName: 'p', PolicyDocument: ' '.repeat(6145) }, 400, 'InvalidParameter.PolicyDocument.Length'],
    ['CreatePolicy', { PolicyName: 'alice', PolicyDocument: policyText(allow('oss:*')) }, 409, 'EntityAlreadyExists.Policy'],
    ['GetPolicy', { PolicyName: 'none', PolicyType: 'Custom' }, 404, 'EntityNotExist.Policy'],
    ['GetPolicy', { PolicyName: 'alice', PolicyType: 'System' }, 404, 'EntityNotExist.Policy'],
    ['GetPolicy', { PolicyName: 'alice', PolicyType: 'Own' }, 400, 'InvalidParameter.PolicyType'],
    ['ListPolicies', { PolicyType: 'Own' }, 400, 'InvalidParameter.PolicyType'],
    ['DeletePolicy', { PolicyName: 'none' }, 404, 'EntityNotExist.Policy'],
    ['DeletePolicy', { PolicyName: 'alice' }, 409, 'DeleteConflict.Policy.User'],
    ['DeletePolicy', { PolicyName: 'demo' }, 409, 'DeleteConflict.Policy.User'],
    ['AttachPolicyToUser', { UserName: 'none', PolicyName: 'alice', PolicyType: 'Custom' }, 404, 'EntityNotExist.User'],
    ['AttachPolicyToUser', { UserName: 'alice', PolicyName: 'none', PolicyType: 'Custom' }, 404, 'EntityNotExist.Policy'],
    ['AttachPolicyToUser', { UserName: 'alice', PolicyName: 'alice', PolicyType: 'Custom' }, 409, 'EntityAlreadyExists.User.Policy'],
    ['DetachPolicyFromUser', { UserName: 'alice', PolicyName: 'demo', PolicyType: 'Custom' }, 404, 'EntityNotExist.User.Policy'],
    ['AttachPolicyToRole', { RoleName: 'demo', PolicyName: 'demo', PolicyType: 'Custom' }, 409, 'EntityAlreadyExists.Role.Policy'],
    ['DetachPolicyFromRole', { RoleName: 'none', PolicyName: 'demo', PolicyType: 'Custom' }, 404, 'EntityNotExist.Role'],
    ['ListPoliciesForUser', { UserName: 'none' }, 404, 'EntityNotExist.User'],
    ['ListPoliciesForRole', { RoleName: 'none' }, 404, 'EntityNotExist.Role'],
    ['CreateRole', { RoleName: 'r' }, 400, 'MissingAssumeRolePolicyDocument'],
    ['CreateRole', { RoleName: 'r', AssumeRolePolicyDocument: policyText(allow('sts:AssumeRole')) }, 400, 'MalformedPolicyDocument'],
    ['GetRole', { RoleName: 'none' }, 404, 'EntityNotExist.Role'],
    ['DeleteRole', { RoleName: 'demo' }, 409, 'DeleteConflict.Role.Policy'],
    ['DeleteRole', { RoleName: 'none' }, 404, 'EntityNotExist.Role'],
  ])('%s refuses %j', async (action, parameters, status, wanted) => {
    const before = (await ram('ListUsers')).json.Users;
    expect(await code(ram(action, parameters))).toEqual([status, wanted]);
    expect((await ram('ListUsers')).json.Users).toEqual(before);
  });

  it('gives a user two keys, and shows a secret once', async () => {
    await ram('CreateUser', { UserName: 'keys' });
    const first = (await ram('CreateAccessKey', { UserName: 'keys' })).json.AccessKey;
    await ram('CreateAccessKey', { UserName: 'keys' });
    expect(await code(ram('CreateAccessKey', { UserName: 'keys' }))).toEqual([409, 'LimitExceeded.User.AccessKey']);
    const listed = await ram('ListAccessKeys', { UserName: 'keys' });
    expect(listed.json.AccessKeys.AccessKey).toHaveLength(2);
    expect(listed.text).not.toContain(first.AccessKeySecret);
    const other = { UserName: 'alice', UserAccessKeyId: first.AccessKeyId };
    expect(await code(ram('DeleteAccessKey', other))).toEqual([404, 'EntityNotExist.User.AccessKey']);
  });

  it('attaches twenty policies at most', async () => {
    await ram('CreateUser', { UserName: 'many' });
    for (let i = 0; i <= 20; i++) {
      await ram('CreatePolicy', { PolicyName: `many-${i}`, PolicyDocument: policyText(allow('oss:*')) });
      const answer = await code(ram('AttachPolicyToUser', { UserName: 'many', PolicyName: `many-${i}`, PolicyType: 'Custom' }));
      expect(answer).toEqual(i < 20 ? [200, undefined] : [409, 'LimitExceeded.User.Policy']);
    }
  });

  it('lists in pages', async () => {
    const names: string[] = [];
    let marker: string | undefined;
    do {
      const { json } = await ram('ListUsers', { MaxItems: '2', ...(marker === undefined ? {} : { Marker: marker }) });
      names.push(...json.Users.User.map((user: { UserName: string }) => user.UserName));
      expect(json.IsTruncated).toBe(json.Marker !== undefined);
      marker = json.Marker;
    } while (marker !== undefined);
    expect(names).toEqual((await ram('ListUsers')).json.Users.User.map((user: { UserName: string }) => user.UserName));
    expect(names.length).toBeGreaterThan(4);
  });

  it('makes no two users of one name, also at once', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => ram('CreateUser', { UserName: 'twin' })));
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409, 409, 409, 409]);
  });
});
