import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
beforeEach(async () => {
  test = await startTestServer({ regions: ['cn-hangzhou', 'cn-shanghai'] });
});
afterEach(async () => {
  await test.server.close();
});

const bucket = 'bkt';

describe('buckets', () => {
  it('are made, shown and removed', async () => {
    const made = await test.send({ method: 'PUT', bucket });
    expect([made.status, made.header('location'), made.header('content-length')]).toEqual([200, '/bkt', '0']);
    const info = await test.send({ bucket, query: { bucketInfo: undefined } });
    expect(info.text).toContain('<Name>bkt</Name>');
    expect([info.element('Grant'), info.element('StorageClass'), info.element('DataRedundancyType')]).toEqual([
      'private',
      'Standard',
      'LRS',
    ]);
    expect([info.element('ExtranetEndpoint'), info.element('IntranetEndpoint')]).toEqual([
      'oss-cn-hangzhou.aliyuncs.com',
      'oss-cn-hangzhou-internal.aliyuncs.com',
    ]);
    expect([info.element('ID'), info.element('DisplayName'), info.element('SSEAlgorithm')]).toEqual([
      '1234567890123456',
      '1234567890123456',
      'None',
    ]);
    expect(info.element('CreationDate')).toBe('2024-05-01T08:00:00.000Z');
    expect((await test.send({ method: 'DELETE', bucket })).status).toBe(204);
    expect(await test.send({ bucket, query: { bucketInfo: undefined } })).toMatchObject({ status: 404, code: 'NoSuchBucket' });
  });

  it('take their class and redundancy from the body', async () => {
    const body =
      '<CreateBucketConfiguration><StorageClass>IA</StorageClass><DataRedundancyType>ZRS</DataRedundancyType></CreateBucketConfiguration>';
    await test.send({ method: 'PUT', bucket, body, headers: { 'x-oss-acl': 'public-read' } });
    const info = await test.send({ bucket, query: { bucketInfo: undefined } });
    expect([info.element('Grant'), info.element('StorageClass'), info.element('DataRedundancyType')]).toEqual(['public-read', 'IA', 'ZRS']);
  });

  it('may be put again: the ACL changes where one is given, and nothing else may', async () => {
    await test.send({ method: 'PUT', bucket, headers: { 'x-oss-acl': 'public-read' } });
    expect((await test.send({ method: 'PUT', bucket })).status).toBe(200);
    expect((await test.send({ bucket, query: { acl: undefined } })).element('Grant')).toBe('public-read');
    await test.send({ method: 'PUT', bucket, headers: { 'x-oss-acl': 'private' } });
    expect((await test.send({ bucket, query: { acl: undefined } })).element('Grant')).toBe('private');
    const storageClass = '<CreateBucketConfiguration><StorageClass>IA</StorageClass></CreateBucketConfiguration>';
    expect(await test.send({ method: 'PUT', bucket, body: storageClass })).toMatchObject({ status: 409, code: 'BucketAlreadyExists' });
    const redundancy = '<CreateBucketConfiguration><DataRedundancyType>ZRS</DataRedundancyType></CreateBucketConfiguration>';
    expect(await test.send({ method: 'PUT', bucket, body: redundancy })).toMatchObject({ status: 409, code: 'BucketAlreadyExists' });
    expect(await test.send({ method: 'PUT', bucket, region: 'cn-shanghai' })).toMatchObject({ status: 409, code: 'BucketAlreadyExists' });
  });

  it('are not removed with objects or uploads in them', async () => {
    await test.send({ method: 'PUT', bucket });
    await test.send({ method: 'PUT', bucket, key: 'k', body: 'x' });
    const refused = await test.send({ method: 'DELETE', bucket });
    expect(refused).toMatchObject({ status: 409, code: 'BucketNotEmpty' });
    expect(refused.element('BucketName')).toBe('bkt');
    await test.send({ method: 'DELETE', bucket, key: 'k' });
    await test.send({ method: 'POST', bucket, key: 'k', query: { uploads: undefined } });
    expect(await test.send({ method: 'DELETE', bucket })).toMatchObject({ status: 409, code: 'BucketNotEmpty' });
  });

  it('tell their ACL, their location and that they were never versioned', async () => {
    await test.send({ method: 'PUT', bucket });
    expect((await test.send({ method: 'PUT', bucket, query: { acl: '' }, headers: { 'x-oss-acl': 'public-read-write' } })).status).toBe(
      200,
    );
    expect((await test.send({ bucket, query: { acl: '' } })).element('Grant')).toBe('public-read-write');
    expect((await test.send({ bucket, query: { location: undefined } })).element('LocationConstraint')).toBe('oss-cn-hangzhou');
    const versioning = await test.send({ bucket, query: { versioning: undefined } });
    expect(versioning.text).toMatch(/<VersioningConfiguration\s*\/>|<VersioningConfiguration><\/VersioningConfiguration>/);
  });

  it('are made by an ACL that is put', async () => {
    expect((await test.send({ method: 'PUT', bucket, query: { acl: '' }, headers: { 'x-oss-acl': 'public-read' } })).status).toBe(200);
    expect((await test.send({ bucket, query: { acl: '' } })).element('Grant')).toBe('public-read');
  });

  it('count what they hold', async () => {
    await test.send({ method: 'PUT', bucket });
    const empty = await test.send({ bucket, query: { stat: undefined } });
    expect([empty.element('Storage'), empty.element('ObjectCount'), empty.element('MultipartUploadCount')]).toEqual(['0', '0', '0']);
    await test.send({ method: 'PUT', bucket, key: 'a', body: 'hello' });
    await test.send({ method: 'PUT', bucket, key: 'b', body: 'hello', headers: { 'x-oss-storage-class': 'IA' } });
    await test.server.store.collect();
    const stat = await test.send({ bucket, query: { stat: undefined } });
    expect([stat.element('Storage'), stat.element('ObjectCount')]).toEqual(['10', '2']);
    expect([stat.element('StandardObjectCount'), stat.element('InfrequentAccessObjectCount')]).toEqual(['1', '1']);
    expect([stat.element('InfrequentAccessRealStorage'), stat.element('ArchiveStorage')]).toEqual(['5', '0']);
  });

  it('are at most 100 in a region', async () => {
    for (let i = 0; i < 100; i++) await test.send({ method: 'PUT', bucket: `bucket-${i}` });
    expect(await test.send({ method: 'PUT', bucket })).toMatchObject({ status: 400, code: 'TooManyBuckets' });
    expect((await test.send({ method: 'PUT', bucket: 'bucket-7' })).status).toBe(200);
    expect((await test.send({ method: 'PUT', bucket, region: 'cn-shanghai' })).status).toBe(200);
  });
});

