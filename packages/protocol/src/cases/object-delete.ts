import { deleteMultipleObjects, deleteObject } from '../operations/object-delete.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const at = { bucket: 'src-bucket', key: 'dir/hello.txt' } as const;
const XML = ['Content-Type', 'application/xml'] as const;
const MD5 = 'XrY7u+Ae7tCTyyK7j1rNww==';
const VERSION = 'CAEQMxiBgIDh3ZCB0BYiIGE4YjIyMjExZDhhYjQxNzZiNGUyZTI4ZjljZDcz';

export const cases: readonly WireCase[] = [
  wireCase(deleteObject, 'an object goes', {
    request: { value: at, message: at },
    response: { value: { statusCode: 204 }, message: {} },
  }),
  wireCase(deleteObject, 'the version without an id goes', {
    request: { value: { ...at, versionId: 'null' }, message: { ...at, query: [['versionId', 'null']] } },
    response: {
      value: { statusCode: 204, versionId: 'null', deleteMarker: 'true' },
      message: {
        headers: [
          ['x-oss-version-id', 'null'],
          ['x-oss-delete-marker', 'true'],
        ],
      },
    },
  }),
  wireCase(deleteMultipleObjects, 'several objects, names encoded in the answer alone', {
    request: {
      value: {
        bucket: 'src-bucket',
        encodingType: 'url',
        contentMd5: MD5,
        quiet: false,
        objects: [{ key: 'a & b <中>.txt' }, { key: '100%25', versionId: 'null' }],
      },
      message: {
        bucket: 'src-bucket',
        query: [
          ['delete', undefined],
          ['encoding-type', 'url'],
        ],
        headers: [['Content-MD5', MD5], XML],
        body: `${XML_DECLARATION}<Delete><Quiet>false</Quiet><Object><Key>a &amp; b &lt;中&gt;.txt</Key></Object><Object><Key>100%25</Key><VersionId>null</VersionId></Object></Delete>`,
      },
    },
    response: {
      value: {
        statusCode: 200,
        encodingType: 'url',
        deletedObjects: [
          { key: 'a & b <中>.txt', deleteMarker: true, deleteMarkerVersionId: VERSION },
          { key: '100%25', versionId: 'null' },
        ],
      },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<DeleteResult><EncodingType>url</EncodingType><Deleted><Key>a%20%26%20b%20%3C%E4%B8%AD%3E.txt</Key><DeleteMarker>true</DeleteMarker><DeleteMarkerVersionId>${VERSION}</DeleteMarkerVersionId></Deleted><Deleted><Key>100%2525</Key><VersionId>null</VersionId></Deleted></DeleteResult>`,
      },
    },
  }),
  wireCase(deleteMultipleObjects, 'quiet: nothing is said, and the body is empty', {
    request: {
      value: { bucket: 'src-bucket', quiet: true, objects: [{ key: 'a' }] },
      message: {
        bucket: 'src-bucket',
        query: [['delete', undefined]],
        headers: [XML],
        body: `${XML_DECLARATION}<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object></Delete>`,
      },
    },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(deleteMultipleObjects, 'as SDKs write it: a capital letter, objects first, elements of other APIs', {
    request: {
      value: { bucket: 'src-bucket', quiet: true, objects: [{ key: 'a' }, { key: ' b ' }] },
      message: {
        bucket: 'src-bucket',
        query: [['delete', '']],
        body: '<?xml version="1.0" encoding="UTF-8"?><Delete xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com"><Object><Key>a</Key><ETag>x</ETag></Object><Object><Key> b </Key></Object><Quiet>True</Quiet></Delete>',
      },
      only: { way: 'decode', because: 'it is written in one way' },
    },
  }),
];
