import { limits } from '@ossature/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const key = 'k';
beforeAll(async () => {
  test = await startTestServer({ buckets: [bucket, 'other'] });
  await test.send({ method: 'PUT', bucket, key, body: 'kept' });
});
afterAll(async () => {
  await test.server.close();
});

async function* chunks(...texts: readonly string[]) {
  for (const text of texts) yield Buffer.from(text);
}

describe('names', () => {
  it.each(['Upper', 'ab', '-ab', 'ab-', 'a_b', 'a'.repeat(64), 'a.b'])('the bucket %s is refused', async (name) => {
    for (const method of ['GET', 'PUT', 'DELETE'] as const) {
      const answer = await test.send({ method, bucket: name });
      expect([answer.status, answer.code, answer.header('x-oss-ec')]).toEqual([400, 'InvalidBucketName', '0015-00000001']);
    }
  });

  it.each(['/a', '\\a', 'a\0b', 'x'.repeat(1024), '中'.repeat(342)])('the key %j is refused', async (name) => {
    for (const method of ['GET', 'PUT', 'DELETE', 'HEAD'] as const) {
      const body = method === 'PUT' ? { body: 'x' } : {};
      expect(await test.send({ method, bucket, key: name, ...body })).toMatchObject({ status: 400, code: 'InvalidObjectName' });
    }
  });

  it('keys of control characters, dots and slashes are ordinary', async () => {
    for (const name of ['\x01\x02\x1f', '.', '..', 'a/../b', 'a//b', 'a/./b/', ' ', '%2F', '?', '中'.repeat(341)]) {
      expect((await test.send({ method: 'PUT', bucket, key: name, body: name })).status).toBe(200);
      expect((await test.send({ bucket, key: name })).text).toBe(name);
      expect((await test.send({ method: 'DELETE', bucket, key: name })).status).toBe(204);
    }
  });
});

describe('bodies', () => {
  const put = (declared: string | undefined, body: AsyncIterable<Uint8Array> | Uint8Array | undefined, name = 'body') =>
    test.send({
      method: 'PUT',
      bucket,
      key: name,
      tamper: (raw) => ({
        ...raw,
        headers: [...raw.headers, ...(declared === undefined ? [] : [['Content-Length', declared] as const])],
        ...(body === undefined ? {} : { body }),
      }),
    });

  it('that are shorter than declared are refused, and nothing is kept', async () => {
    const short = await put('10', chunks('short'));
    expect([short.status, short.code, short.header('x-oss-ec')]).toEqual([400, 'IncompleteBody', '0017-00000505']);
    expect((await test.send({ bucket, key: 'body' })).code).toBe('NoSuchKey');
  });

  it('that are longer than declared are cut', async () => {
    expect((await put('5', chunks('hel', 'lo world', '!'))).status).toBe(200);
    expect((await test.send({ bucket, key: 'body' })).text).toBe('hello');
  });

  it('need a length, or come in chunks', async () => {
    const none = await put(undefined, undefined);
    expect([none.status, none.code, none.header('x-oss-ec')]).toEqual([411, 'MissingContentLength', '0017-00000101']);
    expect((await put(undefined, chunks('a', 'b'))).status).toBe(200);
    for (const length of ['ten', '-1', '1, 1', '1.5', '99999999999999999999']) {
      const answer = await put(length, chunks('x'));
      expect([answer.status, answer.code, answer.header('x-oss-ec')]).toEqual([400, 'InvalidArgument', '0017-00000103']);
    }
  });

  it('in a coding that is not undone here are refused, and nothing is kept', async () => {
    for (const coding of ['gzip, chunked', 'identity', 'chunked, chunked']) {
      const answer = await test.send({
        method: 'PUT',
        bucket,
        key: 'coded',
        body: chunks('x'),
        tamper: (raw) => ({ ...raw, headers: [...raw.headers, ['Transfer-Encoding', coding]] }),
      });
      expect([answer.status, answer.code, answer.element('Header')]).toEqual([400, 'NotImplemented', 'Transfer-Encoding']);
    }
    expect((await test.send({ bucket, key: 'coded' })).code).toBe('NoSuchKey');
  });

  it('of more than 5 GiB are refused by their head', async () => {
    const answer = await put(String(limits.bodyMaxBytes + 1), chunks('x'));
    expect([answer.status, answer.code, answer.element('MaxSizeAllowed')]).toEqual([400, 'EntityTooLarge', '5368709120']);
  });

  it('that fail on their way leave nothing', async () => {
    async function* broken() {
      yield Buffer.from('some');
      throw new Error('the wire was cut');
    }
    const controller = new AbortController();
    const answer = await test.send({ method: 'PUT', bucket, key: 'broken', body: broken(), signal: controller.signal });
    expect(answer.status).toBe(500);
    expect((await test.send({ bucket, key: 'broken' })).code).toBe('NoSuchKey');
  });

  it('whose client has gone stop the put', async () => {
    const controller = new AbortController();
    async function* endless() {
      for (let i = 0; ; i++) {
        if (i === 3) controller.abort();
        yield Buffer.alloc(1000);
      }
    }
    const answer = await test.send({ method: 'PUT', bucket, key: 'gone', body: endless(), signal: controller.signal });
    expect([answer.status, answer.code]).toEqual([400, 'IncompleteBody']);
    expect((await test.send({ bucket, key: 'gone' })).code).toBe('NoSuchKey');
  });

  it('go on being copied and completed when their client has gone', async () => {
    const signal = AbortSignal.abort();
    const headers = { 'x-oss-copy-source': `/${bucket}/${key}` };
    expect((await test.send({ method: 'PUT', bucket, key: 'copied', headers, signal })).status).toBe(200);
    expect((await test.send({ method: 'DELETE', bucket, key: 'copied', signal })).status).toBe(204);
  });
});

