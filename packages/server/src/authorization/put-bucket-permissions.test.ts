import { afterEach, beforeEach, expect, it } from 'vitest';
import { allow, makeUser, policyText } from '../rpc/rpc.test.support.ts';
import { startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

const bucket = 'bkt';
const denied = { status: 403, code: 'AccessDenied' };

let test: TestServer;
let users = 0;
beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
});
afterEach(async () => {
  await test.server.close();
});

const aclOf = async (name = bucket) => (await test.send({ bucket: name, query: { acl: '' } })).element('Grant');
const tagsOf = async () => (await test.send({ bucket, query: { tagging: '' } })).text.includes('<Key>');
const userWho = async (...actions: readonly string[]) => await makeUser(test, `user${++users}`, [allow(actions)]);
const changes: readonly (readonly [action: string, headers: Readonly<Record<string, string>>])[] = [
  ['oss:PutBucketAcl', { 'x-oss-acl': 'public-read-write' }],
  ['oss:PutBucketTagging', { 'x-oss-bucket-tagging': 'a=b' }],
];

it.each(changes)('who puts a bucket that stands needs %s for what changes', async (action, headers) => {
  const put: TestRequest = { method: 'PUT', bucket, headers };
  const maker = await userWho('oss:PutBucket');
  expect(await test.send({ ...put, credentials: maker.credentials })).toMatchObject(denied);
  expect([await aclOf(), await tagsOf()]).toEqual(['private', false]);
  expect((await test.send({ method: 'PUT', bucket, headers: { 'x-oss-acl': 'private' }, credentials: maker.credentials })).status).toBe(
    200,
  );
  const changer = await userWho('oss:PutBucket', action);
  expect((await test.send({ ...put, credentials: changer.credentials })).status).toBe(200);
  expect([await aclOf(), await tagsOf()]).not.toEqual(['private', false]);
});

it('what a bucket policy denies cannot be had by putting the bucket again', async () => {
  const user = await userWho('oss:*');
  const statement = { Effect: 'Deny', Action: 'oss:PutBucketAcl', Principal: [user.id], Resource: [`acs:oss:*:*:${bucket}`] };
  const headers = { 'x-oss-acl': 'public-read' };
  const put: TestRequest = { method: 'PUT', bucket, headers, credentials: user.credentials };
  for (const Action of ['oss:PutBucketAcl', 'oss:PutBucket']) {
    await test.send({ method: 'PUT', bucket, query: { policy: '' }, body: policyText({ ...statement, Action }) });
    expect(await test.send(put)).toMatchObject(denied);
  }
  expect(await aclOf()).toBe('private');
  await test.send({ method: 'DELETE', bucket, query: { policy: '' } });
  expect((await test.send(put)).status).toBe(200);
});

it('a new bucket takes the list and the tags that it is made with', async () => {
  const { credentials } = await userWho('oss:PutBucket');
  const headers = { 'x-oss-acl': 'public-read', 'x-oss-bucket-tagging': 'a=b' };
  expect((await test.send({ method: 'PUT', bucket: 'second', headers, credentials })).status).toBe(200);
  expect(await aclOf('second')).toBe('public-read');
});

it('PutBucketAcl makes a bucket for those alone who may make one', async () => {
  const request: TestRequest = { method: 'PUT', bucket: 'second', query: { acl: '' }, headers: { 'x-oss-acl': 'private' } };
  const setter = await userWho('oss:PutBucketAcl');
  expect(await test.send({ ...request, credentials: setter.credentials })).toMatchObject(denied);
  expect((await test.send({ bucket: 'second' })).code).toBe('NoSuchBucket');
  const maker = await userWho('oss:PutBucketAcl', 'oss:PutBucket');
  expect((await test.send({ ...request, credentials: maker.credentials })).status).toBe(200);
  expect((await test.send({ ...request, credentials: setter.credentials })).status).toBe(200);
});

it('a policy about a region speaks of the buckets that would be made there', async () => {
  const statement = { Effect: 'Deny', Action: 'oss:PutBucket', Resource: 'acs:oss:oss-cn-hangzhou:*:*' };
  const { credentials } = await makeUser(test, 'abroad', [allow('oss:*'), statement]);
  expect(await test.send({ method: 'PUT', bucket: 'second', credentials })).toMatchObject(denied);
  expect((await test.send({ method: 'PUT', bucket: 'second', host: 'second.oss-cn-hangzhou.aliyuncs.com', credentials })).status).toBe(403);
  const { credentials: local } = await makeUser(test, 'local', [allow('oss:PutBucket', 'acs:oss:cn-hangzhou:*:second')]);
  expect(await test.send({ method: 'PUT', bucket: 'third', credentials: local })).toMatchObject(denied);
  expect((await test.send({ method: 'PUT', bucket: 'second', credentials: local })).status).toBe(200);
});
