import { listMultipartUploads, listObjects, listObjectsV2, listParts } from '../operations/list.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const at = { bucket: 'src-bucket' } as const;
const XML = ['Content-Type', 'application/xml'] as const;
const ETAG = '"5EB63BBBE01EEED093CB22BB8F5ACDC3"';
const uploadId = '0004B9894A22E5B1888A1E29F8236E2D';
const lastModified = new Date('2024-05-01T08:00:00Z');

const entry = { lastModified, etag: ETAG, objectType: 'Normal', size: 11, storageClass: 'Standard' } as const;
const ENTRY = `<LastModified>2024-05-01T08:00:00.000Z</LastModified><ETag>${ETAG}</ETag><Type>Normal</Type><Size>11</Size><StorageClass>Standard</StorageClass>`;
const OWNER = '<Owner><ID>1</ID><DisplayName>1</DisplayName></Owner>';

const objects: readonly WireCase[] = [
  wireCase(listObjects, 'a page, names encoded', {
    request: {
      value: { ...at, prefix: '目录/', delimiter: '/', marker: '目录/a', maxKeys: 2, encodingType: 'url' },
      message: {
        ...at,
        query: [
          ['prefix', '目录/'],
          ['delimiter', '/'],
          ['marker', '目录/a'],
          ['max-keys', '2'],
          ['encoding-type', 'url'],
        ],
      },
    },
    response: {
      value: {
        statusCode: 200,
        name: 'src-bucket',
        prefix: '目录/',
        marker: '目录/a',
        maxKeys: 2,
        delimiter: '/',
        encodingType: 'url',
        isTruncated: true,
        nextMarker: '目录/d/',
        contents: [{ key: '目录/b +\x01', ...entry, owner: { id: '1', displayName: '1' } }],
        commonPrefixes: [{ prefix: '目录/d/' }],
      },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<ListBucketResult><Name>src-bucket</Name><Prefix>%E7%9B%AE%E5%BD%95%2F</Prefix><Marker>%E7%9B%AE%E5%BD%95%2Fa</Marker><MaxKeys>2</MaxKeys><Delimiter>%2F</Delimiter><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextMarker>%E7%9B%AE%E5%BD%95%2Fd%2F</NextMarker><Contents><Key>%E7%9B%AE%E5%BD%95%2Fb%20%2B%01</Key>${ENTRY}${OWNER}</Contents><CommonPrefixes><Prefix>%E7%9B%AE%E5%BD%95%2Fd%2F</Prefix></CommonPrefixes></ListBucketResult>`,
      },
    },
  }),
  wireCase(listObjects, 'an empty bucket', {
    request: { value: at, message: at },
    response: {
      value: { statusCode: 200, name: 'src-bucket', maxKeys: 100, isTruncated: false, contents: [], commonPrefixes: [] },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<ListBucketResult><Name>src-bucket</Name><Prefix></Prefix><Marker></Marker><MaxKeys>100</MaxKeys><Delimiter></Delimiter><IsTruncated>false</IsTruncated></ListBucketResult>`,
      },
    },
  }),
  wireCase(listObjects, 'empty parameters, as oss2 sends them', {
    request: {
      value: { ...at, prefix: '', delimiter: '', marker: '', maxKeys: 100, encodingType: 'url' },
      message: {
        ...at,
        query: [
          ['prefix', ''],
          ['delimiter', ''],
          ['marker', ''],
          ['max-keys', '100'],
          ['encoding-type', 'url'],
        ],
      },
    },
  }),
  wireCase(listObjects, 'the sample of the documents, with what archived objects have', {
    response: {
      value: {
        statusCode: 200,
        name: 'src-bucket',
        maxKeys: 100,
        isTruncated: false,
        contents: [
          {
            key: 'fun/100%25.avi',
            ...entry,
            objectType: undefined,
            restoreInfo: 'ongoing-request="true"',
            owner: { id: '1', displayName: '1' },
          },
        ],
        commonPrefixes: [{ prefix: 'fun/movie/' }, { prefix: 'oss/' }],
      },
      message: {
        headers: [XML],
        body: `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com">
  <Name>src-bucket</Name>
  <Prefix></Prefix>
  <Marker></Marker>
  <MaxKeys>100</MaxKeys>
  <Delimiter></Delimiter>
  <IsTruncated>false</IsTruncated>
  <Contents>
    <Key>fun/100%25.avi</Key>
    <LastModified>2024-05-01T08:00:00.000Z</LastModified>
    <ETag>&quot;5EB63BBBE01EEED093CB22BB8F5ACDC3&quot;</ETag>
    <Size>11</Size>
    <StorageClass>Standard</StorageClass>
    <RestoreInfo>ongoing-request="true"</RestoreInfo>
    ${OWNER}
  </Contents>
  <CommonPrefixes><Prefix>fun/movie/</Prefix></CommonPrefixes>
  <CommonPrefixes><Prefix>oss/</Prefix></CommonPrefixes>
</ListBucketResult>`,
      },
      only: { way: 'decode', because: 'we write neither a namespace nor white space' },
    },
  }),
  wireCase(listObjectsV2, 'a page by token', {
    request: {
      value: { ...at, prefix: 'a', startAfter: 'a1', continuationToken: 'CgJiYw--', maxKeys: 1000, fetchOwner: true },
      message: {
        ...at,
        query: [
          ['list-type', '2'],
          ['prefix', 'a'],
          ['max-keys', '1000'],
          ['start-after', 'a1'],
          ['continuation-token', 'CgJiYw--'],
          ['fetch-owner', 'true'],
        ],
      },
    },
    response: {
      value: {
        statusCode: 200,
        name: 'src-bucket',
        prefix: 'a',
        startAfter: 'a1',
        continuationToken: 'CgJiYw--',
        maxKeys: 1000,
        isTruncated: true,
        nextContinuationToken: 'CgJiZA--',
        contents: [{ key: 'bd', ...entry }],
        commonPrefixes: [],
        keyCount: 1,
      },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<ListBucketResult><Name>src-bucket</Name><Prefix>a</Prefix><StartAfter>a1</StartAfter><ContinuationToken>CgJiYw--</ContinuationToken><MaxKeys>1000</MaxKeys><Delimiter></Delimiter><IsTruncated>true</IsTruncated><NextContinuationToken>CgJiZA--</NextContinuationToken><Contents><Key>bd</Key>${ENTRY}</Contents><KeyCount>1</KeyCount></ListBucketResult>`,
      },
    },
  }),
  wireCase(listObjectsV2, 'an empty bucket', {
    request: { value: at, message: { ...at, query: [['list-type', '2']] } },
    response: {
      value: { statusCode: 200, name: 'src-bucket', maxKeys: 100, isTruncated: false, contents: [], commonPrefixes: [], keyCount: 0 },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<ListBucketResult><Name>src-bucket</Name><Prefix></Prefix><MaxKeys>100</MaxKeys><Delimiter></Delimiter><IsTruncated>false</IsTruncated><KeyCount>0</KeyCount></ListBucketResult>`,
      },
    },
  }),
  wireCase(listObjectsV2, 'parameters as Python writes them', {
    request: {
      value: { ...at, fetchOwner: false, continuationToken: '' },
      message: {
        ...at,
        query: [
          ['list-type', '2'],
          ['fetch-owner', 'False'],
          ['continuation-token', ''],
        ],
      },
      only: { way: 'decode', because: 'they are written as documented' },
    },
  }),
];

