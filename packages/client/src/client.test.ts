import { createHash } from 'node:crypto';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { TestClock } from './clock.test.support.ts';
import { createClient as createBrowserClient } from './index.browser.ts';
import { createClient, type DownloadBody, type UploadBody } from './index.ts';
import { errorAnswer, type ScriptedTransport, scriptedTransport } from './scripted-transport.test.support.ts';

const credentials = { accessKeyId: 'ak', accessKeySecret: 'sk' };

function clientOf(transport: ScriptedTransport, endpoint = 'http://127.0.0.1:9720') {
  return createClient({ endpoint, region: 'cn-hangzhou', credentials, transport, clock: new TestClock({ skipUpToMs: 20_000 }) });
}

function objectsPage(keys: readonly string[], next?: string): { status: number; body: string } {
  const contents = keys
    .map(
      (key) => `<Contents><Key>${key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>"E"</ETag><Size>1</Size></Contents>`,
    )
    .join('');
  const rest =
    next === undefined
      ? '<IsTruncated>false</IsTruncated>'
      : `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>`;
  const body = `<ListBucketResult><Name>bkt</Name><Prefix/><MaxKeys>2</MaxKeys><Delimiter/><EncodingType>url</EncodingType>${rest}${contents}<KeyCount>${keys.length}</KeyCount></ListBucketResult>`;
  return { status: 200, body };
}

describe('pages', () => {
  it('asks for the next page when it is needed, and decodes names', async () => {
    const transport = scriptedTransport(objectsPage(['a%2Fb%20c', '%01'], 'T1'), objectsPage(['%E4%B8%96'], 'T2'), objectsPage([]));
    const keys: string[] = [];
    for await (const object of clientOf(transport).pages.listObjectsV2({ bucket: 'bkt', maxKeys: 2 }).items()) keys.push(object.key);
    expect(keys).toEqual(['a/b c', '\x01', '世']);
    expect(transport.requests.map((request) => new URLSearchParams(request.target.split('?')[1]).get('continuation-token'))).toEqual([
      null,
      'T1',
      'T2',
    ]);
    expect(transport.requests.every((request) => request.target.includes('encoding-type=url'))).toBe(true);
  });

  it('asks for no page that nobody reads, and can be gone through again', async () => {
    const transport = scriptedTransport(objectsPage(['a'], 'T1'), objectsPage(['a']), objectsPage([]));
    const pages = clientOf(transport).pages.listObjectsV2({ bucket: 'bkt' });
    for await (const page of pages) {
      expect(page.keyCount).toBe(1);
      break;
    }
    expect(transport.requests).toHaveLength(1);
    for await (const page of pages) expect(page.isTruncated).toBe(false);
    expect(transport.requests).toHaveLength(2);
  });

  it('ends with an error where a list goes on and its marker does not', async () => {
    const transport = scriptedTransport(objectsPage(['a'], 'T'), objectsPage(['a'], 'T'));
    const drain = async () => {
      for await (const _ of clientOf(transport).pages.listObjectsV2({ bucket: 'bkt' }));
    };
    await expect(drain()).rejects.toMatchObject({ code: 'BadResponse' });
  });

  it('pages buckets by their markers', async () => {
    const bucket = (name: string) =>
      `<Bucket><CreationDate>2026-01-01T00:00:00.000Z</CreationDate><ExtranetEndpoint>e</ExtranetEndpoint><IntranetEndpoint>i</IntranetEndpoint><Location>oss-cn-hangzhou</Location><Name>${name}</Name><StorageClass>Standard</StorageClass></Bucket>`;
    const page = (name: string, rest: string) => ({
      status: 200,
      body: `<ListAllMyBucketsResult>${rest}<Owner><ID>1</ID><DisplayName>1</DisplayName></Owner><Buckets>${bucket(name)}</Buckets></ListAllMyBucketsResult>`,
    });
    const transport = scriptedTransport(page('one', '<IsTruncated>true</IsTruncated><NextMarker>one</NextMarker>'), page('two', ''));
    const names: string[] = [];
    for await (const found of clientOf(transport).pages.listBuckets().items()) names.push(found.name);
    expect(names).toEqual(['one', 'two']);
    expect(transport.requests[1]?.target).toBe('/?marker=one');
  });
});

