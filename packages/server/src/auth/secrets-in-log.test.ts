import { expect, it } from 'vitest';
import { allow, assume, callRpc, makeRole, makeUser, sendRpc } from '../rpc/rpc.test.support.ts';
import { startTestServer } from '../sender.test.support.ts';

it('the log tells of those who came and failed, and has nothing that lets anybody in', async () => {
  const lines: string[] = [];
  const test = await startTestServer({ buckets: ['bkt'], log: { write: (line) => lines.push(line) } });
  const { credentials } = await makeUser(test, 'user', [allow(['oss:*', 'sts:*'])]);
  const session = await assume(test, credentials, await makeRole(test, 'role', [allow('oss:*')]));
  const wrong = { ...credentials, accessKeySecret: 'wrong-secret' };
  const at = { bucket: 'bkt', key: 'k' };
  for (const sign of ['V1', 'V2', 'V4'] as const) {
    expect((await test.send({ ...at, sign, credentials: wrong })).code).toBe('SignatureDoesNotMatch');
    expect((await test.send({ ...at, sign, credentials: wrong, presignSeconds: 60 })).code).toBe('SignatureDoesNotMatch');
    expect((await test.send({ ...at, sign, credentials: { ...session, accessKeySecret: 'wrong-secret' } })).status).toBe(403);
    expect((await test.send({ ...at, sign, credentials: session, presignSeconds: 60 })).status).toBe(404);
    expect((await test.send({ ...at, sign, credentials: { ...session, securityToken: 'wrong-token' } })).status).toBe(403);
  }
  expect((await callRpc(test, 'ListUsers', {}, { replace: { Signature: 'wrong-signature' } })).status).toBe(400);
  expect((await sendRpc(test, 'Action=ListUsers&SecurityToken=wrong-token&Signature=wrong-signature', 'POST')).status).toBe(400);
  await test.server.close();
  const log = lines.join('');
  expect(log).toContain('SignatureDoesNotMatch');
  const secrets = [credentials.accessKeySecret, session.accessKeySecret, session.securityToken];
  for (const secret of [...secrets, 'wrong-secret', 'wrong-token', 'wrong-signature', 'aliyun_v4_request'])
    expect(log).not.toContain(secret);
});
