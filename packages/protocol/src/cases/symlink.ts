import { getSymlink, putSymlink } from '../operations/symlink.ts';
import { type WireCase, wireCase } from './case.ts';

const at = { bucket: 'src-bucket', key: 'links/hello' } as const;
const ETAG = '"5EB63BBBE01EEED093CB22BB8F5ACDC3"';
const VERSION = 'CAEQMxiBgIDh3ZCB0BYiIGE4YjIyMjExZDhhYjQxNzZiNGUyZTI4ZjljZDcz';

export const cases: readonly WireCase[] = [
  wireCase(putSymlink, 'a link with all that it may have', {
    request: {
      value: {
        ...at,
        symlinkTarget: 'dir/你好 +.txt',
        contentType: 'text/plain',
        metadata: { author: 'me' },
        acl: 'public-read',
        storageClass: 'IA',
        forbidOverwrite: true,
        requestPayer: 'requester',
      },
      message: {
        ...at,
        query: [['symlink', undefined]],
        headers: [
          ['x-oss-symlink-target', 'dir/%E4%BD%A0%E5%A5%BD%20%2B.txt'],
          ['Content-Type', 'text/plain'],
          ['x-oss-meta-author', 'me'],
          ['x-oss-object-acl', 'public-read'],
          ['x-oss-storage-class', 'IA'],
          ['x-oss-forbid-overwrite', 'true'],
          ['x-oss-request-payer', 'requester'],
        ],
      },
    },
    response: {
      value: { statusCode: 200, etag: ETAG, versionId: 'null' },
      message: {
        headers: [
          ['ETag', ETAG],
          ['x-oss-version-id', 'null'],
        ],
      },
    },
  }),
  wireCase(putSymlink, 'a target with every slash encoded, and a space as the first Go SDK writes it', {
    request: {
      value: { ...at, symlinkTarget: 'a/b c+d' },
      message: { ...at, query: [['symlink', '']], headers: [['x-oss-symlink-target', 'a%2Fb+c%2Bd']] },
      only: { way: 'decode', because: 'slashes are written as they are, and a space as %20' },
    },
  }),
  wireCase(getSymlink, 'where a link points to', {
    request: {
      value: { ...at, versionId: VERSION },
      message: {
        ...at,
        query: [
          ['symlink', undefined],
          ['versionId', VERSION],
        ],
      },
    },
    response: {
      value: { statusCode: 200, symlinkTarget: 'a b/c', etag: ETAG, lastModified: new Date('2024-05-01T08:00:00Z'), versionId: VERSION },
      message: {
        headers: [
          ['x-oss-symlink-target', 'a%20b/c'],
          ['ETag', ETAG],
          ['Last-Modified', 'Wed, 01 May 2024 08:00:00 GMT'],
          ['x-oss-version-id', VERSION],
        ],
      },
    },
  }),
];
