import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
});
afterEach(async () => {
  await test.server.close();
});

const send = (request: TestRequest) => test.send({ bucket, ...request });
const setVersioning = (status: string) =>
  send({
    method: 'PUT',
    query: { versioning: undefined },
    body: `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
  });

describe('PutBucketVersioning', () => {
  it('is told by GetBucketVersioning and GetBucketInfo, and never undone', async () => {
    const told = async () => [
      (await send({ query: { versioning: undefined } })).element('Status'),
      (await send({ query: { bucketInfo: undefined } })).element('Versioning'),
    ];
    expect(await told()).toEqual([undefined, undefined]);
    for (const status of ['Enabled', 'Suspended', 'Suspended', 'Enabled']) {
      expect((await setVersioning(status)).status).toBe(200);
      expect(await told()).toEqual([status, status]);
    }
  });

  it('leaves what the bucket is otherwise', async () => {
    await send({ method: 'PUT', query: { acl: undefined }, headers: { 'x-oss-acl': 'private' } });
    await setVersioning('Enabled');
    expect((await send({ method: 'PUT', headers: { 'x-oss-acl': 'private' } })).status).toBe(200);
    expect((await send({ query: { versioning: undefined } })).element('Status')).toBe('Enabled');
  });

  it.each([
    ['', 'MalformedXML'],
    ['<VersioningConfiguration/>', 'MalformedXML'],
    ['<VersioningConfiguration><Status>Disabled</Status></VersioningConfiguration>', 'InvalidArgument'],
    ['<VersioningConfiguration><Status></Status></VersioningConfiguration>', 'InvalidArgument'],
    ['<Versioning><Status>Enabled</Status></Versioning>', 'MalformedXML'],
  ])('refuses %j, and nothing changes', async (body, code) => {
    const answer = await send({ method: 'PUT', query: { versioning: undefined }, body });
    expect([answer.status, answer.code]).toEqual([400, code]);
    expect((await send({ query: { versioning: undefined } })).element('Status')).toBeUndefined();
  });

  it('is for those who may', async () => {
    const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
    expect((await send({ method: 'PUT', query: { versioning: undefined }, body, sign: 'none' })).status).toBe(403);
    expect((await send({ method: 'PUT', bucket: 'nowhere', query: { versioning: undefined }, body })).code).toBe('NoSuchBucket');
    expect((await send({ query: { versioning: undefined } })).element('Status')).toBeUndefined();
  });
});
