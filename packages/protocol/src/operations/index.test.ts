import { describe, expect, it } from 'vitest';
import type { Tag } from '../codec-tagging.ts';
import { errorRow } from '../errors.ts';
import type { Body } from '../message.ts';
import type { Definition, RequestOf, ResultOf } from '../operation.ts';
import { type OperationKey, type Operations, operations } from './index.ts';

/** The operations of this table; a new one is added here and in `operations`. */
const NAMES =
  'ListBuckets DescribeRegions PutBucket DeleteBucket GetBucketInfo GetBucketLocation GetBucketStat GetBucketVersioning PutBucketAcl ' +
  'GetBucketAcl PutObject AppendObject GetObject HeadObject GetObjectMeta DeleteObject DeleteMultipleObjects CopyObject PutObjectAcl ' +
  'GetObjectAcl PutObjectTagging GetObjectTagging DeleteObjectTagging InitiateMultipartUpload UploadPart UploadPartCopy ' +
  'PutBucketEncryption GetBucketEncryption DeleteBucketEncryption ' +
  'PutBucketTags GetBucketTags DeleteBucketTags PutBucketCors GetBucketCors DeleteBucketCors OptionObject OptionBucket ' +
  'PutBucketLifecycle GetBucketLifecycle DeleteBucketLifecycle PutBucketRequestPayment GetBucketRequestPayment ' +
  'PutBucketLogging GetBucketLogging DeleteBucketLogging ListLiveChannel ' +
  'PutBucketOverwriteConfig GetBucketOverwriteConfig DeleteBucketOverwriteConfig ' +
  'PutBucketVersioning ListObjectVersions PutSymlink GetSymlink RestoreObject CleanRestoredObject SealAppendObject ' +
  'InitiateBucketWorm AbortBucketWorm CompleteBucketWorm ExtendBucketWorm GetBucketWorm PutBucketObjectWormConfiguration ' +
  'GetBucketObjectWormConfiguration PutObjectRetention GetObjectRetention PutObjectLegalHold GetObjectLegalHold PostObject ' +
  'PutBucketPolicy GetBucketPolicy DeleteBucketPolicy GetBucketPolicyStatus PutBucketPublicAccessBlock GetBucketPublicAccessBlock ' +
  'DeleteBucketPublicAccessBlock PutPublicAccessBlock GetPublicAccessBlock DeletePublicAccessBlock PutBucketReferer GetBucketReferer ' +
  'CompleteMultipartUpload AbortMultipartUpload ListObjects ListObjectsV2 ListMultipartUploads ListParts';

const all: readonly (readonly [string, Definition])[] = Object.entries(operations);

describe('the table', () => {
  it('has every operation under its name', () => {
    expect(new Set(all.map(([, { name }]) => name))).toEqual(new Set(NAMES.split(' ')));
    for (const [key, { name }] of all) expect(key).toBe(name.charAt(0).toLowerCase() + name.slice(1));
  });

  it.each(all)('%s names errors of the error table, each once', (_, { errors }) => {
    expect(new Set(errors).size).toBe(errors.length);
    for (const code of errors) expect(errorRow(code), code).toBeDefined();
  });

  it.each(all)('%s takes a body exactly where a member stands for one', (_, { request, requestRoot, requestBody, bodyLimitBytes }) => {
    const places = Object.values(request).map(({ place }) => place);
    expect(bodyLimitBytes > 0).toBe(places.includes('xml') || places.includes('stream') || places.includes('text'));
    expect(requestRoot !== undefined).toBe(places.includes('xml'));
    expect(requestBody !== undefined).toBe(places.includes('xml') || places.includes('text'));
  });

  it.each(all)('%s is addressed as its level says', (_, { level, request }) => {
    expect('bucket' in request).toBe(level !== 'service');
    expect(Object.values(request).some(({ place }) => place === 'key')).toBe(level === 'object');
  });

  it('refuses by name what this server does not build', () => {
    const refused = (key: OperationKey) =>
      Object.entries((operations[key] as Definition).request)
        .filter(([, member]) => member.refused !== undefined)
        .map(([field]) => field);
    // Of SM4 alone.
    const encryption = ['serverSideEncryption', 'serverSideDataEncryption'];
    expect(refused('copyObject')).toEqual(encryption);
    expect(refused('uploadPartCopy')).toEqual([]);
    expect(refused('getObject')).toEqual(['process']);
    const conditions = ['ifMatch', 'ifNoneMatch', 'ifModifiedSince', 'ifUnmodifiedSince'];
    expect(refused('putObject')).toEqual([...encryption, ...conditions]);
    expect(refused('completeMultipartUpload')).toEqual(conditions);
    for (const key of ['headObject', 'getObjectMeta', 'deleteObject', 'putObjectAcl', 'getObjectTagging'] as const) {
      expect(refused(key)).not.toContain('versionId');
    }
  });
});

