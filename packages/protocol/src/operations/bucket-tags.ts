/** Tags of buckets (OSS: bucket tagging). */
import { text } from '../codec.ts';
import { judgeBucketTags, tagKeys } from '../codec-bucket-tags.ts';
import { limits } from '../limits.ts';
import { bucketName, element, judged, many, operation, query, struct, xml } from '../operation.ts';
import { xmlBodyFacts } from './member-sets.ts';
import { bucketAction } from './permissions.ts';

const tagSet = many(
  struct('Tag', {
    /** 1 to 64 bytes; not beginning with `http://`, `https://` or `Aliyun`. */
    key: element('Key', text),
    /** Up to 128 bytes; may be empty. */
    value: element('Value', text),
  }),
  'TagSet',
);

/** Replaces all tags of a bucket (OSS: PutBucketTags). */
export const putBucketTags = operation({
  name: 'PutBucketTags',
  method: 'PUT',
  level: 'bucket',
  marks: { query: ['tagging'] },
  request: {
    bucket: bucketName,
    ...xmlBodyFacts,
    /** At most 20, no key twice. */
    tags: judged(xml(tagSet), judgeBucketTags),
  },
  requestRoot: 'Tagging',
  requestBody: 'required',
  results: { 200: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied', 'InvalidDigest', 'MalformedXML', 'TooManyTags', 'InvalidTag', 'RepeatedTags'],
  permissions: (request) => bucketAction('oss:PutBucketTagging', request),
  retry: 'idempotent',
  bodyLimitBytes: limits.xmlMaxBytes,
});

/** The tags of a bucket (OSS: GetBucketTags). */
export const getBucketTags = operation({
  name: 'GetBucketTags',
  method: 'GET',
  level: 'bucket',
  marks: { query: ['tagging'] },
  request: { bucket: bucketName },
  results: {
    200: {
      root: 'Tagging',
      members: {
        /** Empty for a bucket without tags. */
        tags: xml(tagSet),
      },
    },
  },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:GetBucketTagging', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

/** Removes the tags of a bucket, all of them or some (OSS: DeleteBucketTags). */
export const deleteBucketTags = operation({
  name: 'DeleteBucketTags',
  method: 'DELETE',
  level: 'bucket',
  marks: { query: ['tagging'] },
  request: {
    bucket: bucketName,
    /** Only the tags with these keys; those that are not there are passed over. */
    tagging: query('tagging', tagKeys),
  },
  results: { 204: { members: {} } },
  errors: ['NoSuchBucket', 'AccessDenied'],
  permissions: (request) => bucketAction('oss:DeleteBucketTagging', request),
  retry: 'idempotent',
  bodyLimitBytes: 0,
});
