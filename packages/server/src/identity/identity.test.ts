import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, createMemoryTransport } from '@ossature/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allow, assume, callRpc, makeRole, makeUser, policyText } from '../rpc/rpc.test.support.ts';
import { startTestServer, TestClock, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const key = 'k';
const minuteMs = 60_000;
beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
  await test.send({ method: 'PUT', bucket, key, body: 'hello' });
});
afterEach(async () => {
  await test.server.close();
});

describe('users', () => {
  it('may do what their policies say, from the moment on that says it', async () => {
    const { credentials } = await makeUser(test, 'alice');
    const get = { bucket, key, credentials };
    const refused = await test.send(get);
    expect([refused.status, refused.code, refused.header('x-oss-ec')]).toEqual([403, 'AccessDenied', '0003-00000001']);
    expect(refused.text).toContain(
      '<AccessDeniedDetail><AuthAction>oss:GetObject</AuthAction><AuthPrincipalType>SubUser</AuthPrincipalType><AuthPrincipalOwnerId>1234567890123456</AuthPrincipalOwnerId>',
    );
    await callRpc(test, 'CreatePolicy', { PolicyName: 'reads', PolicyDocument: policyText(allow('oss:GetObject', 'acs:oss:*:*:bkt/*')) });
    await callRpc(test, 'AttachPolicyToUser', { UserName: 'alice', PolicyName: 'reads', PolicyType: 'Custom' });
    for (const sign of ['V1', 'V2', 'V4'] as const) {
      expect((await test.send({ ...get, sign })).text).toBe('hello');
      expect((await test.send({ ...get, sign, presignSeconds: 60 })).text).toBe('hello');
    }
    expect((await test.send({ ...get, method: 'PUT', body: 'x' })).status).toBe(403);
    expect((await test.send({ bucket, credentials })).status).toBe(403);
    await callRpc(test, 'DetachPolicyFromUser', { UserName: 'alice', PolicyName: 'reads', PolicyType: 'Custom' });
    expect((await test.send(get)).status).toBe(403);
  });

  it('are not the owner for whom a private list is no bar, and no more than others for a public one', async () => {
    const { credentials } = await makeUser(test, 'alice');
    await test.send({ method: 'PUT', bucket, query: { acl: '' }, headers: { 'x-oss-acl': 'public-read' } });
    expect((await test.send({ bucket, key, credentials })).status).toBe(200);
    expect((await test.send({ method: 'PUT', bucket, key, body: 'x', credentials })).status).toBe(403);
    expect((await test.send({ bucket, credentials })).status).toBe(403);
  });

  it('list and make buckets of the account where they may', async () => {
    const { credentials } = await makeUser(test, 'maker', [allow(['oss:ListBuckets', 'oss:PutBucket'], 'acs:oss:*:*:*')]);
    expect((await test.send({ credentials })).text).toContain('<Name>bkt</Name>');
    expect((await test.send({ method: 'PUT', bucket: 'made-by-user', credentials })).status).toBe(200);
    expect((await test.send({ bucket: 'made-by-user', query: { bucketInfo: '' } })).element('ID')).toBe('1234567890123456');
    const other = await makeUser(test, 'other');
    const refused = await test.send({ credentials: other.credentials });
    expect([refused.code, refused.element('AuthAction')]).toEqual(['AccessDenied', 'oss:ListBuckets']);
    expect((await test.send({ method: 'PUT', bucket: 'not-made', credentials: other.credentials })).code).toBe('AccessDenied');
    expect((await test.send({ bucket: 'not-made' })).code).toBe('NoSuchBucket');
  });

  it('lose everything with their key', async () => {
    const { credentials } = await makeUser(test, 'alice', [allow('oss:*')]);
    const id = { UserName: 'alice', UserAccessKeyId: credentials.accessKeyId };
    await callRpc(test, 'UpdateAccessKey', { ...id, Status: 'Inactive' });
    const disabled = await test.send({ bucket, key, credentials });
    expect([disabled.code, disabled.element('Message'), disabled.element('OSSAccessKeyId')]).toEqual([
      'InvalidAccessKeyId',
      'The OSS Access Key Id you provided is disabled.',
      credentials.accessKeyId,
    ]);
    await callRpc(test, 'UpdateAccessKey', { ...id, Status: 'Active' });
    expect((await test.send({ bucket, key, credentials })).status).toBe(200);
    await callRpc(test, 'DeleteAccessKey', id);
    expect((await test.send({ bucket, key, credentials })).header('x-oss-ec')).toBe('0002-00000902');
  });

  it('are denied in the words of OSS, which our client reads', async () => {
    const denies = { Effect: 'Deny', Action: 'oss:GetObject', Resource: '*' };
    const { credentials, id } = await makeUser(test, 'alice', [allow('oss:*'), denies]);
    const client = createClient({
      endpoint: 'http://127.0.0.1',
      region: 'cn-hangzhou',
      credentials,
      transport: createMemoryTransport((request) => test.server.handle(request)),
      clock: test.clock,
    });
    await expect(client.getObject({ bucket, key })).rejects.toMatchObject({
      code: 'AccessDenied',
      ec: '0003-00000201',
      elements: {
        'AccessDeniedDetail.AuthAction': 'oss:GetObject',
        'AccessDeniedDetail.AuthPrincipalDisplayName': id,
        'AccessDeniedDetail.NoPermissionType': 'ExplicitDeny',
        'AccessDeniedDetail.PolicyType': 'AccountLevelIdentityBasedPolicy',
      },
    });
    await client.close();
  });
});