const uploads: readonly WireCase[] = [
  wireCase(listMultipartUploads, 'a page of uploads', {
    request: {
      value: { ...at, prefix: 'dir/', delimiter: '/', keyMarker: 'dir/a', uploadIdMarker: uploadId, maxUploads: 1000, encodingType: 'url' },
      message: {
        ...at,
        query: [
          ['uploads', undefined],
          ['prefix', 'dir/'],
          ['delimiter', '/'],
          ['key-marker', 'dir/a'],
          ['upload-id-marker', uploadId],
          ['max-uploads', '1000'],
          ['encoding-type', 'url'],
        ],
      },
    },
    response: {
      value: {
        statusCode: 200,
        encodingType: 'url',
        bucket: 'src-bucket',
        keyMarker: 'dir/a',
        uploadIdMarker: uploadId,
        nextKeyMarker: 'dir/big.bin',
        nextUploadIdMarker: uploadId,
        delimiter: '/',
        prefix: 'dir/',
        maxUploads: 1000,
        isTruncated: true,
        uploads: [{ key: 'dir/big.bin', uploadId, storageClass: 'Standard', initiated: lastModified }],
        commonPrefixes: [{ prefix: 'dir/logs/' }],
      },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<ListMultipartUploadsResult><EncodingType>url</EncodingType><Bucket>src-bucket</Bucket><KeyMarker>dir%2Fa</KeyMarker><UploadIdMarker>${uploadId}</UploadIdMarker><NextKeyMarker>dir%2Fbig.bin</NextKeyMarker><NextUploadIdMarker>${uploadId}</NextUploadIdMarker><Delimiter>%2F</Delimiter><Prefix>dir%2F</Prefix><MaxUploads>1000</MaxUploads><IsTruncated>true</IsTruncated><Upload><Key>dir%2Fbig.bin</Key><UploadId>${uploadId}</UploadId><StorageClass>Standard</StorageClass><Initiated>2024-05-01T08:00:00.000Z</Initiated></Upload><CommonPrefixes><Prefix>dir%2Flogs%2F</Prefix></CommonPrefixes></ListMultipartUploadsResult>`,
      },
    },
  }),
  wireCase(listMultipartUploads, 'no uploads', {
    request: { value: at, message: { ...at, query: [['uploads', undefined]] } },
    response: {
      value: { statusCode: 200, bucket: 'src-bucket', maxUploads: 1000, isTruncated: false, uploads: [], commonPrefixes: [] },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<ListMultipartUploadsResult><Bucket>src-bucket</Bucket><KeyMarker></KeyMarker><UploadIdMarker></UploadIdMarker><NextKeyMarker></NextKeyMarker><NextUploadIdMarker></NextUploadIdMarker><Delimiter></Delimiter><Prefix></Prefix><MaxUploads>1000</MaxUploads><IsTruncated>false</IsTruncated></ListMultipartUploadsResult>`,
      },
    },
  }),
];

