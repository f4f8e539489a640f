import {
  abortMultipartUpload,
  completeMultipartUpload,
  initiateMultipartUpload,
  uploadPart,
  uploadPartCopy,
} from '../operations/multipart.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const at = { bucket: 'dst-bucket', key: 'dir/big.bin' } as const;
const uploadId = '0004B9894A22E5B1888A1E29F8236E2D';
const XML = ['Content-Type', 'application/xml'] as const;
const text = new TextEncoder();

/** Part 1: 102400 × `A`; part 2: 10 × `B`. */
const first = '"17FEA6E97583648E493E6D8BCD54C8F4"';
const second = '"38B18761D3D0C217371967A98D545C2E"';

const initiate: readonly WireCase[] = [
  wireCase(initiateMultipartUpload, 'an upload begins', {
    request: { value: at, message: { ...at, query: [['uploads', undefined]] } },
    response: {
      value: { statusCode: 200, bucket: 'dst-bucket', key: 'dir/big.bin', uploadId },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<InitiateMultipartUploadResult><Bucket>dst-bucket</Bucket><Key>dir/big.bin</Key><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`,
      },
    },
  }),
  wireCase(initiateMultipartUpload, 'with what its object shall be, and names encoded', {
    request: {
      value: {
        ...at,
        encodingType: 'url',
        contentType: 'application/zip',
        metadata: { origin: '来源' },
        storageClass: 'Archive',
        tagging: [{ key: 'a', value: 'b' }],
        forbidOverwrite: false,
      },
      message: {
        ...at,
        query: [
          ['uploads', undefined],
          ['encoding-type', 'url'],
        ],
        headers: [
          ['Content-Type', 'application/zip'],
          ['x-oss-meta-origin', '来源'],
          ['x-oss-storage-class', 'Archive'],
          ['x-oss-tagging', 'a=b'],
          ['x-oss-forbid-overwrite', 'false'],
        ],
      },
    },
    response: {
      value: { statusCode: 200, encodingType: 'url', bucket: 'dst-bucket', key: 'dir/大 +.bin', uploadId },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<InitiateMultipartUploadResult><EncodingType>url</EncodingType><Bucket>dst-bucket</Bucket><Key>dir%2F%E5%A4%A7%20%2B.bin</Key><UploadId>${uploadId}</UploadId></InitiateMultipartUploadResult>`,
      },
    },
  }),
];

