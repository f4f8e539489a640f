import { createHash } from 'node:crypto';
import { crc64 } from '@ossature/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const key = 'dir/big.bin';
const partOne = 'A'.repeat(102_400);
const partTwo = 'B'.repeat(10);

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
});
afterEach(async () => {
  await test.server.close();
});

async function initiate(headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const answer = await test.send({ method: 'POST', bucket, key, query: { uploads: undefined }, headers });
  expect(answer.status).toBe(200);
  return answer.element('UploadId') ?? '';
}

const sendPart = (uploadId: string, partNumber: number, body: string, headers: Readonly<Record<string, string>> = {}) =>
  test.send({ method: 'PUT', bucket, key, query: { partNumber: String(partNumber), uploadId }, body, headers });

const copyPart = (uploadId: string, partNumber: number, source: string, headers: Readonly<Record<string, string>> = {}) =>
  test.send({
    method: 'PUT',
    bucket,
    key,
    query: { partNumber: String(partNumber), uploadId },
    headers: { 'x-oss-copy-source': source, ...headers },
  });

const listOf = (parts: readonly (readonly [number, string])[]) =>
  `<CompleteMultipartUpload>${parts.map(([n, etag]) => `<Part><PartNumber>${n}</PartNumber><ETag>${etag}</ETag></Part>`).join('')}</CompleteMultipartUpload>`;

const complete = (uploadId: string, body: string | undefined, headers: Readonly<Record<string, string>> = {}) =>
  test.send({ method: 'POST', bucket, key, query: { uploadId }, headers, ...(body === undefined ? {} : { body }) });

const etagOf = (text: string) => createHash('md5').update(text).digest('hex').toUpperCase();

