import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

/** Answers as a whole: every header that is not of all answers, and the document, its elements in the documented order. */

let test: TestServer;
const bucket = 'bkt';

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
});
afterEach(async () => {
  await test.server.close();
});

const send = (request: TestRequest) => test.send({ bucket, ...request });
const setVersioning = (status: 'Enabled' | 'Suspended') =>
  send({
    method: 'PUT',
    query: { versioning: undefined },
    body: `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
  });
const versionOf = (answer: Answer) => answer.header('x-oss-version-id') ?? '';

const common = /^(server|date|x-oss-request-id|x-oss-server-time|content-length)$/i;
const headersOf = ({ headers }: Answer) =>
  Object.fromEntries(headers.filter(([name]) => !common.test(name)).map(([name, value]) => [name.toLowerCase(), value]));
const documentOf = ({ text }: Answer) => text.replace(/^<\?xml version="1.0" encoding="UTF-8"\?>\s*/, '').replace(/\n\s*/g, '');
const owner = '<Owner><ID>1234567890123456</ID><DisplayName>1234567890123456</DisplayName></Owner>';
const xml = { 'content-type': 'application/xml' };
const written = '2024-05-01T08:00:00.000Z';
/** `hello world`: OSS's own sample. */
const hello = { etag: '"5EB63BBBE01EEED093CB22BB8F5ACDC3"', 'x-oss-hash-crc64ecma': '5981764153023615706' };
const putHello = (key: string, headers: Readonly<Record<string, string>> = {}) =>
  send({ method: 'PUT', key, body: 'hello world', headers });

describe('the answer of CopyObject', () => {
  const document = `<CopyObjectResult><ETag>${hello.etag}</ETag><LastModified>${written}</LastModified></CopyObjectResult>`;

  it('tells no versions where there are none', async () => {
    await putHello('src');
    const answer = await send({ method: 'PUT', key: 'dst', headers: { 'x-oss-copy-source': `/${bucket}/src` } });
    expect([answer.status, headersOf(answer), documentOf(answer)]).toEqual([200, { ...xml, ...hello }, document]);
    const etags = answer.text.match(/<ETag>/g);
    expect(etags).toHaveLength(1);
  });

  it('tells both versions, and the encryption of the copy', async () => {
    await setVersioning('Enabled');
    const source = versionOf(await putHello('src', { 'x-oss-server-side-encryption': 'KMS' }));
    const headers = { 'x-oss-copy-source': `/${bucket}/src`, 'x-oss-server-side-encryption': 'AES256' };
    const answer = await send({ method: 'PUT', key: 'dst', headers });
    expect(headersOf(answer)).toEqual({
      ...xml,
      ...hello,
      'x-oss-version-id': versionOf(answer),
      'x-oss-copy-source-version-id': source,
      'x-oss-server-side-encryption': 'AES256',
    });
    expect(documentOf(answer)).toBe(document);
  });
});

describe('the answers of a multipart upload', () => {
  const key = 'dir/big.bin';
  const first = '17FEA6E97583648E493E6D8BCD54C8F4';

  it('are those of the documents, and its checksums those of the vectors', async () => {
    await putHello('src');
    const begun = await send({ method: 'POST', key, query: { uploads: undefined, 'encoding-type': 'url' } });
    const uploadId = begun.element('UploadId') ?? '';
    expect(uploadId).toMatch(/^[0-9A-F]{32}$/);
    expect([headersOf(begun), documentOf(begun)]).toEqual([
      xml,
      `<InitiateMultipartUploadResult><EncodingType>url</EncodingType><Bucket>bkt</Bucket><Key>dir%2Fbig.bin</Key><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`,
    ]);

    const part = await send({ method: 'PUT', key, query: { uploadId, partNumber: '1' }, body: 'A'.repeat(102_400) });
    expect([headersOf(part), part.text]).toEqual([
      { etag: `"${first}"`, 'x-oss-hash-crc64ecma': '9427277473487083924', 'content-md5': 'F/6m6XWDZI5JPm2LzVTI9A==' },
      '',
    ]);

    const range = { 'x-oss-copy-source': `/${bucket}/src`, 'x-oss-copy-source-range': 'bytes=0-4' };
    const copied = await send({ method: 'PUT', key, query: { uploadId, partNumber: '2' }, headers: range });
    const copiedEtag = '"5D41402ABC4B2A76B9719D911017C592"';
    expect([copied.status, headersOf(copied), documentOf(copied)]).toEqual([
      200,
      { ...xml, etag: copiedEtag, 'content-range': 'bytes 0-4/11', 'x-oss-hash-crc64ecma': '11177612005948864433' },
      `<CopyPartResult><LastModified>${written}</LastModified><ETag>${copiedEtag}</ETag></CopyPartResult>`,
    ]);

    expect(documentOf(await send({ key, query: { uploadId, 'max-parts': '1' } }))).toBe(
      `<ListPartsResult><Bucket>bkt</Bucket><Key>${key}</Key><UploadId>${uploadId}</UploadId><StorageClass>Standard</StorageClass>` +
        '<PartNumberMarker>0</PartNumberMarker><NextPartNumberMarker>1</NextPartNumberMarker><MaxParts>1</MaxParts><IsTruncated>true</IsTruncated>' +
        `<Part><PartNumber>1</PartNumber><LastModified>${written}</LastModified><ETag>"${first}"</ETag>` +
        '<HashCrc64ecma>9427277473487083924</HashCrc64ecma><Size>102400</Size></Part></ListPartsResult>',
    );
    expect(documentOf(await send({ query: { uploads: undefined } }))).toBe(
      '<ListMultipartUploadsResult><Bucket>bkt</Bucket><KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker><NextKeyMarker></NextKeyMarker>' +
        '<NextUploadIdMarker></NextUploadIdMarker><Delimiter></Delimiter><Prefix></Prefix><MaxUploads>1000</MaxUploads><IsTruncated>false</IsTruncated>' +
        `<Upload><Key>${key}</Key><UploadId>${uploadId}</UploadId><StorageClass>Standard</StorageClass><Initiated>${written}</Initiated></Upload>` +
        '</ListMultipartUploadsResult>',
    );

    await send({ method: 'PUT', key, query: { uploadId, partNumber: '2' }, body: 'BBBBBBBBBB' });
    const done = await send({
      method: 'POST',
      key,
      query: { uploadId, 'encoding-type': 'url' },
      body:
        `<CompleteMultipartUpload><Part><ETag>&quot;${first.toLowerCase()}&quot;</ETag><PartNumber>1</PartNumber></Part>` +
        '<Part><PartNumber>2</PartNumber><ETag>38B18761D3D0C217371967A98D545C2E</ETag></Part></CompleteMultipartUpload>',
    });
    const etag = '"86E5AA8EEA4A212784B2E18829FD870A-2"';
    expect([done.status, headersOf(done), documentOf(done)]).toEqual([
      200,
      { ...xml, etag, 'x-oss-hash-crc64ecma': '14614832749535894156' },
      '<CompleteMultipartUploadResult><EncodingType>url</EncodingType><Location>http://127.0.0.1/bkt/dir%2Fbig.bin</Location>' +
        `<Bucket>bkt</Bucket><Key>dir%2Fbig.bin</Key><ETag>${etag}</ETag></CompleteMultipartUploadResult>`,
    ]);
    const facts = await send({ method: 'HEAD', key });
    expect([facts.header('x-oss-object-type'), facts.header('content-md5')]).toEqual(['Multipart', undefined]);
  });

  it.each([
    ['0', '38B18761D3D0C217371967A98D545C2E'],
    ['10001', '38B18761D3D0C217371967A98D545C2E'],
  ])('call a list with part %s out of order', async (number, etag) => {
    const uploadId = (await send({ method: 'POST', key, query: { uploads: undefined } })).element('UploadId') ?? '';
    const body = `<CompleteMultipartUpload><Part><PartNumber>${number}</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`;
    const answer = await send({ method: 'POST', key, query: { uploadId }, body });
    expect([answer.status, answer.code, answer.header('x-oss-ec'), answer.element('Message')]).toEqual([
      400,
      'InvalidPartOrder',
      '0042-00000209',
      'The list of parts was not in ascending order. Parts list must specified in order by part number.',
    ]);
  });
});

describe('the answers that tell versions', () => {
  it('list markers and versions', async () => {
    await setVersioning('Enabled');
    const id = versionOf(await putHello('a.txt'));
    const marker = versionOf(await send({ method: 'DELETE', key: 'a.txt' }));
    const answer = await send({ query: { versions: undefined } });
    expect(documentOf(answer)).toBe(
      '<ListVersionsResult><Name>bkt</Name><Prefix></Prefix><KeyMarker></KeyMarker><VersionIdMarker></VersionIdMarker><MaxKeys>100</MaxKeys>' +
        '<Delimiter></Delimiter><IsTruncated>false</IsTruncated>' +
        `<DeleteMarker><Key>a.txt</Key><VersionId>${marker}</VersionId><IsLatest>true</IsLatest><LastModified>${written}</LastModified>${owner}</DeleteMarker>` +
        `<Version><Key>a.txt</Key><VersionId>${id}</VersionId><IsLatest>false</IsLatest><LastModified>${written}</LastModified>` +
        `<ETag>${hello.etag}</ETag><Type>Normal</Type><Size>11</Size><StorageClass>Standard</StorageClass>${owner}</Version></ListVersionsResult>`,
    );
  });

  it('tell what was deleted, in the order of the request', async () => {
    await setVersioning('Enabled');
    const id = versionOf(await putHello('b.txt'));
    const marker = versionOf(await send({ method: 'DELETE', key: 'b.txt' }));
    const body =
      '<Delete><Object><Key>a.txt</Key></Object>' +
      [id, marker].map((version) => `<Object><Key>b.txt</Key><VersionId>${version}</VersionId></Object>`).join('') +
      '</Delete>';
    const headers = { 'Content-MD5': createHash('md5').update(body).digest('base64') };
    const answer = await send({ method: 'POST', query: { delete: undefined, 'encoding-type': 'url' }, headers, body });
    const put = answer.element('DeleteMarkerVersionId') ?? '';
    expect([answer.status, headersOf(answer), documentOf(answer)]).toEqual([
      200,
      xml,
      '<DeleteResult><EncodingType>url</EncodingType>' +
        `<Deleted><Key>a.txt</Key><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>${put}</DeleteMarkerVersionId></Deleted>` +
        `<Deleted><Key>b.txt</Key><VersionId>${id}</VersionId></Deleted>` +
        `<Deleted><Key>b.txt</Key><VersionId>${marker}</VersionId><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>${marker}</DeleteMarkerVersionId></Deleted>` +
        '</DeleteResult>',
    ]);
    const quiet = body.replace('<Delete>', '<Delete><Quiet>true</Quiet>');
    const silent = await send({
      method: 'POST',
      query: { delete: undefined },
      headers: { 'Content-MD5': createHash('md5').update(quiet).digest('base64') },
      body: quiet,
    });
    expect([silent.status, silent.bytes.length, silent.header('content-length')]).toEqual([200, 0, '0']);
  });

  it('tell tags and ACL of a version', async () => {
    await setVersioning('Enabled');
    const id = versionOf(await putHello('a', { 'x-oss-tagging': 'team=web&empty', 'x-oss-object-acl': 'private' }));
    const tags = await send({ key: 'a', query: { tagging: undefined, versionId: id } });
    expect([headersOf(tags), documentOf(tags)]).toEqual([
      { ...xml, 'x-oss-version-id': id },
      '<Tagging><TagSet><Tag><Key>team</Key><Value>web</Value></Tag><Tag><Key>empty</Key><Value></Value></Tag></TagSet></Tagging>',
    ]);
    const acl = await send({ key: 'a', query: { acl: undefined, versionId: id } });
    expect([headersOf(acl), documentOf(acl)]).toEqual([
      { ...xml, 'x-oss-version-id': id },
      `<AccessControlPolicy>${owner}<AccessControlList><Grant>private</Grant></AccessControlList></AccessControlPolicy>`,
    ]);
  });
});

describe('an appendable object by the state of the bucket', () => {
  const append = (position: number, body = 'hello ') =>
    send({ method: 'POST', key: 'log', query: { append: undefined, position: String(position) }, body });
  const versionsOf = async () => (await send({ query: { versions: undefined } })).text.match(/<Version>/g)?.length ?? 0;

  it('grows without a new version, whatever became of the bucket since', async () => {
    expect(versionOf(await append(0))).toBe('');
    await setVersioning('Enabled');
    const grown = await append(6, 'world');
    expect([grown.header('x-oss-next-append-position'), grown.header('x-oss-hash-crc64ecma'), versionOf(grown)]).toEqual([
      '11',
      hello['x-oss-hash-crc64ecma'],
      'null',
    ]);
    expect(await versionsOf()).toBe(1);
    await send({ method: 'DELETE', key: 'log' });
    const anew = versionOf(await append(0));
    expect(anew).toMatch(/^CAEQ/);
    await setVersioning('Suspended');
    expect(versionOf(await append(6, 'world'))).toBe(anew);
    expect(await versionsOf()).toBe(2);
    expect((await send({ key: 'log' })).text).toBe('hello world');
  });

  it('stays as it is with nothing appended', async () => {
    await append(0);
    const before = headersOf(await send({ method: 'HEAD', key: 'log' }));
    test.clock.nowMs += 60_000;
    expect((await append(6, '')).header('x-oss-next-append-position')).toBe('6');
    expect(headersOf(await send({ method: 'HEAD', key: 'log' }))).toEqual(before);
  });

  it('takes no version, and nothing is appended', async () => {
    await append(0);
    const query = { append: undefined, position: '6', versionId: 'null' };
    const refused = await send({ method: 'POST', key: 'log', query, body: 'x' });
    expect([refused.status, refused.code, refused.element('ArgumentValue')]).toEqual([400, 'InvalidArgument', 'versionId']);
    expect((await send({ key: 'log' })).text).toBe('hello ');
  });
});

describe('a source in another region', () => {
  it('is refused to whoever may read it, and told missing where it is', async () => {
    const regional = await startTestServer({ buckets: [bucket], regions: ['cn-hangzhou', 'cn-shanghai'] });
    try {
      const body = '<CreateBucketConfiguration></CreateBucketConfiguration>';
      const host = 'far-away.oss-cn-shanghai.aliyuncs.com';
      await regional.send({ method: 'PUT', bucket: 'far-away', host, region: 'cn-shanghai', body });
      await regional.send({ method: 'PUT', bucket: 'far-away', key: 'src', host, region: 'cn-shanghai', body: 'x' });
      const copyOf = (key: string) =>
        regional.send({ method: 'PUT', bucket, key: 'dst', headers: { 'x-oss-copy-source': `/far-away/${key}` } });
      const refused = await copyOf('src');
      expect([refused.status, refused.code, refused.header('x-oss-ec'), refused.element('Message')]).toEqual([
        403,
        'AccessDenied',
        '0016-00000306',
        'Target object does not reside in the same data center as source object.',
      ]);
      expect((await copyOf('none')).code).toBe('NoSuchKey');
      expect((await regional.send({ bucket, key: 'dst' })).status).toBe(404);
    } finally {
      await regional.server.close();
    }
  });
});
