import type { operations } from '@ossature/protocol';
import { changeConfiguration } from '../bucket-configurations/change-configuration.ts';
import { configurationOf } from '../bucket-configurations/configuration.ts';
import { requestPayment } from '../bucket-configurations/request-payment.ts';
import { readBucket } from './bucket.ts';
import type { Handler } from './handler.ts';

export const putBucketRequestPayment: Handler<typeof operations.putBucketRequestPayment> = async ({ bucket, payer }, context) => {
  await changeConfiguration(context, bucket, requestPayment, () => payer);
  return { statusCode: 200 };
};

export const getBucketRequestPayment: Handler<typeof operations.getBucketRequestPayment> = async (request, context) => {
  const bucket = await readBucket(request.bucket, context);
  return { statusCode: 200, payer: configurationOf(bucket, requestPayment) ?? 'BucketOwner' };
};
