/** What a bucket answers that nobody configured (reference: bucket operations, answers of an unset GET; elements in the documented order). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
beforeAll(async () => {
  test = await startTestServer({ buckets: ['bkt'] });
});
afterAll(async () => {
  await test.server.close();
});

const bucket = 'bkt';
const ask = (name: string) => test.send({ bucket, query: { [name]: undefined } });
const documentOf = (text: string) => text.replace(/^<\?xml.*?\?>\n/, '');

describe('an unset configuration', () => {
  it.each<[name: string, document: string]>([
    ['versioning', '<VersioningConfiguration></VersioningConfiguration>'],
    ['tagging', '<Tagging><TagSet></TagSet></Tagging>'],
    ['policyStatus', '<PolicyStatus><IsPublic>false</IsPublic></PolicyStatus>'],
    ['logging', '<BucketLoggingStatus></BucketLoggingStatus>'],
    ['requestPayment', '<RequestPaymentConfiguration><Payer>BucketOwner</Payer></RequestPaymentConfiguration>'],
    ['publicAccessBlock', '<PublicAccessBlockConfiguration><BlockPublicAccess>false</BlockPublicAccess></PublicAccessBlockConfiguration>'],
    [
      'referer',
      '<RefererConfiguration><AllowEmptyReferer>true</AllowEmptyReferer><AllowTruncateQueryString>true</AllowTruncateQueryString><TruncatePath>false</TruncatePath><RefererList></RefererList></RefererConfiguration>',
    ],
    [
      'live',
      '<ListLiveChannelResult><Prefix></Prefix><Marker></Marker><MaxKeys>100</MaxKeys><IsTruncated>false</IsTruncated></ListLiveChannelResult>',
    ],
    [
      'acl',
      '<AccessControlPolicy><Owner><ID>1234567890123456</ID><DisplayName>1234567890123456</DisplayName></Owner><AccessControlList><Grant>private</Grant></AccessControlList></AccessControlPolicy>',
    ],
    ['location', '<LocationConstraint>oss-cn-hangzhou</LocationConstraint>'],
  ])('of %s is told as its default', async (name, document) => {
    const answer = await ask(name);
    expect([answer.status, answer.header('content-type'), documentOf(answer.text)]).toEqual([200, 'application/xml', document]);
  });

  it.each<[name: string, code: string, message: string, ec: string | undefined]>([
    ['worm', 'NoSuchWORMConfiguration', 'The WORM Configuration does not exist.', undefined],
    ['encryption', 'NoSuchServerSideEncryptionRule', 'The server side encryption configuration was not found.', undefined],
    ['policy', 'NoSuchBucketPolicy', 'The specified bucket policy does not exist.', '0030-00000006'],
    ['lifecycle', 'NoSuchLifecycle', 'No Row found in Lifecycle Table.', undefined],
    ['cors', 'NoSuchCORSConfiguration', 'The CORS Configuration does not exist.', undefined],
    ['overwriteConfig', 'NoSuchBucketOverwriteConfig', 'The bucket overwrite configuration does not exist.', undefined],
    ['objectWorm', 'ObjectWormConfigurationNotFound', 'The object worm configuration does not exist.', undefined],
  ])('of %s is 404 %s', async (name, code, message, ec) => {
    const answer = await ask(name);
    expect([answer.status, answer.code, answer.element('Message'), answer.header('x-oss-ec')]).toEqual([404, code, message, ec]);
    expect(answer.element('EC')).toBe(ec);
  });

  it.each(['encryption', 'tagging', 'policy', 'lifecycle', 'cors', 'logging', 'publicAccessBlock', 'overwriteConfig'])(
    'of %s may be deleted all the same',
    async (name) => {
      expect((await test.send({ method: 'DELETE', bucket, query: { [name]: undefined } })).status).toBe(204);
    },
  );

  it.each(['objectWorm', 'referer', 'requestPayment', 'versioning'])('of %s has no DELETE', async (name) => {
    const answer = await test.send({ method: 'DELETE', bucket, query: { [name]: undefined } });
    expect([answer.status, answer.code, answer.header('allow')]).toEqual([405, 'MethodNotAllowed', 'PUT, GET']);
  });
});

describe('what a fresh bucket is', () => {
  it('has every documented field of GetBucketInfo, in its order', async () => {
    const names = [...(await ask('bucketInfo')).text.matchAll(/<([A-Za-z]+)>/g)].map(([, name]) => name);
    expect(names).toEqual(
      `BucketInfo Bucket AccessMonitor BlockPublicAccess CreationDate ExtranetEndpoint IntranetEndpoint Location StorageClass DataRedundancyType
      TransferAcceleration CrossRegionReplication Name ResourceGroupId Owner ID DisplayName AccessControlList Grant ServerSideEncryptionRule
      SSEAlgorithm BucketPolicy LogBucket LogPrefix Comment`.split(/\s+/),
    );
    const info = await ask('bucketInfo');
    const told = ['AccessMonitor', 'ExtranetEndpoint', 'ResourceGroupId', 'SSEAlgorithm', 'LogBucket'].map((name) => info.element(name));
    expect(told).toEqual(['Disabled', 'oss-cn-hangzhou.aliyuncs.com', 'rg-1234567890123456', 'None', '']);
  });

  it('has every documented figure of GetBucketStat, zero but for the time', async () => {
    const figures = [...(await ask('stat')).text.matchAll(/<([A-Za-z]+)>(\d+)</g)].map(([, name, value]) => [name, Number(value)]);
    const classes = ['InfrequentAccess', 'Archive', 'ColdArchive', 'DeepColdArchive'];
    expect(figures).toEqual([
      ...['Storage', 'ObjectCount', 'MultipartUploadCount', 'LiveChannelCount'].map((name) => [name, 0]),
      ['LastModifiedTime', Math.floor(test.clock.nowMs / 1000)],
      ...['StandardStorage', 'StandardObjectCount'].map((name) => [name, 0]),
      ...classes.flatMap((name) => [`${name}Storage`, `${name}RealStorage`, `${name}ObjectCount`].map((each) => [each, 0])),
      ...['MultipartPartCount', 'DeleteMarkerCount'].map((name) => [name, 0]),
    ]);
  });

  it('is listed with the fields of ListBuckets, in their order', async () => {
    const { text } = await test.send({});
    expect([...(/<Bucket>.*?<\/Bucket>/.exec(text)?.[0] ?? '').matchAll(/<([A-Za-z]+)>/g)].map(([, name]) => name)).toEqual(
      'Bucket CreationDate ExtranetEndpoint IntranetEndpoint Location Name Region StorageClass ResourceGroupId'.split(' '),
    );
  });
});
