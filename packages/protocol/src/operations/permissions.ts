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
}

/** `oss:GetObject`, and `oss:GetObjectVersion` where a version is named; `what` goes behind both: `Acl`, `Tagging`. */
export function objectAction(verb: 'Get' | 'Put' | 'Delete', request: VersionedAddress, what: '' | 'Acl' | 'Tagging' = ''): Permission {
  const named = request.versionId === undefined ? '' : 'Version';
  return { action: `oss:${verb}Object${named}${what}`, bucket: request.bucket, key: request.key };
}

/** Writing an object, with the tags and the ACL that the request sets. */
export function writeActions({ bucket, key, tagging, acl }: WriteRequest): readonly Permission[] {
  return [
    { action: 'oss:PutObject', bucket, key },
    ...(tagging === undefined ? [] : [{ action: 'oss:PutObjectTagging', bucket, key } as const]),
    ...(acl === undefined ? [] : [{ action: 'oss:PutObjectAcl', bucket, key } as const]),
  ];
}

/** An action on the bucket itself. */
export function bucketAction(action: Permission['action'], request: { readonly bucket: string }): readonly Permission[] {
  return [{ action, bucket: request.bucket }];
}
