import { describe, expect, it } from 'vitest';
import { ServiceError } from '../errors.ts';
import type { HeaderField, QueryField } from '../message.ts';
import type { Definition } from '../operation.ts';
import { decodeHead, decodeRequestBody } from '../request.ts';
import { operations } from './index.ts';

interface Sent {
  readonly query?: readonly QueryField[];
  readonly headers?: readonly HeaderField[];
}

const SOURCE: HeaderField = ['x-oss-copy-source', '/src-bucket/a'];
const PART: readonly QueryField[] = [
  ['partNumber', '1'],
  ['uploadId', 'U'],
];

/** The fault of a head, as far as OSS documents it. */
function faultOf(definition: Definition, { query = [], headers = [] }: Sent) {
  const { fault } = decodeHead(definition, { method: definition.method, bucket: 'bucket', key: 'key', query, headers });
  return fault === undefined ? undefined : told(fault);
}

function told({ code, message, ec, elements }: ServiceError) {
  return { code, message, ec, elements };
}

function bodyFault(definition: Definition, body: string) {
  try {
    decodeRequestBody(definition, new TextEncoder().encode(body), {});
  } catch (error) {
    if (error instanceof ServiceError) return told(error);
    throw error;
  }
  return undefined;
}

const argument = (name: string, value: string) => ({ ArgumentName: name, ArgumentValue: value });

describe('copy sources', () => {
  const message = 'Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.';

  it.each<[string, string | undefined, string]>([
    ['src-bucket/a', '0042-00000301', message],
    ['', '0042-00000302', message],
    ['/src-bucket', undefined, message],
    ['/src-bucket/a?acl', '0016-00000304', 'Only versionId may stand in the query of a copy source.'],
    ['/src-bucket/a?versionId=', '0016-00000305', 'Version id can not be the empty string.'],
    ['/src-bucket/a?versionId=%25', undefined, 'Invalid version id specified.'],
  ])('%j', (text, ec, words) => {
    const elements = argument('x-oss-copy-source', text);
    expect(faultOf(operations.copyObject, { headers: [['x-oss-copy-source', text]] })).toEqual({
      code: 'InvalidArgument',
      message: words,
      ec,
      elements,
    });
    expect(faultOf(operations.uploadPartCopy, { query: PART, headers: [['x-oss-copy-source', text]] })).toMatchObject({ ec, elements });
  });

  it('leave the rest of the head decoded', () => {
    const { request, fault } = decodeHead(operations.copyObject, {
      method: 'PUT',
      bucket: 'bucket',
      key: 'key',
      query: [],
      headers: [
        ['x-oss-copy-source', 'bad'],
        ['x-oss-object-acl', 'private'],
      ],
    });
    expect(fault?.code).toBe('InvalidArgument');
    expect(request).toEqual({ bucket: 'bucket', key: 'key', acl: 'private' });
  });

  it('with a version that this server cannot have are refused by name', () => {
    const headers: readonly HeaderField[] = [['x-oss-copy-source', '/src-bucket/a?versionId=CAEQ1']];
    expect(faultOf(operations.copyObject, { headers })).toMatchObject({
      code: 'NotImplemented',
      elements: { Header: 'x-oss-copy-source' },
    });
    expect(faultOf(operations.uploadPartCopy, { query: PART, headers })).toMatchObject({ code: 'NotImplemented' });
    expect(faultOf(operations.copyObject, { headers: [['x-oss-copy-source', '/src-bucket/a?versionId=null']] })).toBeUndefined();
  });
});

