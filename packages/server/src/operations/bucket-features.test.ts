import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
let lines: Record<string, unknown>[];
beforeEach(async () => {
  lines = [];
  test = await startTestServer({
    buckets: ['bkt', 'logs'],
    regions: ['cn-hangzhou', 'cn-shanghai'],
    log: { write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>) },
  });
});
afterEach(async () => {
  await test.server.close();
});

const bucket = 'bkt';
const tag = (key: string, value: string) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`;
const putTags = (inner: string, name = bucket) =>
  test.send({ method: 'PUT', bucket: name, query: { tagging: undefined }, body: `<Tagging><TagSet>${inner}</TagSet></Tagging>` });
const tags = async () => /<TagSet>(.*)<\/TagSet>/.exec((await test.send({ bucket, query: { tagging: undefined } })).text)?.[1];
const names = async (query: Record<string, string>) =>
  [...(await test.send({ query })).text.matchAll(/<Name>(.*?)<\/Name>/g)].map(([, name]) => name);

describe('the tags of a bucket', () => {
  it('are none at first; are put, told, removed one by one, and all at once', async () => {
    expect(await tags()).toBe('');
    expect((await putTags(tag('k1', 'v1') + tag('k2', '') + tag('k3', 'v3'))).status).toBe(200);
    expect(await tags()).toBe(tag('k1', 'v1') + tag('k2', '') + tag('k3', 'v3'));
    expect((await test.send({ method: 'DELETE', bucket, query: { tagging: 'k1,k3,none' } })).status).toBe(204);
    expect(await tags()).toBe(tag('k2', ''));
    await putTags(tag('a', 'b'));
    expect(await tags()).toBe(tag('a', 'b'));
    for (let i = 0; i < 2; i++) expect((await test.send({ method: 'DELETE', bucket, query: { tagging: '' } })).status).toBe(204);
    expect(await tags()).toBe('');
  });

  it.each<[title: string, inner: string, code: string]>([
    ['21 of them', Array.from({ length: 21 }, (_, i) => tag(`k${i}`, '')).join(''), 'TooManyTags'],
    ['a key twice', tag('a', '1') + tag('a', '2'), 'RepeatedTags'],
    ['an empty key', tag('', 'v'), 'InvalidTag'],
    ['a key of 65 bytes', tag('k'.repeat(65), 'v'), 'InvalidTag'],
    ['a value of 129 bytes', tag('k', 'ü'.repeat(65)), 'InvalidTag'],
    ["a key of the service's own", tag('Aliyun-k', 'v'), 'InvalidTag'],
    ['a key that is an address', tag('https://k', 'v'), 'InvalidTag'],
    ['a tag without a value', '<Tag><Key>k</Key></Tag>', 'MalformedXML'],
    ['a body that is none', '<Tag>', 'MalformedXML'],
  ])('are refused: %s, and what stood stays', async (_, inner, code) => {
    await putTags(tag('stays', ''));
    expect(await putTags(inner)).toMatchObject({ status: 400, code });
    expect(await tags()).toBe(tag('stays', ''));
  });

  it('may come with the bucket, and replace those of one that is put again', async () => {
    const create = (given: string) => test.send({ method: 'PUT', bucket, headers: { 'x-oss-bucket-tagging': given } });
    await test.send({ method: 'DELETE', bucket });
    expect((await create('k%201=v%2F1&k2')).status).toBe(200);
    expect(await tags()).toBe(tag('k 1', 'v/1') + tag('k2', ''));
    await create('a=b');
    await test.send({ method: 'PUT', bucket });
    expect(await tags()).toBe(tag('a', 'b'));
    expect(await create('a=b&a=c')).toMatchObject({ status: 400, code: 'RepeatedTags' });
    expect(await create('%zz=c')).toMatchObject({ status: 400, code: 'InvalidArgument' });
    expect(await tags()).toBe(tag('a', 'b'));
  });

  it('choose the buckets of a list', async () => {
    await putTags(tag('team', 'x') + tag('env', 'test'));
    await putTags(tag('team', 'y'), 'logs');
    expect(await names({ 'tag-key': 'team' })).toEqual(['bkt', 'logs']);
    expect(await names({ 'tag-key': 'team', 'tag-value': 'y' })).toEqual(['logs']);
    expect(await names({ tagging: '"team":"x","env":"test"' })).toEqual(['bkt']);
    expect(await names({ tagging: '"team":"x","env":"live"' })).toEqual([]);
    expect(await names({ 'tag-key': 'team', 'tag-value': 'x', tagging: '"env":"test"' })).toEqual(['bkt']);
    const first = await test.send({ query: { 'tag-key': 'team', 'max-keys': '1' } });
    expect([first.element('Name'), first.element('IsTruncated'), first.element('NextMarker')]).toEqual(['bkt', 'true', 'bkt']);
    const last = await test.send({ query: { 'tag-key': 'team', 'max-keys': '1', marker: 'bkt' } });
    expect([last.element('Name'), last.element('IsTruncated')]).toEqual(['logs', 'false']);
    for (const query of [{ 'tag-value': 'x' }, { tagging: 'team=x' }, { tagging: '"team":1' }]) {
      expect(await test.send({ query })).toMatchObject({ status: 400, code: 'InvalidArgument' });
    }
  });
});

describe('who pays for the requests to a bucket', () => {
  const put = (payer: string) =>
    test.send({
      method: 'PUT',
      bucket,
      query: { requestPayment: undefined },
      body: `<RequestPaymentConfiguration><Payer>${payer}</Payer></RequestPaymentConfiguration>`,
    });
  const payer = async () => (await test.send({ bucket, query: { requestPayment: undefined } })).element('Payer');

  it('is its owner until another is put', async () => {
    expect(await payer()).toBe('BucketOwner');
    expect((await put('Requester')).status).toBe(200);
    expect(await payer()).toBe('Requester');
    expect(await put('Nobody')).toMatchObject({ status: 400, code: 'InvalidArgument' });
    expect(await payer()).toBe('Requester');
    await put('BucketOwner');
    expect(await payer()).toBe('BucketOwner');
    expect(await test.send({ method: 'DELETE', bucket, query: { requestPayment: undefined } })).toMatchObject({ status: 405 });
  });
});

describe('the logging of a bucket', () => {
  const put = (inner: string) =>
    test.send({ method: 'PUT', bucket, query: { logging: undefined }, body: `<BucketLoggingStatus>${inner}</BucketLoggingStatus>` });
  const to = (target: string, prefix: string) =>
    `<LoggingEnabled><TargetBucket>${target}</TargetBucket><TargetPrefix>${prefix}</TargetPrefix></LoggingEnabled>`;
  const told = async () => (await test.send({ bucket, query: { logging: undefined } })).text.replace(/^<\?.*?\?>\s*/, '');
  const none = '<BucketLoggingStatus></BucketLoggingStatus>';

  it('begins, is told with the bucket, and ends', async () => {
    expect(await told()).toBe(none);
    expect((await put(to('logs', 'log-'))).status).toBe(200);
    expect(await told()).toBe(`<BucketLoggingStatus>${to('logs', 'log-')}</BucketLoggingStatus>`);
    const info = await test.send({ bucket, query: { bucketInfo: undefined } });
    expect([info.element('LogBucket'), info.element('LogPrefix')]).toEqual(['logs', 'log-']);
    await put('');
    expect(await told()).toBe(none);
    await put('<LoggingEnabled><TargetBucket>bkt</TargetBucket></LoggingEnabled>');
    expect((await test.send({ method: 'DELETE', bucket, query: { logging: undefined } })).status).toBe(204);
    expect(await told()).toBe(none);
  });

  it('says on every line of the access log where it belongs', async () => {
    await put(to('logs', 'log-'));
    await test.send({ bucket, key: 'gone' });
    await test.send({ bucket: 'logs', key: 'gone' });
    expect(lines.at(-2)).toMatchObject({ bucket: 'bkt', key: 'gone', status: 404, logBucket: 'logs', logPrefix: 'log-' });
    expect(lines.at(-1)).toMatchObject({ bucket: 'logs', status: 404 });
    expect(lines.at(-1)).not.toHaveProperty('logBucket');
  });

  it.each<[title: string, inner: string, code: string]>([
    ['a bucket that is not there', to('missing', ''), 'InvalidTargetBucketForLogging'],
    ['a bucket of another region', to('shanghai', ''), 'InvalidTargetBucketForLogging'],
    ['a prefix that no key begins with', to('logs', '/a'), 'InvalidArgument'],
    ['no bucket', '<LoggingEnabled></LoggingEnabled>', 'MalformedXML'],
  ])('is refused to %s, and what stood stays', async (_, inner, code) => {
    await test.send({ method: 'PUT', bucket: 'shanghai', region: 'cn-shanghai' });
    await put(to('logs', 'log-'));
    expect(await put(inner)).toMatchObject({ status: 400, code });
    expect(await told()).toContain(to('logs', 'log-'));
  });
});

describe('the live channels of a bucket', () => {
  it('are none, and cannot be made', async () => {
    const listed = await test.send({ bucket, query: { live: '', prefix: 'p' } });
    expect(listed.text).toContain(
      '<ListLiveChannelResult><Prefix>p</Prefix><Marker></Marker><MaxKeys>100</MaxKeys><IsTruncated>false</IsTruncated></ListLiveChannelResult>',
    );
    for (const method of ['PUT', 'GET', 'DELETE'] as const) {
      expect(await test.send({ method, bucket, key: 'channel', query: { live: '' }, body: '' })).toMatchObject({ code: 'NotImplemented' });
    }
  });
});

describe('what OSS has and this server does not', () => {
  const buckets =
    'website userDefinedLogFieldsConfig replication replicationLocation replicationProgress rtc inventory transferAcceleration accessmonitor ' +
    'resourceGroup style metaQuery cname httpsConfig bucketArchiveDirectRead redundancyTransition responseHeader processConfiguration asyncFetch ' +
    'qos qosInfo qosRequester accessPoint accessPointPolicy accessPointForObjectProcess accessPointConfigForObjectProcess accessPointPolicyForObjectProcess quota metadataConfiguration metadataInventoryTable metadataJournalTable';
  it.each(buckets.split(' '))('?%s is refused by name, whatever is asked of it', async (name) => {
    for (const method of ['PUT', 'GET', 'POST', 'DELETE'] as const) {
      const answer = await test.send({ method, bucket, query: { [name]: undefined }, ...(method === 'GET' ? {} : { body: '' }) });
      expect([method, answer.status, answer.code, answer.element('ArgumentValue')]).toEqual([method, 400, 'NotImplemented', name]);
    }
    expect((await test.send({ bucket, query: { bucketInfo: undefined } })).status).toBe(200);
  });

  it.each(['cloudboxes', 'accessPoint', 'resourcePool', 'redundancyTransition', 'dataPipeline'])(
    '?%s of the service is refused by name',
    async (name) => {
      for (const method of ['PUT', 'GET', 'POST', 'DELETE'] as const) {
        const answer = await test.send({ method, query: { [name]: undefined }, ...(method === 'GET' ? {} : { body: '' }) });
        expect([method, answer.status, answer.code]).toEqual([method, 400, 'NotImplemented']);
      }
    },
  );

  it('an access point is not taken for its bucket', async () => {
    const query = { publicAccessBlock: undefined, 'x-oss-access-point-name': 'ap' };
    for (const method of ['PUT', 'GET', 'DELETE'] as const) {
      const body = '<PublicAccessBlockConfiguration><BlockPublicAccess>true</BlockPublicAccess></PublicAccessBlockConfiguration>';
      const answer = await test.send({ method, bucket, query, ...(method === 'PUT' ? { body } : {}) });
      expect([method, answer.code, answer.element('ArgumentValue')]).toEqual([method, 'NotImplemented', 'x-oss-access-point-name']);
    }
  });

  it.each(['live', 'vod', 'objectInfo', 'x-oss-process', 'x-oss-async-process'])('?%s of an object is refused by name', async (name) => {
    for (const method of ['PUT', 'GET', 'POST', 'DELETE'] as const) {
      const answer = await test.send({ method, bucket, key: 'k', query: { [name]: undefined }, ...(method === 'GET' ? {} : { body: '' }) });
      expect([method, answer.status, answer.code]).toEqual([method, 400, 'NotImplemented']);
    }
  });
});
