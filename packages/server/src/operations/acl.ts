import type { operations } from '@ossature/protocol';
import { noSuchKey } from '../authorization/guard.ts';
import { judgeBucketCount, newBucketOf, propertiesOfBucket, readBucket } from './bucket.ts';
import { ownerOf } from './endpoints.ts';
import type { Handler } from './handler.ts';

/** A bucket that is not there is made, as OSS documents it: so this operation does not answer 404 before it knows its caller. */
export const putBucketAcl: Handler<typeof operations.putBucketAcl> = async (request, context) => {
  await judgeBucketCount(request.bucket, context);
  await context.store.putBucket(request.bucket, (existing) => {
    const properties = existing === undefined ? newBucketOf(context) : propertiesOfBucket(context.guard.target(existing, undefined));
    return { ...properties, acl: request.acl };
  });
  return { statusCode: 200 };
};

export const getBucketAcl: Handler<typeof operations.getBucketAcl> = async (request, context) => {
  const bucket = await readBucket(request.bucket, context);
  return { statusCode: 200, owner: ownerOf(bucket.ownerId), acl: bucket.acl };
};

export const putObjectAcl: Handler<typeof operations.putObjectAcl> = async (request, context) => {
  await context.store.updateObject(request, ({ bucket, existing }) => {
    context.guard.target(bucket, existing);
    if (existing === undefined) throw noSuchKey(request.key);
    return { ...existing, acl: request.acl };
  });
  return { statusCode: 200 };
};

export const getObjectAcl: Handler<typeof operations.getObjectAcl> = async (request, context) => {
  const { bucket, existing } = await context.store.headObject(request);
  context.guard.target(bucket, existing);
  if (existing === undefined) throw noSuchKey(request.key);
  return { statusCode: 200, owner: ownerOf(existing.ownerId), acl: existing.acl };
};
