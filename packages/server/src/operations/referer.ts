import type { operations } from '@ossature/protocol';
import { changeConfiguration } from '../bucket-configurations/change-configuration.ts';
import { configurationOf } from '../bucket-configurations/configuration.ts';
import { compileRefererRules, defaultRefererRules, refererConfiguration } from '../bucket-configurations/referer.ts';
import { readBucket } from './bucket.ts';
import type { Handler } from './handler.ts';

export const putBucketReferer: Handler<typeof operations.putBucketReferer> = async (request, context) => {
  const rules = compileRefererRules({
    allowEmptyReferer: request.allowEmptyReferer,
    allowTruncateQueryString: request.allowTruncateQueryString ?? defaultRefererRules.allowTruncateQueryString,
    truncatePath: request.truncatePath ?? defaultRefererRules.truncatePath,
    refererList: entriesOf(request.refererList?.referers),
    refererBlacklist: entriesOf(request.refererBlacklist?.referers),
  });
  await changeConfiguration(context, request.bucket, refererConfiguration, () => rules);
  return { statusCode: 200 };
};

/** An empty element is how SDKs write an empty list: as an entry it would fit everything. */
function entriesOf(referers: readonly string[] | undefined): readonly string[] {
  return (referers ?? []).filter((referer) => referer !== '');
}

export const getBucketReferer: Handler<typeof operations.getBucketReferer> = async (request, context) => {
  const rules = configurationOf(await readBucket(request.bucket, context), refererConfiguration) ?? defaultRefererRules;
  return {
    statusCode: 200,
    allowEmptyReferer: rules.allowEmptyReferer,
    allowTruncateQueryString: rules.allowTruncateQueryString,
    truncatePath: rules.truncatePath,
    refererList: { referers: rules.refererList },
    ...(rules.refererBlacklist.length === 0 ? {} : { refererBlacklist: { referers: rules.refererBlacklist } }),
  };
};
