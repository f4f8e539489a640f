import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const key = 'k';
beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket], regions: ['cn-hangzhou', 'cn-shanghai'] });
  await test.send({ method: 'PUT', bucket, key, body: 'hello' });
});
afterEach(async () => {
  await test.server.close();
});

const versions = ['V1', 'V2', 'V4'] as const;
const minuteMs = 60_000;

/** A request whose header is replaced after it was signed. */
const withAuthorization = (value: string | undefined): TestRequest => ({
  bucket,
  key,
  tamper: (raw) => ({
    ...raw,
    headers: raw.headers.flatMap(([name, old]) =>
      name === 'Authorization' ? (value === undefined ? [] : [[name, value] as const]) : [[name, old] as const],
    ),
  }),
});

describe.each(versions)('signature %s', (sign) => {
  it('is good in the header and in the query', async () => {
    expect((await test.send({ bucket, key, sign })).text).toBe('hello');
    expect((await test.send({ bucket, key, sign, presignSeconds: 60 })).text).toBe('hello');
    expect((await test.send({ bucket, key, sign, host: 'bkt.oss-cn-hangzhou.aliyuncs.com' })).text).toBe('hello');
    expect((await test.send({ sign })).status).toBe(200);
    const odd = '中 +/?&=#%.txt';
    await test.send({
      method: 'PUT',
      bucket,
      key: odd,
      body: 'odd',
      sign,
      headers: { 'x-oss-meta-a': '李', 'Content-Type': 'text/plain' },
    });
    expect((await test.send({ bucket, key: odd, sign, presignSeconds: 60, query: { 'response-content-type': 'a/b c+d' } })).text).toBe(
      'odd',
    );
  });

  it('is bad with another secret, over another request, and with an unknown key', async () => {
    for (const presignSeconds of [undefined, 60]) {
      const presign = presignSeconds === undefined ? {} : { presignSeconds };
      const secret = await test.send({ bucket, key, sign, ...presign, credentials: { accessKeyId: 'ak', accessKeySecret: 'other' } });
      expect([secret.status, secret.code, secret.element('OSSAccessKeyId')]).toEqual([403, 'SignatureDoesNotMatch', 'ak']);
      expect(secret.element('StringToSign')).toBeDefined();
      expect(secret.element('StringToSignBytes')).toMatch(/^([0-9A-F]{2} )+$/);
      const moved = await test.send({
        bucket,
        key,
        sign,
        ...presign,
        tamper: (raw) => ({ ...raw, target: raw.target.replace('/k', '/j') }),
      });
      expect([moved.status, moved.code]).toEqual([403, 'SignatureDoesNotMatch']);
      const unknown = await test.send({ bucket, key, sign, ...presign, credentials: { accessKeyId: 'who', accessKeySecret: 'sk' } });
      expect([unknown.status, unknown.code, unknown.header('x-oss-ec')]).toEqual([403, 'InvalidAccessKeyId', '0002-00000902']);
    }
  });

  it('is too old or too new 15 minutes away from the clock', async () => {
    const at = (offsetMs: number) => test.send({ bucket, key, sign, signedAtMs: test.clock.nowMs + offsetMs });
    expect((await at(-15 * minuteMs)).status).toBe(200);
    expect((await at(15 * minuteMs)).status).toBe(200);
    for (const offsetMs of [-15 * minuteMs - 1000, 15 * minuteMs + 1000]) {
      const skewed = await at(offsetMs);
      expect([skewed.status, skewed.code, skewed.element('MaxAllowedSkewMilliseconds')]).toEqual([403, 'RequestTimeTooSkewed', '900000']);
      expect(skewed.element('ServerTime')).toBe('2024-05-01T08:00:00.000Z');
      expect(skewed.header('date')).toBe('Wed, 01 May 2024 08:00:00 GMT');
    }
  });

  it('expires in a presigned URL', async () => {
    const at = (agoMs: number) => test.send({ bucket, key, sign, presignSeconds: 3600, signedAtMs: test.clock.nowMs - agoMs });
    expect((await at(60 * minuteMs)).status).toBe(200);
    const late = await at(60 * minuteMs + 1000);
    expect([late.status, late.code, late.element('Message')]).toEqual([403, 'AccessDenied', 'Request has expired.']);
  });

  it('with a security token is refused: this server gives out none', async () => {
    const credentials = { accessKeyId: 'ak', accessKeySecret: 'sk', securityToken: 'token' };
    expect(await test.send({ bucket, key, sign, credentials })).toMatchObject({ status: 403, code: 'InvalidSecurityToken' });
  });
});

