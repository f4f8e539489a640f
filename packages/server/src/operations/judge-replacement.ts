import { ServiceError } from '@ossature/protocol';
import type { Target } from '@ossature/store';
import { forbidsOverwrite } from '../bucket-configurations/overwrite-config.ts';
import { judgeImmutable } from '../retention/judge-immutable.ts';
import type { HandlerContext } from './handler.ts';

/**
 * Whether a write may take the place of what stands under its key. One judgement for every operation that writes an object: put, append (of a new object), copy, Complete, link, form.
 * Asked in the commit's own `decide`, after the permissions.
 */
export function judgeReplacement(request: OverwriteRequest, target: Target, context: Pick<HandlerContext, 'config' | 'principal'>): void {
  judgeForbidOverwrite(request, target, context);
  judgeImmutable(target.bucket, replacedBy(target), context.config.clock.now());
}

interface OverwriteRequest {
  readonly key: string;
  readonly forbidOverwrite?: boolean | undefined;
}

/**
 * What the request itself forbids, or a rule of the bucket. With versions nothing is overwritten: there neither has an effect, also while versioning is suspended (OSS:
 * x-oss-forbid-overwrite). A copy of an object onto itself overwrites it like any other.
 */
export function judgeForbidOverwrite(
  { key, forbidOverwrite }: OverwriteRequest,
  { bucket, existing }: Pick<Target, 'bucket' | 'existing'>,
  { principal }: Pick<HandlerContext, 'principal'>,
): void {
  if (bucket === undefined || bucket.versioning !== undefined || existing === undefined) return;
  if (forbidOverwrite === true || forbidsOverwrite(bucket, key, principal)) throw new ServiceError('FileAlreadyExists');
}

/** What a write to the key takes the place of, for good. */
export function replacedBy({ bucket, existing, replaced }: Target): Target['replaced'] {
  return bucket?.versioning === undefined ? existing : replaced;
}