describe('documents', () => {
  const config = (inner: string) => `<CreateBucketConfiguration>${inner}</CreateBucketConfiguration>`;

  it.each([
    ['not XML', 'hello'],
    ['cut', '<CreateBucketConfiguration>'],
    ['another root', '<Nothing/>'],
    ['a DOCTYPE', `<!DOCTYPE x [<!ENTITY e "IA">]>${config('<StorageClass>&e;</StorageClass>')}`],
    ['an unknown entity', config('<StorageClass>&e;</StorageClass>')],
    ['too deep', `${'<a>'.repeat(64)}${'</a>'.repeat(64)}`],
    ['deep inside', config(`${'<a>'.repeat(64)}${'</a>'.repeat(64)}`)],
    ['not UTF-8', Buffer.from([0x3c, 0xff, 0x3e])],
    ['too long', config(' '.repeat(limits.xmlMaxBytes))],
  ])('%s are MalformedXML', async (_what, body) => {
    const answer = await test.send({ method: 'PUT', bucket: 'new-one', body });
    expect([answer.status, answer.code]).toEqual([400, 'MalformedXML']);
    expect(answer.element('ErrorDetail')).not.toBe('');
    expect((await test.send({ bucket: 'new-one' })).code).toBe('NoSuchBucket');
  });

  it('with a wrong digest are InvalidDigest', async () => {
    const headers = { 'Content-MD5': '1B2M2Y8AsgTpgAmY7PhCfg==' };
    const body = config('<StorageClass>IA</StorageClass>');
    expect((await test.send({ method: 'PUT', bucket: 'new-one', body, headers })).code).toBe('InvalidDigest');
    expect((await test.send({ method: 'PUT', bucket: 'new-one', body: '', headers })).status).toBe(200);
  });

  it('with unknown values are InvalidArgument', async () => {
    const answer = await test.send({ method: 'PUT', bucket: 'new-two', body: config('<StorageClass>Gold</StorageClass>') });
    expect([answer.status, answer.code, answer.element('Message')]).toEqual([
      400,
      'InvalidArgument',
      'No such bucket storage class exists.',
    ]);
    const acl = await test.send({ method: 'PUT', bucket: 'new-two', headers: { 'x-oss-acl': 'shared' } });
    expect([acl.code, acl.header('x-oss-ec'), acl.element('ArgumentName'), acl.element('ArgumentValue')]).toEqual([
      'InvalidArgument',
      '0015-00000204',
      'x-oss-acl',
      'shared',
    ]);
  });
});