const parts: readonly WireCase[] = [
  wireCase(listParts, 'a page of parts', {
    request: {
      value: { ...at, key: 'dir/big.bin', uploadId, maxParts: 1, partNumberMarker: 0, encodingType: 'url' },
      message: {
        ...at,
        key: 'dir/big.bin',
        query: [
          ['uploadId', uploadId],
          ['max-parts', '1'],
          ['part-number-marker', '0'],
          ['encoding-type', 'url'],
        ],
      },
    },
    response: {
      value: {
        statusCode: 200,
        encodingType: 'url',
        bucket: 'src-bucket',
        key: 'dir/big.bin',
        uploadId,
        storageClass: 'Standard',
        partNumberMarker: 0,
        nextPartNumberMarker: 1,
        maxParts: 1,
        isTruncated: true,
        parts: [
          { partNumber: 1, lastModified, etag: '"17FEA6E97583648E493E6D8BCD54C8F4"', hashCrc64: 9427277473487083924n, size: 102_400 },
        ],
      },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<ListPartsResult><EncodingType>url</EncodingType><Bucket>src-bucket</Bucket><Key>dir%2Fbig.bin</Key><UploadId>${uploadId}</UploadId><StorageClass>Standard</StorageClass><PartNumberMarker>0</PartNumberMarker><NextPartNumberMarker>1</NextPartNumberMarker><MaxParts>1</MaxParts><IsTruncated>true</IsTruncated><Part><PartNumber>1</PartNumber><LastModified>2024-05-01T08:00:00.000Z</LastModified><ETag>"17FEA6E97583648E493E6D8BCD54C8F4"</ETag><HashCrc64ecma>9427277473487083924</HashCrc64ecma><Size>102400</Size></Part></ListPartsResult>`,
      },
    },
  }),
  wireCase(listParts, 'no parts', {
    response: {
      value: {
        statusCode: 200,
        bucket: 'src-bucket',
        key: 'a',
        uploadId,
        partNumberMarker: 0,
        maxParts: 1000,
        isTruncated: false,
        parts: [],
      },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<ListPartsResult><Bucket>src-bucket</Bucket><Key>a</Key><UploadId>${uploadId}</UploadId><PartNumberMarker>0</PartNumberMarker><MaxParts>1000</MaxParts><IsTruncated>false</IsTruncated></ListPartsResult>`,
      },
    },
  }),
  wireCase(listParts, 'an empty marker, as oss2 sends it for the beginning', {
    request: {
      value: { ...at, key: 'a', uploadId, partNumberMarker: 0, maxParts: 1000 },
      message: {
        ...at,
        key: 'a',
        query: [
          ['uploadId', uploadId],
          ['part-number-marker', ''],
          ['max-parts', '1000'],
        ],
      },
      only: { way: 'decode', because: 'the beginning is 0' },
    },
  }),
];

export const cases: readonly WireCase[] = [...objects, ...uploads, ...parts];