describe('presign', () => {
  it('makes a URL that carries its signature', async () => {
    const client = clientOf(scriptedTransport(), 'https://oss.example.com');
    const presigned = await client.presign('getObject', { bucket: 'bkt', key: 'a b/c' }, { expiresSeconds: 60 });
    const url = new URL(presigned.url);
    expect(presigned.method).toBe('GET');
    expect(`${url.origin}${url.pathname}`).toBe('https://bkt.oss.example.com/a%20b/c');
    expect(Object.fromEntries(url.searchParams)).toMatchObject({ 'x-oss-expires': '60', 'x-oss-date': '20260101T000000Z' });
    expect(url.searchParams.get('x-oss-signature')).toMatch(/^[0-9a-f]{64}$/);
    expect(presigned.expiration).toEqual(new Date(Date.UTC(2026, 0, 1, 0, 1)));
  });

  it('names the headers that must be sent along', async () => {
    const request = { bucket: 'bkt', key: 'k', contentType: 'text/plain', metadata: { a: 'b' } };
    const { signedHeaders, method } = await clientOf(scriptedTransport()).presign('putObject', request);
    expect(method).toBe('PUT');
    expect(signedHeaders).toEqual({ 'Content-Type': 'text/plain', 'x-oss-meta-a': 'b' });
  });

  it('gives the document that must be sent, and the headers that go with it', async () => {
    const objects = { bucket: 'bkt', objects: [{ key: 'k' }] };
    const { body, signedHeaders } = await clientOf(scriptedTransport()).presign('deleteMultipleObjects', objects);
    expect(new TextDecoder().decode(body)).toContain('<Delete><Object><Key>k</Key></Object></Delete>');
    const md5 = createHash('md5')
      .update(body ?? '')
      .digest('base64');
    expect(signedHeaders).toEqual({ 'Content-Type': 'application/xml', 'Content-MD5': md5 });
  });

  it('refuses a body, anonymous clients, and a life out of bounds', async () => {
    const client = clientOf(scriptedTransport());
    const anonymous = createClient({ region: 'cn-hangzhou', transport: scriptedTransport() });
    const address = { bucket: 'bkt', key: 'k' };
    await expect(client.presign('putObject', { ...address, body: 'x' })).rejects.toMatchObject({ member: 'body' });
    await expect(anonymous.presign('getObject', address)).rejects.toMatchObject({ member: 'credentials' });
    await expect(client.presign('getObject', address, { expiresSeconds: 604_801 })).rejects.toThrow(RangeError);
  });
});

describe('presignPost', () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what the service replaces by the name of the file
  const request = { bucket: 'bkt', key: 'up/${filename}', metadata: { a: '李' }, successActionStatus: '201' };
  const policyOf = (fields: Readonly<Record<string, string>>) =>
    JSON.parse(Buffer.from(fields['policy'] ?? '', 'base64').toString('utf8')) as { expiration: string; conditions: unknown[] };

  it('makes a form that binds what it is given', async () => {
    const client = clientOf(scriptedTransport(), 'https://oss.example.com');
    const { method, url, fields, expiration } = await client.presignPost(request, {
      expiresSeconds: 60,
      conditions: [['content-length-range', 1, 9]],
    });
    expect([method, url]).toEqual(['POST', 'https://bkt.oss.example.com/']);
    expect(expiration).toEqual(new Date(Date.UTC(2026, 0, 1, 0, 1)));
    const signed = {
      'x-oss-signature-version': 'OSS4-HMAC-SHA256',
      'x-oss-credential': 'ak/20260101/cn-hangzhou/oss/aliyun_v4_request',
      'x-oss-date': '20260101T000000Z',
    };
    expect(fields).toEqual({
      key: request.key,
      'x-oss-meta-a': '李',
      success_action_status: '201',
      ...signed,
      policy: fields['policy'],
      'x-oss-signature': fields['x-oss-signature'],
    });
    expect(policyOf(fields)).toEqual({
      expiration: '2026-01-01T00:01:00.000Z',
      conditions: [
        { bucket: 'bkt' },
        ['starts-with', '$key', 'up/'],
        { 'x-oss-meta-a': '李' },
        { success_action_status: '201' },
        ['content-length-range', 1, 9],
        ...Object.entries(signed).map(([name, value]) => ({ [name]: value })),
      ],
    });
  });

  it('makes one of V1, with a whole key and a token', async () => {
    const temporary = { ...credentials, securityToken: 'token' };
    const client = createClient({
      endpoint: 'http://127.0.0.1:9720',
      region: 'cn-hangzhou',
      credentials: temporary,
      signatureVersion: 'V1',
      transport: scriptedTransport(),
    });
    const { url, fields } = await client.presignPost({ bucket: 'bkt', key: 'k' });
    expect(url).toBe('http://127.0.0.1:9720/bkt/');
    expect(Object.keys(fields)).toEqual(['key', 'OSSAccessKeyId', 'x-oss-security-token', 'policy', 'Signature']);
    expect(policyOf(fields).conditions).toEqual([{ bucket: 'bkt' }, { key: 'k' }, { 'x-oss-security-token': 'token' }]);
  });

  it('refuses what no form has, anonymous clients, and a life out of bounds', async () => {
    const client = clientOf(scriptedTransport());
    const anonymous = createClient({ region: 'cn-hangzhou', transport: scriptedTransport() });
    await expect(client.presignPost({ ...request, body: 'x' } as never)).rejects.toMatchObject({ member: 'body' });
    await expect(client.presignPost({ ...request, tagging: [] } as never)).rejects.toMatchObject({ member: 'tagging' });
    await expect(client.presignPost({ ...request, contentMd5: 'XUFAKrxLKna5cZ2REBfFkg==' } as never)).rejects.toMatchObject({
      member: 'Content-MD5',
    });
    await expect(client.presignPost({ bucket: 'B', key: 'k' })).rejects.toMatchObject({ member: 'bucket' });
    await expect(client.presignPost({ bucket: 'bkt' } as never)).rejects.toMatchObject({ member: 'key' });
    await expect(anonymous.presignPost(request)).rejects.toMatchObject({ member: 'credentials' });
    for (const expiresSeconds of [0, 604_801, 1.5])
      await expect(client.presignPost(request, { expiresSeconds })).rejects.toThrow(RangeError);
    expect(client).not.toHaveProperty('postObject');
  });
});

