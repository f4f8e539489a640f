import { type operations, ServiceError } from '@ossature/protocol';
import { PolicyFault } from '../authorization/policy-fault.ts';
import { changeConfiguration } from '../bucket-configurations/change-configuration.ts';
import { configurationOf } from '../bucket-configurations/configuration.ts';
import { type BucketPolicy, parseBucketPolicy, policyConfiguration } from '../bucket-configurations/policy.ts';
import { blocksPublicAccess, publicRefused } from '../bucket-configurations/public-access-block.ts';
import { readBucket } from './bucket.ts';
import type { Handler } from './handler.ts';

/** OSS: PutBucketPolicy. */
const policyMaxBytes = 16 * 1024;

/** The policy is kept as it came: suites compare it byte for byte. */
export const putBucketPolicy: Handler<typeof operations.putBucketPolicy> = async ({ bucket: name, policy: text }, context) => {
  const policy = readPolicy(text, name);
  await changeConfiguration(context, name, policyConfiguration, (bucket) => {
    if (policy.isPublic && (context.identities.blocksPublicAccess || blocksPublicAccess(bucket))) throw publicRefused('bucket policy');
    return policy;
  });
  return { statusCode: 200 };
};

function readPolicy(text: string, bucket: string): BucketPolicy {
  if (Buffer.byteLength(text) > policyMaxBytes) {
    throw new ServiceError('InvalidPolicyDocument', {
      message: `Invalid Policy: The policy is larger than ${policyMaxBytes} bytes.`,
      ec: '0030-00000001',
    });
  }
  try {
    return parseBucketPolicy(text, bucket);
  } catch (error) {
    if (error instanceof PolicyFault) throw new ServiceError('InvalidPolicyDocument', { message: error.message, ec: error.ec });
    throw error;
  }
}

export const getBucketPolicy: Handler<typeof operations.getBucketPolicy> = async (request, context) => {
  const policy = configurationOf(await readBucket(request.bucket, context), policyConfiguration);
  if (policy === undefined) throw new ServiceError('NoSuchBucketPolicy', { elements: { BucketName: request.bucket } });
  return { statusCode: 200, policy: policy.text };
};

export const deleteBucketPolicy: Handler<typeof operations.deleteBucketPolicy> = async (request, context) => {
  await changeConfiguration(context, request.bucket, policyConfiguration, () => undefined);
  return { statusCode: 204 };
};

export const getBucketPolicyStatus: Handler<typeof operations.getBucketPolicyStatus> = async (request, context) => {
  const policy = configurationOf(await readBucket(request.bucket, context), policyConfiguration);
  return { statusCode: 200, isPublic: policy?.isPublic === true };
};
