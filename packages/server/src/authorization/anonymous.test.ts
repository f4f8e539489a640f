import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
let uploadId = '';
const buckets = { secret: 'private', shown: 'public-read', open: 'public-read-write' } as const;
const key = 'k';
const list = '<Delete><Object><Key>k</Key></Object><Object><Key>none</Key></Object></Delete>';
const md5 = createHash('md5').update(list).digest('base64');

beforeAll(async () => {
  test = await startTestServer();
  for (const [bucket, acl] of Object.entries(buckets)) {
    await test.send({ method: 'PUT', bucket, headers: { 'x-oss-acl': acl } });
    await test.send({ method: 'PUT', bucket, key: 'locked', body: 'x', headers: { 'x-oss-object-acl': 'private' } });
    await test.send({ method: 'PUT', bucket, key: 'shown', body: 'x', headers: { 'x-oss-object-acl': 'public-read' } });
    await test.send({ method: 'PUT', bucket, key: 'tagged', body: 'x', headers: { 'x-oss-tagging': 'a=b' } });
  }
  uploadId = (await test.send({ method: 'POST', bucket: 'open', key, query: { uploads: '' } })).element('UploadId') ?? '';
});
afterAll(async () => {
  await test.server.close();
});

/** What the three buckets answer to a caller without a signature: secret, shown, open. */
const table: readonly (readonly [what: string, request: Omit<TestRequest, 'bucket'>, statuses: readonly [number, number, number]])[] = [
  ['list', {}, [403, 403, 403]],
  ['list uploads', { query: { uploads: '' } }, [403, 403, 403]],
  ['bucket info', { query: { bucketInfo: '' } }, [403, 403, 403]],
  ['delete the bucket', { method: 'DELETE' }, [403, 403, 403]],
  ['put the ACL', { method: 'PUT', query: { acl: '' }, headers: { 'x-oss-acl': 'public-read-write' } }, [403, 403, 403]],
  ['put', { method: 'PUT', key, body: 'hello' }, [403, 403, 200]],
  ['get', { key }, [403, 404, 200]],
  ['head', { method: 'HEAD', key }, [403, 404, 200]],
  ['head meta', { method: 'HEAD', key, query: { objectMeta: '' } }, [403, 404, 200]],
  ['get what is not there', { key: 'none' }, [403, 404, 404]],
  ['get a shown object', { key: 'shown' }, [200, 200, 200]],
  ['get a locked object', { key: 'locked' }, [403, 403, 403]],
  ['overwrite a locked object', { method: 'PUT', key: 'locked', body: 'x' }, [403, 403, 403]],
  ['delete a locked object', { method: 'DELETE', key: 'locked' }, [403, 403, 403]],
  ['put with an ACL', { method: 'PUT', key, body: 'x', headers: { 'x-oss-object-acl': 'public-read' } }, [403, 403, 403]],
  ['put with tags', { method: 'PUT', key, body: 'x', headers: { 'x-oss-tagging': 'a=b' } }, [403, 403, 403]],
  ['get the ACL', { key: 'shown', query: { acl: '' } }, [403, 403, 403]],
  ['get tags', { key: 'shown', query: { tagging: '' } }, [403, 403, 403]],
  ['copy a shown object', { method: 'PUT', key: 'copy', headers: { 'x-oss-copy-source': '/secret/shown' } }, [403, 403, 200]],
  ['copy a locked object', { method: 'PUT', key: 'copy', headers: { 'x-oss-copy-source': '/open/locked' } }, [403, 403, 403]],
  ['copy a secret object', { method: 'PUT', key: 'copy', headers: { 'x-oss-copy-source': '/secret/tagged' } }, [403, 403, 403]],
  ['copy tags', { method: 'PUT', key: 'copy', headers: { 'x-oss-copy-source': '/open/tagged' } }, [403, 403, 403]],
  [
    'copy without tags',
    { method: 'PUT', key: 'copy', headers: { 'x-oss-copy-source': '/open/tagged', 'x-oss-tagging-directive': 'Replace' } },
    [403, 403, 200],
  ],
  ['append', { method: 'POST', key: 'log', query: { append: '', position: '0' }, body: 'x' }, [403, 403, 200]],
  ['begin an upload', { method: 'POST', key, query: { uploads: '' } }, [403, 403, 200]],
  ['delete many', { method: 'POST', query: { delete: '' }, body: list, headers: { 'Content-MD5': md5 } }, [403, 403, 200]],
  ['delete', { method: 'DELETE', key: 'tagged' }, [403, 403, 204]],
];

