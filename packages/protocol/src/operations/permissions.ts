/** What callers of the operations need permission for (OSS: RAM policies, actions of OSS). */
import type { Permission } from '../operation.ts';

interface VersionedAddress {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}

/** What a write may set beside the bytes, each with an action of its own. */
interface WriteRequest {
  readonly bucket: string;
  readonly key: string;
  readonly tagging?: unknown;
  readonly acl?: unknown;
  readonly objectWormMode?: unknown;
  readonly objectWormLegalHold?: unknown;
}

/** `oss:GetObject`, and `oss:GetObjectVersion` where a version is named; `what` goes behind both: `Acl`, `Tagging`. */
export function objectAction(
  verb: 'Get' | 'Put' | 'Delete' | 'Restore',
  request: VersionedAddress,
  what: '' | 'Acl' | 'Tagging' = '',
): Permission {
  const named = request.versionId === undefined ? '' : 'Version';
  return { action: `oss:${verb}Object${named}${what}`, bucket: request.bucket, key: request.key };
}

/** Writing an object, with the tags and the ACL that the request sets. */
export function writeActions({ bucket, key, tagging, acl, objectWormMode, objectWormLegalHold }: WriteRequest): readonly Permission[] {
  return [
    { action: 'oss:PutObject', bucket, key },
    ...(tagging === undefined ? [] : [{ action: 'oss:PutObjectTagging', bucket, key } as const]),
    ...(acl === undefined ? [] : [{ action: 'oss:PutObjectAcl', bucket, key } as const]),
    ...(objectWormMode === undefined ? [] : [{ action: 'oss:PutObjectRetention', bucket, key } as const]),
    ...(objectWormLegalHold === undefined ? [] : [{ action: 'oss:PutObjectLegalHold', bucket, key } as const]),
  ];
}

interface BypassRequest {
  readonly bucket: string;
  readonly key: string;
  readonly bypassGovernanceRetention?: boolean | undefined;
}

/** Who asks to bypass a retention in GOVERNANCE mode needs the right to, whether the object has one or not. */
export function bypassAction({ bucket, key, bypassGovernanceRetention }: BypassRequest): readonly Permission[] {
  return bypassGovernanceRetention === true ? [{ action: 'oss:BypassGovernanceRetention', bucket, key }] : [];
}

/** An action on the bucket itself. */
export function bucketAction(action: Permission['action'], request: { readonly bucket: string }): readonly Permission[] {
  return [{ action, bucket: request.bucket }];
}
