import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const key = 'dir/a b+c%中.txt';
beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
});
afterEach(async () => {
  await test.server.close();
});

describe('PutObject', () => {
  it('answers checksums and keeps what it was given', async () => {
    const put = await test.send({
      method: 'PUT',
      bucket,
      key,
      body: 'hello world',
      headers: {
        'Content-Type': 'text/plain; charset=utf-8',
        'Cache-Control': 'no-cache',
        'Content-Disposition': 'attachment; filename="a.txt"',
        'Content-Encoding': 'identity',
        'Content-Language': 'zh-CN',
        Expires: 'whenever',
        'x-oss-meta-Author': '李白',
        'x-oss-meta-n': '1.01',
        'x-oss-storage-class': 'IA',
        'x-oss-tagging': 'team=web&k=',
      },
    });
    expect(put.status).toBe(200);
    expect(put.header('etag')).toBe('"5EB63BBBE01EEED093CB22BB8F5ACDC3"');
    expect(put.header('x-oss-hash-crc64ecma')).toBe('5981764153023615706');
    expect(put.header('content-md5')).toBe('XrY7u+Ae7tCTyyK7j1rNww==');
    const got = await test.send({ bucket, key });
    expect([got.status, got.text]).toEqual([200, 'hello world']);
    const facts = Object.fromEntries(got.headers.map(([name, value]) => [name.toLowerCase(), value]));
    expect(facts).toMatchObject({
      'content-type': 'text/plain; charset=utf-8',
      'cache-control': 'no-cache',
      'content-disposition': 'attachment; filename="a.txt"',
      'content-encoding': 'identity',
      'content-language': 'zh-CN',
      expires: 'whenever',
      'x-oss-meta-author': Buffer.from('李白').toString('latin1'),
      'x-oss-meta-n': '1.01',
      'x-oss-storage-class': 'IA',
      'x-oss-tagging-count': '2',
      'x-oss-object-type': 'Normal',
      'x-oss-hash-crc64ecma': '5981764153023615706',
      'content-md5': 'XrY7u+Ae7tCTyyK7j1rNww==',
      'content-length': '11',
      'accept-ranges': 'bytes',
      etag: '"5EB63BBBE01EEED093CB22BB8F5ACDC3"',
      'last-modified': 'Wed, 01 May 2024 08:00:00 GMT',
      server: 'AliyunOSS',
      date: 'Wed, 01 May 2024 08:00:00 GMT',
    });
    expect(facts['x-oss-request-id']).toMatch(/^6631F680[0-9A-F]{16}$/);
  });

  it('stores an empty object, and a body of unknown length', async () => {
    const empty = await test.send({ method: 'PUT', bucket, key, body: '' });
    expect([empty.header('etag'), empty.header('x-oss-hash-crc64ecma'), empty.header('content-md5')]).toEqual([
      '"D41D8CD98F00B204E9800998ECF8427E"',
      '0',
      '1B2M2Y8AsgTpgAmY7PhCfg==',
    ]);
    async function* chunks() {
      yield Buffer.from('hello ');
      yield Buffer.from('world');
    }
    const streamed = await test.send({ method: 'PUT', bucket, key, body: chunks() });
    expect(streamed.header('etag')).toBe('"5EB63BBBE01EEED093CB22BB8F5ACDC3"');
    expect((await test.send({ bucket, key })).header('content-type')).toBe('application/octet-stream');
  });

  it('replaces an object wholly, unless that is forbidden', async () => {
    await test.send({ method: 'PUT', bucket, key, body: 'one', headers: { 'x-oss-meta-a': '1', 'x-oss-object-acl': 'public-read' } });
    const refused = await test.send({ method: 'PUT', bucket, key, body: 'two', headers: { 'x-oss-forbid-overwrite': 'true' } });
    expect([refused.status, refused.code, refused.header('x-oss-ec')]).toEqual([409, 'FileAlreadyExists', '0026-00000002']);
    expect((await test.send({ bucket, key })).text).toBe('one');
    await test.send({ method: 'PUT', bucket, key, body: 'three' });
    const head = await test.send({ method: 'HEAD', bucket, key });
    expect([head.header('content-length'), head.header('x-oss-meta-a')]).toEqual(['5', undefined]);
    expect((await test.send({ bucket, key, query: { acl: undefined } })).element('Grant')).toBe('default');
    expect((await test.send({ method: 'PUT', bucket, key: 'new', body: 'x', headers: { 'x-oss-forbid-overwrite': 'true' } })).status).toBe(
      200,
    );
  });

  it('judges the checksums that come with it, and keeps nothing of a wrong one', async () => {
    const md5 = await test.send({ method: 'PUT', bucket, key, body: 'hello', headers: { 'Content-MD5': '1B2M2Y8AsgTpgAmY7PhCfg==' } });
    expect([md5.status, md5.code, md5.header('x-oss-ec')]).toEqual([400, 'InvalidDigest', '0017-00000503']);
    const malformed = await test.send({ method: 'PUT', bucket, key, body: 'hello', headers: { 'Content-MD5': 'nonsense' } });
    expect([malformed.status, malformed.code, malformed.header('x-oss-ec')]).toEqual([400, 'InvalidDigest', '0017-00000502']);
    const crc = await test.send({ method: 'PUT', bucket, key, body: 'hello', headers: { 'x-oss-hash-crc64ecma': '1' } });
    expect([crc.status, crc.code]).toEqual([400, 'InvalidCRC64']);
    expect((await test.send({ bucket, key })).code).toBe('NoSuchKey');
    const headers = { 'Content-MD5': 'XrY7u+Ae7tCTyyK7j1rNww==', 'x-oss-hash-crc64ecma': '5981764153023615706' };
    expect((await test.send({ method: 'PUT', bucket, key, body: 'hello world', headers })).status).toBe(200);
  });
});

