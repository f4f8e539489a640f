import { createClient, createMemoryTransport } from '@ossature/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalKeyRing } from '../encryption/local-key-ring.ts';
import { allow, assume, callRpc, makeRole, makeUser, policyText } from '../rpc/rpc.test.support.ts';
import { startTestServer, type TestRequest, type TestServer, testAccount } from '../sender.test.support.ts';

let test: TestServer;
let ring: LocalKeyRing;
/** What encrypts, and what stands encrypted: two keys, so that the rights of a copy tell them apart. */
let writing = '';
let reading = '';
let users = 0;
const uploads = new Map<string, string>();
const bucket = 'bkt';
const byDefault = 'default-bkt';
const generate = 'kms:GenerateDataKey';
const decrypt = 'kms:Decrypt';
const kms = { 'x-oss-server-side-encryption': 'KMS' };
const under = (keyId: string) => ({ ...kms, 'x-oss-server-side-encryption-key-id': keyId });
const appendTo = (key: string, position: number): TestRequest => ({
  method: 'POST',
  bucket,
  key,
  query: { append: undefined, position: String(position) },
  body: 'more',
});
const partOf = (key: string): TestRequest => ({
  method: 'PUT',
  bucket,
  key,
  query: { partNumber: '1', uploadId: uploads.get(key) },
});

beforeAll(async () => {
  test = await startTestServer({ buckets: [bucket, byDefault] });
  ring = test.server.masterKeys as LocalKeyRing;
  writing = (await ring.createKey())?.id ?? '';
  reading = (await ring.createKey())?.id ?? '';
  const rule = `<SSEAlgorithm>KMS</SSEAlgorithm><KMSMasterKeyID>${writing}</KMSMasterKeyID>`;
  await send({
    method: 'PUT',
    bucket: byDefault,
    query: { encryption: '' },
    body: `<ServerSideEncryptionRule><ApplyServerSideEncryptionByDefault>${rule}</ApplyServerSideEncryptionByDefault></ServerSideEncryptionRule>`,
  });
  await send({ method: 'PUT', bucket, key: 'secret', body: 'hello', headers: under(reading) });
  await send({ method: 'PUT', bucket, key: 'aes', body: 'hello', headers: { 'x-oss-server-side-encryption': 'AES256' } });
  await send({ method: 'PUT', bucket, key: 'plain', body: 'hello' });
  await send({ method: 'PUT', bucket, key: 'link', query: { symlink: '' }, headers: { 'x-oss-symlink-target': 'secret' } });
  await send({ ...appendTo('plain-log', 0) });
  await send({ ...appendTo('log', 0), bucket: byDefault });
  for (const [key, headers] of [['parts', under(writing)] as const, ['plain-parts', {}] as const]) {
    const begun = await send({ method: 'POST', bucket, key, query: { uploads: '' }, headers });
    uploads.set(key, begun.element('UploadId') ?? '');
  }
});
afterAll(async () => {
  await test.server.close();
});

async function send(request: TestRequest) {
  const answer = await test.send(request);
  expect(answer.status).toBeLessThan(300);
  return answer;
}

type Right = readonly [action: string, key: () => string];
const written: readonly Right[] = [
  [generate, () => writing],
  [decrypt, () => writing],
];
const read: readonly Right[] = [[decrypt, () => reading]];

const nameOf = (keyId: string) => `acs:kms:*:${testAccount.ownerId}:key/${keyId}`;
const onBuckets = allow('oss:*');
async function userWith(...statements: readonly object[]) {
  users++;
  return (await makeUser(test, `user-${users}`, [onBuckets, ...statements])).credentials;
}
const userWithRights = (rights: readonly Right[]) => userWith(...rights.map(([action, key]) => allow(action, nameOf(key()))));

/** A form that the user signs. */
async function formOf(credentials: NonNullable<TestRequest['credentials']>): Promise<TestRequest> {
  const nowhere = createMemoryTransport(() => {
    throw new Error('Nothing is sent.');
  });
  const client = createClient({ endpoint: 'http://127.0.0.1', region: 'cn-hangzhou', credentials, clock: test.clock, transport: nowhere });
  const form = new FormData();
  const { fields } = await client.presignPost({ bucket: byDefault, key: 'form' });
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append('file', 'hello');
  const encoded = new Response(form);
  const headers = { 'Content-Type': encoded.headers.get('content-type') ?? '' };
  return { method: 'POST', bucket: byDefault, sign: 'none', body: new Uint8Array(await encoded.arrayBuffer()), headers };
}

