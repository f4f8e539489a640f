import { type Permission, ServiceError } from '@ossature/protocol';
import type { Principal } from '../auth/principal.ts';
import type { Verdict } from './policy.ts';

/** The texts and numbers of 403 AccessDenied, by situation (OSS: error codes 0003; EC pages). */

export function denied(message: string, ec?: string, elements: Readonly<Record<string, string>> = {}): ServiceError {
  return new ServiceError('AccessDenied', { message, ec, elements });
}

export function bySessionPolicy(principal: Principal, action: string): ServiceError {
  return denied("Access denied by authorizer's policy.", undefined, details(principal, action, 'ImplicitDeny', 'SessionPolicy'));
}

export function byBucketPolicy(): ServiceError {
  return denied('Access denied by bucket policy.', '0003-00000101');
}

/** OSS tells a deny of a RAM policy in the words of bucket policies; the number and the details tell them apart. */
export function byIdentityPolicy(principal: Principal, action: string): ServiceError {
  return denied('Access denied by bucket policy.', '0003-00000201', details(principal, action, 'ExplicitDeny', identityPolicyType));
}

/** Nothing allows the use of a master key, or something denies it. */
export function byMasterKey(principal: Principal, action: string, verdict: Verdict, by: 'session' | 'identity'): ServiceError {
  const noPermissionType = verdict === 'deny' ? 'ExplicitDeny' : 'ImplicitDeny';
  const policyType = by === 'session' ? 'SessionPolicy' : identityPolicyType;
  return denied('This request is forbidden by kms.', undefined, details(principal, action, noPermissionType, policyType));
}

export function byReferer(): ServiceError {
  return denied('You are denied by bucket referer policy.');
}

/** Another account, or nobody, who does not say that they pay. */
export function byPayment(signedIn: 'header' | 'query' | undefined): ServiceError {
  const numbers = { header: '0003-00000703', query: '0003-00000702', none: '0003-00000701' };
  return denied('Access denied for requester pay bucket', numbers[signedIn ?? 'none']);
}

/** Operations on buckets and on the service: what nobody grants is refused. */
export function byNobodyOnBucket(principal: Principal, permission: Permission, isForeign: boolean): ServiceError {
  if (principal.kind !== 'anonymous') {
    if (isForeign) return denied('The bucket you access does not belong to you.', '0003-00000905');
    return denied('AccessDenied', undefined, details(principal, permission.action, 'ImplicitDeny', identityPolicyType));
  }
  switch (permission.action) {
    case 'oss:ListObjects':
    case 'oss:ListObjectVersions':
    case 'oss:ListMultipartUploads':
      return denied('Anonymous user has no right to access this bucket.');
    case 'oss:GetObjectAcl':
    case 'oss:GetObjectVersionAcl':
      return denied('You do not have read acl permission on this object.');
    case 'oss:PutObjectAcl':
    case 'oss:PutObjectVersionAcl':
      return denied('You do not have write acl permission on this object.');
    default:
      return denied('Anonymous access is forbidden for this operation.');
  }
}

interface AclRefusal {
  readonly isRead: boolean;
  /** PostObject: the page of forms tells anonymous writers what others tell anonymous readers. */
  readonly isForm: boolean;
  /** The list is that of the object itself. */
  readonly byObjectAcl: boolean;
}

/** Operations on objects: the lists have the last word. */
export function byAcl(principal: Principal, permission: Permission, { isRead, isForm, byObjectAcl }: AclRefusal): ServiceError {
  const elements = details(principal, permission.action, 'ImplicitDeny', identityPolicyType);
  if (byObjectAcl && isRead) return denied('You do not have read permission on this object.', '0003-00000005', elements);
  if (byObjectAcl) return denied('You do not have write permission on this object.', undefined, elements);
  if (!isRead && !isForm && principal.kind === 'anonymous') return denied('Anonymous access is forbidden for this operation.');
  return denied('You have no right to access this object because of bucket acl.', '0003-00000001', elements);
}

const identityPolicyType = 'AccountLevelIdentityBasedPolicy';

/** `AccessDeniedDetail` of users and roles; nothing for others. */
function details(
  principal: Principal,
  action: string,
  noPermissionType: 'ImplicitDeny' | 'ExplicitDeny',
  policyType: string,
): Readonly<Record<string, string>> {
  if (principal.kind !== 'user' && principal.kind !== 'role') return {};
  const told = {
    AuthAction: action,
    AuthPrincipalType: principal.kind === 'user' ? 'SubUser' : 'AssumedRoleUser',
    AuthPrincipalOwnerId: principal.ownerId,
    AuthPrincipalDisplayName: principal.kind === 'user' ? principal.userId : `${principal.roleName}:${principal.sessionName}`,
    NoPermissionType: noPermissionType,
    PolicyType: policyType,
  };
  return Object.fromEntries(Object.entries(told).map(([name, value]) => [`AccessDeniedDetail.${name}`, value]));
}
