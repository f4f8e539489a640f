import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, makeUser } from '../rpc/rpc.test.support.ts';
import { startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
let users = 0;
let uploadId = '';
let versionId = '';
const from = 'source-bucket';
const to = 'target-bucket';
beforeAll(async () => {
  test = await startTestServer({ buckets: [from, to] });
  const versioning = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  await test.send({ method: 'PUT', bucket: from, query: { versioning: '' }, body: versioning });
  const put = await test.send({ method: 'PUT', bucket: from, key: 'k', body: 'hello', headers: { 'x-oss-tagging': 'a=b' } });
  versionId = put.header('x-oss-version-id') ?? '';
  await test.send({ method: 'PUT', bucket: from, key: 'plain', body: 'hello' });
  uploadId = (await test.send({ method: 'POST', bucket: to, key: 'parts', query: { uploads: '' } })).element('UploadId') ?? '';
});
afterAll(async () => {
  await test.server.close();
});

interface Right {
  readonly action: string;
  readonly bucket: string;
}
const source = (action: string): Right => ({ action, bucket: from });
const target = (action: string): Right => ({ action, bucket: to });

/** A copy, the rights that it takes in the order in which they are asked for, and its headers. */
interface CopyCase {
  readonly what: string;
  readonly rights: readonly Right[];
  readonly request: () => TestRequest;
}
const copyOf = (headers: () => Readonly<Record<string, string>>, key = 'copy') => ({
  request: (): TestRequest => ({ method: 'PUT', bucket: to, key, headers: headers() }),
});
const cases: readonly CopyCase[] = [
  {
    what: 'of an object without tags',
    rights: [target('oss:PutObject'), source('oss:GetObject')],
    ...copyOf(() => ({ 'x-oss-copy-source': `/${from}/plain` })),
  },
  {
    what: 'of an object with its tags',
    rights: [target('oss:PutObject'), source('oss:GetObject'), target('oss:PutObjectTagging'), source('oss:GetObjectTagging')],
    ...copyOf(() => ({ 'x-oss-copy-source': `/${from}/k` })),
  },
  {
    what: 'of a version with its tags',
    rights: [
      target('oss:PutObject'),
      source('oss:GetObjectVersion'),
      target('oss:PutObjectTagging'),
      source('oss:GetObjectVersionTagging'),
    ],
    ...copyOf(() => ({ 'x-oss-copy-source': `/${from}/k?versionId=${versionId}` })),
  },
  {
    what: 'without the source\u2019s tags',
    rights: [target('oss:PutObject'), source('oss:GetObject')],
    ...copyOf(() => ({ 'x-oss-copy-source': `/${from}/k`, 'x-oss-tagging-directive': 'Replace' })),
  },
  {
    what: 'with tags of its own, and a list',
    rights: [target('oss:PutObject'), target('oss:PutObjectTagging'), target('oss:PutObjectAcl'), source('oss:GetObject')],
    ...copyOf(() => ({
      'x-oss-copy-source': `/${from}/k`,
      'x-oss-tagging-directive': 'Replace',
      'x-oss-tagging': 'c=d',
      'x-oss-object-acl': 'private',
    })),
  },
  {
    what: 'of a part',
    rights: [target('oss:PutObject'), source('oss:GetObject')],
    request: () => ({
      method: 'PUT',
      bucket: to,
      key: 'parts',
      query: { partNumber: '1', uploadId },
      headers: { 'x-oss-copy-source': `/${from}/k` },
    }),
  },
  {
    what: 'of a version, of a part',
    rights: [target('oss:PutObject'), source('oss:GetObjectVersion')],
    request: () => ({
      method: 'PUT',
      bucket: to,
      key: 'parts',
      query: { partNumber: '1', uploadId },
      headers: { 'x-oss-copy-source': `/${from}/k?versionId=${versionId}` },
    }),
  },
];

/** Sends as a user who has these rights and no others. */
async function sendWith(rights: readonly Right[], request: TestRequest) {
  users++;
  const statements = rights.map(({ action, bucket }) => allow(action, `acs:oss:*:*:${bucket}/*`));
  const { credentials } = await makeUser(test, `user-${users}`, statements);
  return test.send({ ...request, credentials });
}

describe.each(cases)('a copy $what', ({ rights, request }) => {
  it('is made with all its rights', async () => {
    const answer = await sendWith(rights, request());
    expect([answer.status, answer.text.includes('<Code>')]).toEqual([200, false]);
  });

  it('is refused without any one of them, which is named', async () => {
    for (const missing of rights) {
      const answer = await sendWith(
        rights.filter((right) => right !== missing),
        request(),
      );
      expect([answer.status, answer.code, answer.element('AuthAction')]).toEqual([403, 'AccessDenied', missing.action]);
    }
  });

  it('asks in order', async () => {
    for (const [count, next] of rights.entries()) {
      const answer = await sendWith(rights.slice(0, count), request());
      expect(answer.element('AuthAction')).toBe(next.action);
    }
  });
});

describe('a copy onto itself', () => {
  it('reads what it writes', async () => {
    const request: TestRequest = {
      method: 'PUT',
      bucket: from,
      key: 'plain',
      headers: { 'x-oss-copy-source': `/${from}/plain`, 'x-oss-metadata-directive': 'REPLACE' },
    };
    const asked = async (...rights: Right[]) => (await sendWith(rights, request)).element('AuthAction');
    expect(await asked(source('oss:PutObject'))).toBe('oss:GetObject');
    expect(await asked(source('oss:GetObject'))).toBe('oss:PutObject');
    expect(await asked(source('oss:PutObject'), source('oss:GetObject'))).toBeUndefined();
  });
});

describe('the order of judgement of a copy', () => {
  it('tells who may write before what is wrong with the source, and that before who may read', async () => {
    const broken: TestRequest = { method: 'PUT', bucket: to, key: 'copy', headers: { 'x-oss-copy-source': 'nonsense' } };
    expect((await sendWith([], broken)).code).toBe('AccessDenied');
    expect((await sendWith([target('oss:PutObject')], broken)).code).toBe('InvalidArgument');
    const nowhere: TestRequest = { method: 'PUT', bucket: to, key: 'copy', headers: { 'x-oss-copy-source': '/nowhere/k' } };
    expect((await sendWith([target('oss:PutObject')], nowhere)).code).toBe('NoSuchBucket');
    const absent: TestRequest = { method: 'PUT', bucket: to, key: 'copy', headers: { 'x-oss-copy-source': `/${from}/none` } };
    // Who may not read is not told what is there.
    expect((await sendWith([target('oss:PutObject')], absent)).code).toBe('AccessDenied');
    expect((await sendWith([target('oss:PutObject'), source('oss:GetObject')], absent)).code).toBe('NoSuchKey');
  });
});
