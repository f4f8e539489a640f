import { type operations, type RequestOf, ServiceError } from '@ossature/protocol';
import { changeConfiguration } from '../bucket-configurations/change-configuration.ts';
import { configurationOf } from '../bucket-configurations/configuration.ts';
import { cors } from '../bucket-configurations/cors.ts';
import { permitOf } from '../cors/cors-headers.ts';
import { matchRule } from '../cors/match-rule.ts';
import { readBucket } from './bucket.ts';
import type { Handler, HandlerContext } from './handler.ts';

export const putBucketCors: Handler<typeof operations.putBucketCors> = async ({ bucket, rules, responseVary }, context) => {
  await changeConfiguration(context, bucket, cors, () => ({ rules, responseVary }));
  return { statusCode: 200 };
};

export const getBucketCors: Handler<typeof operations.getBucketCors> = async (request, context) => {
  const configuration = configurationOf(await readBucket(request.bucket, context), cors);
  if (configuration === undefined) throw new ServiceError('NoSuchCORSConfiguration', { elements: { BucketName: request.bucket } });
  return { statusCode: 200, rules: configuration.rules, responseVary: configuration.responseVary };
};

export const deleteBucketCors: Handler<typeof operations.deleteBucketCors> = async ({ bucket }, context) => {
  await changeConfiguration(context, bucket, cors, () => undefined);
  return { statusCode: 204 };
};

export const optionObject: Handler<typeof operations.optionObject> = async (request, context) => answerPreflight(request, context);

export const optionBucket: Handler<typeof operations.optionBucket> = async (request, context) => answerPreflight(request, context);

/** Nobody's permission is asked, and nothing but the rules is told: the request that follows is judged by itself. */
function answerPreflight(request: Omit<RequestOf<typeof operations.optionBucket>, 'bucket'>, { bucket }: HandlerContext) {
  const headers = (request.accessControlRequestHeaders ?? '').split(',').flatMap((name) => (name.trim() === '' ? [] : [name.trim()]));
  const configuration = bucket === undefined ? undefined : configurationOf(bucket, cors);
  const question = { origin: request.origin, method: request.accessControlRequestMethod, headers };
  const match = configuration === undefined ? undefined : matchRule(configuration.rules, question);
  if (configuration === undefined || match === undefined) throw new ServiceError('AccessForbidden');
  return { statusCode: 200 as const, ...permitOf(configuration, match, headers) };
}
