import type { Client, Methods } from '@ossature/client';
import type { TestClock } from '../sender.test.support.ts';

export const bucket = 'bkt';
export const key = 'dir/a b+中.txt';
const at = { bucket, key };
const dayMs = 86_400_000;

type RequestTo<K extends keyof Methods> = NonNullable<Parameters<Methods[K]>[0]>;
/** Brings the server into a state in which the request succeeds, and answers the request. The object at `key` is there already. */
type Sample<K extends keyof Methods> = (client: Client, clock: TestClock) => RequestTo<K> | Promise<RequestTo<K>>;

const bare = () => ({ bucket });
const ofObject = () => at;
const statement = `{"Version":"1","Statement":[{"Effect":"Allow","Principal":["1234567890123456"],"Action":["oss:GetObject"],"Resource":["acs:oss:*:*:${bucket}/*"]}]}`;
const corsRules = [{ allowedOrigins: ['*'], allowedMethods: ['GET' as const], allowedHeaders: ['*'], exposeHeaders: [] }];
const overwriteRules = [{ action: 'forbid' as const, prefix: 'x/', principals: [] }];
const lifecycleRules = [
  {
    id: 'r',
    status: 'Enabled' as const,
    prefix: 'logs/',
    tags: [],
    transitions: [],
    noncurrentVersionTransitions: [],
    expiration: { days: 1 },
  },
];

async function begin(client: Client): Promise<{ readonly bucket: string; readonly key: string; readonly uploadId: string }> {
  const { uploadId } = await client.initiateMultipartUpload(at);
  return { ...at, uploadId };
}

async function withPart(client: Client) {
  const upload = await begin(client);
  const { etag = '' } = await client.uploadPart({ ...upload, partNumber: 1, body: 'hello' });
  return { ...upload, parts: [{ partNumber: 1, etag }] };
}

async function protectObjects(client: Client): Promise<void> {
  await client.putBucketVersioning({ bucket, status: 'Enabled' });
  await client.putBucketObjectWormConfiguration({ bucket, objectWormEnabled: 'Enabled' });
}

async function beginWorm(client: Client): Promise<{ readonly bucket: string; readonly wormId: string }> {
  const { wormId } = await client.initiateBucketWorm({ bucket, retentionPeriodInDays: 1 });
  return { bucket, wormId };
}

async function appended(client: Client): Promise<{ readonly bucket: string; readonly key: string; readonly position: number }> {
  await client.appendObject({ bucket, key: 'grown', position: 0, body: 'abc' });
  return { bucket, key: 'grown', position: 3 };
}