describe('reading', () => {
  beforeEach(async () => {
    await test.send({ method: 'PUT', bucket, key, body: '0123456789' });
  });

  it.each([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=4-', 206, '456789', 'bytes 4-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=9-9', 206, '9', 'bytes 9-9/10'],
    ['bytes=5-10', 200, '0123456789', undefined],
    ['bytes=10-', 200, '0123456789', undefined],
    ['bytes=3-2', 200, '0123456789', undefined],
    ['bytes=0-1,3-4', 200, '0123456789', undefined],
    ['chars=0-1', 200, '0123456789', undefined],
  ])('takes the range %s as %i', async (range, status, text, contentRange) => {
    const got = await test.send({ bucket, key, headers: { Range: range } });
    expect([got.status, got.text, got.header('content-range'), got.header('content-length')]).toEqual([
      status,
      text,
      contentRange,
      String(text.length),
    ]);
  });

  it('reads ranges as RFC 9110 has them where that is asked for', async () => {
    const standard = { 'x-oss-range-behavior': 'standard' };
    const clipped = await test.send({ bucket, key, headers: { ...standard, Range: 'bytes=5-100' } });
    expect([clipped.status, clipped.text, clipped.header('content-range')]).toEqual([206, '56789', 'bytes 5-9/10']);
    const beyond = await test.send({ bucket, key, headers: { ...standard, Range: 'bytes=10-' } });
    expect([beyond.status, beyond.code, beyond.element('ActualObjectSize')]).toEqual([416, 'InvalidRange', '10']);
    expect((await test.send({ bucket, key, headers: { Range: 'bytes=-0' } })).status).toBe(416);
  });

  it('judges the four conditions on GET and HEAD', async () => {
    const etag = '"781E5E245D69B566979B86E28D23F2C7"';
    const then = 'Wed, 01 May 2024 08:00:00 GMT';
    const before = 'Wed, 01 May 2024 07:59:59 GMT';
    const cases = [
      [{ 'If-Match': etag }, 200],
      [{ 'If-Match': etag.replaceAll('"', '').toLowerCase() }, 200],
      [{ 'If-Match': '"0"' }, 412],
      [{ 'If-None-Match': etag }, 304],
      [{ 'If-None-Match': '"0"' }, 200],
      [{ 'If-Modified-Since': then }, 304],
      [{ 'If-Modified-Since': before }, 200],
      [{ 'If-Modified-Since': 'not a date' }, 200],
      [{ 'If-Unmodified-Since': then }, 200],
      [{ 'If-Unmodified-Since': before }, 412],
    ] as const;
    for (const [headers, status] of cases) {
      for (const method of ['GET', 'HEAD'] as const) {
        const answer = await test.send({ method, bucket, key, headers });
        expect([headers, method, answer.status]).toEqual([headers, method, status]);
        if (status === 304) expect([answer.bytes.length, answer.header('etag'), answer.header('x-oss-err')]).toEqual([0, etag, undefined]);
        if (status === 412) expect(answer.element('Condition')).toBe(Object.keys(headers)[0]);
      }
    }
  });

  it('lets signed requests set headers of the answer, and only those', async () => {
    const query = { 'response-content-type': 'text/x', 'response-content-disposition': 'attachment; filename=é', 'response-expires': 'x' };
    const got = await test.send({ bucket, key, query, presignSeconds: 60, sign: 'V1' });
    expect([got.header('content-type'), got.header('expires')]).toEqual(['text/x', 'x']);
    expect(Buffer.from(got.header('content-disposition') ?? '', 'latin1').toString()).toBe('attachment; filename=é');
    const injected = await test.send({ bucket, key, query: { 'response-content-type': 'a\r\nSet-Cookie: b' } });
    expect([injected.status, injected.code]).toEqual([400, 'InvalidArgument']);
    await test.send({ method: 'PUT', bucket, key, query: { acl: undefined }, headers: { 'x-oss-object-acl': 'public-read' } });
    const anonymous = await test.send({ bucket, key, query, sign: 'none' });
    expect([anonymous.status, anonymous.code]).toEqual([400, 'InvalidRequest']);
  });

  it('answers HEAD without a body and with the length', async () => {
    const head = await test.send({ method: 'HEAD', bucket, key, headers: { Range: 'bytes=0-1' } });
    expect([head.status, head.bytes.length, head.header('content-length')]).toEqual([200, 0, '10']);
  });

  it('answers GetObjectMeta with little', async () => {
    const meta = await test.send({ method: 'HEAD', bucket, key, query: { objectMeta: undefined } });
    expect(meta.status).toBe(200);
    expect(meta.headers.map(([name]) => name.toLowerCase()).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([
      'content-length',
      'date',
      'etag',
      'last-modified',
      'server',
      'x-oss-hash-crc64ecma',
      'x-oss-request-id',
      'x-oss-server-time',
    ]);
  });

  it('tells a missing key, in a header where there is no body', async () => {
    const got = await test.send({ bucket, key: 'missing' });
    expect([got.status, got.code, got.element('Key'), got.header('x-oss-ec')]).toEqual([404, 'NoSuchKey', 'missing', '0026-00000001']);
    expect([got.element('HostId'), got.element('RequestId')]).toEqual(['127.0.0.1', got.header('x-oss-request-id')]);
    for (const query of [{}, { objectMeta: undefined }]) {
      const head = await test.send({ method: 'HEAD', bucket, key: 'missing', query });
      expect([head.status, head.bytes.length, head.code, head.element('Key')]).toEqual([404, 0, 'NoSuchKey', 'missing']);
    }
  });
});

describe('AppendObject', () => {
  const append = (position: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
    test.send({ method: 'POST', bucket, key, query: { append: undefined, position: String(position) }, body, headers });

  it('grows an object; properties are those of the first append', async () => {
    const first = await append(0, 'hello ', { 'Content-Type': 'text/plain', 'x-oss-meta-a': '1' });
    expect([first.status, first.header('x-oss-next-append-position')]).toEqual([200, '6']);
    const second = await append(6, 'world', { 'Content-Type': 'text/html' });
    expect([second.header('x-oss-next-append-position'), second.header('x-oss-hash-crc64ecma')]).toEqual(['11', '5981764153023615706']);
    expect(second.header('etag')).not.toBe(first.header('etag'));
    const got = await test.send({ bucket, key });
    expect([got.text, got.header('x-oss-object-type'), got.header('x-oss-next-append-position')]).toEqual([
      'hello world',
      'Appendable',
      '11',
    ]);
    expect([got.header('content-type'), got.header('x-oss-meta-a'), got.header('content-md5')]).toEqual(['text/plain', '1', undefined]);
  });

  it('refuses another position and another kind of object', async () => {
    await append(0, 'hello');
    const wrong = await append(3, 'x');
    expect([wrong.status, wrong.code, wrong.header('x-oss-next-append-position'), wrong.header('x-oss-ec')]).toEqual([
      409,
      'PositionNotEqualToLength',
      '5',
      '0026-00000016',
    ]);
    expect((await append(5, 'x', { 'x-oss-hash-crc64ecma': '1' })).code).toBe('InvalidCRC64');
    await test.send({ method: 'PUT', bucket, key, body: 'normal' });
    expect(await append(6, 'x')).toMatchObject({ status: 409, code: 'ObjectNotAppendable' });
    expect(await test.send({ method: 'POST', bucket, key: 'new', query: { append: undefined, position: '3' }, body: 'x' })).toMatchObject({
      status: 409,
      code: 'PositionNotEqualToLength',
    });
  });
});

describe('deleting', () => {
  it('is no error for what is not there', async () => {
    await test.send({ method: 'PUT', bucket, key, body: 'x' });
    expect((await test.send({ method: 'DELETE', bucket, key })).status).toBe(204);
    expect((await test.send({ method: 'DELETE', bucket, key })).status).toBe(204);
    expect((await test.send({ bucket, key })).code).toBe('NoSuchKey');
  });

  const deleteMany = (body: string, query: Readonly<Record<string, string | undefined>> = {}, md5 = true) =>
    test.send({
      method: 'POST',
      bucket,
      query: { delete: undefined, ...query },
      body,
      headers: md5 ? { 'Content-MD5': createHash('md5').update(body).digest('base64') } : {},
    });

  it('takes many keys at once', async () => {
    for (const name of ['a', 'b&c', '\x01']) await test.send({ method: 'PUT', bucket, key: name, body: 'x' });
    const list = '<Delete><Object><Key>a</Key></Object><Object><Key>b&amp;c</Key></Object><Object><Key>none</Key></Object></Delete>';
    const deleted = await deleteMany(list);
    expect([...deleted.text.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, name]) => name)).toEqual(['a', 'b&amp;c', 'none']);
    expect((await test.send({ bucket })).text).not.toContain('<Key>a</Key>');
    const encoded = await deleteMany('<Delete><Object><Key>x/y z</Key></Object></Delete>', { 'encoding-type': 'url' });
    expect([encoded.element('EncodingType'), encoded.element('Key')]).toEqual(['url', 'x%2Fy%20z']);
  });

  it('is silent where that is asked for', async () => {
    const quiet = await deleteMany('<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object></Delete>', { 'encoding-type': 'url' });
    expect([quiet.status, quiet.bytes.length, quiet.header('content-length')]).toEqual([200, 0, '0']);
  });

  it('refuses a list that is not as documented', async () => {
    const object = '<Object><Key>a</Key></Object>';
    expect(await deleteMany(`<Delete>${object}</Delete>`, {}, false)).toMatchObject({ status: 400, code: 'MissingArgument' });
    expect(await deleteMany('<Delete></Delete>')).toMatchObject({ status: 400, code: 'MalformedXML' });
    expect(await deleteMany(`<Delete>${object.repeat(1001)}</Delete>`)).toMatchObject({ status: 400, code: 'MalformedXML' });
    expect((await deleteMany(`<Delete>${object.repeat(1000)}</Delete>`)).status).toBe(200);
    expect(await deleteMany(`<Delete>${object}`)).toMatchObject({ status: 400, code: 'MalformedXML' });
    expect(await deleteMany('<Delete><Object><Key>/a</Key></Object></Delete>')).toMatchObject({ status: 400, code: 'InvalidObjectName' });
    expect(await deleteMany('<Delete><Object><Key>a</Key><VersionId>%</VersionId></Object></Delete>')).toMatchObject({
      status: 400,
      code: 'InvalidArgument',
    });
    const wrong = await test.send({
      method: 'POST',
      bucket,
      query: { delete: undefined },
      body: `<Delete>${object}</Delete>`,
      headers: { 'Content-MD5': '1B2M2Y8AsgTpgAmY7PhCfg==' },
    });
    expect(wrong).toMatchObject({ status: 400, code: 'InvalidDigest' });
  });
});

