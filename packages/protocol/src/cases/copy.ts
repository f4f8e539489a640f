import { copyObject } from '../operations/copy.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const at = { bucket: 'dst-bucket', key: 'dir/copy.txt' } as const;
const from = { sourceBucket: 'src-bucket', sourceKey: 'dir/a.txt' } as const;
const SOURCE = ['x-oss-copy-source', '/src-bucket/dir/a.txt'] as const;
const XML = ['Content-Type', 'application/xml'] as const;
const VERSION = 'CAEQNhiBgMDJgZCA0BYiIDc4MGZjZGI2OTBjOTRmNTE5NmU5NmFhZjhjYmY0ZmVh';

const copied = { etag: '"5EB63BBBE01EEED093CB22BB8F5ACDC3"', lastModified: new Date('2024-05-01T08:00:00Z') } as const;
const COPIED = `${XML_DECLARATION}<CopyObjectResult><ETag>"5EB63BBBE01EEED093CB22BB8F5ACDC3"</ETag><LastModified>2024-05-01T08:00:00.000Z</LastModified></CopyObjectResult>`;

const requests: readonly WireCase[] = [
  wireCase(copyObject, 'a copy, and its answer', {
    request: { value: { ...at, ...from }, message: { ...at, headers: [SOURCE] } },
    response: {
      value: { statusCode: 200, ...copied, etagHeader: copied.etag, hashCrc64: 5981764153023615706n },
      message: {
        headers: [XML, ['ETag', '"5EB63BBBE01EEED093CB22BB8F5ACDC3"'], ['x-oss-hash-crc64ecma', '5981764153023615706']],
        body: COPIED,
      },
    },
  }),
  wireCase(copyObject, 'the four conditions', {
    request: {
      value: {
        ...at,
        ...from,
        ifMatch: '"5EB63BBBE01EEED093CB22BB8F5ACDC3"',
        ifNoneMatch: '38B18761D3D0C217371967A98D545C2E',
        ifModifiedSince: 'Mon, 11 May 2020 08:16:23 GMT',
        ifUnmodifiedSince: '2019-04-09T07:01:56.000Z',
      },
      message: {
        ...at,
        headers: [
          SOURCE,
          ['x-oss-copy-source-if-match', '"5EB63BBBE01EEED093CB22BB8F5ACDC3"'],
          ['x-oss-copy-source-if-none-match', '38B18761D3D0C217371967A98D545C2E'],
          ['x-oss-copy-source-if-modified-since', 'Mon, 11 May 2020 08:16:23 GMT'],
          ['x-oss-copy-source-if-unmodified-since', '2019-04-09T07:01:56.000Z'],
        ],
      },
    },
  }),
  wireCase(copyObject, 'a condition given as a date', {
    request: {
      value: { ...at, ...from, ifModifiedSince: new Date('2020-05-11T08:16:23.999Z') },
      message: { ...at, headers: [SOURCE, ['x-oss-copy-source-if-modified-since', 'Mon, 11 May 2020 08:16:23 GMT']] },
      only: { way: 'encode', because: 'dates of conditions are read as text: one that is malformed is ignored, and no error' },
    },
  }),
  wireCase(copyObject, 'metadata and tags of its own', {
    request: {
      value: {
        ...at,
        ...from,
        metadataDirective: 'REPLACE',
        contentType: 'text/plain; charset=utf-8',
        cacheControl: 'no-cache',
        contentDisposition: 'attachment; filename="副本.txt"',
        contentEncoding: 'identity',
        contentLanguage: 'zh-CN',
        expires: 'never',
        metadata: { author: '王小明', 'x-1': '1.01', empty: '' },
        taggingDirective: 'Replace',
        tagging: [
          { key: '中文', value: ' +/ ' },
          { key: 'team', value: '' },
        ],
        acl: 'public-read',
        storageClass: 'IA',
        forbidOverwrite: true,
        requestPayer: 'requester',
      },
      message: {
        ...at,
        headers: [
          SOURCE,
          ['x-oss-metadata-directive', 'REPLACE'],
          ['Content-Type', 'text/plain; charset=utf-8'],
          ['Cache-Control', 'no-cache'],
          ['Content-Disposition', 'attachment; filename="副本.txt"'],
          ['Content-Encoding', 'identity'],
          ['Content-Language', 'zh-CN'],
          ['Expires', 'never'],
          ['x-oss-meta-author', '王小明'],
          ['x-oss-meta-x-1', '1.01'],
          ['x-oss-meta-empty', ''],
          ['x-oss-tagging-directive', 'Replace'],
          ['x-oss-tagging', '%E4%B8%AD%E6%96%87=%20%2B%2F%20&team='],
          ['x-oss-object-acl', 'public-read'],
          ['x-oss-storage-class', 'IA'],
          ['x-oss-forbid-overwrite', 'true'],
          ['x-oss-request-payer', 'requester'],
        ],
      },
    },
  }),
  wireCase(copyObject, 'encryption, headers of its own and a limit', {
    request: {
      value: {
        ...at,
        ...from,
        persistentHeaders: { 'x-own': '1' },
        serverSideEncryption: 'KMS',
        serverSideEncryptionKeyId: '9468da86-3509-4f8d-a61e-6eab1eac0001',
        trafficLimitInQuery: 245_760,
      },
      message: {
        ...at,
        query: [['x-oss-traffic-limit', '245760']],
        headers: [
          SOURCE,
          ['x-oss-persistent-headers', 'x-own:MQ=='],
          ['x-oss-server-side-encryption', 'KMS'],
          ['x-oss-server-side-encryption-key-id', '9468da86-3509-4f8d-a61e-6eab1eac0001'],
        ],
      },
    },
  }),
  wireCase(copyObject, 'directives in another letter case, and headers in another', {
    request: {
      value: { ...at, ...from, metadataDirective: 'REPLACE', taggingDirective: 'Copy', metadata: { a: '1' } },
      message: {
        ...at,
        headers: [
          ['X-Oss-Copy-Source', '/src-bucket/dir/a.txt'],
          ['X-OSS-METADATA-DIRECTIVE', 'replace'],
          ['x-oss-tagging-directive', 'COPY'],
          ['X-Oss-Meta-A', '1'],
        ],
      },
      only: { way: 'decode', because: 'they are written as documented' },
    },
  }),
  wireCase(copyObject, 'a header that stands twice', {
    request: {
      value: { ...at, ...from, metadata: { a: '1,2' }, cacheControl: 'no-cache,no-store' },
      message: {
        ...at,
        headers: [SOURCE, ['x-oss-meta-a', '1'], ['Cache-Control', 'no-cache'], ['X-Oss-Meta-A', '2'], ['cache-control', 'no-store']],
      },
      only: { way: 'decode', because: 'the values become one' },
    },
  }),
];

