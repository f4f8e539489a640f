import { getObject, getObjectMeta, headObject } from '../operations/object-read.ts';
import { type WireCase, wireCase } from './case.ts';

const at = { bucket: 'src-bucket', key: 'dir/hello.txt' } as const;
const ETAG = '"5EB63BBBE01EEED093CB22BB8F5ACDC3"';
const MD5 = 'XrY7u+Ae7tCTyyK7j1rNww==';
const CRC = '5981764153023615706';
const VERSION = 'CAEQMxiBgIDh3ZCB0BYiIGE4YjIyMjExZDhhYjQxNzZiNGUyZTI4ZjljZDcz';
const bytes = (text: string) => new TextEncoder().encode(text);

export const cases: readonly WireCase[] = [
  wireCase(getObject, 'a whole object', {
    request: { value: at, message: at },
    response: {
      value: {
        statusCode: 200,
        contentLength: 11,
        etag: ETAG,
        lastModified: new Date('2015-11-13T14:47:53Z'),
        contentMd5: MD5,
        acceptRanges: 'bytes',
        contentType: 'text/plain',
        contentLanguage: 'en',
        metadata: { author: '王小明' },
        objectType: 'Normal',
        storageClass: 'Standard',
        hashCrc64: 5981764153023615706n,
        taggingCount: 2,
        body: bytes('hello world'),
      },
      message: {
        headers: [
          ['Content-Length', '11'],
          ['ETag', ETAG],
          ['Last-Modified', 'Fri, 13 Nov 2015 14:47:53 GMT'],
          ['Content-MD5', MD5],
          ['Accept-Ranges', 'bytes'],
          ['Content-Type', 'text/plain'],
          ['Content-Language', 'en'],
          ['x-oss-meta-author', '王小明'],
          ['x-oss-object-type', 'Normal'],
          ['x-oss-storage-class', 'Standard'],
          ['x-oss-hash-crc64ecma', CRC],
          ['x-oss-tagging-count', '2'],
        ],
        body: 'hello world',
      },
    },
  }),
  wireCase(getObject, 'a range, under conditions, with other headers in the answer', {
    request: {
      value: {
        ...at,
        range: 'bytes=0-4',
        rangeBehavior: 'standard',
        ifMatch: ETAG,
        ifNoneMatch: '"A", "B"',
        ifModifiedSince: 'Fri, 13 Nov 2015 14:47:52 GMT',
        ifUnmodifiedSince: 'Fri, 13 Nov 2015 14:47:53 GMT',
        responseContentType: 'text/html; charset=utf-8',
        responseContentDisposition: 'attachment; filename="下载.txt"',
        responseCacheControl: 'no-cache',
        responseContentEncoding: 'identity',
        responseContentLanguage: 'zh',
        responseExpires: 'never',
        versionId: 'null',
        requestPayerInQuery: 'requester',
      },
      message: {
        ...at,
        query: [
          ['response-content-type', 'text/html; charset=utf-8'],
          ['response-content-disposition', 'attachment; filename="下载.txt"'],
          ['response-cache-control', 'no-cache'],
          ['response-content-encoding', 'identity'],
          ['response-content-language', 'zh'],
          ['response-expires', 'never'],
          ['versionId', 'null'],
          ['x-oss-request-payer', 'requester'],
        ],
        headers: [
          ['Range', 'bytes=0-4'],
          ['x-oss-range-behavior', 'standard'],
          ['If-Match', ETAG],
          ['If-None-Match', '"A", "B"'],
          ['If-Modified-Since', 'Fri, 13 Nov 2015 14:47:52 GMT'],
          ['If-Unmodified-Since', 'Fri, 13 Nov 2015 14:47:53 GMT'],
        ],
      },
    },
    response: {
      value: {
        statusCode: 206,
        contentRange: 'bytes 0-4/11',
        contentLength: 5,
        etag: ETAG,
        hashCrc64: 5981764153023615706n,
        body: bytes('hello'),
      },
      message: {
        headers: [
          ['Content-Range', 'bytes 0-4/11'],
          ['Content-Length', '5'],
          ['ETag', ETAG],
          ['x-oss-hash-crc64ecma', CRC],
        ],
        body: 'hello',
      },
    },
  }),
  wireCase(getObject, 'a range that the service takes as none', {
    request: {
      value: { ...at, range: 'bytes=4-0' },
      message: { ...at, headers: [['Range', 'bytes=4-0']] },
      only: { way: 'decode', because: 'the client refuses to send it' },
    },
  }),
  wireCase(getObject, 'an answer whose storage class is new to us', {
    response: {
      value: { statusCode: 200, storageClass: 'FrozenArchive', objectType: 'Symlink', body: bytes('') },
      message: {
        headers: [
          ['X-Oss-Storage-Class', 'FrozenArchive'],
          ['X-OSS-OBJECT-TYPE', 'Symlink'],
        ],
        body: '',
      },
      only: { way: 'decode', because: 'header names are written as documented' },
    },
  }),
  wireCase(headObject, 'an appendable object of a bucket with everything', {
    request: {
      value: { ...at, ifNoneMatch: ETAG },
      message: { ...at, headers: [['If-None-Match', ETAG]] },
    },
    response: {
      value: {
        statusCode: 200,
        contentLength: 11,
        etag: ETAG,
        objectType: 'Appendable',
        storageClass: 'Archive',
        versionId: VERSION,
        nextAppendPosition: 11,
        serverSideEncryption: 'AES256',
        restore: 'ongoing-request="false", expiry-date="Sun, 16 Apr 2017 08:12:33 GMT"',
        expiration: 'expiry-date="Sun, 16 Apr 2017 08:12:33 GMT", rule-id="r1"',
        transitionTime: 'Wed, 22 Jan 2025 08:12:33 GMT',
        lastAccessTime: 'Wed, 22 Jan 2025 08:12:33 GMT',
        sealedTime: 'Wed, 07 May 2025 23:00:00 GMT',
        requestCharged: 'requester',
        objectWormMode: 'COMPLIANCE',
        objectWormRetainUntilDate: new Date('2030-11-10T16:00:00.000Z'),
        objectWormLegalHold: 'OFF',
      },
      message: {
        headers: [
          ['Content-Length', '11'],
          ['ETag', ETAG],
          ['x-oss-object-type', 'Appendable'],
          ['x-oss-storage-class', 'Archive'],
          ['x-oss-version-id', VERSION],
          ['x-oss-next-append-position', '11'],
          ['x-oss-server-side-encryption', 'AES256'],
          ['x-oss-restore', 'ongoing-request="false", expiry-date="Sun, 16 Apr 2017 08:12:33 GMT"'],
          ['x-oss-expiration', 'expiry-date="Sun, 16 Apr 2017 08:12:33 GMT", rule-id="r1"'],
          ['x-oss-transition-time', 'Wed, 22 Jan 2025 08:12:33 GMT'],
          ['x-oss-last-access-time', 'Wed, 22 Jan 2025 08:12:33 GMT'],
          ['x-oss-sealed-time', 'Wed, 07 May 2025 23:00:00 GMT'],
          ['x-oss-request-charged', 'requester'],
          ['x-oss-object-worm-mode', 'COMPLIANCE'],
          ['x-oss-object-worm-retain-until-date', '2030-11-10T16:00:00.000Z'],
          ['x-oss-object-worm-legal-hold', 'OFF'],
        ],
      },
    },
  }),
  wireCase(getObjectMeta, 'the least that can be said of an object', {
    request: { value: at, message: { ...at, query: [['objectMeta', undefined]] } },
    response: {
      value: {
        statusCode: 200,
        contentLength: 11,
        etag: ETAG,
        lastModified: new Date('2015-11-13T14:47:53Z'),
        hashCrc64: 5981764153023615706n,
      },
      message: {
        headers: [
          ['Content-Length', '11'],
          ['ETag', ETAG],
          ['Last-Modified', 'Fri, 13 Nov 2015 14:47:53 GMT'],
          ['x-oss-hash-crc64ecma', CRC],
        ],
      },
    },
  }),
];