describe('isObjectExist and isBucketExist', () => {
  const object = { bucket: 'bkt', key: 'k' };
  const inHeader = (code: string) => ({ 'x-oss-err': Buffer.from(`<Error><Code>${code}</Code></Error>`).toString('base64') });

  it('answers yes, no, or throws', async () => {
    const found = { status: 200, headers: { 'content-length': '1' } };
    expect(await clientOf(scriptedTransport(found)).isObjectExist(object)).toBe(true);
    expect(await clientOf(scriptedTransport({ status: 404, headers: inHeader('NoSuchKey') })).isObjectExist(object)).toBe(false);
    expect(await clientOf(scriptedTransport({ status: 404 })).isObjectExist(object)).toBe(false);
    const noBucket = { status: 404, headers: inHeader('NoSuchBucket') };
    await expect(clientOf(scriptedTransport(noBucket)).isObjectExist(object)).rejects.toMatchObject({ code: 'NoSuchBucket' });
  });

  it("counts another's bucket as one", async () => {
    expect(await clientOf(scriptedTransport(errorAnswer(403, 'AccessDenied'))).isBucketExist({ bucket: 'bkt' })).toBe(true);
    expect(await clientOf(scriptedTransport(errorAnswer(404, 'NoSuchBucket'))).isBucketExist({ bucket: 'bkt' })).toBe(false);
  });
});

describe('the two entries', () => {
  it('sign alike', async () => {
    const signatures = await Promise.all(
      [createClient, createBrowserClient].map(async (create) => {
        const transport = scriptedTransport({ status: 204 });
        const client = create({
          endpoint: 'https://oss.example.com',
          region: 'cn-hangzhou',
          credentials,
          transport,
          clock: new TestClock(),
        });
        await client.deleteObject({ bucket: 'bkt', key: 'k' });
        return transport.requests[0]?.headers['authorization'];
      }),
    );
    expect(signatures[0]).toMatch(/^OSS4-HMAC-SHA256 /);
    expect(signatures[1]).toBe(signatures[0]);
  });
});

describe('types', () => {
  const client = createClient({ region: 'cn-hangzhou', transport: scriptedTransport() });
  type Put = Parameters<typeof client.putObject>[0];
  type Get = Awaited<ReturnType<typeof client.getObject>>;

  it('require what is required, and know every field', () => {
    expectTypeOf<Put['bucket']>().toEqualTypeOf<string>();
    expectTypeOf<Put['body']>().toEqualTypeOf<UploadBody | undefined>();
    expectTypeOf<Get['body']>().toEqualTypeOf<DownloadBody>();
    expectTypeOf<Get['hashCrc64']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Get['statusCode']>().toEqualTypeOf<200 | 206>();
    expectTypeOf<Awaited<ReturnType<typeof client.listParts>>['parts'][number]['hashCrc64']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Awaited<ReturnType<typeof client.listParts>>['parts'][number]['lastModified']>().toEqualTypeOf<Date>();
    expectTypeOf<Get['storageClass']>().toExtend<string | undefined>();
    expectTypeOf<Parameters<typeof client.copyObject>[0]['sourceBucket']>().toEqualTypeOf<string>();
    expectTypeOf(client.listBuckets).toBeCallableWith();
  });

  it('refuse what is wrong', () => {
    const wrong = () => [
      // @ts-expect-error the key is missing
      client.getObject({ bucket: 'bkt' }),
      // @ts-expect-error there is no such member
      client.getObject({ bucket: 'bkt', key: 'k', colour: 'red' }),
      // @ts-expect-error there is no such class
      client.putObject({ bucket: 'bkt', key: 'k', storageClass: 'Cheap' }),
      // @ts-expect-error a request is needed
      client.getBucketAcl(),
    ];
    expect(wrong).toBeTypeOf('function');
  });
});