const sources: readonly WireCase[] = [
  wireCase(copyObject, 'a source with every kind of character', {
    request: {
      value: { ...at, sourceBucket: 'src-bucket', sourceKey: "目录/100% a+b?c&d'(e).txt" },
      message: { ...at, headers: [['x-oss-copy-source', '/src-bucket/%E7%9B%AE%E5%BD%95/100%25%20a%2Bb%3Fc%26d%27%28e%29.txt']] },
    },
  }),
  wireCase(copyObject, 'a source with encoded slashes, as ali-oss, Java and Python v1 send it', {
    request: {
      value: { ...at, ...from },
      message: { ...at, headers: [['x-oss-copy-source', '/src-bucket/dir%2Fa.txt']] },
      only: { way: 'decode', because: 'slashes are sent bare' },
    },
  }),
  wireCase(copyObject, 'the version without an id', {
    request: {
      value: { ...at, ...from, sourceVersionId: 'null' },
      message: { ...at, headers: [['x-oss-copy-source', '/src-bucket/dir/a.txt?versionId=null']] },
    },
  }),
  wireCase(copyObject, 'a version', {
    request: {
      value: { ...at, ...from, sourceVersionId: VERSION },
      message: { ...at, headers: [['x-oss-copy-source', `/src-bucket/dir/a.txt?versionId=${VERSION}`]] },
    },
  }),
  wireCase(copyObject, 'what ali-oss sends along: plain conditions, and every header again under the prefix of the source', {
    request: {
      value: { ...at, ...from, ifMatch: '"A"' },
      message: {
        ...at,
        headers: [SOURCE, ['If-Match', '"A"'], ['x-oss-copy-source-if-match', '"A"'], ['x-oss-copy-source-cache-control', 'no-cache']],
      },
      only: { way: 'decode', because: 'they are unknown to a copy, and nobody needs to send them' },
    },
  }),
];

const answers: readonly WireCase[] = [
  wireCase(copyObject, 'the answer of a bucket with versions and encryption', {
    response: {
      value: {
        statusCode: 200,
        ...copied,
        versionId: VERSION,
        sourceVersionId: 'null',
        serverSideEncryption: 'KMS',
        serverSideDataEncryption: 'SM4',
        serverSideEncryptionKeyId: '9468da86-3509-4f8d-a61e-6eab1eac0001',
      },
      message: {
        headers: [
          XML,
          ['x-oss-version-id', VERSION],
          ['x-oss-copy-source-version-id', 'null'],
          ['x-oss-server-side-encryption', 'KMS'],
          ['x-oss-server-side-data-encryption', 'SM4'],
          ['x-oss-server-side-encryption-key-id', '9468da86-3509-4f8d-a61e-6eab1eac0001'],
        ],
        body: COPIED,
      },
    },
  }),
  wireCase(copyObject, 'an answer of older days: a namespace, the other order, escaped quotes, white space', {
    response: {
      value: { statusCode: 200, ...copied },
      message: {
        headers: [XML],
        body: `<?xml version="1.0" encoding="UTF-8"?>
<CopyObjectResult xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com">
  <LastModified>2024-05-01T08:00:00.000Z</LastModified>
  <ETag>&quot;5EB63BBBE01EEED093CB22BB8F5ACDC3&#34;</ETag>
</CopyObjectResult>
`,
      },
      only: { way: 'decode', because: 'it is not written so any more' },
    },
  }),
];

export const cases: readonly WireCase[] = [...requests, ...sources, ...answers];
