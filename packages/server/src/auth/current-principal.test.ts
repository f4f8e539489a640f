import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allow, assume, callRpc, makeRole, makeUser } from '../rpc/rpc.test.support.ts';
import { startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
let credentials: Awaited<ReturnType<typeof makeUser>>['credentials'];
let uploadId = '';
const bucket = 'bkt';
const minuteMs = 60_000;
beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
  ({ credentials } = await makeUser(test, 'alice', [allow(['oss:*', 'sts:AssumeRole'])]));
  uploadId = (await test.send({ method: 'POST', bucket, key: 'parts', query: { uploads: '' } })).element('UploadId') ?? '';
});
afterEach(async () => {
  await test.server.close();
});

const ofAlice = () => ({ UserName: 'alice', PolicyName: 'alice', PolicyType: 'Custom' });
const ofKey = () => ({ UserName: 'alice', UserAccessKeyId: credentials.accessKeyId });
const calls = async (...all: readonly (readonly [action: string, parameters: Readonly<Record<string, string>>])[]) => {
  for (const [action, parameters] of all) expect([action, (await callRpc(test, action, parameters)).status]).toEqual([action, 200]);
};

/** Half of the body has come, then this happens, then the rest comes. */
async function* bodyAround(meanwhile: () => Promise<void>) {
  yield Buffer.from('he');
  await meanwhile();
  yield Buffer.from('llo');
}

const changes: readonly (readonly [what: string, code: string, change: () => Promise<void>])[] = [
  ['its policy is detached', 'AccessDenied', () => calls(['DetachPolicyFromUser', ofAlice()])],
  ['its key is disabled', 'InvalidAccessKeyId', () => calls(['UpdateAccessKey', { ...ofKey(), Status: 'Inactive' }])],
  ['its key is deleted', 'InvalidAccessKeyId', () => calls(['DeleteAccessKey', ofKey()])],
  [
    'it is deleted',
    'InvalidAccessKeyId',
    () => calls(['DetachPolicyFromUser', ofAlice()], ['DeleteAccessKey', ofKey()], ['DeleteUser', { UserName: 'alice' }]),
  ],
];
const writes: readonly (readonly [what: string, request: () => TestRequest, seen: () => TestRequest])[] = [
  ['a put', () => ({ method: 'PUT', key: 'k' }), () => ({ key: 'k' })],
  ['an append', () => ({ method: 'POST', key: 'k', query: { append: undefined, position: '0' } }), () => ({ key: 'k' })],
  ['a part', () => ({ method: 'PUT', key: 'parts', query: { partNumber: '1', uploadId } }), () => ({ key: 'parts', query: { uploadId } })],
];

describe.each(writes)('%s of a user', (_, request, seen) => {
  it.each(changes)('is refused where, while its body comes, %s', async (_change, code, change) => {
    const refused = await test.send({ bucket, ...request(), body: bodyAround(change), credentials });
    expect([refused.status, refused.code]).toEqual([403, code]);
    const left = await test.send({ bucket, ...seen() });
    expect([left.code, left.text.includes('<PartNumber>')]).toEqual([seen().query === undefined ? 'NoSuchKey' : '', false]);
  });

  it('is done where nothing of that happens', async () => {
    expect((await test.send({ bucket, ...request(), body: bodyAround(async () => {}), credentials })).status).toBe(200);
  });
});

it('another policy that is attached meanwhile counts too', async () => {
  const deny = { ...allow('oss:PutObject'), Effect: 'Deny' };
  const change = () =>
    calls(
      ['CreatePolicy', { PolicyName: 'no', PolicyDocument: JSON.stringify({ Version: '1', Statement: [deny] }) }],
      ['AttachPolicyToUser', { UserName: 'alice', PolicyName: 'no', PolicyType: 'Custom' }],
    );
  const refused = await test.send({ method: 'PUT', bucket, key: 'k', body: bodyAround(change), credentials });
  expect([refused.code, refused.element('NoPermissionType')]).toEqual(['AccessDenied', 'ExplicitDeny']);
});

describe('a put of a role', () => {
  const ofRole = { RoleName: 'writer', PolicyName: 'writer', PolicyType: 'Custom' };
  it.each<[string, number, string, () => Promise<void>]>([
    ['its policy is detached', 403, 'AccessDenied', () => calls(['DetachPolicyFromRole', ofRole])],
    ['it is deleted', 403, 'InvalidSecurityToken', () => calls(['DetachPolicyFromRole', ofRole], ['DeleteRole', { RoleName: 'writer' }])],
    [
      'its token expires',
      200,
      '',
      () => {
        test.clock.nowMs += 61 * minuteMs;
        return Promise.resolve();
      },
    ],
  ])('while its body comes, %s: %i', async (_, status, code, change) => {
    const token = await assume(test, credentials, await makeRole(test, 'writer', [allow('oss:*')]));
    const answer = await test.send({ method: 'PUT', bucket, key: 'k', body: bodyAround(change), credentials: token });
    expect([answer.status, answer.code]).toEqual([status, code]);
  });
});
