import { getBucketVersioning, listObjectVersions, putBucketVersioning } from '../operations/versioning.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const at = { bucket: 'src-bucket' } as const;
const XML = ['Content-Type', 'application/xml'] as const;
const ETAG = '"5EB63BBBE01EEED093CB22BB8F5ACDC3"';
const FIRST = 'CAEQMxiBgIDh3ZCB0BYiIGE4YjIyMjExZDhhYjQxNzZiNGUyZTI4ZjljZDcz';
const SECOND = 'CAEQNRiBgICv8uaA0BYiIDliZDc3MTc1NjE5MjRkMDI4ZGU4MTZkYjY1ZDgy';
const owner = { id: '1', displayName: '1' };
const OWNER = '<Owner><ID>1</ID><DisplayName>1</DisplayName></Owner>';

const status: readonly WireCase[] = [
  wireCase(putBucketVersioning, 'versions are kept from now on', {
    request: {
      value: { ...at, status: 'Enabled' },
      message: {
        ...at,
        query: [['versioning', undefined]],
        headers: [XML],
        body: `${XML_DECLARATION}<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>`,
      },
    },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(putBucketVersioning, 'as old SDKs write it, with a namespace', {
    request: {
      value: { ...at, status: 'Suspended' },
      message: {
        ...at,
        query: [['versioning', '']],
        body: '<VersioningConfiguration xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com">\n  <Status>Suspended</Status>\n</VersioningConfiguration>',
      },
      only: { way: 'decode', because: 'it is written in one way' },
    },
  }),
  wireCase(getBucketVersioning, 'a bucket that never had versions', {
    request: { value: at, message: { ...at, query: [['versioning', undefined]] } },
    response: {
      value: { statusCode: 200 },
      message: { headers: [XML], body: `${XML_DECLARATION}<VersioningConfiguration></VersioningConfiguration>` },
    },
  }),
  wireCase(getBucketVersioning, 'a bucket with versions', {
    response: {
      value: { statusCode: 200, status: 'Suspended' },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>`,
      },
    },
  }),
];

const versions: readonly WireCase[] = [
  wireCase(listObjectVersions, 'a page of versions and markers, names encoded', {
    request: {
      value: { ...at, prefix: '目录/', delimiter: '/', maxKeys: 3, encodingType: 'url', keyMarker: '目录/a', versionIdMarker: FIRST },
      message: {
        ...at,
        query: [
          ['versions', undefined],
          ['prefix', '目录/'],
          ['delimiter', '/'],
          ['max-keys', '3'],
          ['encoding-type', 'url'],
          ['key-marker', '目录/a'],
          ['version-id-marker', FIRST],
        ],
      },
    },
    response: {
      value: {
        statusCode: 200,
        name: 'src-bucket',
        prefix: '目录/',
        keyMarker: '目录/a',
        versionIdMarker: FIRST,
        maxKeys: 3,
        delimiter: '/',
        encodingType: 'url',
        isTruncated: true,
        nextKeyMarker: '目录/b +',
        nextVersionIdMarker: 'null',
        deleteMarkers: [{ key: '目录/b +', versionId: SECOND, isLatest: true, lastModified: new Date('2024-05-02T08:00:00Z'), owner }],
        versions: [
          {
            key: '目录/b +',
            versionId: 'null',
            isLatest: false,
            lastModified: new Date('2024-05-01T08:00:00Z'),
            etag: ETAG,
            objectType: 'Normal',
            size: 11,
            storageClass: 'Archive',
            restoreInfo: 'ongoing-request="true"',
            owner,
          },
        ],
        commonPrefixes: [{ prefix: '目录/a/' }],
      },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<ListVersionsResult><Name>src-bucket</Name><Prefix>%E7%9B%AE%E5%BD%95%2F</Prefix><KeyMarker>%E7%9B%AE%E5%BD%95%2Fa</KeyMarker><VersionIdMarker>${FIRST}</VersionIdMarker><MaxKeys>3</MaxKeys><Delimiter>%2F</Delimiter><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextKeyMarker>%E7%9B%AE%E5%BD%95%2Fb%20%2B</NextKeyMarker><NextVersionIdMarker>null</NextVersionIdMarker><DeleteMarker><Key>%E7%9B%AE%E5%BD%95%2Fb%20%2B</Key><VersionId>${SECOND}</VersionId><IsLatest>true</IsLatest><LastModified>2024-05-02T08:00:00.000Z</LastModified>${OWNER}</DeleteMarker><Version><Key>%E7%9B%AE%E5%BD%95%2Fb%20%2B</Key><VersionId>null</VersionId><IsLatest>false</IsLatest><LastModified>2024-05-01T08:00:00.000Z</LastModified><ETag>${ETAG}</ETag><Type>Normal</Type><Size>11</Size><StorageClass>Archive</StorageClass><RestoreInfo>ongoing-request="true"</RestoreInfo>${OWNER}</Version><CommonPrefixes><Prefix>%E7%9B%AE%E5%BD%95%2Fa%2F</Prefix></CommonPrefixes></ListVersionsResult>`,
      },
    },
  }),
  wireCase(listObjectVersions, 'empty markers, as oss2 sends them', {
    request: {
      value: { ...at, prefix: '', delimiter: '', keyMarker: '', versionIdMarker: '' },
      message: {
        ...at,
        query: [
          ['versions', ''],
          ['prefix', ''],
          ['delimiter', ''],
          ['key-marker', ''],
          ['version-id-marker', ''],
        ],
      },
      only: { way: 'decode', because: 'a mark is written without `=`' },
    },
    response: {
      value: { statusCode: 200, name: 'src-bucket', maxKeys: 100, isTruncated: false, deleteMarkers: [], versions: [], commonPrefixes: [] },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<ListVersionsResult><Name>src-bucket</Name><Prefix></Prefix><KeyMarker></KeyMarker><VersionIdMarker></VersionIdMarker><MaxKeys>100</MaxKeys><Delimiter></Delimiter><IsTruncated>false</IsTruncated></ListVersionsResult>`,
      },
    },
  }),
];

export const cases: readonly WireCase[] = [...status, ...versions];
