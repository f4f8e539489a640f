import { type Permission, ServiceError } from '@ossature/protocol';
import type { Bucket, CannedAcl, StoredObject } from '@ossature/store';
import type { Principal } from '../auth/principal.ts';

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
 * May this principal do this? A pure function of the rows: it is asked before the body is read, and again inside every commit.
 * Answers the refusal, or undefined. Identity and bucket policies, when they come, are judged here, before the lists.
 * Source: the OSS pages on authentication and on ACLs.
 */
export function judgeAccess(principal: Principal, permission: Permission, rows: JudgedRows): ServiceError | undefined {
  const { bucket, object } = rows;
  if (principal.kind === 'account' && (bucket === undefined || bucket.ownerId === principal.ownerId)) return undefined;
  const isData = readActions.has(permission.action) || writeActions.has(permission.action);
  if (bucket === undefined || !isData) return refuseManagement(principal, permission);
  const own = object !== undefined && object.acl !== 'default' ? object.acl : undefined;
  const isRead = readActions.has(permission.action);
  return grants(own ?? bucket.acl, isRead) ? undefined : refuseData(principal, isRead, own !== undefined);
}

function grants(acl: CannedAcl, isRead: boolean): boolean {
  return acl === 'public-read-write' || (isRead && acl === 'public-read');
}

function refuseManagement(principal: Principal, permission: Permission): ServiceError {
  if (principal.kind === 'account') return denied('The bucket you access does not belong to you.', '0003-00000905');
  switch (permission.action) {
    case 'oss:ListObjects':
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

function refuseData(principal: Principal, isRead: boolean, byObjectAcl: boolean): ServiceError {
  if (byObjectAcl && isRead) return denied('You do not have read permission on this object.', '0003-00000005');
  if (byObjectAcl) return denied('You do not have write permission on this object.');
  if (!isRead && principal.kind === 'anonymous') return denied('Anonymous access is forbidden for this operation.');
  return denied('You have no right to access this object because of bucket acl.', '0003-00000001');
}

function denied(message: string, ec?: string): ServiceError {
  return new ServiceError('AccessDenied', { message, ec });
}
