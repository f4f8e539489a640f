import { compilePolicy } from '../authorization/compile-policy.ts';
import type { Policy } from '../authorization/policy.ts';
import type { Configuration } from './configuration.ts';

/** Who may do what to a bucket (OSS: bucket policy). It is kept and answered as it came, and compiled once. */
export interface BucketPolicy extends Policy {
  readonly text: string;
  /** A statement allows everybody, from everywhere. */
  readonly isPublic: boolean;
}

export const policyConfiguration: Configuration<BucketPolicy> = {
  name: 'policy',
  parse: (text) => parseBucketPolicy(text, undefined),
  format: ({ text }) => text,
};

/** `bucket`: the one that its resources must name. Throws `PolicyFault`. */
export function parseBucketPolicy(text: string, bucket: string | undefined): BucketPolicy {
  const policy = compilePolicy(text, { kind: 'bucket', bucket });
  return { ...policy, text, isPublic: policy.statements.some(({ isPublic }) => isPublic) };
}
