import { getBucketAcl, putBucketAcl } from '../operations/acl.ts';
import { deleteBucket, getBucketInfo, getBucketLocation, getBucketStat, putBucket } from '../operations/bucket.ts';
import { XML_DECLARATION } from '../xml.ts';
import { type WireCase, wireCase } from './case.ts';

const at = { bucket: 'oss-example' } as const;
const XML = ['Content-Type', 'application/xml'] as const;
const owner = { id: '27183473914', displayName: 'username' } as const;
const OWNER = '<Owner><ID>27183473914</ID><DisplayName>username</DisplayName></Owner>';

const life: readonly WireCase[] = [
  wireCase(putBucket, 'a bucket as it comes', {
    request: { value: at, message: at },
    response: { value: { statusCode: 200, location: '/oss-example' }, message: { headers: [['Location', '/oss-example']] } },
  }),
  wireCase(putBucket, 'a bucket with an ACL, a class and a redundancy', {
    request: {
      value: { ...at, acl: 'public-read', storageClass: 'IA', dataRedundancyType: 'ZRS', contentMd5: '1B2M2Y8AsgTpgAmY7PhCfg==' },
      message: {
        ...at,
        headers: [['x-oss-acl', 'public-read'], ['Content-MD5', '1B2M2Y8AsgTpgAmY7PhCfg=='], XML],
        body: `${XML_DECLARATION}<CreateBucketConfiguration><StorageClass>IA</StorageClass><DataRedundancyType>ZRS</DataRedundancyType></CreateBucketConfiguration>`,
      },
    },
  }),
  wireCase(putBucket, 'a bucket that is not to have directories, with an empty configuration', {
    request: {
      value: { ...at, hnsStatus: 'disabled' },
      message: { ...at, headers: [['x-oss-hns-status', 'disabled']], body: '<CreateBucketConfiguration></CreateBucketConfiguration>' },
      only: { way: 'decode', because: 'the client sends no body where there is nothing to say' },
    },
  }),
  wireCase(deleteBucket, 'a bucket goes', {
    request: { value: at, message: at },
    response: { value: { statusCode: 204 }, message: {} },
  }),
];

const info = {
  creationDate: new Date('2013-07-31T10:56:21Z'),
  extranetEndpoint: 'oss-cn-hangzhou.aliyuncs.com',
  intranetEndpoint: 'oss-cn-hangzhou-internal.aliyuncs.com',
  location: 'oss-cn-hangzhou',
  storageClass: 'Standard',
  name: 'oss-example',
  owner,
  acl: 'private',
} as const;
const ENDPOINTS =
  '<CreationDate>2013-07-31T10:56:21.000Z</CreationDate><ExtranetEndpoint>oss-cn-hangzhou.aliyuncs.com</ExtranetEndpoint>' +
  '<IntranetEndpoint>oss-cn-hangzhou-internal.aliyuncs.com</IntranetEndpoint><Location>oss-cn-hangzhou</Location><StorageClass>Standard</StorageClass>';
const GRANT = '<AccessControlList><Grant>private</Grant></AccessControlList>';