type Credentials = NonNullable<TestRequest['credentials']>;
const put = (key: string, headers: Readonly<Record<string, string>> = {}, to = bucket): TestRequest => ({
  method: 'PUT',
  bucket: to,
  key,
  body: 'hello',
  headers,
});
const copy = (source: string, headers: Readonly<Record<string, string>> = {}, to = bucket): TestRequest => ({
  method: 'PUT',
  bucket: to,
  key: `copy-of-${source}`,
  headers: { 'x-oss-copy-source': `/${bucket}/${source}`, ...headers },
});
const cases: readonly (readonly [
  what: string,
  rights: readonly Right[],
  request: (by: Credentials) => TestRequest | Promise<TestRequest>,
])[] = [
  ['a put', written, () => put('put', under(writing))],
  ['a put under the default of the bucket', written, () => put('put', {}, byDefault)],
  ['a form', written, formOf],
  ['the first append', written, () => ({ ...appendTo(`log-${users}`, 0), bucket: byDefault })],
  ['a beginning of an upload', written, () => ({ method: 'POST', bucket, key: 'up', query: { uploads: '' }, headers: under(writing) })],
  ['a part', written, () => ({ ...partOf('parts'), body: 'hello' })],
  ['a copy', written, () => copy('plain', under(writing))],
  ['a copy under the default of the bucket', written, () => copy('aes', {}, byDefault)],
  ['a copy of what is encrypted', read, () => copy('secret')],
  ['a copy from key to key', [...read, ...written], () => copy('secret', under(writing))],
  ['a copy of a part', written, () => ({ ...partOf('parts'), headers: { 'x-oss-copy-source': `/${bucket}/plain` } })],
  [
    'a copy of a part from key to key',
    [...read, ...written],
    () => ({ ...partOf('parts'), headers: { 'x-oss-copy-source': `/${bucket}/secret` } }),
  ],
  [
    'a copy of a part of what is encrypted',
    read,
    () => ({ ...partOf('plain-parts'), headers: { 'x-oss-copy-source': `/${bucket}/secret` } }),
  ],
  ['a read', read, () => ({ bucket, key: 'secret' })],
  ['a read of a range', read, () => ({ bucket, key: 'secret', headers: { Range: 'bytes=0-1' } })],
  ['a read through a link', read, () => ({ bucket, key: 'link' })],
];

describe.each(cases)('%s', (_, rights, request) => {
  it('is done with its rights, and refused without any one of them, which is named', async () => {
    for (const missing of rights) {
      const credentials = await userWithRights(rights.filter((right) => right !== missing));
      const refused = await test.send({ credentials, ...(await request(credentials)) });
      expect([refused.status, refused.code, refused.element('Message')]).toEqual([
        403,
        'AccessDenied',
        'This request is forbidden by kms.',
      ]);
      const told = ['AuthAction', 'AuthPrincipalType', 'NoPermissionType', 'PolicyType'].map((name) => refused.element(name));
      expect(told).toEqual([missing[0], 'SubUser', 'ImplicitDeny', 'AccountLevelIdentityBasedPolicy']);
    }
    const credentials = await userWithRights(rights);
    expect((await test.send({ credentials, ...(await request(credentials)) })).status).toBeLessThan(300);
  });
});

it('nothing is asked where no bytes go through a KMS key', async () => {
  const credentials = await userWith();
  const free: readonly TestRequest[] = [
    put('free'),
    put('free', { 'x-oss-server-side-encryption': 'AES256' }),
    put('free', { 'x-oss-server-side-encryption': 'AES256' }, byDefault),
    copy('plain'),
    copy('link', {}, byDefault),
    appendTo('plain-log', 4),
    { bucket, key: 'aes' },
    { method: 'HEAD', bucket, key: 'secret' },
    { method: 'HEAD', bucket, key: 'link' },
    { ...partOf('plain-parts'), body: 'hello' },
    { method: 'DELETE', bucket, key: 'free' },
  ];
  for (const request of free)
    expect([request, (await test.send({ ...request, credentials })).status]).toEqual([
      request,
      expect.toSatisfy((status: number) => status < 300),
    ]);
});

it('an append to what stands encrypted asks for the key that it stands under', async () => {
  const append = async (position: number, ...rights: Right[]) =>
    (await test.send({ ...appendTo('log', position), bucket: byDefault, credentials: await userWithRights(rights) })).status;
  expect([await append(4), await append(4, ...written)]).toEqual([403, 200]);
});

it('nothing is written, and no byte of the body is asked for, where the right is missing', async () => {
  let asked = false;
  async function* body() {
    asked = true;
    yield Buffer.from('hello');
  }
  const refused = await test.send({ ...put('unwritten', under(writing)), body: body(), credentials: await userWith() });
  expect([refused.status, asked, (await test.send({ bucket, key: 'unwritten' })).status]).toEqual([403, false, 404]);
});