describe('headers', () => {
  it.each<[HeaderField, string, string | undefined, string | undefined]>([
    [['x-oss-object-acl', 'secret'], 'InvalidArgument', 'no such bucket access control exists', undefined],
    [['x-oss-storage-class', 'standard'], 'InvalidArgument', 'No such bucket storage class exists.', undefined],
    [['x-oss-forbid-overwrite', 'TRUE'], 'InvalidArgument', undefined, '0017-00000279'],
    [['x-oss-metadata-directive', 'MERGE'], 'InvalidArgument', undefined, undefined],
    [['x-oss-tagging-directive', ''], 'InvalidArgument', undefined, undefined],
    [['x-oss-request-payer', 'owner'], 'InvalidArgument', undefined, undefined],
    [['x-oss-tagging', 'a%26b=1'], 'InvalidTag', 'The TagKey you have provided is invalid.', '0010-00000217'],
    [['x-oss-tagging', 'a=1&b=2&c=&d=&e=&f=&g=&h=&i=&j=&k='], 'BadRequest', 'Object tags cannot be greater than 10', undefined],
    [['x-oss-meta-a_b', '1'], 'InvalidArgument', undefined, '0011-00000004'],
    [['x-oss-meta-a', 'x'.repeat(8192)], 'InvalidArgument', 'Meta is too large.', '0011-00000002'],
  ])('%j', (header, code, message, ec) => {
    const fault = faultOf(operations.copyObject, { headers: [SOURCE, header] });
    expect(fault).toMatchObject({ code, ...(message === undefined ? {} : { message }) });
    expect(fault?.ec).toBe(ec);
  });

  it.each([
    'x-oss-server-side-encryption',
    'x-oss-server-side-encryption-key-id',
    'x-oss-server-side-data-encryption',
    'x-oss-traffic-limit',
    'x-oss-persistent-headers',
    'x-oss-object-worm-mode',
  ])('%s is not built, and refused by name', (name) => {
    const refused = { code: 'NotImplemented', elements: { Header: name } };
    expect(faultOf(operations.copyObject, { headers: [SOURCE, [name, 'x']] })).toMatchObject(refused);
    expect(faultOf(operations.putObject, { headers: [[name, 'x']] })).toMatchObject(refused);
  });

  it('of conditions are refused on writes, with the number that OSS gives, and not on copies', () => {
    for (const name of ['If-Match', 'If-None-Match', 'If-Modified-Since', 'If-Unmodified-Since']) {
      expect(faultOf(operations.putObject, { headers: [[name, '"A"']] })).toMatchObject({
        code: 'NotImplemented',
        message: 'A header you provided implies functionality that is not implemented.',
        ec: '0017-00000245',
        elements: { Header: name },
      });
      for (const definition of [operations.deleteObject, operations.initiateMultipartUpload]) {
        expect(faultOf(definition, { headers: [[name, '"A"']] })).toMatchObject({ code: 'NotImplemented' });
      }
      expect(faultOf(operations.copyObject, { headers: [SOURCE, [name, '"A"']] })).toBeUndefined();
      expect(faultOf(operations.uploadPartCopy, { query: PART, headers: [SOURCE, [name, '"A"']] })).toBeUndefined();
    }
  });

  it('of encryption do not belong on parts', () => {
    const headers: readonly HeaderField[] = [['x-oss-server-side-encryption', 'AES256']];
    expect(faultOf(operations.uploadPart, { query: PART, headers })).toMatchObject({ code: 'InvalidArgument' });
    expect(faultOf(operations.uploadPartCopy, { query: PART, headers: [SOURCE, ...headers] })).toMatchObject({ code: 'InvalidArgument' });
  });

  it('of checksums have errors of their own', () => {
    expect(faultOf(operations.putObject, { headers: [['Content-MD5', 'abc']] })).toMatchObject({
      code: 'InvalidDigest',
      ec: '0017-00000502',
    });
    expect(faultOf(operations.uploadPart, { query: PART, headers: [['x-oss-hash-crc64ecma', 'x']] })).toMatchObject({
      code: 'InvalidCRC64',
    });
    expect(faultOf(operations.putObject, { headers: [['Content-Length', 'x']] })).toMatchObject({ ec: '0017-00000103' });
  });

  it('that are needed and not there have the error of an empty one', () => {
    expect(faultOf(operations.putBucketAcl, {})).toEqual({
      code: 'InvalidArgument',
      message: 'no such bucket access control exists',
      ec: '0015-00000204',
      elements: argument('x-oss-acl', ''),
    });
  });

  it('of ranges and dates are never malformed', () => {
    const headers: readonly HeaderField[] = [
      ['Range', 'bytes=9-0'],
      ['If-Modified-Since', 'yesterday'],
      ['If-Unmodified-Since', ''],
    ];
    expect(faultOf(operations.getObject, { headers })).toBeUndefined();
    expect(faultOf(operations.uploadPartCopy, { query: PART, headers: [SOURCE, ['x-oss-copy-source-range', '0~9']] })).toBeUndefined();
  });
});

