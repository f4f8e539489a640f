import { type CopySource, copySource } from '../copy-source.ts';
import { group, header, type Permission, required } from '../operation.ts';
import { objectAction } from './permissions.ts';

/** The source of a copy, for operations that take one. */
export const source = {
  /** `/bucket/key[?versionId=id]`. */
  source: required(group(header('x-oss-copy-source', copySource))),
};

/** Reading the source; its tags too where the copy takes them along. */
export function sourceActions({ sourceBucket, sourceKey, sourceVersionId }: CopySource, withTags: boolean): readonly Permission[] {
  const address = { bucket: sourceBucket, key: sourceKey, versionId: sourceVersionId };
  return [objectAction('Get', address), ...(withTags ? [{ ...objectAction('Get', address, 'Tagging'), onlyWithTags: true } as const] : [])];
}