describe('temporary credentials', () => {
  const signatures = ['V1', 'V2', 'V4'] as const;

  async function session(more: Readonly<Record<string, string>> = {}) {
    const { credentials } = await makeUser(test, 'alice', [allow('sts:AssumeRole')]);
    return { user: credentials, keys: await assume(test, credentials, await makeRole(test, 'demo', [allow('oss:*')]), more) };
  }

  it('are good in every signature, in header and query, with their token', async () => {
    const { keys: credentials } = await session();
    for (const sign of signatures) {
      expect((await test.send({ bucket, key, sign, credentials })).text).toBe('hello');
      expect((await test.send({ bucket, key, sign, credentials, presignSeconds: 60 })).text).toBe('hello');
      const { securityToken: _, ...bare } = credentials;
      expect((await test.send({ bucket, key, sign, credentials: bare })).code).toBe('InvalidAccessKeyId');
      const wrong = { ...credentials, accessKeySecret: 'other' };
      expect((await test.send({ bucket, key, sign, credentials: wrong })).code).toBe('SignatureDoesNotMatch');
    }
  });

  it('in V1 also with the token in the header that the Python SDK sends, unsigned', async () => {
    const { keys } = await session();
    const { securityToken = '', ...bare } = keys;
    const headers = { 'security-token': securityToken };
    expect((await test.send({ bucket, key, sign: 'V1', credentials: bare, headers })).text).toBe('hello');
    expect((await test.send({ bucket, key, sign: 'V4', credentials: bare, headers })).code).toBe('InvalidAccessKeyId');
  });

  it('end when they say', async () => {
    const { keys: credentials } = await session({ DurationSeconds: '900' });
    test.clock.nowMs += 15 * minuteMs - 1;
    expect((await test.send({ bucket, key, credentials })).status).toBe(200);
    test.clock.nowMs += 1;
    for (const sign of signatures) {
      const late = await test.send({ bucket, key, sign, credentials });
      expect([late.status, late.code, late.element('Message')]).toEqual([
        403,
        'SecurityTokenExpired',
        'The security token you provided has expired.',
      ]);
    }
  });

  it('need a token that is theirs', async () => {
    const { user, keys } = await session();
    const other = await assume(test, user, 'acs:ram::1234567890123456:role/demo');
    const codeOf = async (credentials: { accessKeyId: string; accessKeySecret: string; securityToken?: string }) =>
      (await test.send({ bucket, key, credentials })).code;
    expect(await codeOf({ ...keys, securityToken: other.securityToken })).toBe('AccessKeyIdAndSecurityTokenNotMatch');
    expect(await codeOf({ ...user, securityToken: keys.securityToken })).toBe('AccessKeyIdAndSecurityTokenNotMatch');
    expect(await codeOf({ accessKeyId: 'ak', accessKeySecret: 'sk', securityToken: keys.securityToken })).toBe(
      'AccessKeyIdAndSecurityTokenNotMatch',
    );
    const broken = `${keys.securityToken.slice(0, -6)}AAAAA=`;
    expect(await codeOf({ ...keys, securityToken: broken })).toBe('InvalidSecurityToken');
    expect(await codeOf({ ...keys, securityToken: 'x' })).toBe('InvalidSecurityToken');
    expect(await codeOf({ accessKeyId: 'who', accessKeySecret: 'x', securityToken: keys.securityToken })).toBe('InvalidAccessKeyId');
    expect((await test.send({ bucket, key, sign: 'V1', credentials: { ...keys, securityToken: 'x' } })).header('x-oss-ec')).toBe(
      '0002-00000006',
    );
    const both = { bucket, key, credentials: keys, query: { 'x-oss-security-token': keys.securityToken } };
    expect(await test.send(both)).toMatchObject({ status: 400, code: 'InvalidArgument' });
  });

  it('are narrowed by their policy, in the words of OSS', async () => {
    const { keys: credentials } = await session({ Policy: policyText(allow('oss:PutObject')) });
    expect((await test.send({ method: 'PUT', bucket, key: 'new', body: 'x', credentials })).status).toBe(200);
    const refused = await test.send({ bucket, key, credentials });
    expect([refused.status, refused.element('Message'), refused.element('AuthPrincipalType')]).toEqual([
      403,
      "Access denied by authorizer's policy.",
      'AssumedRoleUser',
    ]);
    const owner = await test.send({ bucket, key: 'new', query: { acl: '' } });
    expect(owner.element('ID')).toBe('1234567890123456');
  });

  it('end with their role, also where another one gets its name', async () => {
    const { keys: credentials } = await session();
    await callRpc(test, 'DetachPolicyFromRole', { RoleName: 'demo', PolicyName: 'demo', PolicyType: 'Custom' });
    expect((await test.send({ bucket, key, credentials })).code).toBe('AccessDenied');
    await callRpc(test, 'DeleteRole', { RoleName: 'demo' });
    expect((await test.send({ bucket, key, credentials })).code).toBe('InvalidSecurityToken');
    await callRpc(test, 'DeletePolicy', { PolicyName: 'demo' });
    await makeRole(test, 'demo', [allow('oss:*')]);
    expect((await test.send({ bucket, key, credentials })).code).toBe('InvalidSecurityToken');
  });
});