describe('tags and ACL of an object', () => {
  beforeEach(async () => {
    await test.send({ method: 'PUT', bucket, key, body: 'x' });
    test.clock.nowMs += 5_000;
  });

  it('tags are put, got and deleted, and do not touch the object', async () => {
    const body = '<Tagging><TagSet><Tag><Key>团队</Key><Value>web</Value></Tag><Tag><Key>b</Key><Value></Value></Tag></TagSet></Tagging>';
    expect((await test.send({ method: 'PUT', bucket, key, query: { tagging: undefined }, body })).status).toBe(200);
    const got = await test.send({ bucket, key, query: { tagging: undefined } });
    expect(got.text.replaceAll(/\s/g, '')).toContain('<Tag><Key>团队</Key><Value>web</Value></Tag><Tag><Key>b</Key>');
    const head = await test.send({ method: 'HEAD', bucket, key });
    expect([head.header('x-oss-tagging-count'), head.header('last-modified')]).toEqual(['2', 'Wed, 01 May 2024 08:00:00 GMT']);
    expect((await test.send({ method: 'DELETE', bucket, key, query: { tagging: undefined } })).status).toBe(204);
    expect((await test.send({ bucket, key, query: { tagging: undefined } })).text).not.toContain('<Tag>');
    expect((await test.send({ bucket, key: 'none', query: { tagging: undefined } })).code).toBe('NoSuchKey');
    expect((await test.send({ method: 'PUT', bucket, key: 'none', query: { tagging: undefined }, body })).code).toBe('NoSuchKey');
  });

  it('tags that are too many or not legal are refused', async () => {
    const tag = (name: string) => `<Tag><Key>${name}</Key><Value>v</Value></Tag>`;
    const put = (tags: string) =>
      test.send({ method: 'PUT', bucket, key, query: { tagging: undefined }, body: `<Tagging><TagSet>${tags}</TagSet></Tagging>` });
    expect((await put(Array.from({ length: 11 }, (_, i) => tag(`k${i}`)).join(''))).code).toBe('BadRequest');
    expect((await put(tag('a') + tag('a'))).code).toBe('InvalidTag');
    expect((await put(tag('a*b'))).code).toBe('InvalidTag');
    expect((await test.send({ method: 'PUT', bucket, key, query: { tagging: undefined }, body: '<Nothing/>' })).code).toBe('MalformedXML');
    const header = await test.send({ method: 'PUT', bucket, key, body: 'x', headers: { 'x-oss-tagging': 'a=1&a=2' } });
    expect([header.status, header.code]).toEqual([400, 'InvalidArgument']);
  });

  it('the ACL is put and got', async () => {
    const put = await test.send({ method: 'PUT', bucket, key, query: { acl: undefined }, headers: { 'x-oss-object-acl': 'private' } });
    expect(put.status).toBe(200);
    const got = await test.send({ bucket, key, query: { acl: undefined } });
    expect([got.element('Grant'), got.element('ID')]).toEqual(['private', '1234567890123456']);
    const bad = await test.send({ method: 'PUT', bucket, key, query: { acl: undefined }, headers: { 'x-oss-object-acl': 'everybody' } });
    expect([bad.status, bad.code, bad.element('ArgumentName')]).toEqual([400, 'InvalidArgument', 'x-oss-object-acl']);
    expect((await test.send({ method: 'PUT', bucket, key, query: { acl: undefined } })).code).toBe('InvalidArgument');
    expect((await test.send({ bucket, key: 'none', query: { acl: undefined } })).code).toBe('NoSuchKey');
  });
});