/** True where two types are the same, in both directions and in their modifiers. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Is<T extends true> = T;
type Optional<T, K extends keyof T> = Record<never, never> extends Pick<T, K> ? true : false;

type Copy = RequestOf<Operations['copyObject']>;
type PartCopy = RequestOf<Operations['uploadPartCopy']>;
type Get = ResultOf<Operations['getObject']>;
type Listing = ResultOf<Operations['listObjectsV2']>;
type Complete = RequestOf<Operations['completeMultipartUpload']>;

/** Compiled, and that is the test. */
export type TypesHold = [
  Is<Same<Copy['sourceBucket'], string>>,
  Is<Same<Copy['sourceVersionId'], string | undefined>>,
  Is<Same<Optional<Copy, 'sourceKey'>, false>>,
  Is<Same<Optional<Copy, 'metadata'>, true>>,
  Is<Same<Copy['metadataDirective'], 'COPY' | 'REPLACE' | undefined>>,
  Is<Same<Copy['tagging'], readonly Tag[] | undefined>>,
  Is<Same<Copy['ifModifiedSince'], Date | string | undefined>>,
  Is<Same<Copy['forbidOverwrite'], boolean | undefined>>,
  Is<Same<Copy['storageClass'], 'Standard' | 'IA' | 'Archive' | 'ColdArchive' | 'DeepColdArchive' | undefined>>,
  Is<Same<Extract<'source', keyof Copy>, never>>,
  Is<Same<PartCopy['partNumber'], number>>,
  Is<Same<PartCopy['serverSideEncryption'], undefined>>,
  Is<Same<ResultOf<Operations['copyObject']>['statusCode'], 200>>,
  Is<Same<ResultOf<Operations['copyObject']>['lastModified'], Date>>,
  Is<Same<ResultOf<Operations['copyObject']>['hashCrc64'], bigint | undefined>>,
  Is<Same<Get['statusCode'], 200 | 206>>,
  Is<Same<Get['body'], Body | undefined>>,
  Is<Same<Extract<Get, { statusCode: 206 }>['contentRange'], string | undefined>>,
  Is<Same<Extract<'contentRange', keyof Extract<Get, { statusCode: 200 }>>, never>>,
  Is<Same<Listing['contents'][number]['key'], string>>,
  Is<Same<Listing['contents'][number]['size'], number>>,
  Is<Same<Listing['nextContinuationToken'], string | undefined>>,
  Is<Same<Extract<'listType', keyof RequestOf<Operations['listObjectsV2']>>, never>>,
  Is<Same<Complete['parts'], readonly { readonly partNumber: number; readonly etag: string }[] | undefined>>,
  Is<Same<RequestOf<Operations['listBuckets']>['maxKeys'], number | undefined>>,
  Is<Same<RequestOf<Operations['getBucketInfo']>, { readonly bucket: string }>>,
  Is<Same<ResultOf<Operations['getBucketAcl']>['owner'], { readonly id: string; readonly displayName: string }>>,
];

it('does not let a caller or a handler say what the table does not have', () => {
  const at = { bucket: 'b', key: 'k' };
  // @ts-expect-error a copy needs its source
  const withoutSource: Copy = at;
  // @ts-expect-error there is no such directive
  const otherDirective: Copy = { ...at, sourceBucket: 'b', sourceKey: 'k', metadataDirective: 'MERGE' };
  // @ts-expect-error the member's name is not a field
  const asMember: Copy = { ...at, source: '/b/k' };
  // @ts-expect-error a part has a number
  const withoutNumber: PartCopy = { ...at, uploadId: 'u', sourceBucket: 'b', sourceKey: 'k' };
  // @ts-expect-error a part takes its encryption from its upload
  const encryptedPart: PartCopy['serverSideEncryption'] = 'AES256';
  // @ts-expect-error a copy is 200 and nothing else
  const otherStatus: ResultOf<Operations['copyObject']> = { statusCode: 201, etag: '""', lastModified: new Date(0) };
  // @ts-expect-error an answer has the time of the copy
  const withoutTime: ResultOf<Operations['copyObject']> = { statusCode: 200, etag: '""' };
  // @ts-expect-error the checksum is a bigint
  const textChecksum: ResultOf<Operations['putObject']> = { statusCode: 200, hashCrc64: '1' };
  const good: Copy = { ...at, sourceBucket: 'b', sourceKey: 'k', metadataDirective: 'REPLACE', metadata: { a: '1' } };
  expect([
    withoutSource,
    otherDirective,
    asMember,
    withoutNumber,
    encryptedPart,
    otherStatus,
    withoutTime,
    textChecksum,
    good,
  ]).toHaveLength(9);
});
