import type { operations } from '@ossature/protocol';
import { judgeBucketAcl } from '../bucket-configurations/public-access-block.ts';
import { judgeBucketCount, newBucketOf, propertiesOfBucket, readBucket } from './bucket.ts';
import { ownerOf } from './endpoints.ts';
import type { Handler } from './handler.ts';
import { judgeVersion, versionIdOf } from './version-facts.ts';

/** A bucket that is not there is made, as OSS documents it, by who may make one: so this operation does not answer 404 before it knows its caller. */
export const putBucketAcl: Handler<typeof operations.putBucketAcl> = async (request, context) => {
  await judgeBucketCount(request.bucket, context);
  await context.store.putBucket(request.bucket, (existing) => {
    if (existing === undefined) context.guard.also('oss:PutBucket', undefined);
    const properties = existing === undefined ? newBucketOf(context) : propertiesOfBucket(context.guard.target(existing, undefined));
    judgeBucketAcl(request.acl, properties, context.identities.blocksPublicAccess);
    return { ...properties, acl: request.acl };
  });
  return { statusCode: 200 };
};

export const getBucketAcl: Handler<typeof operations.getBucketAcl> = async (request, context) => {
  const bucket = await readBucket(request.bucket, context);
  return { statusCode: 200, owner: ownerOf(bucket.ownerId), acl: bucket.acl };
};

/** Of a link, its own. */
export const putObjectAcl: Handler<typeof operations.putObjectAcl> = async (request, context) => {
  const object = await context.store.updateObject(request, (target) => {
    context.guard.target(target.bucket, target.existing);
    return { ...judgeVersion(request, target, 'PUT'), acl: request.acl };
  });
  return { statusCode: 200, versionId: versionIdOf(context.bucket, object) };
};

export const getObjectAcl: Handler<typeof operations.getObjectAcl> = async (request, context) => {
  const target = await context.store.headObject(request);
  const bucket = context.guard.target(target.bucket, target.existing);
  const object = judgeVersion(request, target, 'GET');
  return { statusCode: 200, owner: ownerOf(object.ownerId), acl: object.acl, versionId: versionIdOf(bucket, object) };
};
