import { type operations, type RequestOf, ServiceError } from '@ossature/protocol';
import type { Retention } from '@ossature/store';
import { changeConfiguration } from '../bucket-configurations/change-configuration.ts';
import { objectWorm, objectWormOf } from '../bucket-configurations/object-worm.ts';
import { judgeObjectWormAllowed } from '../retention/judge-bucket-state.ts';
import { judgeProtectable, judgeRetention } from '../retention/judge-retention.ts';
import { newRetention } from '../retention/new-protection.ts';
import { readBucket } from './bucket.ts';
import type { Handler } from './handler.ts';
import { judgeVersion } from './version-facts.ts';

/** What stands cannot be switched off; its default may be changed or taken away, for objects that come later. */
export const putBucketObjectWormConfiguration: Handler<typeof operations.putBucketObjectWormConfiguration> = async (request, context) => {
  const { defaultRetention } = request.rule ?? {};
  await changeConfiguration(context, request.bucket, objectWorm, (bucket) => {
    judgeObjectWormAllowed(bucket, context.config.clock.now());
    return { defaultRetention };
  });
  return { statusCode: 200 };
};

export const getBucketObjectWormConfiguration: Handler<typeof operations.getBucketObjectWormConfiguration> = async (request, context) => {
  const found = objectWormOf(await readBucket(request.bucket, context));
  if (found === undefined) throw new ServiceError('ObjectWormConfigurationNotFound');
  const { defaultRetention } = found;
  return { statusCode: 200, objectWormEnabled: 'Enabled', rule: defaultRetention === undefined ? undefined : { defaultRetention } };
};

export const putObjectRetention: Handler<typeof operations.putObjectRetention> = async (request, context) => {
  await context.store.updateObject(request, (target) => {
    const bucket = context.guard.target(target.bucket, target.existing);
    const object = judgeVersion(request, target, 'PUT');
    judgeProtectable(bucket, object);
    const nowMs = context.config.clock.now();
    const retention = retentionOf(request, nowMs);
    judgeRetention(object.retention, retention, nowMs, { bypassGovernance: request.bypassGovernanceRetention });
    return { ...object, retention };
  });
  return { statusCode: 200 };
};

/** Without mode and date there is to be none. */
function retentionOf({ mode, retainUntilDate }: RequestOf<typeof operations.putObjectRetention>, nowMs: number): Retention | undefined {
  if (mode === undefined && retainUntilDate === undefined) return undefined;
  if (mode !== undefined && retainUntilDate !== undefined) return newRetention(mode, retainUntilDate, nowMs, 'RetainUntilDate');
  throw new ServiceError('MalformedXML', { elements: { ErrorDetail: 'Mode and RetainUntilDate must come together.' } });
}

export const getObjectRetention: Handler<typeof operations.getObjectRetention> = async (request, context) => {
  const target = await context.store.headObject(request);
  context.guard.target(target.bucket, target.existing);
  const { retention } = judgeVersion(request, target, 'GET');
  if (retention === undefined) return { statusCode: 200 };
  return { statusCode: 200, mode: retention.mode, retainUntilDate: new Date(retention.untilMs) };
};

export const putObjectLegalHold: Handler<typeof operations.putObjectLegalHold> = async (request, context) => {
  await context.store.updateObject(request, (target) => {
    const bucket = context.guard.target(target.bucket, target.existing);
    const object = judgeVersion(request, target, 'PUT');
    judgeProtectable(bucket, object);
    return { ...object, legalHold: request.status === 'ON' };
  });
  return { statusCode: 200 };
};

export const getObjectLegalHold: Handler<typeof operations.getObjectLegalHold> = async (request, context) => {
  const target = await context.store.headObject(request);
  context.guard.target(target.bucket, target.existing);
  return { statusCode: 200, status: judgeVersion(request, target, 'GET').legalHold === true ? 'ON' : 'OFF' };
};