describe('a malformed Authorization', () => {
  it.each([
    ['Basic YWs6c2s=', 'InvalidArgument'],
    ['OSS ak', 'InvalidArgument'],
    ['OSS :sig', 'InvalidArgument'],
    ['OSS ak:', 'InvalidArgument'],
    ['OSS2 AccessKeyId:ak', 'InvalidArgument'],
    ['OSS4-HMAC-SHA256 Credential=ak', 'InvalidArgument'],
    ['OSS4-HMAC-SHA256 Credential=ak/20240501/cn-hangzhou/oss/aws4_request,Signature=00', 'InvalidArgument'],
    ['OSS4-HMAC-SHA256 Credential=ak/20240501/cn-hangzhou/oss/aliyun_v4_request,Signature=00', 'SignatureDoesNotMatch'],
    ['', 'InvalidArgument'],
  ])('%s', async (value, code) => {
    const answer = await test.send(withAuthorization(value));
    expect([answer.code, answer.status]).toEqual([code, code === 'InvalidArgument' ? 400 : 403]);
  });

  it('missing is anonymous', async () => {
    expect(await test.send(withAuthorization(undefined))).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  it('in a presigned URL is told, too', async () => {
    const url = (query: Readonly<Record<string, string>>) => test.send({ bucket, key, sign: 'none', query });
    expect(await url({ Signature: 'x', OSSAccessKeyId: 'ak' })).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect((await url({ Signature: 'x', OSSAccessKeyId: 'ak', Expires: 'soon' })).header('x-oss-ec')).toBe('0002-00000070');
    expect((await url({ 'x-oss-signature-version': 'OSS9' })).header('x-oss-ec')).toBe('0002-00000066');
    const both = await test.send({ bucket, key, query: { Signature: 'x' } });
    expect([both.status, both.code]).toEqual([400, 'InvalidArgument']);
  });
});

describe('regions', () => {
  const shanghai = 'bkt.oss-cn-shanghai.aliyuncs.com';

  it('a bucket is in the region of the Host, else of the V4 scope, else the first', async () => {
    const locationOf = async (name: string, host?: string) =>
      (await test.send({ bucket: name, query: { location: '' }, sign: 'V1', ...(host === undefined ? {} : { host }) })).element(
        'LocationConstraint',
      );
    await test.send({ method: 'PUT', bucket: 'by-host', host: 'by-host.oss-cn-shanghai-internal.aliyuncs.com', region: 'cn-shanghai' });
    await test.send({ method: 'PUT', bucket: 'by-host-v1', host: 'by-host-v1.oss-cn-shanghai.aliyuncs.com', sign: 'V1' });
    await test.send({ method: 'PUT', bucket: 'by-scope', region: 'cn-shanghai' });
    await test.send({ method: 'PUT', bucket: 'by-default', sign: 'V1' });
    await test.send({ method: 'PUT', bucket: 'by-foreign', region: 'us-west-1' });
    expect(await Promise.all(['by-host', 'by-host-v1', 'by-scope', 'by-default', 'by-foreign'].map((name) => locationOf(name)))).toEqual([
      'oss-cn-shanghai',
      'oss-cn-shanghai',
      'oss-cn-shanghai',
      'oss-cn-hangzhou',
      'oss-cn-hangzhou',
    ]);
  });

  it('another region\u2019s Host is refused with the right one, whoever asks', async () => {
    for (const sign of ['V1', 'V4', 'none'] as const) {
      const answer = await test.send({ bucket, key, host: shanghai, sign });
      expect([answer.status, answer.code, answer.header('x-oss-ec')]).toEqual([403, 'AccessDenied', '0003-00001403']);
      expect([answer.element('Bucket'), answer.element('Endpoint'), answer.element('HostId')]).toEqual([
        bucket,
        'oss-cn-hangzhou.aliyuncs.com',
        shanghai,
      ]);
    }
  });

  it('another region\u2019s scope is refused', async () => {
    const header = await test.send({ bucket, key, region: 'cn-shanghai' });
    expect([header.status, header.code, header.header('x-oss-ec')]).toEqual([400, 'InvalidArgument', '0002-00000226']);
    expect(header.element('Message')).toBe('Invalid signing region in Authorization header.');
    expect((await test.send({ bucket, key, region: 'cn-shanghai', presignSeconds: 60 })).header('x-oss-ec')).toBe('0002-00000228');
    expect((await test.send({ region: 'cn-shanghai' })).status).toBe(200);
    expect((await test.send({ region: 'us-west-1' })).code).toBe('InvalidArgument');
    const mixed = await test.send({ method: 'PUT', bucket: 'new-one', host: 'new-one.oss-cn-shanghai.aliyuncs.com' });
    expect([mixed.status, mixed.header('x-oss-ec')]).toEqual([400, '0002-00000226']);
  });

  it('copies do not leave their region', async () => {
    await test.send({ method: 'PUT', bucket: 'far', region: 'cn-shanghai' });
    const headers = { 'x-oss-copy-source': `/${bucket}/${key}` };
    const copied = await test.send({ method: 'PUT', bucket: 'far', key, region: 'cn-shanghai', headers });
    expect([copied.status, copied.code, copied.header('x-oss-ec')]).toEqual([403, 'AccessDenied', '0016-00000306']);
    expect(copied.element('Message')).toBe('Target object does not reside in the same data center as source object.');
    const begun = await test.send({ method: 'POST', bucket: 'far', key, region: 'cn-shanghai', query: { uploads: '' } });
    const query = { partNumber: '1', uploadId: begun.element('UploadId') ?? '' };
    const part = await test.send({ method: 'PUT', bucket: 'far', key, region: 'cn-shanghai', query, headers });
    expect([part.status, part.code]).toEqual([403, 'AccessDenied']);
  });
});

describe('the order of judgement', () => {
  const credentials = { accessKeyId: 'who', accessKeySecret: 'cares' };

  it('tells a missing bucket before it looks at credentials, but for what makes one', async () => {
    for (const [method, query] of [
      ['GET', { acl: '' }],
      ['GET', { bucketInfo: '' }],
      ['GET', {}],
      ['DELETE', {}],
    ] as const) {
      expect((await test.send({ method, bucket: 'nowhere', query, credentials })).code).toBe('NoSuchBucket');
    }
    expect((await test.send({ bucket: 'nowhere', key, credentials })).code).toBe('NoSuchBucket');
    expect((await test.send({ method: 'PUT', bucket: 'nowhere', credentials })).code).toBe('InvalidAccessKeyId');
    const acl = await test.send({ method: 'PUT', bucket: 'nowhere', query: { acl: '' }, headers: { 'x-oss-acl': 'private' }, credentials });
    expect(acl.code).toBe('InvalidAccessKeyId');
    expect((await test.send({ credentials })).code).toBe('InvalidAccessKeyId');
    expect((await test.send({ query: { regions: '' }, credentials })).code).toBe('InvalidAccessKeyId');
    expect((await test.send({ bucket: 'nowhere', sign: 'none' })).code).toBe('NoSuchBucket');
  });

  it('tells who may before what is wrong, and what is wrong before what is not there', async () => {
    const headers = { 'x-oss-copy-source': 'nonsense' };
    expect((await test.send({ method: 'PUT', bucket, key, headers, sign: 'none' })).code).toBe('AccessDenied');
    expect((await test.send({ method: 'PUT', bucket, key, headers, credentials })).code).toBe('InvalidAccessKeyId');
    expect((await test.send({ method: 'PUT', bucket, key, headers })).code).toBe('InvalidArgument');
    expect((await test.send({ bucket, key: 'none', query: { versionId: '' } })).code).toBe('InvalidArgument');
    expect((await test.send({ bucket, query: { 'max-keys': '0' }, sign: 'none' })).code).toBe('AccessDenied');
  });
});
