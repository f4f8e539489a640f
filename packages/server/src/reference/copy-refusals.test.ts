import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';

/** What CopyObject and UploadPartCopy refuse, word by word: status, code, message, number, and the elements that name what was wrong. */

let test: TestServer;
let uploadId = '';
const bucket = 'bkt';
const key = 'dst';
const source = `/${bucket}/src`;
const unknownVersion = 'CAEQMxiBgIDh3ZCB0BYiIGE4YjIyMjExZDhhYjQxNzZiNGUyZTI4ZjljZDcz';

type Headers = Readonly<Record<string, string>>;

beforeAll(async () => {
  test = await startTestServer({ buckets: [bucket] });
  await test.send({ method: 'PUT', bucket, key: 'src', body: 'hello world', headers: { 'x-oss-meta-m': '1', 'x-oss-tagging': 'a=b' } });
  await test.send({ method: 'PUT', bucket, key, body: 'stays' });
  await test.send({ method: 'PUT', bucket, key: 'cold', body: 'cold', headers: { 'x-oss-storage-class': 'Archive' } });
  await test.send({ method: 'PUT', bucket, key: 'sealed', body: 'x', headers: { 'x-oss-meta-client-side-encryption-key': 'k' } });
  uploadId = (await test.send({ method: 'POST', bucket, key, query: { uploads: undefined } })).element('UploadId') ?? '';
});
afterAll(async () => {
  await test.server.close();
});

const copy = (headers: Headers) => test.send({ method: 'PUT', bucket, key, headers: { 'x-oss-copy-source': source, ...headers } });
const copyPart = (headers: Headers) =>
  test.send({ method: 'PUT', bucket, key, query: { uploadId, partNumber: '1' }, headers: { 'x-oss-copy-source': source, ...headers } });

/** Status, code, message, number, and the elements that come between HostId and EC, as they stand. */
interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly ec?: string;
  readonly elements?: string;
}

const argument = (name: string, value: string) =>
  `<ArgumentName>${name}</ArgumentName><ArgumentValue>${value.replaceAll('&', '&amp;')}</ArgumentValue>`;
const invalid = (message: string, name: string, value: string, ec?: string): Refusal => ({
  status: 400,
  code: 'InvalidArgument',
  message,
  ...(ec === undefined ? {} : { ec }),
  elements: argument(name, value),
});
const incomplete = 'Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.';
const ofSource = (value: string, message: string, ec?: string): readonly [Headers, Refusal] => [
  { 'x-oss-copy-source': value },
  invalid(message, 'x-oss-copy-source', value, ec),
];
const unmet: Refusal = {
  status: 412,
  code: 'PreconditionFailed',
  message: 'At least one of the pre-conditions you specified did not hold.',
};

const ofBoth: readonly (readonly [Headers, Refusal])[] = [
  ofSource('bkt/src', incomplete, '0042-00000301'),
  ofSource('', incomplete, '0042-00000302'),
  ofSource('/bkt', incomplete),
  ofSource('/bkt/', incomplete),
  ofSource('/bkt/src?versionId=', 'Version id can not be the empty string.', '0016-00000305'),
  ofSource('/bkt/src?versionId=a%20b', 'Invalid version id specified.'),
  ofSource('/bkt/src?part=1', 'Only versionId may stand in the query of a copy source.', '0016-00000304'),
  [
    { 'x-oss-copy-source': '/no-such/src' },
    {
      status: 404,
      code: 'NoSuchBucket',
      message: 'The specified bucket does not exist.',
      ec: '0015-00000101',
      elements: '<BucketName>no-such</BucketName>',
    },
  ],
  [
    { 'x-oss-copy-source': '/bkt/none' },
    { status: 404, code: 'NoSuchKey', message: 'The specified key does not exist.', ec: '0026-00000001', elements: '<Key>none</Key>' },
  ],
  [
    { 'x-oss-copy-source': `/bkt/src?versionId=${unknownVersion}` },
    {
      status: 404,
      code: 'NoSuchVersion',
      message: 'The specified version does not exist.',
      ec: '0012-00000203',
      elements: `<Key>src</Key><VersionId>${unknownVersion}</VersionId>`,
    },
  ],
  [
    { 'x-oss-copy-source': '/bkt/cold' },
    {
      status: 403,
      code: 'InvalidObjectState',
      message: "The operation is not valid for the object's state",
      ec: '0016-00000330',
      elements: '<ObjectName>cold</ObjectName>',
    },
  ],
  [{ 'x-oss-copy-source-if-match': 'other' }, { ...unmet, elements: '<Condition>If-Match</Condition>' }],
  [
    {
      'x-oss-copy-source-if-unmodified-since': '2019-04-09T07:01:56.000Z',
      'x-oss-copy-source-if-modified-since': 'Wed, 01 May 2030 08:00:00 GMT',
    },
    { ...unmet, elements: '<Condition>If-Unmodified-Since</Condition>' },
  ],
  [
    { 'x-oss-traffic-limit': '245759' },
    invalid(
      'x-oss-traffic-limit is invalid, should be specified between 245760 and 838860800.',
      'x-oss-traffic-limit',
      '245759',
      '0004-00000502',
    ),
  ],
];