const parts: readonly WireCase[] = [
  wireCase(uploadPart, 'a part', {
    request: {
      value: {
        ...at,
        partNumber: 2,
        uploadId,
        contentLength: 10,
        contentMd5: 'OLGHYdPQwhc3GWepjVRcLg==',
        hashCrc64: 4892776527766146793n,
        body: text.encode('BBBBBBBBBB'),
      },
      message: {
        ...at,
        query: [
          ['partNumber', '2'],
          ['uploadId', uploadId],
        ],
        headers: [
          ['Content-Length', '10'],
          ['Content-MD5', 'OLGHYdPQwhc3GWepjVRcLg=='],
          ['x-oss-hash-crc64ecma', '4892776527766146793'],
        ],
        body: 'BBBBBBBBBB',
      },
    },
    response: {
      value: { statusCode: 200, etag: second, contentMd5: 'OLGHYdPQwhc3GWepjVRcLg==', hashCrc64: 4892776527766146793n },
      message: {
        headers: [
          ['ETag', second],
          ['x-oss-hash-crc64ecma', '4892776527766146793'],
          ['Content-MD5', 'OLGHYdPQwhc3GWepjVRcLg=='],
        ],
      },
    },
  }),
  wireCase(uploadPartCopy, 'a part from a range of an object', {
    request: {
      value: { ...at, partNumber: 1, uploadId, sourceBucket: 'src-bucket', sourceKey: 'a b.txt', sourceRange: 'bytes=0-9' },
      message: {
        ...at,
        query: [
          ['partNumber', '1'],
          ['uploadId', uploadId],
        ],
        headers: [
          ['x-oss-copy-source', '/src-bucket/a%20b.txt'],
          ['x-oss-copy-source-range', 'bytes=0-9'],
        ],
      },
    },
    response: {
      value: {
        statusCode: 200,
        lastModified: new Date('2024-05-01T08:00:01Z'),
        etag: first,
        etagHeader: first,
        contentRange: 'bytes 0-9/44',
        sourceVersionId: 'null',
      },
      message: {
        headers: [XML, ['ETag', first], ['Content-Range', 'bytes 0-9/44'], ['x-oss-copy-source-version-id', 'null']],
        body: `${XML_DECLARATION}<CopyPartResult><LastModified>2024-05-01T08:00:01.000Z</LastModified><ETag>${first}</ETag></CopyPartResult>`,
      },
    },
  }),
  wireCase(uploadPartCopy, 'a whole object as a part, under conditions, of the version without an id', {
    request: {
      value: {
        ...at,
        partNumber: 10_000,
        uploadId,
        sourceBucket: 'src-bucket',
        sourceKey: 'a',
        sourceVersionId: 'null',
        ifMatch: first,
        ifUnmodifiedSince: 'Fri, 13 Nov 2015 14:47:53 GMT',
      },
      message: {
        ...at,
        query: [
          ['partNumber', '10000'],
          ['uploadId', uploadId],
        ],
        headers: [
          ['x-oss-copy-source', '/src-bucket/a?versionId=null'],
          ['x-oss-copy-source-if-match', first],
          ['x-oss-copy-source-if-unmodified-since', 'Fri, 13 Nov 2015 14:47:53 GMT'],
        ],
      },
    },
    response: {
      value: { statusCode: 200, lastModified: new Date('2024-05-01T08:00:01Z'), etag: first },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<CopyPartResult><LastModified>2024-05-01T08:00:01.000Z</LastModified><ETag>${first}</ETag></CopyPartResult>`,
      },
    },
  }),
  wireCase(uploadPartCopy, 'a range that is none: the server takes the whole object', {
    request: {
      value: { ...at, partNumber: 1, uploadId, sourceBucket: 'src-bucket', sourceKey: 'a', sourceRange: '0~1023' },
      message: {
        ...at,
        query: [
          ['partNumber', '1'],
          ['uploadId', uploadId],
        ],
        headers: [
          ['x-oss-copy-source', '/src-bucket/a'],
          ['x-oss-copy-source-range', '0~1023'],
        ],
      },
      only: { way: 'decode', because: 'the client refuses to send it' },
    },
  }),
];

const listed = [
  { partNumber: 1, etag: first },
  { partNumber: 3, etag: '38B18761D3D0C217371967A98D545C2E' },
] as const;

const complete: readonly WireCase[] = [
  wireCase(completeMultipartUpload, 'a list of parts', {
    request: {
      value: { ...at, uploadId, encodingType: 'url', acl: 'private', forbidOverwrite: true, parts: listed },
      message: {
        ...at,
        query: [
          ['uploadId', uploadId],
          ['encoding-type', 'url'],
        ],
        headers: [['x-oss-object-acl', 'private'], ['x-oss-forbid-overwrite', 'true'], XML],
        body: `${XML_DECLARATION}<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${first}</ETag></Part><Part><PartNumber>3</PartNumber><ETag>38B18761D3D0C217371967A98D545C2E</ETag></Part></CompleteMultipartUpload>`,
      },
    },
    response: {
      value: {
        statusCode: 200,
        encodingType: 'url',
        location: 'http://dst-bucket.oss-example.test/dir%2Fbig.bin',
        bucket: 'dst-bucket',
        key: 'dir/big.bin',
        etag: '"86E5AA8EEA4A212784B2E18829FD870A-2"',
        etagHeader: '"86E5AA8EEA4A212784B2E18829FD870A-2"',
        hashCrc64: 14614832749535894156n,
      },
      message: {
        headers: [XML, ['ETag', '"86E5AA8EEA4A212784B2E18829FD870A-2"'], ['x-oss-hash-crc64ecma', '14614832749535894156']],
        body: `${XML_DECLARATION}<CompleteMultipartUploadResult><EncodingType>url</EncodingType><Location>http://dst-bucket.oss-example.test/dir%2Fbig.bin</Location><Bucket>dst-bucket</Bucket><Key>dir%2Fbig.bin</Key><ETag>"86E5AA8EEA4A212784B2E18829FD870A-2"</ETag></CompleteMultipartUploadResult>`,
      },
    },
  }),
  wireCase(completeMultipartUpload, 'a list as SDKs write it: no declaration, the other order, escaped quotes, more elements', {
    request: {
      value: { ...at, uploadId, parts: listed },
      message: {
        ...at,
        query: [['uploadId', uploadId]],
        body: `<CompleteMultipartUpload>
  <Part><ETag>&quot;17FEA6E97583648E493E6D8BCD54C8F4&#34;</ETag><PartNumber>1</PartNumber><Size>102400</Size></Part>
  <Part><PartNumber>3</PartNumber><ETag>38B18761D3D0C217371967A98D545C2E</ETag></Part>
</CompleteMultipartUpload>`,
      },
      only: { way: 'decode', because: 'it is written in one way' },
    },
  }),
  wireCase(completeMultipartUpload, 'all parts, and no list', {
    request: {
      value: { ...at, uploadId, completeAll: 'yes' },
      message: { ...at, query: [['uploadId', uploadId]], headers: [['x-oss-complete-all', 'yes']] },
    },
  }),
  wireCase(completeMultipartUpload, 'a callback, and its answer in place of the document', {
    request: {
      value: { ...at, uploadId, completeAll: 'yes', callback: 'e30=', persistentHeaders: { 'x-own': '1' } },
      message: {
        ...at,
        query: [['uploadId', uploadId]],
        headers: [
          ['x-oss-complete-all', 'yes'],
          ['x-oss-callback', 'e30='],
          ['x-oss-persistent-headers', 'x-own:MQ=='],
        ],
      },
    },
    response: {
      value: { statusCode: 200, etagHeader: '"86E5AA8EEA4A212784B2E18829FD870A-2"', callbackResult: '<Status>OK</Status>' },
      message: {
        headers: [
          ['Content-Type', 'application/xml'],
          ['ETag', '"86E5AA8EEA4A212784B2E18829FD870A-2"'],
        ],
        body: '<Status>OK</Status>',
      },
    },
  }),
  wireCase(completeMultipartUpload, 'an empty list, which is another thing than none', {
    request: {
      value: { ...at, uploadId, parts: [] },
      message: { ...at, query: [['uploadId', uploadId]], body: '<CompleteMultipartUpload/>' },
      only: { way: 'decode', because: 'the client sends no body for an empty list' },
    },
  }),
];

const abort: readonly WireCase[] = [
  wireCase(abortMultipartUpload, 'an upload ends', {
    request: { value: { ...at, uploadId }, message: { ...at, query: [['uploadId', uploadId]] } },
    response: { value: { statusCode: 204 }, message: {} },
  }),
];

export const cases: readonly WireCase[] = [...initiate, ...parts, ...complete, ...abort];