describe('a multipart upload', () => {
  it('makes an object of its parts', async () => {
    const uploadId = await initiate({ 'Content-Type': 'text/plain', 'x-oss-meta-a': '1', 'x-oss-tagging': 'k=v' });
    expect(uploadId).toMatch(/^[0-9A-F]{32}$/);
    const one = await sendPart(uploadId, 1, partOne);
    expect([one.header('etag'), one.header('x-oss-hash-crc64ecma')]).toEqual(['"17FEA6E97583648E493E6D8BCD54C8F4"', '9427277473487083924']);
    expect(one.header('content-md5')).toBe(createHash('md5').update(partOne).digest('base64'));
    await sendPart(uploadId, 3, partTwo);
    expect((await test.send({ bucket, key })).code).toBe('NoSuchKey');
    const done = await complete(
      uploadId,
      listOf([
        [1, '"17FEA6E97583648E493E6D8BCD54C8F4"'],
        [3, '38b18761d3d0c217371967a98d545c2e'],
      ]),
    );
    expect(done.status).toBe(200);
    const etag = '"86E5AA8EEA4A212784B2E18829FD870A-2"';
    expect([done.header('etag'), done.header('x-oss-hash-crc64ecma')]).toEqual([etag, '14614832749535894156']);
    expect([done.element('Bucket'), done.element('Key'), done.element('ETag')?.replaceAll('&quot;', '"')]).toEqual([bucket, key, etag]);
    expect(done.element('Location')).toBe('http://127.0.0.1/bkt/dir%2Fbig.bin');
    const got = await test.send({ bucket, key });
    expect(got.text).toBe(partOne + partTwo);
    expect([got.header('x-oss-object-type'), got.header('content-type'), got.header('x-oss-meta-a'), got.header('content-md5')]).toEqual([
      'Multipart',
      'text/plain',
      '1',
      undefined,
    ]);
    expect(got.header('x-oss-tagging-count')).toBe('1');
  });

  it('tells the location in the style of the request, and names encoded where that is asked for', async () => {
    const host = 'bkt.oss-cn-hangzhou.aliyuncs.com';
    const begun = await test.send({ method: 'POST', bucket, key: 'a b', query: { uploads: undefined, 'encoding-type': 'url' }, host });
    expect([begun.element('EncodingType'), begun.element('Key')]).toEqual(['url', 'a%20b']);
    const uploadId = begun.element('UploadId') ?? '';
    await test.send({ method: 'PUT', bucket, key: 'a b', query: { partNumber: '1', uploadId }, body: 'x', host });
    const done = await test.send({
      method: 'POST',
      bucket,
      key: 'a b',
      query: { uploadId, 'encoding-type': 'url' },
      body: listOf([[1, etagOf('x')]]),
      host,
    });
    expect([done.element('Location'), done.element('Key')]).toEqual([`http://${host}/a%20b`, 'a%20b']);
  });

  it('is completed of all its parts without a list', async () => {
    const uploadId = await initiate();
    await sendPart(uploadId, 2, partTwo);
    await sendPart(uploadId, 1, partOne);
    const both = await complete(uploadId, listOf([[1, etagOf(partOne)]]), { 'x-oss-complete-all': 'yes' });
    expect([both.status, both.code, both.header('x-oss-ec')]).toEqual([400, 'InvalidArgument', '0042-00000216']);
    expect((await complete(uploadId, '', { 'x-oss-complete-all': 'no' })).code).toBe('InvalidArgument');
    const done = await complete(uploadId, undefined, { 'x-oss-complete-all': 'yes', 'x-oss-object-acl': 'public-read' });
    expect(done.header('etag')).toBe('"86E5AA8EEA4A212784B2E18829FD870A-2"');
    expect((await test.send({ bucket, key, query: { acl: undefined } })).element('Grant')).toBe('public-read');
    const none = await complete(await initiate(), undefined, { 'x-oss-complete-all': 'yes' });
    expect([none.status, none.code]).toEqual([400, 'InvalidPart']);
  });

  it('refuses a list that does not fit its parts, and stays', async () => {
    const uploadId = await initiate();
    await sendPart(uploadId, 1, 'small');
    await sendPart(uploadId, 2, partTwo);
    const wrong = await complete(uploadId, listOf([[1, etagOf('other')]]));
    expect([wrong.status, wrong.code, wrong.element('PartNumber'), wrong.element('UploadId')]).toEqual([400, 'InvalidPart', '1', uploadId]);
    expect((await complete(uploadId, listOf([[7, etagOf('small')]]))).code).toBe('InvalidPart');
    const order = await complete(
      uploadId,
      listOf([
        [2, etagOf(partTwo)],
        [1, etagOf('small')],
      ]),
    );
    expect([order.status, order.code, order.header('x-oss-ec')]).toEqual([400, 'InvalidPartOrder', '0042-00000209']);
    expect(
      (
        await complete(
          uploadId,
          listOf([
            [1, etagOf('small')],
            [1, etagOf('small')],
          ]),
        )
      ).code,
    ).toBe('InvalidPartOrder');
    const small = await complete(
      uploadId,
      listOf([
        [1, etagOf('small')],
        [2, etagOf(partTwo)],
      ]),
    );
    expect([small.status, small.code, small.element('MinSizeAllowed'), small.element('ProposedSize'), small.element('PartNumber')]).toEqual(
      [400, 'EntityTooSmall', '102400', '5', '1'],
    );
    for (const body of [
      '',
      listOf([]),
      '<CompleteMultipartUpload>',
      '<Other/>',
      '<CompleteMultipartUpload><Part/></CompleteMultipartUpload>',
    ]) {
      const malformed = await complete(uploadId, body);
      expect([body, malformed.code, malformed.header('x-oss-ec')]).toEqual([body, 'MalformedXML', '0042-00000205']);
    }
    expect((await complete(uploadId, listOf([[1, etagOf('small')]]))).status).toBe(200);
  });

  it('does not overwrite where that is forbidden', async () => {
    const uploadId = await initiate({ 'x-oss-forbid-overwrite': 'true' });
    await sendPart(uploadId, 1, 'x');
    await test.send({ method: 'PUT', bucket, key, body: 'there' });
    const refused = await test.send({
      method: 'POST',
      bucket,
      key,
      query: { uploads: undefined },
      headers: { 'x-oss-forbid-overwrite': 'true' },
    });
    expect(refused).toMatchObject({ status: 409, code: 'FileAlreadyExists' });
    const list = listOf([[1, etagOf('x')]]);
    expect(await complete(uploadId, list, { 'x-oss-forbid-overwrite': 'true' })).toMatchObject({ status: 409, code: 'FileAlreadyExists' });
    expect((await test.send({ bucket, key })).text).toBe('there');
    expect((await complete(uploadId, list)).status).toBe(200);
    expect((await test.send({ bucket, key })).text).toBe('x');
  });

  it('answers the same completion again, and nothing else', async () => {
    const uploadId = await initiate();
    await sendPart(uploadId, 1, partOne);
    await sendPart(uploadId, 2, partTwo);
    const list = listOf([
      [1, etagOf(partOne)],
      [2, etagOf(partTwo)],
    ]);
    const first = await complete(uploadId, list, { 'x-oss-forbid-overwrite': 'true' });
    const again = await complete(uploadId, list, { 'x-oss-forbid-overwrite': 'true' });
    expect([again.status, again.text]).toEqual([200, first.text]);
    expect(await complete(uploadId, listOf([[1, etagOf(partOne)]]))).toMatchObject({ status: 404, code: 'NoSuchUpload' });
    expect(await complete(uploadId, listOf([[3, etagOf(partOne)]]))).toMatchObject({ status: 404, code: 'NoSuchUpload' });
    await test.send({ method: 'DELETE', bucket, key });
    expect(await complete(uploadId, list)).toMatchObject({ status: 404, code: 'NoSuchUpload' });
  });

  it('is aborted once', async () => {
    const uploadId = await initiate();
    await sendPart(uploadId, 1, 'x');
    const abort = () => test.send({ method: 'DELETE', bucket, key, query: { uploadId } });
    expect((await abort()).status).toBe(204);
    const again = await abort();
    expect([again.status, again.code, again.header('x-oss-ec'), again.element('UploadId')]).toEqual([
      404,
      'NoSuchUpload',
      '0042-00000002',
      uploadId,
    ]);
    const part = await sendPart(uploadId, 1, 'x');
    expect([part.status, part.code, part.header('x-oss-ec')]).toEqual([404, 'NoSuchUpload', '0042-00000104']);
  });

  it('refuses parts that are not as documented', async () => {
    const uploadId = await initiate();
    for (const number of [0, 10_001, -1]) {
      const answer = await sendPart(uploadId, number, 'x');
      expect([answer.code, answer.header('x-oss-ec')]).toEqual(['InvalidArgument', '0017-00000220']);
      expect(answer.element('Message')).toBe('Part number must be an integer between 1 and 10000, inclusive.');
    }
    expect((await sendPart(uploadId, 1, 'x', { 'Content-MD5': '1B2M2Y8AsgTpgAmY7PhCfg==' })).code).toBe('InvalidDigest');
    expect((await sendPart(uploadId, 1, 'x', { 'x-oss-hash-crc64ecma': '0' })).code).toBe('InvalidCRC64');
    expect((await sendPart(uploadId, 1, 'x', { 'x-oss-server-side-encryption': 'AES256' })).code).toBe('InvalidArgument');
    const missing = await test.send({ method: 'PUT', bucket, key, query: { uploadId }, body: 'x' });
    expect([missing.code, missing.element('ArgumentValue'), missing.header('x-oss-ec')]).toEqual([
      'InvalidArgument',
      'partNumber',
      '0017-00000219',
    ]);
    expect((await test.send({ bucket, key, query: { uploadId } })).text).not.toContain('<Part>');
  });
});