it('the commit is refused where the right is taken away while the body comes', async () => {
  const name = 'loses-its-key';
  const { credentials } = await makeUser(test, name, [allow(['kms:GenerateDataKey', 'kms:Decrypt'])]);
  await callRpc(test, 'AttachPolicyToUser', { UserName: name, PolicyName: 'AliyunOSSFullAccess', PolicyType: 'System' });
  async function* body() {
    yield Buffer.from('he');
    await callRpc(test, 'DetachPolicyFromUser', { UserName: name, PolicyName: name, PolicyType: 'Custom' });
    yield Buffer.from('llo');
  }
  const refused = await test.send({ ...put('unwritten', under(writing)), body: body(), credentials });
  expect([refused.status, refused.element('Message'), refused.element('AuthAction')]).toEqual([
    403,
    'This request is forbidden by kms.',
    generate,
  ]);
  expect((await test.send({ bucket, key: 'unwritten' })).status).toBe(404);
});

describe('whom it is asked of', () => {
  const readBy = async (...statements: readonly object[]) =>
    (await test.send({ bucket, key: 'secret', credentials: await userWith(...statements) })).status;

  it.each<[string, string, string, number]>([
    ['every action, on everything', '*', '*', 200],
    ['every action of KMS', 'kms:*', 'acs:kms:*:*:*', 200],
    ['a glob', 'kms:De*', 'acs:kms:*:*:key/*', 200],
    ['the region of the key', decrypt, 'acs:kms:cn-hangzhou:*:key/*', 200],
    ['another region', decrypt, 'acs:kms:cn-shanghai:*:key/*', 403],
    ['another account', decrypt, 'acs:kms:*:1:key/*', 403],
    ['another key', decrypt, 'acs:kms:*:*:key/none', 403],
    ['the key of the service', decrypt, 'acs:kms:*:*:key/alias/acs/oss', 403],
    ['every action, on buckets', '*', 'acs:oss:*:*:*', 403],
    ['every action of OSS', 'oss:*', '*', 403],
  ])('a user who may %s', async (_, action, resource, status) => {
    expect(await readBy(allow(action, resource))).toBe(status);
  });

  it('a deny beats an allow, and is told as one', async () => {
    const credentials = await userWith(allow('kms:*'), { ...allow(decrypt, nameOf(reading)), Effect: 'Deny' });
    const refused = await test.send({ bucket, key: 'secret', credentials });
    expect([refused.status, refused.element('NoPermissionType')]).toEqual([403, 'ExplicitDeny']);
  });

  it.each([
    ['AdministratorAccess', 200],
    ['AliyunOSSFullAccess', 403],
  ])('%s alone: %i', async (policy, status) => {
    const { credentials } = await makeUser(test, policy);
    await callRpc(test, 'AttachPolicyToUser', { UserName: policy, PolicyName: policy, PolicyType: 'System' });
    expect((await test.send({ bucket, key: 'secret', credentials })).status).toBe(status);
  });

  it('a role is asked, and its session policy', async () => {
    const credentials = await userWith(allow('sts:AssumeRole'));
    const role = await makeRole(test, 'reader', [onBuckets, allow(decrypt)]);
    const readAs = async (more: Readonly<Record<string, string>> = {}) =>
      test.send({ bucket, key: 'secret', credentials: await assume(test, credentials, role, more) });
    expect((await readAs()).status).toBe(200);
    const narrowed = await readAs({ Policy: policyText(onBuckets) });
    expect([narrowed.code, narrowed.element('PolicyType'), narrowed.element('AuthPrincipalType')]).toEqual([
      'AccessDenied',
      'SessionPolicy',
      'AssumedRoleUser',
    ]);
    expect((await readAs({ Policy: policyText(onBuckets, allow(decrypt)) })).status).toBe(200);
  });

  it('neither the account nor nobody in particular is asked', async () => {
    expect((await test.send({ bucket, key: 'secret' })).text).toBe('hello');
    await send({ method: 'PUT', bucket, key: 'secret', query: { acl: '' }, headers: { 'x-oss-object-acl': 'public-read' } });
    expect((await test.send({ bucket, key: 'secret', sign: 'none' })).text).toBe('hello');
    expect(await readBy()).toBe(403);
  });
});

it('who names no key uses that of the service: by its alias until it is made, then by its id', async () => {
  const write = (credentials: Credentials, key: string) => test.send({ ...put(key, kms), credentials });
  expect(ring.serviceKeyId).toBeUndefined();
  const other = await userWith(allow('kms:*', nameOf('other')));
  expect((await write(other, 'own')).status).toBe(403);
  expect(ring.serviceKeyId).toBeUndefined();
  const any = await userWith(allow('kms:*', nameOf('*')));
  expect((await write(any, 'own')).status).toBe(200);
  const { serviceKeyId = '' } = ring;
  expect(serviceKeyId).not.toBe('');
  const exact = await userWith(allow('kms:*', nameOf(serviceKeyId)));
  expect((await write(exact, 'own')).status).toBe(200);
  expect((await test.send({ bucket, key: 'own', credentials: exact })).text).toBe('hello');
  expect((await test.send({ bucket, key: 'own', credentials: other })).status).toBe(403);
});