const sse = 'x-oss-server-side-encryption';
const ofCopies: readonly (readonly [Headers, Refusal])[] = [
  [
    { 'x-oss-forbid-overwrite': 'true' },
    {
      status: 409,
      code: 'FileAlreadyExists',
      message: 'The object you specified already exists and can not be overwritten.',
      ec: '0026-00000002',
    },
  ],
  [
    { 'x-oss-forbid-overwrite': 'yes' },
    invalid('x-oss-forbid-overwrite must be true or false.', 'x-oss-forbid-overwrite', 'yes', '0017-00000279'),
  ],
  [{ 'x-oss-object-acl': 'public' }, invalid('no such bucket access control exists', 'x-oss-object-acl', 'public')],
  [{ 'x-oss-storage-class': 'standard' }, invalid('No such bucket storage class exists.', 'x-oss-storage-class', 'standard')],
  [
    { [sse]: 'DES' },
    {
      status: 400,
      code: 'InvalidEncryptionAlgorithmError',
      message: 'The Encryption request you specified is not valid. Supported value: AES256/SM4/KMS.',
      elements: argument(sse, 'DES'),
    },
  ],
  [
    { [sse]: 'KMS', 'x-oss-server-side-data-encryption': 'AES' },
    {
      status: 400,
      code: 'InvalidDataEncryptionAlgorithmError',
      message: 'The KMS Data Encryption request you specified is not valid. Supported value:SM4',
      elements: argument('x-oss-server-side-data-encryption', 'AES'),
    },
  ],
  [
    { [sse]: 'KMS', [`${sse}-key-id`]: 'not a key' },
    { status: 400, code: 'InvalidParameter', message: 'The specified parameter KMS keyId is not valid.' },
  ],
  [
    { 'x-oss-tagging-directive': 'Replace', 'x-oss-tagging': Array.from({ length: 11 }, (_, number) => `k${number}=v`).join('&') },
    { status: 400, code: 'BadRequest', message: 'Object tags cannot be greater than 10' },
  ],
  [
    { 'x-oss-tagging-directive': 'Replace', 'x-oss-tagging': 'a=1&a=2' },
    invalid(
      "The header 'x-oss-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
      'x-oss-tagging',
      'a=1&a=2',
    ),
  ],
  [
    { 'x-oss-tagging-directive': 'Replace', 'x-oss-tagging': 'a%26=1' },
    { status: 400, code: 'InvalidTag', message: 'The TagKey you have provided is invalid.', ec: '0010-00000217' },
  ],
  [
    { 'x-oss-tagging-directive': 'Replace', 'x-oss-tagging': 'a=%26' },
    { status: 400, code: 'InvalidTag', message: 'The TagValue you have provided is invalid.', ec: '0010-00000217' },
  ],
];

const ofParts: readonly (readonly [Headers, Refusal])[] = [
  [
    { 'x-oss-copy-source': '/bkt/sealed' },
    {
      status: 400,
      code: 'InvalidEncryptionRequest',
      message: "Client encryption doesn't support upload part copy.",
      ec: '0042-00000309',
    },
  ],
];

/** The error document without what differs from one request to the next, all on one line. */
const documentOf = (text: string) =>
  text
    .replace(/\n\s*/g, '')
    .replace(/<RequestId>[0-9A-F]{24}<\/RequestId><HostId>127\.0\.0\.1<\/HostId>/, '…')
    .replaceAll('&quot;', '"');

