import type { Permission, ServiceError } from '@ossature/protocol';
import type { Bucket, CannedAcl, StoredObject } from '@ossature/store';
import type { Principal } from '../auth/principal.ts';
import { configurationOf } from '../bucket-configurations/configuration.ts';
import { policyConfiguration } from '../bucket-configurations/policy.ts';
import { blocksPublicAccess, publicRefused } from '../bucket-configurations/public-access-block.ts';
import { admitsReferer } from '../bucket-configurations/referer.ts';
import { isChargedTo } from '../bucket-configurations/request-payment.ts';
import { conditionValues } from './condition-values.ts';
import { type Asker, type Question, type Resource, type Verdict, verdictOf, verdictOfBucketPolicy } from './policy.ts';
import { byAcl, byBucketPolicy, byIdentityPolicy, byNobodyOnBucket, byPayment, byReferer, bySessionPolicy } from './refusals.ts';
import { quietEnvironment, type RequestEnvironment } from './request-environment.ts';

/** The rows that a judgement is made of, as they stand in one transaction. */
export interface JudgedRows {
  /** Undefined on service level, and for a bucket that is about to be made. */
  readonly bucket: Bucket | undefined;
  /** Undefined where the key is not there: then the bucket's list counts. */
  readonly object: StoredObject | undefined;
}

/** What a canned list grants to others; every other action is the owner's alone, until policies grant it. */
const readActions: ReadonlySet<string> = new Set(['oss:GetObject', 'oss:GetObjectVersion']);
const writeActions: ReadonlySet<string> = new Set([
  'oss:PutObject',
  'oss:DeleteObject',
  'oss:DeleteObjectVersion',
  'oss:AbortMultipartUpload',
  'oss:ListParts',
]);

/**
 * May this principal do this? A pure function of caller, rows and request: it is asked before the body is read, and again inside every commit.
 * Answers the refusal, or undefined. In this order: the session policy, which only narrows; identity and bucket policies together, where a deny
 * beats every allow; the owner; the lists, for operations on objects; and what is asked in addition of whoever may: Referer, payment, the block on public access.
 * Source: the OSS pages on authentication, bucket policies and ACLs.
 */
export function judgeAccess(
  principal: Principal,
  permission: Permission,
  rows: JudgedRows,
  environment: RequestEnvironment = quietEnvironment,
): ServiceError | undefined {
  const { bucket } = rows;
  const question: Question = {
    action: permission.action,
    resource: resourceOf(permission, principal, bucket, environment),
    values: conditionValues({ principal, ...rows, environment }),
    tagsUnread: environment.requestTags === 'unread',
  };
  if (principal.kind === 'role' && principal.sessionPolicy !== undefined && verdictOf([principal.sessionPolicy], question) !== 'allow') {
    return bySessionPolicy(principal, permission.action);
  }
  const ofIdentity: Verdict = principal.kind === 'user' || principal.kind === 'role' ? verdictOf(principal.policies, question) : 'none';
  if (ofIdentity === 'deny') return byIdentityPolicy(principal, permission.action);
  if (bucket === undefined) {
    const isAllowed = principal.kind === 'account' || ofIdentity === 'allow';
    return isAllowed ? undefined : byNobodyOnBucket(principal, permission, false);
  }
  const isBlocked = environment.accountBlocksPublicAccess || blocksPublicAccess(bucket);
  const policy = configurationOf(bucket, policyConfiguration);
  const ofBucket = policy === undefined ? 'none' : verdictOfBucketPolicy(policy, question, askerOf(principal, bucket), isBlocked);
  if (ofBucket === 'deny') return byBucketPolicy();
  return (
    judgeGrant(principal, permission, rows, { ofIdentity, ofBucket, isBlocked, isForm: environment.isForm === true }) ??
    judgeBeside(principal, permission, bucket, environment, isBlocked)
  );
}

interface Verdicts {
  readonly ofIdentity: Verdict;
  readonly ofBucket: Verdict;
  readonly isBlocked: boolean;
  readonly isForm: boolean;
}

