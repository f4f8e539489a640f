import { createHash, createHmac } from 'node:crypto';
import { createClient, createMemoryTransport, type PresignPostOptions, type PresignPostRequest } from '@ossature/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, startTestServer, type TestRequest, type TestServer, testAccount } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const open = 'open-bkt';
// biome-ignore lint/suspicious/noTemplateCurlyInString: what is replaced by the name of the file
const placeholder = 'up/${filename}';

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket, open] });
  await test.send({ method: 'PUT', bucket: open, query: { acl: '' }, headers: { 'x-oss-acl': 'public-read-write' } });
});
afterEach(async () => {
  await test.server.close();
});

const send = (request: TestRequest): Promise<Answer> => test.send({ bucket, ...request });
const told = ({ status, code }: Answer) => [status, code];

type Fields = Readonly<Record<string, string>>;

/** A form as a browser would send it: Node's own FormData writes the body. */
async function encode(fields: Fields, file: Blob | string = 'hello', name?: string) {
  const form = new FormData();
  for (const [field, value] of Object.entries(fields)) form.append(field, value);
  if (typeof file === 'string') form.append('file', file);
  else form.append('file', file, name);
  return await bytesOf(form);
}

async function bytesOf(form: FormData) {
  const encoded = new Response(form);
  const type = encoded.headers.get('content-type') ?? '';
  return { body: new Uint8Array(await encoded.arrayBuffer()), headers: { 'Content-Type': type } };
}

async function post(fields: Fields, file?: Blob | string, name?: string, request: TestRequest = {}): Promise<Answer> {
  const { body, headers } = await encode(fields, file, name);
  return await send({ method: 'POST', sign: 'none', body, ...request, headers: { ...headers, ...request.headers } });
}

/** The fields of a form that the client signs. */
async function presigned(
  request: Partial<PresignPostRequest> = {},
  options: PresignPostOptions & { readonly securityToken?: string; readonly accessKeySecret?: string } = {},
): Promise<Fields> {
  const { securityToken, accessKeySecret, ...rest } = options;
  const client = createClient({
    endpoint: 'http://127.0.0.1',
    region: 'cn-hangzhou',
    credentials: {
      ...testAccount,
      ...(securityToken === undefined ? {} : { securityToken }),
      ...(accessKeySecret === undefined ? {} : { accessKeySecret }),
    },
    clock: test.clock,
    transport: createMemoryTransport(() => {
      throw new Error('Nothing is sent.');
    }),
  });
  return (await client.presignPost({ bucket, key: 'k', ...request }, rest)).fields;
}