describe('anonymous callers', () => {
  for (const [what, request, statuses] of table) {
    it(what, async () => {
      const answers: number[] = [];
      for (const bucket of Object.keys(buckets)) answers.push((await test.send({ ...request, bucket, sign: 'none' })).status);
      expect(answers).toEqual(statuses);
    });
  }

  it('may not list or make buckets', async () => {
    expect(await test.send({ sign: 'none' })).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(await test.send({ query: { regions: '' }, sign: 'none' })).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(await test.send({ method: 'PUT', bucket: 'new-bucket', sign: 'none' })).toMatchObject({ status: 403, code: 'AccessDenied' });
    const acl = { method: 'PUT', bucket: 'new-bucket', query: { acl: '' }, headers: { 'x-oss-acl': 'private' }, sign: 'none' } as const;
    expect(await test.send(acl)).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect((await test.send({ bucket: 'new-bucket' })).code).toBe('NoSuchBucket');
  });

  it('may send parts and complete where they may write', async () => {
    const query = { uploadId, partNumber: '1' };
    const part = await test.send({ method: 'PUT', bucket: 'open', key, query, body: 'x', sign: 'none' });
    expect(part.status).toBe(200);
    const listed = await test.send({ bucket: 'open', key, query: { uploadId }, sign: 'none' });
    expect(listed.status).toBe(200);
    const headers = { 'x-oss-complete-all': 'yes' };
    const denied = await test.send({
      method: 'POST',
      bucket: 'open',
      key,
      query: { uploadId },
      headers: { ...headers, 'x-oss-object-acl': 'private' },
      sign: 'none',
    });
    expect(denied.status).toBe(403);
    expect((await test.send({ method: 'POST', bucket: 'open', key, query: { uploadId }, headers, sign: 'none' })).status).toBe(200);
  });

  it('delete nothing of a list where one key is not theirs to delete', async () => {
    await test.send({ method: 'PUT', bucket: 'open', key: 'mine', body: 'x' });
    const body = '<Delete><Object><Key>mine</Key></Object><Object><Key>locked</Key></Object></Delete>';
    const headers = { 'Content-MD5': createHash('md5').update(body).digest('base64') };
    const refused = await test.send({ method: 'POST', bucket: 'open', query: { delete: '' }, body, headers, sign: 'none' });
    expect([refused.status, refused.code]).toEqual([403, 'AccessDenied']);
    expect((await test.send({ bucket: 'open', key: 'mine' })).status).toBe(200);
  });

  it('write objects that belong to the bucket\u2019s owner', async () => {
    await test.send({ method: 'PUT', bucket: 'open', key: 'theirs', body: 'x', sign: 'none' });
    expect((await test.send({ bucket: 'open', key: 'theirs', query: { acl: '' } })).element('ID')).toBe('1234567890123456');
  });
});

describe('accounts', () => {
  it('judge by ACL in buckets of another account', async () => {
    const other = await startTestServer({ buckets: ['mine-alone'] });
    await other.server.store.putBucket('theirs', () => ({
      region: 'cn-hangzhou',
      ownerId: '9999999999999999',
      acl: 'public-read',
      storageClass: 'Standard',
      dataRedundancyType: 'LRS',
      configurations: {},
    }));
    expect((await other.send({ bucket: 'theirs', key: 'none' })).code).toBe('NoSuchKey');
    const refused = await other.send({ bucket: 'theirs' });
    expect([refused.status, refused.header('x-oss-ec')]).toEqual([403, '0003-00000905']);
    expect((await other.send({ method: 'PUT', bucket: 'theirs', key: 'k', body: 'x' })).status).toBe(403);
    const taken = await other.send({ method: 'PUT', bucket: 'theirs' });
    expect([taken.status, taken.code, taken.header('x-oss-ec')]).toEqual([409, 'BucketAlreadyExists', '0015-00000104']);
    expect((await other.send({})).text).not.toContain('theirs');
    await other.server.close();
  });
});
