import type { operations } from '@ossature/protocol';
import { changeConfiguration } from '../bucket-configurations/change-configuration.ts';
import { configurationOf } from '../bucket-configurations/configuration.ts';
import { bucketTags } from '../bucket-configurations/tags.ts';
import { readBucket } from './bucket.ts';
import type { Handler } from './handler.ts';
import { tagsOf } from './object-properties.ts';

export const putBucketTags: Handler<typeof operations.putBucketTags> = async ({ bucket, tags }, context) => {
  await changeConfiguration(context, bucket, bucketTags, () => (tags.length === 0 ? undefined : tagsOf(tags)));
  return { statusCode: 200 };
};

export const getBucketTags: Handler<typeof operations.getBucketTags> = async (request, context) => {
  const tags = configurationOf(await readBucket(request.bucket, context), bucketTags) ?? [];
  return { statusCode: 200, tags: tags.map(([key, value]) => ({ key, value })) };
};

export const deleteBucketTags: Handler<typeof operations.deleteBucketTags> = async ({ bucket, tagging }, context) => {
  await changeConfiguration(context, bucket, bucketTags, (found) => {
    if (tagging === undefined) return undefined;
    const left = (configurationOf(found, bucketTags) ?? []).filter(([key]) => !tagging.includes(key));
    return left.length === 0 ? undefined : left;
  });
  return { statusCode: 204 };
};