describe.each(['V1', 'V4'] as const)('a form signed by %s', (signatureVersion) => {
  it('writes an object, and answers as it is asked', async () => {
    const answer = await post(await presigned({ key: placeholder }, { signatureVersion }), new Blob(['hello']), 'C:\\dir\\a b.txt');
    expect(answer.status).toBe(204);
    expect(answer.header('etag')).toBe('"5D41402ABC4B2A76B9719D911017C592"');
    expect(answer.header('content-md5')).toBe('XUFAKrxLKna5cZ2REBfFkg==');
    expect(answer.header('x-oss-hash-crc64ecma')).toMatch(/^\d+$/);
    const read = await send({ key: 'up/a b.txt' });
    expect([read.text, read.header('x-oss-object-type')]).toEqual(['hello', 'Normal']);

    const plain = await post(await presigned({ successActionStatus: '200' }, { signatureVersion }));
    expect([plain.status, plain.text]).toEqual([200, '']);
    const other = await post(await presigned({ successActionStatus: '418' }, { signatureVersion }));
    expect(other.status).toBe(204);
    const created = await post(await presigned({ key: 'user/eric', successActionStatus: '201' }, { signatureVersion }));
    expect([created.status, created.header('content-type')]).toEqual([201, 'application/xml']);
    expect(created.text).toContain(
      `<PostResponse><Bucket>${bucket}</Bucket><Location>http://127.0.0.1/${bucket}/user%2Feric</Location><Key>user/eric</Key><ETag>"5D41402ABC4B2A76B9719D911017C592"</ETag></PostResponse>`,
    );
  });

  it('is refused with another secret, another policy, another field, and too late', async () => {
    const wrong = await post(await presigned({}, { signatureVersion, accessKeySecret: 'other' }));
    expect([...told(wrong), wrong.element('SignatureProvided')]).toEqual([403, 'SignatureDoesNotMatch', expect.any(String)]);
    const fields = await presigned({ cacheControl: 'no-cache' }, { signatureVersion });
    const policy = Buffer.from(fields['policy'] ?? '', 'base64')
      .toString()
      .replace('no-cache', 'no-store');
    expect(told(await post({ ...fields, policy: Buffer.from(policy).toString('base64') }))).toEqual([403, 'SignatureDoesNotMatch']);
    const changed = await post({ ...fields, 'Cache-Control': 'no-store' });
    expect([...told(changed), changed.element('Message'), changed.header('x-oss-ec')]).toEqual([
      403,
      'AccessDenied',
      'Invalid according to Policy: Policy Condition failed: ["eq", "$cache-control", "no-cache"]',
      '0006-00000227',
    ]);
    const renamed = await post({ ...fields, key: 'other' });
    expect(renamed.header('x-oss-ec')).toBe('0006-00000227');
    test.clock.nowMs += 900_000;
    expect((await post(fields)).status).toBe(204);
    test.clock.nowMs += 1;
    const late = await post(fields);
    expect([...told(late), late.element('Message')]).toEqual([403, 'AccessDenied', 'Invalid according to Policy: Policy expired.']);
  });

  it('is refused with a key that nobody has, and a token that is none', async () => {
    const fields = await presigned({}, { signatureVersion });
    const swapped = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, value.replace(/^ak(?=\/|$)/, 'who')]));
    expect(told(await post(swapped))).toEqual([403, 'InvalidAccessKeyId']);
    expect((await post(await presigned({}, { signatureVersion, securityToken: 'x' }))).status).toBe(403);
    expect((await send({ key: 'k' })).status).toBe(404);
  });
});

