import { appendObject, putObject } from '../operations/object-write.ts';
import { type WireCase, wireCase } from './case.ts';

const at = { bucket: 'src-bucket', key: 'dir/hello.txt' } as const;
const ETAG = '"5EB63BBBE01EEED093CB22BB8F5ACDC3"';
const MD5 = 'XrY7u+Ae7tCTyyK7j1rNww==';
const CRC = '5981764153023615706';
const VERSION = 'CAEQMxiBgIDh3ZCB0BYiIGE4YjIyMjExZDhhYjQxNzZiNGUyZTI4ZjljZDcz';
const bytes = (text: string) => new TextEncoder().encode(text);

export const cases: readonly WireCase[] = [
  wireCase(putObject, 'an empty object', {
    request: { value: { ...at, contentLength: 0 }, message: { ...at, headers: [['Content-Length', '0']] } },
    response: {
      value: { statusCode: 200, etag: '"D41D8CD98F00B204E9800998ECF8427E"', hashCrc64: 0n, contentMd5: '1B2M2Y8AsgTpgAmY7PhCfg==' },
      message: {
        headers: [
          ['ETag', '"D41D8CD98F00B204E9800998ECF8427E"'],
          ['x-oss-hash-crc64ecma', '0'],
          ['Content-MD5', '1B2M2Y8AsgTpgAmY7PhCfg=='],
        ],
      },
    },
  }),
  wireCase(putObject, 'an object with everything that it may have', {
    request: {
      value: {
        bucket: 'src-bucket',
        key: '目录/你好 world+.txt',
        contentType: 'text/plain',
        expires: 'Fri, 28 Feb 2031 05:38:42 GMT',
        metadata: { author: '王小明', note: 'a, b' },
        acl: 'default',
        storageClass: 'Standard',
        tagging: [{ key: 'team', value: 'web' }],
        forbidOverwrite: true,
        contentLength: 11,
        contentMd5: MD5,
        hashCrc64: 5981764153023615706n,
        body: bytes('hello world'),
      },
      message: {
        bucket: 'src-bucket',
        key: '目录/你好 world+.txt',
        headers: [
          ['Content-Type', 'text/plain'],
          ['Expires', 'Fri, 28 Feb 2031 05:38:42 GMT'],
          ['x-oss-meta-author', '王小明'],
          ['x-oss-meta-note', 'a, b'],
          ['x-oss-object-acl', 'default'],
          ['x-oss-storage-class', 'Standard'],
          ['x-oss-tagging', 'team=web'],
          ['x-oss-forbid-overwrite', 'true'],
          ['Content-Length', '11'],
          ['Content-MD5', MD5],
          ['x-oss-hash-crc64ecma', CRC],
        ],
        body: 'hello world',
      },
    },
    response: {
      value: { statusCode: 200, etag: ETAG, hashCrc64: 5981764153023615706n, versionId: VERSION, serverSideEncryption: 'AES256' },
      message: {
        headers: [
          ['ETag', ETAG],
          ['x-oss-hash-crc64ecma', CRC],
          ['x-oss-version-id', VERSION],
          ['x-oss-server-side-encryption', 'AES256'],
        ],
      },
    },
  }),
  wireCase(putObject, 'an object with encryption, a limit, headers of its own and a callback, and what the callback answered', {
    request: {
      value: {
        ...at,
        serverSideEncryption: 'KMS',
        serverSideEncryptionKeyId: 'key-1',
        trafficLimit: 819_200,
        persistentHeaders: { h: 'v', 'x-more': '值' },
        callback: 'e30=',
        callbackVarInQuery: 'e30=',
        objectWormMode: 'COMPLIANCE',
        body: bytes(''),
      },
      message: {
        ...at,
        query: [['callback-var', 'e30=']],
        headers: [
          ['x-oss-server-side-encryption', 'KMS'],
          ['x-oss-server-side-encryption-key-id', 'key-1'],
          ['x-oss-traffic-limit', '819200'],
          ['x-oss-persistent-headers', 'h:dg==,x-more:5YC8'],
          ['x-oss-callback', 'e30='],
          ['x-oss-object-worm-mode', 'COMPLIANCE'],
        ],
        body: '',
      },
    },
    response: {
      value: { statusCode: 200, etag: ETAG, callbackResult: '{"Status":"OK"}' },
      message: {
        headers: [
          ['Content-Type', 'application/json'],
          ['ETag', ETAG],
        ],
        body: '{"Status":"OK"}',
      },
    },
  }),
  wireCase(putObject, 'what this server refuses, and our client sends to those that have it', {
    request: {
      value: { ...at, serverSideEncryption: 'SM4' },
      message: { ...at, headers: [['x-oss-server-side-encryption', 'SM4']] },
      only: { way: 'encode', because: 'the server answers NotImplemented by name' },
    },
  }),
  wireCase(appendObject, 'an append', {
    request: {
      value: { ...at, position: 11, contentLength: 1, body: bytes('!') },
      message: {
        ...at,
        query: [
          ['append', undefined],
          ['position', '11'],
        ],
        headers: [['Content-Length', '1']],
        body: '!',
      },
    },
    response: {
      value: {
        statusCode: 200,
        nextAppendPosition: 12,
        hashCrc64: 3231342946509354535n,
        etag: '"C3FCD3D76192E4007DFB496CCA67E13B"',
        versionId: 'null',
      },
      message: {
        headers: [
          ['x-oss-next-append-position', '12'],
          ['x-oss-hash-crc64ecma', '3231342946509354535'],
          ['ETag', '"C3FCD3D76192E4007DFB496CCA67E13B"'],
          ['x-oss-version-id', 'null'],
        ],
      },
    },
  }),
];