const facts: readonly WireCase[] = [
  wireCase(getBucketInfo, 'what a bucket is', {
    request: { value: at, message: { ...at, query: [['bucketInfo', undefined]] } },
    response: {
      value: {
        statusCode: 200,
        bucketInfo: {
          accessMonitor: 'Disabled',
          blockPublicAccess: 'false',
          ...info,
          dataRedundancyType: 'LRS',
          transferAcceleration: 'Disabled',
          crossRegionReplication: 'Disabled',
          serverSideEncryptionRule: { sseAlgorithm: 'None' },
          bucketPolicy: {},
        },
      },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<BucketInfo><Bucket><AccessMonitor>Disabled</AccessMonitor><BlockPublicAccess>false</BlockPublicAccess>${ENDPOINTS}<DataRedundancyType>LRS</DataRedundancyType><TransferAcceleration>Disabled</TransferAcceleration><CrossRegionReplication>Disabled</CrossRegionReplication><Name>oss-example</Name>${OWNER}${GRANT}<ServerSideEncryptionRule><SSEAlgorithm>None</SSEAlgorithm></ServerSideEncryptionRule><BucketPolicy><LogBucket></LogBucket><LogPrefix></LogPrefix></BucketPolicy><Comment></Comment></Bucket></BucketInfo>`,
      },
    },
  }),
  wireCase(getBucketInfo, 'the sample of the documents', {
    response: {
      value: {
        statusCode: 200,
        bucketInfo: {
          ...info,
          hierarchicalNamespace: 'Enabled',
          serverSideEncryptionRule: { sseAlgorithm: 'KMS', kmsMasterKeyId: 'shUhih687675', kmsDataEncryption: 'SM4' },
          bucketPolicy: { logBucket: 'logs', logPrefix: 'log-' },
          versioning: 'Enabled',
          comment: 'test',
        },
      },
      message: {
        headers: [XML],
        body: `<?xml version="1.0" encoding="UTF-8"?>
<BucketInfo>
  <Bucket>
    ${ENDPOINTS}
    <HierarchicalNamespace>Enabled</HierarchicalNamespace>
    <Name>oss-example</Name>
    ${OWNER}
    ${GRANT}
    <ServerSideEncryptionRule>
      <SSEAlgorithm>KMS</SSEAlgorithm>
      <KMSMasterKeyID>shUhih687675</KMSMasterKeyID>
      <KMSDataEncryption>SM4</KMSDataEncryption>
    </ServerSideEncryptionRule>
    <BucketPolicy>
      <LogBucket>logs</LogBucket>
      <LogPrefix>log-</LogPrefix>
    </BucketPolicy>
    <Versioning>Enabled</Versioning>
    <Comment>test</Comment>
  </Bucket>
</BucketInfo>`,
      },
      only: { way: 'decode', because: 'we write no white space' },
    },
  }),
  wireCase(getBucketLocation, 'where a bucket is', {
    request: { value: at, message: { ...at, query: [['location', undefined]] } },
    response: {
      value: { statusCode: 200, location: 'oss-cn-hangzhou' },
      message: { headers: [XML], body: `${XML_DECLARATION}<LocationConstraint>oss-cn-hangzhou</LocationConstraint>` },
    },
  }),
  wireCase(getBucketLocation, 'where a bucket is, in older days', {
    response: {
      value: { statusCode: 200, location: 'oss-cn-hangzhou' },
      message: {
        headers: [XML],
        body: '<LocationConstraint xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com">oss-cn-hangzhou</LocationConstraint>',
      },
      only: { way: 'decode', because: 'there is no namespace any more' },
    },
  }),
  wireCase(getBucketStat, 'how much a new bucket holds', {
    request: { value: at, message: { ...at, query: [['stat', undefined]] } },
    response: {
      value: { statusCode: 200, storage: 0, objectCount: 0, multipartUploadCount: 0, liveChannelCount: 0, lastModifiedTime: 1643341269 },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<BucketStat><Storage>0</Storage><ObjectCount>0</ObjectCount><MultipartUploadCount>0</MultipartUploadCount><LiveChannelCount>0</LiveChannelCount><LastModifiedTime>1643341269</LastModifiedTime></BucketStat>`,
      },
    },
  }),
  wireCase(getBucketStat, 'how much each class holds', {
    response: {
      value: {
        statusCode: 200,
        storage: 1_600_000_000_000,
        objectCount: 230,
        multipartUploadCount: 40,
        standardStorage: 430,
        standardObjectCount: 66,
        infrequentAccessStorage: 2_359_296,
        infrequentAccessRealStorage: 360,
        infrequentAccessObjectCount: 54,
        archiveStorage: 2_949_120,
        archiveRealStorage: 450,
        archiveObjectCount: 74,
        coldArchiveStorage: 2_359_296,
        coldArchiveRealStorage: 3610,
        coldArchiveObjectCount: 36,
        deepColdArchiveStorage: 1,
        deepColdArchiveRealStorage: 2,
        deepColdArchiveObjectCount: 3,
        multipartPartCount: 4,
        deleteMarkerCount: 5,
      },
      message: {
        headers: [XML],
        body: `${XML_DECLARATION}<BucketStat><Storage>1600000000000</Storage><ObjectCount>230</ObjectCount><MultipartUploadCount>40</MultipartUploadCount><StandardStorage>430</StandardStorage><StandardObjectCount>66</StandardObjectCount><InfrequentAccessStorage>2359296</InfrequentAccessStorage><InfrequentAccessRealStorage>360</InfrequentAccessRealStorage><InfrequentAccessObjectCount>54</InfrequentAccessObjectCount><ArchiveStorage>2949120</ArchiveStorage><ArchiveRealStorage>450</ArchiveRealStorage><ArchiveObjectCount>74</ArchiveObjectCount><ColdArchiveStorage>2359296</ColdArchiveStorage><ColdArchiveRealStorage>3610</ColdArchiveRealStorage><ColdArchiveObjectCount>36</ColdArchiveObjectCount><DeepColdArchiveStorage>1</DeepColdArchiveStorage><DeepColdArchiveRealStorage>2</DeepColdArchiveRealStorage><DeepColdArchiveObjectCount>3</DeepColdArchiveObjectCount><MultipartPartCount>4</MultipartPartCount><DeleteMarkerCount>5</DeleteMarkerCount></BucketStat>`,
      },
    },
  }),
];

const acl: readonly WireCase[] = [
  wireCase(putBucketAcl, "a bucket's ACL is set", {
    request: {
      value: { ...at, acl: 'public-read-write' },
      message: { ...at, query: [['acl', undefined]], headers: [['x-oss-acl', 'public-read-write']] },
    },
    response: { value: { statusCode: 200 }, message: {} },
  }),
  wireCase(getBucketAcl, "a bucket's ACL", {
    request: { value: at, message: { ...at, query: [['acl', undefined]] } },
    response: {
      value: { statusCode: 200, owner, acl: 'private' },
      message: { headers: [XML], body: `${XML_DECLARATION}<AccessControlPolicy>${OWNER}${GRANT}</AccessControlPolicy>` },
    },
  }),
  wireCase(getBucketAcl, 'the sub-resource with a `=`, as py-v2, oss2 and ali-oss write it', {
    request: {
      value: at,
      message: { ...at, query: [['acl', '']] },
      only: { way: 'decode', because: 'it is written without' },
    },
  }),
];

export const cases: readonly WireCase[] = [...life, ...facts, ...acl];