const documented = ({ code, message, ec, elements = '' }: Refusal) => {
  const number = ec === undefined ? '' : `<EC>${ec}</EC><RecommendDoc>https://api.aliyun.com/troubleshoot?q=${ec}</RecommendDoc>`;
  return `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${message}</Message>…${elements}${number}</Error>`;
};

describe('a refused copy', () => {
  it.each([...ofBoth, ...ofCopies])('of an object: %j', async (headers, refusal) => {
    const answer = await copy(headers);
    expect([answer.status, answer.header('content-type'), answer.header('x-oss-ec')]).toEqual([
      refusal.status,
      'application/xml',
      refusal.ec,
    ]);
    expect(documentOf(answer.text)).toBe(documented(refusal));
    const stays = await test.send({ bucket, key });
    expect([stays.text, stays.header('x-oss-meta-m')]).toEqual(['stays', undefined]);
  });

  it.each([...ofBoth, ...ofParts])('of a part: %j', async (headers, refusal) => {
    const answer = await copyPart(headers);
    expect([answer.status, answer.header('x-oss-ec')]).toEqual([refusal.status, refusal.ec]);
    expect(documentOf(answer.text)).toBe(documented(refusal));
    expect((await test.send({ bucket, key, query: { uploadId } })).text).not.toContain('<Part>');
  });

  it.each([sse, `${sse}-key-id`, 'x-oss-server-side-data-encryption'])('of a part, for the header %s', async (name) => {
    const answer = await copyPart({ [name]: 'KMS' });
    expect([answer.status, answer.code, answer.element('ArgumentName')]).toEqual([400, 'InvalidArgument', name]);
  });

  it.each<[string, Headers]>([
    ['an ETag that it must not have', { 'x-oss-copy-source-if-none-match': '5eb63bbbe01eeed093cb22bb8f5acdc3' }],
    ['the second of its last change', { 'x-oss-copy-source-if-modified-since': 'Wed, 01 May 2024 08:00:00 GMT' }],
    [
      'one condition that holds and one that does not',
      {
        'x-oss-copy-source-if-match': '"5EB63BBBE01EEED093CB22BB8F5ACDC3"',
        'x-oss-copy-source-if-none-match': '"5EB63BBBE01EEED093CB22BB8F5ACDC3"',
      },
    ],
  ])('is 304 without a document for %s', async (_, headers) => {
    for (const answer of [await copy(headers), await copyPart(headers)]) {
      expect([answer.status, answer.bytes.length, answer.header('content-type'), answer.header('x-oss-ec')]).toEqual([
        304,
        0,
        undefined,
        undefined,
      ]);
    }
    expect((await test.send({ bucket, key })).text).toBe('stays');
  });
});

describe('a range of a part copy', () => {
  it.each<[range: string, copied: string | undefined, md5: string]>([
    ['bytes=0-4', 'bytes 0-4/11', '5D41402ABC4B2A76B9719D911017C592'],
    ['bytes=0-10', 'bytes 0-10/11', '5EB63BBBE01EEED093CB22BB8F5ACDC3'],
    ['bytes=8-', 'bytes 8-10/11', 'E90C8E1EDB39B713D0675837A44D40D7'],
    ['bytes=-3', 'bytes 8-10/11', 'E90C8E1EDB39B713D0675837A44D40D7'],
    ...['bytes=0-11', 'bytes=11-12', 'bytes=5-2', 'bytes=-12', 'bytes=-0', 'bytes=0-1,3-4', 'bytes=0~4', '0-4', 'x'].map(
      (range): [string, undefined, string] => [range, undefined, '5EB63BBBE01EEED093CB22BB8F5ACDC3'],
    ),
  ])('%s copies %s', async (range, copied, md5) => {
    const query = { uploadId, partNumber: '2' };
    const headers = { 'x-oss-copy-source': source, 'x-oss-copy-source-range': range };
    const answer = await test.send({ method: 'PUT', bucket, key, query, headers });
    expect([answer.status, answer.header('content-range'), answer.header('etag')]).toEqual([200, copied, `"${md5}"`]);
  });
});
