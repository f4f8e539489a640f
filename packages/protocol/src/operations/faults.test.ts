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

  it('take any version', () => {
    for (const id of ['CAEQ1', 'null']) {
      const headers: readonly HeaderField[] = [['x-oss-copy-source', `/src-bucket/a?versionId=${id}`]];
      expect(faultOf(operations.copyObject, { headers })).toBeUndefined();
      expect(faultOf(operations.uploadPartCopy, { query: PART, headers })).toBeUndefined();
    }
  });
});

describe('headers', () => {
  it('of a link name its target', () => {
    const targets: readonly HeaderField[][] = [[], [['x-oss-symlink-target', '']], [['x-oss-symlink-target', '%zz']]];
    for (const headers of targets) {
      expect(faultOf(operations.putSymlink, { headers })).toMatchObject({
        code: 'InvalidArgument',
        elements: argument('x-oss-symlink-target', headers[0]?.[1] ?? ''),
      });
    }
  });

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
    [['x-oss-traffic-limit', '245759'], 'InvalidArgument', undefined, '0004-00000502'],
    [['x-oss-traffic-limit', 'fast'], 'InvalidArgument', undefined, '0004-00000502'],
    [['x-oss-persistent-headers', 'a'], 'InvalidArgument', undefined, undefined],
    [['x-oss-persistent-headers', 'a b:dg=='], 'InvalidArgument', undefined, undefined],
    [['x-oss-persistent-headers', 'a:v'], 'InvalidArgument', undefined, undefined],
    [['x-oss-persistent-headers', 'a:Cg=='], 'InvalidArgument', undefined, undefined],
    [['x-oss-persistent-headers', 'a:dg==,A:dg=='], 'InvalidArgument', undefined, undefined],
    [['x-oss-persistent-headers', 'ETag:dg=='], 'InvalidArgument', undefined, undefined],
    [['x-oss-persistent-headers', 'x-oss-version-id:dg=='], 'InvalidArgument', undefined, undefined],
    [['x-oss-persistent-headers', 'Access-Control-Allow-Origin:Kg=='], 'InvalidArgument', undefined, undefined],
    [['x-oss-persistent-headers', `a:${btoa('x'.repeat(8193))}`], 'InvalidArgument', undefined, undefined],
  ])('%j', (header, code, message, ec) => {
    const fault = faultOf(operations.copyObject, { headers: [SOURCE, header] });
    expect(fault).toMatchObject({ code, ...(message === undefined ? {} : { message }) });
    expect(fault?.ec).toBe(ec);
  });

  it.each<[HeaderField, string, Readonly<Record<string, string>>, string | undefined]>([
    [['x-oss-server-side-encryption', 'SM4'], 'NotImplemented', { Header: 'x-oss-server-side-encryption' }, undefined],
    [['x-oss-server-side-data-encryption', 'SM4'], 'NotImplemented', { Header: 'x-oss-server-side-data-encryption' }, undefined],
    [
      ['x-oss-server-side-encryption', 'aes256'],
      'InvalidEncryptionAlgorithmError',
      argument('x-oss-server-side-encryption', 'aes256'),
      'The Encryption request you specified is not valid. Supported value: AES256/SM4/KMS.',
    ],
    [
      ['x-oss-server-side-encryption', ''],
      'InvalidEncryptionAlgorithmError',
      argument('x-oss-server-side-encryption', ''),
      'The Encryption request you specified is not valid. Supported value: AES256/SM4/KMS.',
    ],
    [
      ['x-oss-server-side-data-encryption', 'AES256'],
      'InvalidDataEncryptionAlgorithmError',
      argument('x-oss-server-side-data-encryption', 'AES256'),
      'The KMS Data Encryption request you specified is not valid. Supported value:SM4',
    ],
  ])('of encryption are judged: %j', (header, code, elements, message) => {
    for (const fault of [
      faultOf(operations.putObject, { headers: [header] }),
      faultOf(operations.appendObject, {
        query: [
          ['append', undefined],
          ['position', '0'],
        ],
        headers: [header],
      }),
      faultOf(operations.copyObject, { headers: [SOURCE, header] }),
      faultOf(operations.initiateMultipartUpload, { headers: [header] }),
    ]) {
      expect(fault).toMatchObject({ code, elements, ...(message === undefined ? {} : { message }) });
    }
  });

  it.each<[HeaderField, string]>([
    [['x-oss-object-worm-mode', 'compliance'], 'The retention mode must be COMPLIANCE or GOVERNANCE.'],
    [['x-oss-object-worm-retain-until-date', '2030-11-10 16:00'], 'The retain until date must be an ISO 8601 date in UTC.'],
    [['x-oss-object-worm-legal-hold', 'true'], 'The status of a legal hold must be ON or OFF.'],
  ])('of retention are judged: %j', (header, message) => {
    for (const fault of [
      faultOf(operations.putObject, { headers: [header] }),
      faultOf(operations.copyObject, { headers: [SOURCE, header] }),
      faultOf(operations.initiateMultipartUpload, { headers: [header] }),
    ]) {
      expect(fault).toMatchObject({ code: 'InvalidArgument', message, elements: argument(...header) });
    }
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

  it('no fault in a version id of its alphabet', () => {
    const query: readonly QueryField[] = [['versionId', 'CAEQ1']];
    for (const definition of [operations.getObject, operations.deleteObject, operations.getObjectTagging]) {
      expect(faultOf(definition, { query })).toBeUndefined();
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
    [operations.sealAppendObject, ['position', 'end'], undefined],
    [operations.listObjectVersions, ['version-id-marker', 'a b'], '0012-00000105'],
    [operations.listObjectVersions, ['max-keys', '1001'], undefined],
    [operations.listObjectVersions, ['encoding-type', 'base64'], undefined],
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

  it('image processing of presigned URLs is refused', () => {
    expect(faultOf(operations.getObject, { query: [['x-oss-process', 'image/resize,w_100']] })).toMatchObject({ code: 'NotImplemented' });
    expect(faultOf(operations.getObject, { query: [['x-oss-traffic-limit', '819200']] })).toBeUndefined();
    expect(faultOf(operations.getObject, { query: [['x-oss-traffic-limit', '1']] })).toMatchObject({
      code: 'InvalidArgument',
      ec: '0004-00000502',
    });
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

  it('of versioning have a known status', () => {
    const body = (inner: string) => `<VersioningConfiguration>${inner}</VersioningConfiguration>`;
    for (const status of ['', 'Disabled', 'enabled']) {
      expect(bodyFault(operations.putBucketVersioning, body(`<Status>${status}</Status>`))).toMatchObject({
        code: 'InvalidArgument',
        message: 'The Versioning element must be specified.',
      });
    }
    for (const text of ['', body(''), '<Versioning><Status>Enabled</Status></Versioning>']) {
      expect(bodyFault(operations.putBucketVersioning, text)).toMatchObject(malformed('0015-00000231'));
    }
  });

  it('of a restoration have days and a priority that OSS knows, or none', () => {
    const body = (inner: string) => `<RestoreRequest>${inner}</RestoreRequest>`;
    for (const text of ['', body(''), body('<Days>365</Days><JobParameters><Tier>Bulk</Tier></JobParameters>')]) {
      expect(bodyFault(operations.restoreObject, text)).toBeUndefined();
    }
    for (const days of ['0', '366', '-1', '1.5', '']) {
      expect(bodyFault(operations.restoreObject, body(`<Days>${days}</Days>`))).toMatchObject({
        code: 'InvalidArgument',
        elements: argument('Days', days),
      });
    }
    expect(bodyFault(operations.restoreObject, body('<JobParameters><Tier>Fast</Tier></JobParameters>'))).toMatchObject({
      code: 'InvalidArgument',
      elements: argument('Tier', 'Fast'),
    });
    expect(bodyFault(operations.restoreObject, '<Restore/>')).toMatchObject(malformed(undefined));
    expect(bodyFault(operations.restoreObject, '<RestoreRequest>')).toMatchObject(malformed(undefined));
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
