import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allow, makeUser, policyText } from '../rpc/rpc.test.support.ts';
import { startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
beforeEach(async () => {
  test = await startTestServer({ buckets: ['first'], blockPublicAccess: true });
});
afterEach(async () => {
  await test.server.close();
});

const query = { publicAccessBlock: '' } as const;
const document = (value: string) =>
  `<PublicAccessBlockConfiguration><BlockPublicAccess>${value}</BlockPublicAccess></PublicAccessBlockConfiguration>`;
const setBlock = (bucket: string | undefined, value: string, more: TestRequest = {}) =>
  test.send({ method: 'PUT', ...(bucket === undefined ? {} : { bucket }), query, body: document(value), ...more });
const blockOf = async (bucket?: string) =>
  (await test.send({ ...(bucket === undefined ? {} : { bucket }), query })).element('BlockPublicAccess');
const setAcl = (bucket: string, acl: string) => test.send({ method: 'PUT', bucket, query: { acl: '' }, headers: { 'x-oss-acl': acl } });
const open = policyText(allow('oss:GetObject', ['acs:oss:*:*:first/*'], { Principal: ['*'] }));
const setPolicy = (body: string) => test.send({ method: 'PUT', bucket: 'first', query: { policy: '' }, body });

describe('the block on public access', () => {
  it('is on for new buckets, however they are made, unless the server says otherwise', async () => {
    expect(await blockOf('first')).toBe('true');
    await test.send({ method: 'PUT', bucket: 'second' });
    await setAcl('third', 'private');
    for (const bucket of ['second', 'third']) {
      expect(await blockOf(bucket)).toBe('true');
      expect((await test.send({ bucket, query: { bucketInfo: '' } })).element('BlockPublicAccess')).toBe('true');
    }
    const other = await startTestServer({ buckets: ['first'], blockPublicAccess: false });
    expect((await other.send({ bucket: 'first', query })).element('BlockPublicAccess')).toBe('false');
    expect((await other.send({ bucket: 'first', query: { bucketInfo: '' } })).element('BlockPublicAccess')).toBe('false');
    await other.server.close();
  });

  it('is set and taken away, of a bucket and of the account', async () => {
    for (const bucket of ['first', undefined]) {
      const at = bucket === undefined ? {} : { bucket };
      expect((await setBlock(bucket, 'false')).status).toBe(200);
      expect(await blockOf(bucket)).toBe('false');
      expect((await setBlock(bucket, 'True')).status).toBe(200);
      expect(await blockOf(bucket)).toBe('true');
      expect((await test.send({ method: 'DELETE', ...at, query })).status).toBe(204);
      expect(await blockOf(bucket)).toBe('false');
      expect((await test.send({ method: 'DELETE', ...at, query })).status).toBe(204);
    }
  });

  it.each([
    [document('maybe'), 'InvalidArgument'],
    ['<PublicAccessBlockConfiguration/>', 'MalformedXML'],
    ['<Other/>', 'MalformedXML'],
    ['', 'MalformedXML'],
  ])('is refused as %j, and stays as it was', async (body, code) => {
    for (const at of [{ bucket: 'first' }, {}]) {
      expect(await test.send({ method: 'PUT', ...at, query, body })).toMatchObject({ status: 400, code });
    }
    expect([await blockOf('first'), await blockOf()]).toEqual(['true', 'false']);
  });

  it('is not for everybody to see or change', async () => {
    const { credentials } = await makeUser(test, 'alice', [allow('oss:PutObject')]);
    for (const caller of [{ credentials }, { sign: 'none' }] as const) {
      for (const at of [{ bucket: 'first' }, {}]) {
        for (const method of ['GET', 'PUT', 'DELETE'] as const) {
          const body = method === 'PUT' ? { body: document('false') } : {};
          expect((await test.send({ method, ...at, query, ...body, ...caller })).code).toBe('AccessDenied');
        }
      }
    }
    expect(await blockOf('first')).toBe('true');
  });

  for (const level of ['bucket', 'account'] as const) {
    it(`of the ${level} keeps public lists and policies from being set, in the words of OSS`, async () => {
      if (level === 'account') {
        await setBlock('first', 'false');
        await setBlock(undefined, 'true');
      }
      const told = async (request: Promise<Awaited<ReturnType<typeof setAcl>>>) => {
        const { status, code, element, header } = await request;
        return [status, code, element.call(undefined, 'Message'), header.call(undefined, 'x-oss-ec')];
      };
      const refused = (what: string, ec?: string) => [403, 'AccessDenied', `Put public ${what} is not allowed`, ec];
      expect(await told(setAcl('first', 'public-read'))).toEqual(refused('bucket acl'));
      expect(await told(setAcl('new-one', 'public-read-write'))).toEqual(refused('bucket acl'));
      expect(await told(test.send({ method: 'PUT', bucket: 'new-one', headers: { 'x-oss-acl': 'public-read' } }))).toEqual(
        refused('bucket acl'),
      );
      expect(await told(setPolicy(open))).toEqual(refused('bucket policy'));
      const object = { method: 'PUT', bucket: 'first', key: 'k', headers: { 'x-oss-object-acl': 'public-read' } } as const;
      expect(await told(test.send({ ...object, body: 'x' }))).toEqual(refused('object acl', '0016-00000901'));
      await test.send({ method: 'PUT', bucket: 'first', key: 'k', body: 'x' });
      expect(await told(test.send({ ...object, query: { acl: '' } }))).toEqual(refused('object acl', '0016-00000901'));
      const copied = { ...object, key: 'copy', headers: { ...object.headers, 'x-oss-copy-source': '/first/k' } };
      expect(await told(test.send(copied))).toEqual(refused('object acl', '0016-00000901'));
      const begun = { method: 'POST', bucket: 'first', key: 'k', query: { uploads: '' }, headers: object.headers } as const;
      expect(await told(test.send(begun))).toEqual(refused('object acl', '0016-00000901'));
      expect((await test.send({ bucket: 'new-one' })).code).toBe('NoSuchBucket');
      expect((await test.send({ bucket: 'first', key: 'k', query: { acl: '' } })).element('Grant')).toBe('default');
      expect((await setAcl('first', 'private')).status).toBe(200);
      expect((await test.send({ ...object, headers: { 'x-oss-object-acl': 'private' }, query: { acl: '' } })).status).toBe(200);
      const bound = allow('oss:GetObject', ['acs:oss:*:*:first/*'], {
        Principal: ['*'],
        Condition: { IpAddress: { 'acs:SourceIp': '10.0.0.0/8' } },
      });
      expect((await setPolicy(policyText(bound))).status).toBe(200);
    });
  }

  it('makes what was public count for nothing, until it ends', async () => {
    await setBlock('first', 'false');
    await test.send({ method: 'PUT', bucket: 'first', key: 'listed', body: 'x', headers: { 'x-oss-object-acl': 'public-read' } });
    await test.send({ method: 'PUT', bucket: 'first', key: 'k', body: 'x' });
    const seen = async () => {
      const codes: number[] = [];
      for (const key of ['listed', 'k']) codes.push((await test.send({ bucket: 'first', key, sign: 'none' })).status);
      return codes;
    };
    expect(await seen()).toEqual([200, 403]);
    await setPolicy(open);
    expect(await seen()).toEqual([200, 200]);
    await setBlock('first', 'true');
    expect(await seen()).toEqual([403, 403]);
    // The policy stands, and says that it is public.
    expect((await test.send({ bucket: 'first', query: { policyStatus: '' } })).element('IsPublic')).toBe('true');
    await test.send({ method: 'DELETE', bucket: 'first', query });
    expect(await seen()).toEqual([200, 200]);
    await setBlock(undefined, 'true');
    expect(await seen()).toEqual([403, 403]);
    await test.send({ method: 'DELETE', bucket: 'first', query: { policy: '' } });
    await test.send({ method: 'DELETE', query });
    await setAcl('first', 'public-read');
    expect(await seen()).toEqual([200, 200]);
    await setBlock('first', 'true');
    expect(await seen()).toEqual([403, 403]);
  });
});
