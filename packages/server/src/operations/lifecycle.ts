import { type operations, ServiceError } from '@ossature/protocol';
import type { Random } from '@ossature/store';
import { judgeLifecycleRules } from '../lifecycle/judge-rule.ts';
import { judgeRulesTogether, judgeRuleTimes } from '../lifecycle/judge-rules.ts';
import { ruleOf, wireRuleOf } from '../lifecycle/wire-rule.ts';
import { readBucket } from './bucket.ts';
import type { Handler } from './handler.ts';

export const putBucketLifecycle: Handler<typeof operations.putBucketLifecycle> = async (request, context) => {
  const { lifecycle, config } = context;
  const bucket = await readBucket(request.bucket, context);
  judgeLifecycleRules(request.rules);
  const rules = request.rules.map((rule) => ruleOf(rule, () => mintRuleId(config.random)));
  for (const rule of rules) judgeRuleTimes(rule);
  judgeRulesTogether(rules, request.allowSameActionOverlap === true);
  await lifecycle.put(bucket.id, rules);
  return { statusCode: 200 };
};

/** As unlikely to repeat as an id of the store, in the letters of a UUID. */
function mintRuleId(random: Random): string {
  return Buffer.from(random.bytes(16)).toString('hex');
}

export const getBucketLifecycle: Handler<typeof operations.getBucketLifecycle> = async (request, context) => {
  const rules = context.lifecycle.rulesOf(await readBucket(request.bucket, context));
  if (rules === undefined) throw new ServiceError('NoSuchLifecycle', { elements: { BucketName: request.bucket } });
  return { statusCode: 200, rules: rules.map(wireRuleOf) };
};

export const deleteBucketLifecycle: Handler<typeof operations.deleteBucketLifecycle> = async (request, context) => {
  const bucket = await readBucket(request.bucket, context);
  await context.lifecycle.remove(bucket.id);
  return { statusCode: 204 };
};
