import { createHash } from 'node:crypto';
import type { Credentials } from '@ossature/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { allow, makeUser } from '../rpc/rpc.test.support.ts';
import { type Answer, startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const key = 'k';
const bypass = { 'x-oss-bypass-governance-retention': 'true' };
let versionId: string;

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
  await send({
    method: 'PUT',
    query: { versioning: '' },
    body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  });
  const enabled = '<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled></ObjectWormConfiguration>';
  await send({ method: 'PUT', query: { objectWorm: '' }, body: enabled });
  const headers = { 'x-oss-object-worm-mode': 'GOVERNANCE', 'x-oss-object-worm-retain-until-date': '2030-01-01T00:00:00.000Z' };
  versionId = (await send({ method: 'PUT', key, body: 'kept', headers })).header('x-oss-version-id') ?? '';
});
afterEach(async () => {
  await test.server.close();
});

const send = (request: TestRequest): Promise<Answer> => test.send({ bucket, ...request });
const told = ({ status, code }: Answer) => [status, code];
const userWith = async (name: string, ...actions: readonly string[]): Promise<Credentials> =>
  (await makeUser(test, name, [allow(actions)])).credentials;

function deletions(credentials: Credentials, headers: Readonly<Record<string, string>>): readonly (() => Promise<Answer>)[] {
  const body = `<Delete><Object><Key>${key}</Key><VersionId>${versionId}</VersionId></Object></Delete>`;
  const md5 = createHash('md5').update(body).digest('base64');
  return [
    () => send({ method: 'DELETE', key, query: { versionId }, headers, credentials }),
    () => send({ method: 'POST', query: { delete: '' }, body, headers: { ...headers, 'Content-MD5': md5 }, credentials }),
  ];
}

it('who asks to bypass a retention needs the right to', async () => {
  const deleter = await userWith('deleter', 'oss:DeleteObjectVersion', 'oss:DeleteObject');
  for (const act of deletions(deleter, {})) expect(told(await act())).toEqual([409, 'FileImmutable']);
  for (const act of deletions(deleter, bypass)) expect(told(await act())).toEqual([403, 'AccessDenied']);
  expect((await send({ key, query: { versionId } })).text).toBe('kept');
});

it.each([0, 1])('with the right it goes: %i', async (at) => {
  const trusted = await userWith('trusted', 'oss:DeleteObjectVersion', 'oss:DeleteObject', 'oss:BypassGovernanceRetention');
  const without = deletions(trusted, {})[at];
  expect(told((await without?.()) as Answer)).toEqual([409, 'FileImmutable']);
  expect((await deletions(trusted, bypass)[at]?.())?.status).toBeLessThan(300);
  expect((await send({ key, query: { versionId } })).code).toBe('NoSuchVersion');
});

it('a retention is shortened by those alone who may bypass it', async () => {
  const shorten = (credentials: Credentials, headers: Readonly<Record<string, string>>) =>
    send({
      method: 'PUT',
      key,
      query: { retention: '' },
      headers,
      credentials,
      body: '<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>2029-01-01T00:00:00.000Z</RetainUntilDate></Retention>',
    });
  const keeper = await userWith('keeper', 'oss:PutObjectRetention');
  expect(told(await shorten(keeper, {}))).toEqual([409, 'FileImmutable']);
  expect(told(await shorten(keeper, bypass))).toEqual([403, 'AccessDenied']);
  const trusted = await userWith('trusted', 'oss:PutObjectRetention', 'oss:BypassGovernanceRetention');
  expect((await shorten(trusted, bypass)).status).toBe(200);
});

it('whoever writes needs a right of its own to protect', async () => {
  const writer = await userWith('writer', 'oss:PutObject');
  const put = (headers: Readonly<Record<string, string>>) => send({ method: 'PUT', key: 'new', body: 'x', headers, credentials: writer });
  expect((await put({})).status).toBe(200);
  expect(told(await put({ 'x-oss-object-worm-legal-hold': 'ON' }))).toEqual([403, 'AccessDenied']);
});

it('of several, one that is protected keeps them all', async () => {
  const body = `<Delete><Object><Key>other</Key><VersionId>VID</VersionId></Object><Object><Key>${key}</Key><VersionId>${versionId}</VersionId></Object></Delete>`;
  const other = (await send({ method: 'PUT', key: 'other', body: 'x' })).header('x-oss-version-id') ?? '';
  const filled = body.replace('VID', other);
  const headers = { 'Content-MD5': createHash('md5').update(filled).digest('base64') };
  expect(told(await send({ method: 'POST', query: { delete: '' }, body: filled, headers }))).toEqual([409, 'FileImmutable']);
  expect((await send({ key: 'other', query: { versionId: other } })).text).toBe('x');
});
