import type { OssUrl } from '../oss-url.ts';
import { UsageError } from '../usage-error.ts';

/** An object as a source: the current version, or the one that is named. */
export interface ObjectVersion extends OssUrl {
  readonly versionId?: string | undefined;
}

export function isSameObject(a: OssUrl, b: OssUrl): boolean {
  return a.bucket === b.bucket && a.key === b.key;
}

/** OSS takes a copy onto itself, and takes the metadata of the request for the object's: nothing, here. With versions it makes an older one current again. */
export function sameObject(): UsageError {
  return new UsageError('Source and destination are the same object.');
}
