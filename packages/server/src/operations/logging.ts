import { type operations, ServiceError } from '@ossature/protocol';
import type { Bucket } from '@ossature/store';
import { changeConfiguration } from '../bucket-configurations/change-configuration.ts';
import { configurationOf } from '../bucket-configurations/configuration.ts';
import { logging } from '../bucket-configurations/logging.ts';
import { readBucket } from './bucket.ts';
import type { Handler } from './handler.ts';

/** The target is named, and not written to: the lines of the access log say where they belong (`http/access-log.ts`). */
export const putBucketLogging: Handler<typeof operations.putBucketLogging> = async ({ bucket, loggingEnabled }, context) => {
  const target = loggingEnabled === undefined ? undefined : await context.store.getBucket(loggingEnabled.targetBucket);
  await changeConfiguration(context, bucket, logging, (found) => {
    if (loggingEnabled === undefined) return undefined;
    judgeTarget(found, target);
    return { targetBucket: loggingEnabled.targetBucket, targetPrefix: loggingEnabled.targetPrefix ?? '' };
  });
  return { statusCode: 200 };
};

/** The owner's own bucket, in the region of the logged one (OSS: PutBucketLogging). */
function judgeTarget(logged: Bucket, target: Bucket | undefined): void {
  if (target === undefined) {
    throw new ServiceError('InvalidTargetBucketForLogging', { message: 'The target bucket for logging does not exist.' });
  }
  if (target.ownerId !== logged.ownerId) throw new ServiceError('InvalidTargetBucketForLogging', { ec: '0032-00000009' });
  if (target.region !== logged.region) {
    throw new ServiceError('InvalidTargetBucketForLogging', {
      message: 'The target bucket for logging is in another region.',
      ec: '0032-00000010',
    });
  }
}

export const getBucketLogging: Handler<typeof operations.getBucketLogging> = async (request, context) => {
  const target = configurationOf(await readBucket(request.bucket, context), logging);
  return { statusCode: 200, loggingEnabled: target };
};

export const deleteBucketLogging: Handler<typeof operations.deleteBucketLogging> = async ({ bucket }, context) => {
  await changeConfiguration(context, bucket, logging, () => undefined);
  return { statusCode: 204 };
};