describe('queries', () => {
  it.each(['0', '10001', 'x', '-1'])('part number %s', (given) => {
    const query: readonly QueryField[] = [
      ['partNumber', given],
      ['uploadId', 'U'],
    ];
    expect(faultOf(operations.uploadPart, { query })).toEqual({
      code: 'InvalidArgument',
      message: 'Part number must be an integer between 1 and 10000, inclusive.',
      ec: '0017-00000220',
      elements: argument('PartNumber', given),
    });
  });

  it('an empty part number', () => {
    const query: readonly QueryField[] = [
      ['partNumber', ''],
      ['uploadId', 'U'],
    ];
    expect(faultOf(operations.uploadPart, { query })).toEqual({
      code: 'InvalidArgument',
      message: 'Unexpected query string parameter',
      ec: '0017-00000219',
      elements: argument('ResourceType', 'partNumber'),
    });
  });

  it.each<[string, string]>([
    ['', '0012-00000201'],
    ['%%%', '0012-00000202'],
  ])('version id %j', (given, ec) => {
    expect(faultOf(operations.headObject, { query: [['versionId', given]] })).toMatchObject({ code: 'InvalidArgument', ec });
  });

  it('a version that this server cannot have', () => {
    const query: readonly QueryField[] = [['versionId', 'CAEQ1']];
    for (const definition of [operations.getObject, operations.deleteObject, operations.getObjectTagging]) {
      expect(faultOf(definition, { query })).toMatchObject({ code: 'NotImplemented', elements: argument('versionId', 'CAEQ1') });
    }
  });

  it.each<[Definition, QueryField, string | undefined]>([
    [operations.listObjects, ['max-keys', '0'], undefined],
    [operations.listObjects, ['max-keys', '1001'], undefined],
    [operations.listObjects, ['encoding-type', 'base64'], undefined],
    [operations.listObjects, ['prefix', 'p'.repeat(1024)], undefined],
    [operations.listObjectsV2, ['list-type', '3'], '0015-00000401'],
    [operations.listMultipartUploads, ['max-uploads', 'many'], undefined],
    [operations.listParts, ['part-number-marker', '-1'], undefined],
    [operations.appendObject, ['position', '-1'], undefined],
  ])('%#', (definition, field, ec) => {
    const needed: readonly QueryField[] = [
      ['uploadId', 'U'],
      ['list-type', '2'],
      ['position', '0'],
    ];
    const fault = faultOf(definition, { query: [field, ...needed] });
    expect(fault).toMatchObject({ code: 'InvalidArgument', elements: argument(field[0], field[1] ?? '') });
    expect(fault?.ec).toBe(ec);
  });

  it('image processing and throttles of presigned URLs are refused', () => {
    expect(faultOf(operations.getObject, { query: [['x-oss-process', 'image/resize,w_100']] })).toMatchObject({ code: 'NotImplemented' });
    expect(faultOf(operations.getObject, { query: [['x-oss-traffic-limit', '819200']] })).toMatchObject({ code: 'NotImplemented' });
    expect(faultOf(operations.putObject, { query: [['callback', 'e30=']] })).toMatchObject({ code: 'NotImplemented' });
  });
});

describe('bodies', () => {
  const malformed = (ec: string | undefined) => ({ code: 'MalformedXML', ec });

  it('of tags follow the rules of tags', () => {
    const tag = (key: string, value = 'v') => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`;
    const body = (tags: string) => `<Tagging><TagSet>${tags}</TagSet></Tagging>`;
    expect(bodyFault(operations.putObjectTagging, body(tag('a') + tag('b')))).toBeUndefined();
    expect(bodyFault(operations.putObjectTagging, body(tag('a&amp;b')))).toMatchObject({ code: 'InvalidTag' });
    expect(bodyFault(operations.putObjectTagging, body(tag('a') + tag('a')))).toMatchObject({
      code: 'InvalidTag',
      message: 'Cannot provide multiple Tags with the same key',
    });
    expect(bodyFault(operations.putObjectTagging, body([...'abcdefghijk'].map((key) => tag(key)).join('')))).toMatchObject({
      code: 'BadRequest',
      message: 'Object tags cannot be greater than 10',
    });
    expect(bodyFault(operations.putObjectTagging, '<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>')).toMatchObject(
      malformed(undefined),
    );
    expect(bodyFault(operations.putObjectTagging, '')).toMatchObject(malformed(undefined));
  });

  it('of Complete are lists of parts', () => {
    const part = (number: string) =>
      `<CompleteMultipartUpload><Part><PartNumber>${number}</PartNumber><ETag>A</ETag></Part></CompleteMultipartUpload>`;
    expect(bodyFault(operations.completeMultipartUpload, part('0'))).toMatchObject({ code: 'InvalidPartOrder', ec: '0042-00000209' });
    expect(bodyFault(operations.completeMultipartUpload, part('10001'))).toMatchObject({ code: 'InvalidPartOrder' });
    expect(bodyFault(operations.completeMultipartUpload, '<Complete/>')).toMatchObject(malformed('0042-00000205'));
    expect(bodyFault(operations.completeMultipartUpload, '<CompleteMultipartUpload>')).toMatchObject(malformed('0042-00000205'));
  });

  it('of a bucket have a known class', () => {
    const body = '<CreateBucketConfiguration><StorageClass>Cold</StorageClass></CreateBucketConfiguration>';
    expect(bodyFault(operations.putBucket, body)).toMatchObject({
      code: 'InvalidArgument',
      message: 'No such bucket storage class exists.',
    });
    expect(bodyFault(operations.putBucket, '<Bucket/>')).toMatchObject(malformed('0015-00000231'));
  });

  it('of deletes are documents', () => {
    expect(bodyFault(operations.deleteMultipleObjects, '<Delete><Quiet>maybe</Quiet></Delete>')).toBeDefined();
    expect(bodyFault(operations.deleteMultipleObjects, 'a.txt')).toMatchObject(malformed('0016-00000608'));
    const version = '<Delete><Object><Key>a</Key><VersionId></VersionId></Object></Delete>';
    expect(bodyFault(operations.deleteMultipleObjects, version)).toMatchObject({ code: 'InvalidArgument', ec: '0012-00000201' });
  });
});