describe('ListBuckets', () => {
  it('lists buckets with the address of this server', async () => {
    await test.send({ method: 'PUT', bucket: 'b-one' });
    await test.send({ method: 'PUT', bucket: 'a-two', region: 'cn-shanghai' });
    const listed = await test.send({});
    expect([...listed.text.matchAll(/<Name>(.*?)<\/Name>/g)].map(([, name]) => name)).toEqual(['a-two', 'b-one']);
    expect(listed.element('ExtranetEndpoint')).toBe(test.server.endpoint);
    expect([listed.element('Region'), listed.element('Location')]).toEqual(['cn-shanghai', 'oss-cn-shanghai']);
    expect(listed.text).not.toContain('IsTruncated');
  });

  it('pages', async () => {
    for (const name of ['aaa', 'bbb', 'bbc', 'ccc']) await test.send({ method: 'PUT', bucket: name });
    const first = await test.send({ query: { 'max-keys': '1', prefix: 'bb' } });
    expect([first.element('IsTruncated'), first.element('NextMarker'), first.element('MaxKeys')]).toEqual(['true', 'bbb', '1']);
    const second = await test.send({ query: { 'max-keys': '1', prefix: 'bb', marker: 'bbb' } });
    expect([second.element('Name'), second.element('IsTruncated')]).toEqual(['bbc', 'false']);
    expect(await test.send({ query: { 'max-keys': '0' } })).toMatchObject({ status: 400, code: 'InvalidArgument' });
  });
});

describe('DescribeRegions', () => {
  it('tells the regions of the server, or one of them', async () => {
    const all = await test.send({ query: { regions: undefined } });
    expect([...all.text.matchAll(/<Region>(.*?)<\/Region>/g)].map(([, name]) => name)).toEqual(['oss-cn-hangzhou', 'oss-cn-shanghai']);
    const one = await test.send({ query: { regions: 'oss-cn-shanghai' } });
    expect([one.element('InternetEndpoint'), one.element('InternalEndpoint'), one.element('AccelerateEndpoint')]).toEqual([
      'oss-cn-shanghai.aliyuncs.com',
      'oss-cn-shanghai-internal.aliyuncs.com',
      'oss-accelerate.aliyuncs.com',
    ]);
    expect(await test.send({ query: { regions: 'oss-mars' } })).toMatchObject({ status: 404, code: 'NoSuchRegion' });
  });
});