describe('UploadPartCopy', () => {
  const body = Array.from({ length: 44 }, (_, i) => String.fromCharCode(65 + (i % 26))).join('');
  const source = `/${bucket}/source`;
  beforeEach(async () => {
    await test.send({ method: 'PUT', bucket, key: 'source', body });
  });

  it.each([
    ['bytes=0-9', 0, 10, 'bytes 0-9/44'],
    ['bytes=40-', 40, 44, 'bytes 40-43/44'],
    ['bytes=-4', 40, 44, 'bytes 40-43/44'],
    [undefined, 0, 44, undefined],
    ['bytes=0-44', 0, 44, undefined],
    ['bytes=44-', 0, 44, undefined],
    ['bytes=9-0', 0, 44, undefined],
    ['0-9', 0, 44, undefined],
    ['0~9', 0, 44, undefined],
    ['bytes=0-1,4-5', 0, 44, undefined],
  ])('copies the range %s', async (range, from, to, contentRange) => {
    const uploadId = await initiate();
    const copied = await copyPart(uploadId, 1, source, range === undefined ? {} : { 'x-oss-copy-source-range': range });
    const expected = body.slice(from, to);
    expect([copied.status, copied.header('content-range'), copied.header('etag')]).toEqual([200, contentRange, `"${etagOf(expected)}"`]);
    expect(copied.element('ETag')?.replaceAll('&quot;', '"')).toBe(`"${etagOf(expected)}"`);
    expect(copied.element('LastModified')).toBe('2024-05-01T08:00:00.000Z');
    expect(copied.header('x-oss-hash-crc64ecma')).toBe(crc64(Buffer.from(expected)).toString());
    expect((await complete(uploadId, listOf([[1, etagOf(expected)]]))).status).toBe(200);
    expect((await test.send({ bucket, key })).text).toBe(expected);
  });

  it('judges conditions, source and upload', async () => {
    const uploadId = await initiate();
    expect((await copyPart(uploadId, 1, source, { 'x-oss-copy-source-if-match': '"0"' })).status).toBe(412);
    expect((await copyPart(uploadId, 1, source, { 'x-oss-copy-source-if-none-match': etagOf(body) })).status).toBe(304);
    expect(await copyPart(uploadId, 1, `/${bucket}/none`)).toMatchObject({ status: 404, code: 'NoSuchKey' });
    expect(await copyPart(uploadId, 1, '/nowhere/none')).toMatchObject({ status: 404, code: 'NoSuchBucket' });
    const bad = await copyPart(uploadId, 1, 'bkt/source');
    expect([bad.status, bad.code, bad.header('x-oss-ec')]).toEqual([400, 'InvalidArgument', '0042-00000301']);
    const unknown = await copyPart('0'.repeat(32), 1, source);
    expect([unknown.status, unknown.code, unknown.header('x-oss-ec')]).toEqual([404, 'NoSuchUpload', '0042-00000311']);
    expect((await copyPart(uploadId, 0, source)).code).toBe('InvalidArgument');
    expect((await copyPart(uploadId, 1, `${source}?versionId=null`)).status).toBe(200);
  });

  it('copies an empty source as an empty part', async () => {
    await test.send({ method: 'PUT', bucket, key: 'empty', body: '' });
    const uploadId = await initiate();
    const copied = await copyPart(uploadId, 1, `/${bucket}/empty`);
    expect([copied.status, copied.header('etag')]).toEqual([200, `"${etagOf('')}"`]);
  });
});