describe('what a form says of its object', () => {
  it('is kept', async () => {
    const fields = await presigned({
      key: 'k',
      cacheControl: 'no-cache',
      contentDisposition: 'attachment',
      contentEncoding: 'identity',
      contentLanguage: 'en',
      expires: 'soon',
      metadata: { a: '李' },
      persistentHeaders: { 'my-header': 'v' },
      acl: 'public-read',
      storageClass: 'IA',
      serverSideEncryption: 'AES256',
    });
    const answer = await post(fields);
    expect([answer.status, answer.header('x-oss-server-side-encryption')]).toEqual([204, 'AES256']);
    const head = await send({ method: 'HEAD', key: 'k' });
    const names = [
      'cache-control',
      'content-disposition',
      'content-encoding',
      'content-language',
      'expires',
      'my-header',
      'x-oss-storage-class',
    ];
    expect(names.map((name) => head.header(name))).toEqual(['no-cache', 'attachment', 'identity', 'en', 'soon', 'v', 'IA']);
    expect(Buffer.from(head.header('x-oss-meta-a') ?? '', 'latin1').toString('utf8')).toBe('李');
    expect((await send({ key: 'k', query: { acl: '' } })).element('Grant')).toBe('public-read');
  });

  it.each<[string, Fields, Blob | string, string | undefined, string]>([
    ['x-oss-content-type', { 'Content-Type': 'b/b', 'x-oss-content-type': 'a/a' }, new Blob(['x'], { type: 'c/c' }), 'k.txt', 'a/a'],
    ['Content-Type', { 'content-type': 'b/b' }, new Blob(['x'], { type: 'c/c' }), 'k.txt', 'b/b'],
    ['that of the file', {}, new Blob(['x'], { type: 'c/c' }), 'k.txt', 'c/c'],
    ['that of the key', { key: 'k.json' }, 'x', undefined, 'application/json'],
    ['none', {}, 'x', undefined, 'application/octet-stream'],
  ])('has the type of %s', async (_, fields, file, name, type) => {
    const answer = await post({ key: 'k', ...fields }, file, name, { bucket: open });
    expect(answer.status).toBe(204);
    expect((await send({ bucket: open, key: fields['key'] ?? 'k' })).header('content-type')).toBe(type);
  });

  it('takes the ACL of the head where the form names none', async () => {
    const headers = { 'x-oss-object-acl': 'public-read' };
    await post(await presigned({ key: 'a' }), 'x', undefined, { headers });
    await post(await presigned({ key: 'b', acl: 'private' }), 'x', undefined, { headers });
    const aclOf = async (key: string) => (await send({ key, query: { acl: '' } })).element('Grant');
    expect([await aclOf('a'), await aclOf('b')]).toEqual(['public-read', 'private']);
  });

  it('may not be anything', async () => {
    for (const [fields, code] of [
      [{ 'x-oss-object-acl': 'any' }, 'InvalidArgument'],
      [{ 'x-oss-storage-class': 'Warm' }, 'InvalidArgument'],
      [{ 'x-oss-meta-a_b': 'x' }, 'InvalidArgument'],
      [{ 'x-oss-meta-a': 'x'.repeat(8192) }, 'InvalidArgument'],
      [{ 'x-oss-meta-a': 'x\r\nSet-Cookie: a' }, 'InvalidArgument'],
      [{ 'Content-Disposition': 'x\r\nSet-Cookie: a' }, 'InvalidArgument'],
      [{ 'x-oss-forbid-overwrite': 'perhaps' }, 'InvalidArgument'],
      [{ 'x-oss-server-side-encryption': 'ROT13' }, 'InvalidEncryptionAlgorithmError'],
      [{ 'x-oss-traffic-limit': '1' }, 'InvalidArgument'],
      [{ success_action_redirect: 'javascript:alert(1)' }, 'InvalidArgument'],
      [{ success_action_redirect: 'nowhere' }, 'InvalidArgument'],
      [{ callback: 'e30=' }, 'NotImplemented'],
      [{ key: '/k' }, 'InvalidObjectName'],
      [{ key: '' }, 'InvalidObjectName'],
      [{ key: 'x'.repeat(1024) }, 'InvalidObjectName'],
    ] as const) {
      const { key = 'k', ...rest }: Fields = fields;
      const answer = await post({ key, ...rest }, 'x', undefined, { bucket: open });
      expect([rest, key.slice(0, 2), ...told(answer)]).toEqual([rest, key.slice(0, 2), 400, code]);
    }
    expect((await send({ bucket: open, key: 'k' })).status).toBe(404);
  });

  it('without a name of the file leaves nothing in its place', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: what is replaced by the name of the file
    const bare = '${filename}';
    expect(told(await post({ key: bare }, 'x', undefined, { bucket: open }))).toEqual([400, 'InvalidObjectName']);
    expect((await post({ key: placeholder }, 'x', undefined, { bucket: open })).status).toBe(204);
    expect((await send({ bucket: open, key: 'up/' })).text).toBe('x');
  });
});

describe('who sends a form', () => {
  it('is nobody without the fields of a signature, whatever the head says', async () => {
    expect((await post({ key: 'k' }, 'x', undefined, { bucket: open })).status).toBe(204);
    const refused = await post({ key: 'k' }, 'x');
    expect([...told(refused), refused.element('Message'), refused.element('EC')]).toEqual([
      403,
      'AccessDenied',
      'You have no right to access this object because of bucket acl.',
      '0003-00000001',
    ]);
    expect(told(await post({ key: 'k' }, 'x', undefined, { sign: 'V4' }))).toEqual([403, 'AccessDenied']);
    expect(told(await post({ key: 'k' }, 'x', undefined, { sign: 'V1', presignSeconds: 60 }))).toEqual([403, 'AccessDenied']);
    expect((await send({ key: 'k' })).status).toBe(404);
  });

  it('gives all fields of a signature, or none, also where anybody may write', async () => {
    const fields = await presigned({ bucket: open }, { signatureVersion: 'V1' });
    for (const missing of ['policy', 'OSSAccessKeyId', 'Signature']) {
      const rest = Object.fromEntries(Object.entries(fields).filter(([name]) => name !== missing));
      expect(told(await post(rest, 'x', undefined, { bucket: open }))).toEqual([400, 'InvalidArgument']);
    }
  });

  it('may not change a policy to another bucket', async () => {
    const answer = await post(await presigned(), 'x', undefined, { bucket: open });
    expect([...told(answer), answer.header('x-oss-ec')]).toEqual([403, 'AccessDenied', '0006-00000227']);
  });

  it('finds a missing bucket before all', async () => {
    expect(told(await post({ nothing: 'x' }, 'x', undefined, { bucket: 'nope' }))).toEqual([404, 'NoSuchBucket']);
  });
});