describe('requests that no operation fits', () => {
  it('are told so', async () => {
    expect(await test.send({ method: 'POST', bucket, key })).toMatchObject({ status: 405, code: 'MethodNotAllowed' });
    expect(await test.send({ method: 'DELETE' })).toMatchObject({ status: 405, code: 'MethodNotAllowed' });
    expect(await test.send({ bucket, query: { website: '' } })).toMatchObject({ status: 400, code: 'NotImplemented' });
    expect(await test.send({ bucket, key, query: { versionId: 'CAEQ' } })).toMatchObject({ status: 404, code: 'NoSuchVersion' });
    expect((await test.send({ bucket, key, query: { versionId: 'null' } })).text).toBe('kept');
    expect(await test.send({ bucket, key, query: { versionId: '%%%' } })).toMatchObject({ status: 400, code: 'InvalidArgument' });
    expect((await test.send({ bucket, key, query: { 'non-resousce': 'null' } })).text).toBe('kept');
    const patch = await test.send({ bucket, key, tamper: (raw) => ({ ...raw, method: 'PATCH' }) });
    expect([patch.status, patch.code, patch.element('Method')]).toEqual([405, 'MethodNotAllowed', 'PATCH']);
    expect(patch.header('allow')).toBe('GET, HEAD, PUT, POST, DELETE, OPTIONS');
  });

  it('with conditions on a put are refused, and nothing is written', async () => {
    for (const name of ['If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since']) {
      const answer = await test.send({ method: 'PUT', bucket, key, body: 'x', headers: { [name]: '*' } });
      expect([answer.status, answer.code, answer.element('Header'), answer.header('x-oss-ec')]).toEqual([
        400,
        'NotImplemented',
        name,
        '0017-00000245',
      ]);
    }
    expect((await test.send({ bucket, key })).text).toBe('kept');
  });

  it('with metadata that is too large or not legal are refused', async () => {
    const large = await test.send({ method: 'PUT', bucket, key, body: 'x', headers: { 'x-oss-meta-a': 'v'.repeat(8192) } });
    expect([large.status, large.code, large.header('x-oss-ec')]).toEqual([400, 'InvalidArgument', '0011-00000002']);
    const name = await test.send({ method: 'PUT', bucket, key, body: 'x', headers: { 'x-oss-meta-a_b': 'v' } });
    expect([name.status, name.header('x-oss-ec')]).toEqual([400, '0011-00000004']);
    const latin = await test.send({
      method: 'PUT',
      bucket,
      key,
      body: 'x',
      tamper: (raw) => ({ ...raw, headers: [...raw.headers, ['Cache-Control', '\xff']] }),
    });
    expect([latin.status, latin.code]).toEqual([400, 'InvalidArgument']);
  });

  it('with a head that is too long are refused', async () => {
    const url = await test.send({ bucket, key, query: { x: 'y'.repeat(limits.urlMaxBytes) } });
    expect([url.status, url.code]).toEqual([400, 'InvalidRequest']);
    const head = await test.send({ bucket, key, headers: { 'x-filler': 'y'.repeat(limits.headMaxBytes) } });
    expect([head.status, head.code]).toEqual([400, 'InvalidRequest']);
  });
});

describe('sources over the limit', () => {
  const pieceBytes = 16 * 1024 * 1024;
  const partCount = limits.copyOtherBucketMaxBytes / pieceBytes + 1;

  it('are EntityTooLarge into another bucket, with another class, and as one part', { timeout: 60_000 }, async () => {
    // Its parts share one piece: the object has 5 GiB and a little, the store 16 MiB.
    await test.send({ method: 'PUT', bucket, key: 'piece', body: new Uint8Array(pieceBytes) });
    const query = { uploads: '' };
    const uploadId = (await test.send({ method: 'POST', bucket, key: 'huge', query })).element('UploadId') ?? '';
    const piece = { 'x-oss-copy-source': `/${bucket}/piece` };
    for (let number = 1; number <= partCount; number++) {
      const part = { uploadId, partNumber: String(number) };
      expect((await test.send({ method: 'PUT', bucket, key: 'huge', query: part, headers: piece })).status).toBe(200);
    }
    const done = await test.send({ method: 'POST', bucket, key: 'huge', query: { uploadId }, headers: { 'x-oss-complete-all': 'yes' } });
    expect(done.status).toBe(200);
    const huge = { 'x-oss-copy-source': `/${bucket}/huge` };
    const away = await test.send({ method: 'PUT', bucket: 'other', key: 'huge', headers: huge });
    expect([away.status, away.code, away.element('Message')]).toEqual([
      400,
      'EntityTooLarge',
      'Source object Length exceeds the maximum allowed size.',
    ]);
    const changed = await test.send({ method: 'PUT', bucket, key: 'cold', headers: { ...huge, 'x-oss-storage-class': 'IA' } });
    expect([changed.status, changed.code, changed.element('MaxSizeAllowed')]).toEqual([400, 'EntityTooLarge', '1073741824']);
    expect((await test.send({ method: 'PUT', bucket, key: 'beside', headers: huge })).status).toBe(200);
    expect((await test.send({ method: 'HEAD', bucket, key: 'beside' })).header('content-length')).toBe(String(partCount * pieceBytes));
    const other = (await test.send({ method: 'POST', bucket: 'other', key: 'huge', query })).element('UploadId') ?? '';
    const part = { uploadId: other, partNumber: '1' };
    const whole = await test.send({ method: 'PUT', bucket: 'other', key: 'huge', query: part, headers: huge });
    expect([whole.status, whole.code]).toEqual([400, 'EntityTooLarge']);
    const ranged = { ...huge, 'x-oss-copy-source-range': `bytes=0-${pieceBytes - 1}` };
    const slice = await test.send({ method: 'PUT', bucket: 'other', key: 'huge', query: part, headers: ranged });
    expect([slice.status, slice.header('content-range')]).toEqual([200, `bytes 0-${pieceBytes - 1}/${partCount * pieceBytes}`]);
  });
});
