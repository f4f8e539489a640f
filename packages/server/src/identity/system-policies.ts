import { compilePolicy } from '../authorization/compile-policy.ts';
import type { Policy } from '../authorization/policy.ts';

export interface SystemPolicy {
  readonly name: string;
  readonly description: string;
  readonly document: string;
  readonly policy: Policy;
}

function systemPolicy(name: string, description: string, action: string | readonly string[]): SystemPolicy {
  const document = JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
  return { name, description, document, policy: compilePolicy(document, { kind: 'identity' }) };
}

/** Policies that every account has (RAM: system policies), as far as they speak of what this server does. */
export const systemPolicies: ReadonlyMap<string, SystemPolicy> = new Map(
  [
    systemPolicy('AdministratorAccess', 'Everything.', '*'),
    systemPolicy('AliyunOSSFullAccess', 'Everything in buckets.', 'oss:*'),
    systemPolicy('AliyunOSSReadOnlyAccess', 'Reading of buckets and objects.', ['oss:Get*', 'oss:List*']),
    systemPolicy('AliyunSTSAssumeRoleAccess', 'Assuming roles.', 'sts:AssumeRole'),
  ].map((policy) => [policy.name, policy]),
);
