import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

/** What a write does not take is never ignored where it would have kept the write from being made, or told it another version. */

let test: TestServer;
const bucket = 'bkt';
const key = 'k';
const tags = '<Tagging><TagSet><Tag><Key>new</Key><Value></Value></Tag></TagSet></Tagging>';
const deletion = `<Delete><Object><Key>${key}</Key></Object></Delete>`;

beforeAll(async () => {
  test = await startTestServer({ buckets: [bucket, 'empty'] });
  const headers = { 'x-oss-tagging': 'old=', 'x-oss-storage-class': 'Archive' };
  await test.send({ method: 'PUT', bucket, key, body: 'stays', headers });
});
afterAll(async () => {
  await test.server.close();
});

const stays = async () => {
  const facts = await test.send({ method: 'HEAD', bucket, key });
  expect([facts.status, facts.header('content-length'), facts.header('x-oss-restore')]).toEqual([200, '5', undefined]);
  expect((await test.send({ bucket, key, query: { tagging: undefined } })).text).toContain('<Key>old</Key>');
  expect((await test.send({ bucket, key, query: { acl: undefined } })).element('Grant')).toBe('default');
};

const replacing: readonly (readonly [string, TestRequest])[] = [
  ['PutObject', { method: 'PUT', body: 'new' }],
  ['PutSymlink', { method: 'PUT', query: { symlink: undefined }, headers: { 'x-oss-symlink-target': 'other' } }],
  ['AppendObject', { method: 'POST', query: { append: undefined, position: '0' }, body: 'new' }],
  ['InitiateMultipartUpload', { method: 'POST', query: { uploads: undefined } }],
];
const changing: readonly (readonly [string, TestRequest])[] = [
  ['PutObjectAcl', { method: 'PUT', query: { acl: undefined }, headers: { 'x-oss-object-acl': 'private' } }],
  ['PutObjectTagging', { method: 'PUT', query: { tagging: undefined }, body: tags }],
  ['DeleteObjectTagging', { method: 'DELETE', query: { tagging: undefined } }],
  ['RestoreObject', { method: 'POST', query: { restore: undefined } }],
  ['DeleteObject', { method: 'DELETE' }],
];

describe('a condition', () => {
  it.each([...replacing, ...changing])('on %s is refused by name', async (_, request) => {
    for (const name of ['If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since']) {
      const headers = { ...(request.headers as Readonly<Record<string, string>> | undefined), [name]: '*' };
      const refused = await test.send({ bucket, key, ...request, headers });
      expect([refused.status, refused.code, refused.header('x-oss-ec'), refused.element('Header')]).toEqual([
        400,
        'NotImplemented',
        '0017-00000245',
        name,
      ]);
    }
    await stays();
  });

  it('on DeleteMultipleObjects is refused by name', async () => {
    const headers = { 'Content-MD5': createHash('md5').update(deletion).digest('base64'), 'If-Match': '*' };
    const refused = await test.send({ method: 'POST', bucket, query: { delete: undefined }, headers, body: deletion });
    expect([refused.code, refused.element('Header')]).toEqual(['NotImplemented', 'If-Match']);
    await stays();
  });
});

const making: readonly (readonly [string, TestRequest])[] = [
  ...replacing,
  ['CopyObject', { method: 'PUT', headers: { 'x-oss-copy-source': `/${bucket}/${key}` } }],
];

describe('a version id', () => {
  it.each(making)('on %s does not fit, since it makes its own', async (_, request) => {
    const refused = await test.send({ bucket, key, ...request, query: { ...request.query, versionId: 'null' } });
    expect([refused.status, refused.code, refused.header('x-oss-ec'), refused.element('ArgumentValue')]).toEqual([
      400,
      'InvalidArgument',
      '0017-00000219',
      'versionId',
    ]);
    await stays();
  });

  it('without a key does not delete the bucket', async () => {
    expect((await test.send({ method: 'DELETE', bucket: 'empty', query: { versionId: 'null' } })).code).toBe('InvalidArgument');
    expect((await test.send({ bucket: 'empty' })).status).toBe(200);
  });
});