/** Nothing denies: who grants? */
function judgeGrant(
  principal: Principal,
  permission: Permission,
  { bucket, object }: JudgedRows,
  { ofIdentity, ofBucket, isBlocked, isForm }: Verdicts,
): ServiceError | undefined {
  const isForeign = principal.kind !== 'anonymous' && principal.ownerId !== bucket?.ownerId;
  if (principal.kind === 'account' && !isForeign) return undefined;
  const isDelegate = principal.kind === 'user' || principal.kind === 'role';
  // In a bucket of another account, their own account must let them go and the other one must let them in.
  if (isDelegate && isForeign && ofIdentity !== 'allow') return byNobodyOnBucket(principal, permission, true);
  if (ofBucket === 'allow' || (isDelegate && !isForeign && ofIdentity === 'allow')) return undefined;
  const isRead = readActions.has(permission.action);
  if (!isRead && !writeActions.has(permission.action)) return byNobodyOnBucket(principal, permission, isForeign);
  const own = object !== undefined && object.acl !== 'default' ? object.acl : undefined;
  const acl = isBlocked ? 'private' : (own ?? bucket?.acl ?? 'private');
  return grants(acl, isRead) ? undefined : byAcl(principal, permission, { isRead, isForm, byObjectAcl: own !== undefined });
}

function grants(acl: CannedAcl, isRead: boolean): boolean {
  return acl === 'public-read-write' || (isRead && acl === 'public-read');
}

/** What is asked of whoever may. */
function judgeBeside(
  principal: Principal,
  permission: Permission,
  bucket: Bucket,
  environment: RequestEnvironment,
  isBlocked: boolean,
): ServiceError | undefined {
  const { signedIn, saysPayer, acl } = environment;
  // Only links are followed from pages: a request that is signed in its header is a program's (OSS: hotlink protection).
  if (permission.key !== undefined && signedIn !== 'header' && !admitsReferer(bucket, environment.referer)) return byReferer();
  if (isChargedTo(principal, bucket) && (principal.kind === 'anonymous' || !saysPayer)) {
    return byPayment(principal.kind === 'anonymous' ? undefined : signedIn);
  }
  const setsObjectAcl = permission.action === 'oss:PutObjectAcl' || permission.action === 'oss:PutObjectVersionAcl';
  if (isBlocked && setsObjectAcl && acl?.startsWith('public-') === true) return publicRefused('object acl');
  return undefined;
}

function resourceOf(
  { bucket: name, key }: Permission,
  principal: Principal,
  bucket: Bucket | undefined,
  environment: RequestEnvironment,
): Resource {
  // A bucket that is to be made is judged as the one that it will be; the service has no region.
  const regionOfNew = name === undefined ? undefined : environment.region;
  return {
    service: 'oss',
    region: bucket?.region ?? regionOfNew ?? '*',
    accountId: bucket?.ownerId ?? (principal.kind === 'anonymous' ? '*' : principal.ownerId),
    path: name === undefined ? '*' : key === undefined ? name : `${name}/${key}`,
  };
}

/** Users and roles of another account are named by their account as well: it is for that one to let them go. */
function askerOf(principal: Principal, bucket: Bucket): Asker {
  if (principal.kind === 'anonymous') return { ids: [], session: undefined, isOwner: false };
  const isForeign = principal.ownerId !== bucket.ownerId;
  switch (principal.kind) {
    case 'account':
      return { ids: [principal.ownerId], session: undefined, isOwner: !isForeign };
    case 'user':
      return { ids: [principal.userId, ...(isForeign ? [principal.ownerId] : [])], session: undefined, isOwner: false };
    case 'role': {
      const session = `arn:sts::${principal.ownerId}:assumed-role/${principal.roleName}/${principal.sessionName}`;
      return { ids: isForeign ? [principal.ownerId] : [], session, isOwner: false };
    }
  }
}
