import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, makeUser, policyText } from '../rpc/rpc.test.support.ts';
import { startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const theirs = 'theirs';
const key = 'k';
const all = ['acs:oss:*:*:theirs', 'acs:oss:*:*:theirs/*'];
let uploadId = '';
beforeAll(async () => {
  test = await startTestServer({ buckets: ['mine'] });
  const policy = policyText(allow('oss:*', all, { Principal: ['*'] }));
  await test.server.store.putBucket(theirs, () => ({
    region: 'cn-hangzhou',
    ownerId: '9999999999999999',
    acl: 'private',
    storageClass: 'Standard',
    dataRedundancyType: 'LRS',
    configurations: { policy },
  }));
  await test.send({ method: 'PUT', bucket: theirs, key, body: 'hello' });
  uploadId = (await test.send({ method: 'POST', bucket: theirs, key: 'parts', query: { uploads: '' } })).element('UploadId') ?? '';
  const body = '<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>';
  for (const bucket of [theirs, 'mine']) {
    expect((await test.send({ method: 'PUT', bucket, query: { requestPayment: '' }, body })).status).toBe(200);
  }
  await test.send({ method: 'PUT', bucket: 'mine', key, body: 'hello' });
});
afterAll(async () => {
  await test.server.close();
});

const pays = { 'x-oss-request-payer': 'requester' };
const requests: readonly (readonly [string, () => TestRequest])[] = [
  ['get', () => ({ bucket: theirs, key })],
  ['head', () => ({ method: 'HEAD', bucket: theirs, key })],
  ['list', () => ({ bucket: theirs })],
  ['put', () => ({ method: 'PUT', bucket: theirs, key: 'new', body: 'x' })],
  ['begin an upload', () => ({ method: 'POST', bucket: theirs, key: 'new', query: { uploads: '' } })],
  ['upload a part', () => ({ method: 'PUT', bucket: theirs, key: 'parts', query: { uploadId, partNumber: '1' }, body: 'x' })],
  [
    'copy a part',
    () => ({
      method: 'PUT',
      bucket: theirs,
      key: 'parts',
      query: { uploadId, partNumber: '2' },
      headers: { 'x-oss-copy-source': `/${theirs}/${key}` },
    }),
  ],
  ['copy from there', () => ({ method: 'PUT', bucket: 'mine', key: 'copy', headers: { 'x-oss-copy-source': `/${theirs}/${key}` } })],
];

describe('a bucket whose requesters pay', () => {
  it.each(requests)('refuses another account that does not say so: %s', async (_, request) => {
    const asked = request();
    const refused = await test.send(asked);
    expect([refused.status, refused.code, refused.header('x-oss-ec') ?? refused.element('EC')]).toEqual([
      403,
      'AccessDenied',
      '0003-00000703',
    ]);
    expect(refused.element('Message')).toBe('Access denied for requester pay bucket');
    const link = await test.send({ ...asked, presignSeconds: 60 });
    expect(link.header('x-oss-ec') ?? link.element('EC')).toBe('0003-00000702');
    expect((await test.send({ ...asked, headers: { ...asked.headers, ...pays } as Readonly<Record<string, string>> })).status).toBe(200);
    const inQuery = { ...asked, query: { ...asked.query, 'x-oss-request-payer': 'requester' } };
    if (asked.bucket === theirs && asked.query === undefined && asked.key !== undefined) {
      expect((await test.send({ ...inQuery, presignSeconds: 60 })).status).toBe(200);
    }
  });

  it('refuses anonymous callers whatever they say', async () => {
    for (const headers of [{}, pays]) {
      const refused = await test.send({ bucket: theirs, key, sign: 'none', headers });
      expect([refused.status, refused.header('x-oss-ec')]).toEqual([403, '0003-00000701']);
    }
  });

  it('asks nothing of its owner, nor of the owner\u2019s users', async () => {
    expect((await test.send({ bucket: 'mine', key })).status).toBe(200);
    const { credentials } = await makeUser(test, 'alice', [allow('oss:*')]);
    expect((await test.send({ bucket: 'mine', key, credentials })).status).toBe(200);
    const foreign = await test.send({ bucket: theirs, key, credentials });
    expect(foreign.header('x-oss-ec')).toBe('0003-00000703');
    expect((await test.send({ bucket: theirs, key, credentials, headers: pays })).status).toBe(200);
  });

  it('tells whom it charged, who reads an object', async () => {
    for (const method of ['GET', 'HEAD'] as const) {
      expect((await test.send({ method, bucket: theirs, key, headers: pays })).header('x-oss-request-charged')).toBe('requester');
      expect((await test.send({ method, bucket: 'mine', key, headers: pays })).header('x-oss-request-charged')).toBeUndefined();
    }
  });

  it('tells who may not before it tells who does not pay', async () => {
    const { credentials } = await makeUser(test, 'bare');
    expect((await test.send({ bucket: theirs, key, credentials })).header('x-oss-ec')).toBe('0003-00000905');
  });
});
