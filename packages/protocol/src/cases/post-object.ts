import { postObject } from '../operations/post-object.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const bucket = 'src-bucket';
const key = 'user/eric/a.txt';
// biome-ignore lint/suspicious/noTemplateCurlyInString: what OSS replaces by the name of the file
const placeholder = 'user/eric/${filename}';
const etag = '"5D41402ABC4B2A76B9719D911017C592"';
const facts = { etag, hashCrc64: 11_051_210_869_376_104_954n, contentMd5: 'XUFAKrxLKna5cZ2REBfFkg==' } as const;
const factHeaders = [
  ['ETag', etag],
  ['x-oss-hash-crc64ecma', '11051210869376104954'],
  ['Content-MD5', 'XUFAKrxLKna5cZ2REBfFkg=='],
] as const;
const VERSION = 'CAEQMxiBgIDh3ZCB0BYiIGE4YjIyMjExZDhhYjQxNzZiNGUyZTI4ZjljZDcz';

export const cases: readonly WireCase[] = [
  wireCase(postObject, 'a bare form', {
    request: {
      value: { bucket, key: placeholder, body: new TextEncoder().encode('hello') },
      message: { bucket, form: [['key', placeholder]], body: 'hello' },
    },
    response: { value: { statusCode: 204, ...facts }, message: { headers: factHeaders } },
  }),
  wireCase(postObject, 'a form with everything', {
    request: {
      value: {
        bucket,
        key,
        ossContentType: 'text/plain',
        contentType: 'text/html',
        cacheControl: 'no-cache',
        contentDisposition: 'attachment; filename="中.txt"',
        contentEncoding: 'identity',
        contentLanguage: 'en',
        expires: 'soon',
        metadata: { tag: '李' },
        persistentHeaders: { a: 'b' },
        acl: 'public-read',
        aclInHead: 'private',
        storageClass: 'IA',
        forbidOverwrite: true,
        serverSideEncryption: 'KMS',
        serverSideDataEncryption: 'SM4',
        serverSideEncryptionKeyId: 'key-1',
        trafficLimit: 819_200,
        successActionRedirect: 'http://example.com/?a=b',
        successActionStatus: '201',
        callback: 'e30=',
        callbackVariables: { uid: '1' },
        contentMd5: 'XUFAKrxLKna5cZ2REBfFkg==',
      },
      message: {
        bucket,
        headers: [
          ['x-oss-object-acl', 'private'],
          ['Content-MD5', 'XUFAKrxLKna5cZ2REBfFkg=='],
        ],
        form: [
          ['key', key],
          ['x-oss-content-type', 'text/plain'],
          ['Content-Type', 'text/html'],
          ['Cache-Control', 'no-cache'],
          ['Content-Disposition', 'attachment; filename="中.txt"'],
          ['Content-Encoding', 'identity'],
          ['Content-Language', 'en'],
          ['Expires', 'soon'],
          ['x-oss-meta-tag', '李'],
          ['x-oss-persistent-headers', 'a:Yg=='],
          ['x-oss-object-acl', 'public-read'],
          ['x-oss-storage-class', 'IA'],
          ['x-oss-forbid-overwrite', 'true'],
          ['x-oss-server-side-encryption', 'KMS'],
          ['x-oss-server-side-data-encryption', 'SM4'],
          ['x-oss-server-side-encryption-key-id', 'key-1'],
          ['x-oss-traffic-limit', '819200'],
          ['success_action_redirect', 'http://example.com/?a=b'],
          ['success_action_status', '201'],
          ['callback', 'e30='],
          ['x:uid', '1'],
        ],
      },
    },
  }),
  wireCase(postObject, 'names of fields in any letter case, the first of a name', {
    request: {
      value: { bucket, key, cacheControl: 'no-cache', metadata: { a: '1' } },
      message: {
        bucket,
        form: [
          ['KEY', key],
          ['cache-control', 'no-cache'],
          ['X-Oss-Meta-A', '1'],
          ['x-oss-meta-a', '2'],
          ['key', 'other'],
        ],
      },
      only: { way: 'decode', because: 'the client sends each field once, as it is documented' },
    },
  }),
  wireCase(postObject, 'an answer with a document', {
    response: {
      value: { statusCode: 201, ...facts, versionId: VERSION, bucket, location: 'http://host/user%2Feric', key, etagInBody: etag },
      message: {
        headers: [['Content-Type', 'application/xml'], ...factHeaders, ['x-oss-version-id', VERSION]],
        body: `${XML_DECLARATION}<PostResponse><Bucket>${bucket}</Bucket><Location>http://host/user%2Feric</Location><Key>${key}</Key><ETag>${etag}</ETag></PostResponse>`,
      },
    },
  }),
  wireCase(postObject, 'an answer that leads on', {
    response: {
      value: { statusCode: 303, ...facts, location: 'http://example.com/?bucket=b' },
      message: { headers: [...factHeaders, ['Location', 'http://example.com/?bucket=b']] },
    },
  }),
  wireCase(postObject, 'an answer without anything', {
    response: {
      value: { statusCode: 200, ...facts, serverSideEncryption: 'AES256' },
      message: { headers: [...factHeaders, ['x-oss-server-side-encryption', 'AES256']] },
    },
  }),
];