/** One request for every operation that a program can call: a new operation without one does not compile. */
export const samples: { readonly [K in keyof Methods]: Sample<K> } = {
  abortBucketWorm: async (client) => {
    await beginWorm(client);
    return { bucket };
  },
  abortMultipartUpload: begin,
  appendObject: appended,
  cleanRestoredObject: async (client, clock) => {
    await client.putObject({ ...at, storageClass: 'Archive', body: 'x' });
    await client.restoreObject({ ...at, days: 2 });
    clock.nowMs += dayMs;
    return at;
  },
  completeBucketWorm: beginWorm,
  completeMultipartUpload: withPart,
  copyObject: () => ({ bucket, key: 'copy', sourceBucket: bucket, sourceKey: key }),
  deleteBucket: async (client) => {
    await client.deleteObject(at);
    return { bucket };
  },
  deleteBucketCors: bare,
  deleteBucketEncryption: bare,
  deleteBucketLifecycle: bare,
  deleteBucketLogging: bare,
  deleteBucketOverwriteConfig: bare,
  deleteBucketPolicy: bare,
  deleteBucketPublicAccessBlock: bare,
  deleteBucketTags: bare,
  deleteMultipleObjects: () => ({ bucket, objects: [{ key }] }),
  deleteObject: ofObject,
  deleteObjectTagging: ofObject,
  deletePublicAccessBlock: () => ({}),
  describeRegions: () => ({}),
  extendBucketWorm: async (client) => {
    const named = await beginWorm(client);
    await client.completeBucketWorm(named);
    return { ...named, retentionPeriodInDays: 2 };
  },
  getBucketAcl: bare,
  getBucketCors: async (client) => {
    await client.putBucketCors({ bucket, rules: corsRules });
    return { bucket };
  },
  getBucketEncryption: async (client) => {
    await client.putBucketEncryption({ bucket, applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } });
    return { bucket };
  },
  getBucketInfo: bare,
  getBucketLifecycle: async (client) => {
    await client.putBucketLifecycle({ bucket, rules: lifecycleRules });
    return { bucket };
  },
  getBucketLocation: bare,
  getBucketLogging: bare,
  getBucketObjectWormConfiguration: async (client) => {
    await protectObjects(client);
    return { bucket };
  },
  getBucketOverwriteConfig: async (client) => {
    await client.putBucketOverwriteConfig({ bucket, rules: overwriteRules });
    return { bucket };
  },
  getBucketPolicy: async (client) => {
    await client.putBucketPolicy({ bucket, policy: statement });
    return { bucket };
  },
  getBucketPolicyStatus: bare,
  getBucketPublicAccessBlock: bare,
  getBucketReferer: bare,
  getBucketRequestPayment: bare,
  getBucketStat: bare,
  getBucketTags: bare,
  getBucketVersioning: bare,
  getBucketWorm: async (client) => {
    await beginWorm(client);
    return { bucket };
  },
  getObject: () => ({ ...at, responseContentType: 'a/b+c', range: 'bytes=1-2' }),
  getObjectAcl: ofObject,
  getObjectLegalHold: ofObject,
  getObjectMeta: ofObject,
  getObjectRetention: ofObject,
  getObjectTagging: ofObject,
  getPublicAccessBlock: () => ({}),
  getSymlink: async (client) => {
    await client.putSymlink({ bucket, key: 'link', symlinkTarget: key });
    return { bucket, key: 'link' };
  },
  headObject: ofObject,
  initiateBucketWorm: () => ({ bucket, retentionPeriodInDays: 1 }),
  initiateMultipartUpload: () => ({ ...at, metadata: { a: '李' } }),
  listBuckets: () => ({ prefix: 'b' }),
  listLiveChannel: bare,
  listMultipartUploads: bare,
  listObjectVersions: bare,
  listObjects: () => ({ bucket, prefix: 'dir/', delimiter: '/' }),
  listObjectsV2: () => ({ bucket, prefix: '', startAfter: 'a' }),
  listParts: begin,
  optionBucket: async (client) => {
    await client.putBucketCors({ bucket, rules: corsRules });
    return { bucket, origin: 'http://example.com', accessControlRequestMethod: 'GET' };
  },
  optionObject: async (client) => {
    await client.putBucketCors({ bucket, rules: corsRules });
    return { ...at, origin: 'http://example.com', accessControlRequestMethod: 'GET' };
  },
  putBucket: () => ({ bucket: 'new-bkt', storageClass: 'IA' }),
  putBucketAcl: () => ({ bucket, acl: 'private' }),
  putBucketCors: () => ({ bucket, rules: corsRules }),
  putBucketEncryption: () => ({ bucket, applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }),
  putBucketLifecycle: () => ({ bucket, rules: lifecycleRules }),
  putBucketLogging: () => ({ bucket, loggingEnabled: { targetBucket: bucket, targetPrefix: 'log/' } }),
  putBucketObjectWormConfiguration: async (client) => {
    await client.putBucketVersioning({ bucket, status: 'Enabled' });
    return { bucket, objectWormEnabled: 'Enabled' };
  },
  putBucketOverwriteConfig: () => ({ bucket, rules: overwriteRules }),
  putBucketPolicy: () => ({ bucket, policy: statement }),
  putBucketPublicAccessBlock: () => ({ bucket, blockPublicAccess: true }),
  putBucketReferer: () => ({ bucket, allowEmptyReferer: true }),
  putBucketRequestPayment: () => ({ bucket, payer: 'BucketOwner' }),
  putBucketTags: () => ({ bucket, tags: [{ key: 'a', value: 'b' }] }),
  putBucketVersioning: () => ({ bucket, status: 'Enabled' }),
  putObject: () => ({ ...at, contentType: 'text/plain', metadata: { a: '李' }, acl: 'private' }),
  putObjectAcl: () => ({ ...at, acl: 'private' }),
  putObjectLegalHold: async (client) => {
    await protectObjects(client);
    return { ...at, status: 'ON' };
  },
  putObjectRetention: async (client, clock) => {
    await protectObjects(client);
    return { ...at, mode: 'GOVERNANCE', retainUntilDate: new Date(clock.nowMs + dayMs) };
  },
  putObjectTagging: () => ({ ...at, tags: [{ key: 'a', value: 'b' }] }),
  putPublicAccessBlock: () => ({ blockPublicAccess: true }),
  putSymlink: () => ({ bucket, key: 'link', symlinkTarget: key }),
  restoreObject: async (client) => {
    await client.putObject({ ...at, storageClass: 'Archive', body: 'x' });
    return at;
  },
  sealAppendObject: appended,
  uploadPart: async (client) => ({ ...(await begin(client)), partNumber: 1 }),
  uploadPartCopy: async (client) => ({ ...(await begin(client)), partNumber: 1, sourceBucket: bucket, sourceKey: key }),
};
