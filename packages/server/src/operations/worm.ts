import { type operations, ServiceError } from '@ossature/protocol';
import type { Bucket } from '@ossature/store';
import { changeConfiguration } from '../bucket-configurations/change-configuration.ts';
import { type BucketWorm, worm, wormOf } from '../bucket-configurations/worm.ts';
import { judgeBucketWormAllowed } from '../retention/judge-bucket-state.ts';
import { readBucket } from './bucket.ts';
import type { Handler } from './handler.ts';

export const initiateBucketWorm: Handler<typeof operations.initiateBucketWorm> = async (request, context) => {
  const { clock, random } = context.config;
  const id = Buffer.from(random.bytes(16)).toString('hex').toUpperCase();
  await changeConfiguration(context, request.bucket, worm, (bucket): BucketWorm | undefined => {
    const nowMs = clock.now();
    if (wormOf(bucket, nowMs) !== undefined) throw new ServiceError('WORMConfigurationAlreadyExists');
    judgeBucketWormAllowed(bucket);
    return { id, state: 'InProgress', days: request.retentionPeriodInDays, createdMs: nowMs };
  });
  return { statusCode: 200, wormId: id };
};

export const abortBucketWorm: Handler<typeof operations.abortBucketWorm> = async (request, context) => {
  await changeConfiguration(context, request.bucket, worm, (bucket): BucketWorm | undefined => {
    if (standing(bucket, context.config.clock.now()).state === 'Locked') throw new ServiceError('WORMConfigurationLocked');
    return undefined;
  });
  return { statusCode: 204 };
};

export const completeBucketWorm: Handler<typeof operations.completeBucketWorm> = async (request, context) => {
  await changeConfiguration(context, request.bucket, worm, (bucket): BucketWorm | undefined => {
    const found = named(bucket, request.wormId, context.config.clock.now());
    if (found.state === 'Locked') throw new ServiceError('WORMConfigurationLocked');
    return { ...found, state: 'Locked' };
  });
  return { statusCode: 200 };
};

export const extendBucketWorm: Handler<typeof operations.extendBucketWorm> = async (request, context) => {
  await changeConfiguration(context, request.bucket, worm, (bucket): BucketWorm | undefined => {
    const found = named(bucket, request.wormId, context.config.clock.now());
    const { retentionPeriodInDays: days } = request;
    // Only what is locked can be extended, and only made longer.
    if (found.state !== 'Locked' || days <= found.days) throw new ServiceError('InvalidWORMConfiguration');
    return { ...found, days };
  });
  return { statusCode: 200 };
};

export const getBucketWorm: Handler<typeof operations.getBucketWorm> = async (request, context) => {
  const { id, state, days, createdMs } = standing(await readBucket(request.bucket, context), context.config.clock.now());
  return { statusCode: 200, wormId: id, state, retentionPeriodInDays: days, creationDate: new Date(createdMs) };
};

function standing(bucket: Bucket, nowMs: number): BucketWorm {
  const found = wormOf(bucket, nowMs);
  if (found === undefined) throw new ServiceError('NoSuchWORMConfiguration');
  return found;
}

function named(bucket: Bucket, id: string, nowMs: number): BucketWorm {
  const found = standing(bucket, nowMs);
  if (found.id !== id) throw new ServiceError('NoSuchWORMConfiguration', { message: 'The specified WORM ID does not exist.' });
  return found;
}