describe('a policy', () => {
  const signed = async (policy: string, conditions?: PresignPostOptions['conditions']) => {
    const fields = await presigned({}, { signatureVersion: 'V1', conditions });
    const signature = createHmac('sha1', testAccount.accessKeySecret).update(Buffer.from(policy).toString('base64')).digest('base64');
    return { ...fields, policy: Buffer.from(policy).toString('base64'), Signature: signature };
  };

  it('that cannot be read is told once its signature is good', async () => {
    const answer = await post(await signed('{e'));
    expect([...told(answer), answer.header('x-oss-ec')]).toEqual([400, 'InvalidPolicyDocument', '0006-00000204']);
  });

  it('bounds the file', async () => {
    const conditions = [['content-length-range', 2, 4]] as const;
    const sizes = [1, 2, 4, 5].map(async (bytes) => await post(await presigned({ key: `k${bytes}` }, { conditions }), 'x'.repeat(bytes)));
    const answers = await Promise.all(sizes);
    expect(answers.map(told)).toEqual([
      [400, 'EntityTooSmall'],
      [204, ''],
      [204, ''],
      [400, 'EntityTooLarge'],
    ]);
    expect([answers[0]?.header('x-oss-ec'), answers[3]?.header('x-oss-ec')]).toEqual(['0006-00000004', '0006-00000003']);
    expect((await send({ key: 'k1' })).status).toBe(404);
    expect((await send({ key: 'k5' })).status).toBe(404);
  });

  it('lets whoever sends the form choose what it says', async () => {
    const fields = await presigned({}, { conditions: [['in', '$content-type', ['image/png', 'image/jpeg']]] });
    expect((await post({ ...fields, 'Content-Type': 'image/png' })).status).toBe(204);
    expect(told(await post({ ...fields, 'Content-Type': 'text/html' }))).toEqual([403, 'AccessDenied']);
  });
});