describe('what is kept', () => {
  it('is there after a restart, with no secret in clear', async () => {
    const data = await mkdtemp(join(tmpdir(), 'ossature-identity-'));
    try {
      const clock = new TestClock();
      const first = await startTestServer({ data, buckets: [bucket], clock });
      const target = { ...first, clock };
      const { credentials } = await makeUser(target, 'alice', [allow('oss:*'), allow('sts:AssumeRole')]);
      const keys = await assume(target, credentials, await makeRole(target, 'demo', [allow('oss:*')]));
      const put = { method: 'PUT', query: { publicAccessBlock: '' } } as const;
      const body = '<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess></PublicAccessBlockConfiguration>';
      expect((await first.send({ ...put, body })).status).toBe(200);
      for (const { text } of await first.server.store.listDocuments('ram/')) expect(text).not.toContain(credentials.accessKeySecret);
      await first.server.close();

      const second = await startTestServer({ data, clock });
      for (const each of [credentials, keys]) expect((await second.send({ bucket, credentials: each })).status).toBe(200);
      expect((await second.send({ query: { publicAccessBlock: '' } })).element('BlockPublicAccess')).toBe('true');
      await second.server.close();
      const kept = await readFile(join(data, 'server.key'), 'utf8').catch(() => '');
      expect(kept).not.toContain(credentials.accessKeySecret);
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  });
});
