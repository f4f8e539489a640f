import { ServiceError } from '@ossature/protocol';
import type { Target } from '@ossature/store';

/**
 * Whether a write may take the place of what stands under its key. One judgement for every operation that writes an object: put, append (of a new object), copy, Complete, link, form.
 * Asked in the commit's own `decide`, after the permissions.
 */
export function judgeReplacement(request: { readonly forbidOverwrite?: boolean | undefined }, target: Target): void {
  const { bucket, existing } = target;
  // With versions nothing is overwritten: there the header has no effect, also while versioning is suspended (OSS: x-oss-forbid-overwrite).
  if (bucket?.versioning !== undefined) return;
  if (request.forbidOverwrite === true && existing !== undefined) throw new ServiceError('FileAlreadyExists');
}