describe('after success', () => {
  it.each([
    ['http://example.com', 'http://example.com/?bucket=bkt&key=a%26b&etag='],
    ['https://example.com/x?y=1#z', 'https://example.com/x?y=1&bucket=bkt&key=a%26b&etag='],
  ])('leads on to %s', async (successActionRedirect, location) => {
    const answer = await post(await presigned({ key: 'a&b', successActionRedirect, successActionStatus: '201' }));
    expect([answer.status, answer.text]).toEqual([303, '']);
    const [, fragment = ''] = /(#.*)$/.exec(successActionRedirect) ?? [];
    expect(answer.header('location')).toBe(`${location}%225D41402ABC4B2A76B9719D911017C592%22${fragment}`);
  });

  it('and not after a failure', async () => {
    const answer = await post({ key: 'k', success_action_redirect: 'http://example.com' }, 'x');
    expect([answer.status, answer.header('location')]).toEqual([403, undefined]);
  });

  it('tells the version', async () => {
    const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
    await send({ method: 'PUT', query: { versioning: '' }, body });
    const versionId = (await post(await presigned())).header('x-oss-version-id') ?? '';
    await post(await presigned(), 'new');
    expect((await send({ key: 'k', query: { versionId } })).text).toBe('hello');
  });
});

describe('what stands is kept', () => {
  it('where the form forbids to overwrite it, or the bucket does', async () => {
    await post(await presigned());
    expect(told(await post(await presigned({ forbidOverwrite: true }), 'new'))).toEqual([409, 'FileAlreadyExists']);
    const body = '<InitiateWormConfiguration><RetentionPeriodInDays>1</RetentionPeriodInDays></InitiateWormConfiguration>';
    await send({ method: 'POST', query: { worm: '' }, body });
    expect(told(await post(await presigned(), 'new'))).toEqual([409, 'FileImmutable']);
    expect((await send({ key: 'k' })).text).toBe('hello');
  });
});

describe('a broken form', () => {
  it.each<[string, TestRequest, string]>([
    ['no Content-Type', { headers: {} }, 'RequestIsNotMultiPartContent'],
    ['another Content-Type', { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }, 'RequestIsNotMultiPartContent'],
    ['no boundary', { headers: { 'Content-Type': 'multipart/form-data' } }, 'InvalidArgument'],
    ['too long a boundary', { headers: { 'Content-Type': `multipart/form-data; boundary=${'x'.repeat(71)}` } }, 'InvalidArgument'],
    ['another boundary', { headers: { 'Content-Type': 'multipart/form-data; boundary=other' } }, 'MalformedPOSTRequest'],
    ['no body', { headers: { 'Content-Type': 'multipart/form-data; boundary=x' }, body: '' }, 'MalformedPOSTRequest'],
  ])('with %s', async (_, request, code) => {
    const { body } = await encode({ key: 'k' });
    expect(told(await send({ method: 'POST', bucket: open, sign: 'none', body, ...request }))).toEqual([400, code]);
  });

  it('without a key before its file, or without a file', async () => {
    const answer = await post({ other: 'x' }, 'x', undefined, { bucket: open });
    expect([...told(answer), answer.element('Message')]).toEqual([
      400,
      'InvalidArgument',
      "The bucket POST must contain the specified 'key'. If it is specified, please check the order of the fields",
    ]);
    const form = new FormData();
    form.append('key', 'k');
    const { body, headers } = await bytesOf(form);
    expect(told(await send({ method: 'POST', bucket: open, sign: 'none', body, headers }))).toEqual([400, 'MalformedPOSTRequest']);
  });

  it('cut short writes nothing', async () => {
    const { body, headers } = await encode({ key: 'cut' }, 'x'.repeat(1000));
    const half = body.subarray(0, body.length - 300);
    expect(told(await send({ method: 'POST', bucket: open, sign: 'none', body: half, headers }))).toEqual([400, 'MalformedPOSTRequest']);
    expect((await send({ bucket: open, key: 'cut' })).status).toBe(404);
  });

  it('is not what Content-MD5 says', async () => {
    const { body, headers } = await encode({ key: 'k' });
    const md5 = createHash('md5').update(body).digest('base64');
    const of = (value: string) => send({ method: 'POST', bucket: open, sign: 'none', body, headers: { ...headers, 'Content-MD5': value } });
    expect(told(await of('XUFAKrxLKna5cZ2REBfFkg=='))).toEqual([400, 'InvalidDigest']);
    expect((await send({ bucket: open, key: 'k' })).status).toBe(404);
    expect((await of(md5)).status).toBe(204);
  });

  it('counts nothing behind its file', async () => {
    const form = new FormData();
    form.append('key', 'k');
    form.append('file', 'hello');
    form.append('x-oss-object-acl', 'nonsense');
    const { body, headers } = await bytesOf(form);
    expect((await send({ method: 'POST', bucket: open, sign: 'none', body, headers })).status).toBe(204);
  });

  it('in chunks of any size is the same', async () => {
    const { body, headers } = await encode({ key: 'chunked' }, 'x'.repeat(5000));
    async function* chunks() {
      for (let at = 0; at < body.length; at += 7) yield body.slice(at, at + 7);
    }
    expect((await send({ method: 'POST', bucket: open, sign: 'none', body: chunks(), headers })).status).toBe(204);
    expect((await send({ bucket: open, key: 'chunked' })).text).toBe('x'.repeat(5000));
  });
});
