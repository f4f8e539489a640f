import type { operations } from '@ossature/protocol';
import { changeConfiguration } from '../bucket-configurations/change-configuration.ts';
import { blocksPublicAccess, publicAccessBlockConfiguration } from '../bucket-configurations/public-access-block.ts';
import { readBucket } from './bucket.ts';
import type { Handler } from './handler.ts';

export const putBucketPublicAccessBlock: Handler<typeof operations.putBucketPublicAccessBlock> = async (request, context) => {
  const { bucket, blockPublicAccess } = request;
  await changeConfiguration(context, bucket, publicAccessBlockConfiguration, () => ({ blockPublicAccess }));
  return { statusCode: 200 };
};

export const getBucketPublicAccessBlock: Handler<typeof operations.getBucketPublicAccessBlock> = async (request, context) => {
  return { statusCode: 200, blockPublicAccess: blocksPublicAccess(await readBucket(request.bucket, context)) };
};

export const deleteBucketPublicAccessBlock: Handler<typeof operations.deleteBucketPublicAccessBlock> = async (request, context) => {
  await changeConfiguration(context, request.bucket, publicAccessBlockConfiguration, () => undefined);
  return { statusCode: 204 };
};

export const putPublicAccessBlock: Handler<typeof operations.putPublicAccessBlock> = async (request, context) => {
  context.guard.withoutBucket();
  await context.identities.setBlocksPublicAccess(request.blockPublicAccess);
  return { statusCode: 200 };
};

export const getPublicAccessBlock: Handler<typeof operations.getPublicAccessBlock> = async (_request, context) => {
  return { statusCode: 200, blockPublicAccess: context.identities.blocksPublicAccess };
};

export const deletePublicAccessBlock: Handler<typeof operations.deletePublicAccessBlock> = async (_request, context) => {
  context.guard.withoutBucket();
  await context.identities.setBlocksPublicAccess(false);
  return { statusCode: 204 };
};