describe('lists of parts and uploads', () => {
  it('pages parts', async () => {
    const uploadId = await initiate({ 'x-oss-storage-class': 'IA' });
    for (const number of [1, 2, 5]) await sendPart(uploadId, number, `part ${number}`);
    const first = await test.send({ bucket, key, query: { uploadId, 'max-parts': '2' } });
    expect([...first.text.matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map(([, n]) => n)).toEqual(['1', '2']);
    expect([
      first.element('IsTruncated'),
      first.element('NextPartNumberMarker'),
      first.element('MaxParts'),
      first.element('StorageClass'),
    ]).toEqual(['true', '2', '2', 'IA']);
    expect([first.element('Size'), first.element('HashCrc64ecma')]).toEqual(['6', crc64(Buffer.from('part 1')).toString()]);
    const second = await test.send({ bucket, key, query: { uploadId, 'part-number-marker': '2' } });
    expect([...second.text.matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map(([, n]) => n)).toEqual(['5']);
    expect([second.element('IsTruncated'), second.element('NextPartNumberMarker')]).toEqual(['false', '5']);
    expect((await test.send({ bucket, key, query: { uploadId: '0'.repeat(32) } })).code).toBe('NoSuchUpload');
    expect((await test.send({ bucket, key, query: { uploadId, 'max-parts': '1001' } })).code).toBe('InvalidArgument');
  });

  it('lists uploads by key, then by id', async () => {
    const ids: string[] = [];
    for (const name of ['b/1', 'a', 'b/2', 'a']) {
      const answer = await test.send({ method: 'POST', bucket, key: name, query: { uploads: undefined } });
      ids.push(answer.element('UploadId') ?? '');
    }
    const all = await test.send({ bucket, query: { uploads: undefined } });
    const listed = [...all.text.matchAll(/<Key>(.*?)<\/Key>\s*<UploadId>(.*?)<\/UploadId>/g)].map(([, name, id]) => `${name} ${id}`);
    const expected = ['a', 'a', 'b/1', 'b/2'].map((name, i) => {
      const twins = [ids[1], ids[3]].toSorted((x, y) => ((x ?? '') < (y ?? '') ? -1 : 1));
      return `${name} ${i < 2 ? twins[i] : i === 2 ? ids[0] : ids[2]}`;
    });
    expect(listed).toEqual(expected);
    const folded = await test.send({ bucket, query: { uploads: undefined, delimiter: '/', prefix: '', 'max-uploads': '2' } });
    expect([folded.element('IsTruncated'), folded.element('NextKeyMarker'), folded.element('MaxUploads')]).toEqual(['true', 'a', '2']);
    const rest = await test.send({
      bucket,
      query: {
        uploads: undefined,
        delimiter: '/',
        'key-marker': folded.element('NextKeyMarker') ?? '',
        'upload-id-marker': folded.element('NextUploadIdMarker') ?? '',
      },
    });
    expect(rest.text.replaceAll(/\s/g, '')).toContain('<CommonPrefixes><Prefix>b/</Prefix></CommonPrefixes>');
    expect(rest.text).not.toContain('<Upload>');
  });
});
