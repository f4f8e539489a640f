import { formatHttpDate, type operations, ServiceError } from '@ossature/protocol';
import type { StoredObject } from '@ossature/store';
import type { Handler } from './handler.ts';
import { judgeVersion, versionIdOf } from './version-facts.ts';

/** The time of the first sealing stays. */
export const sealAppendObject: Handler<typeof operations.sealAppendObject> = async (request, context) => {
  const { bucket, key, position } = request;
  const nowMs = context.config.clock.now();
  const object = await context.store.updateObject({ bucket, key }, (target) => {
    context.guard.target(target.bucket, target.existing);
    const existing = judgeVersion({ bucket, key }, target, 'POST');
    // OSS: SealAppendObject gives this code for objects that are not appendable.
    if (existing.type !== 'Appendable')
      throw new ServiceError('AppendSealedObjectNotAllowed', { message: 'The object is not appendable.' });
    if (position !== existing.sizeBytes) throw otherPosition(existing.sizeBytes);
    return { ...existing, sealedMs: existing.sealedMs ?? nowMs };
  });
  return { statusCode: 200, sealedTime: sealedTimeOf(object), versionId: versionIdOf(context.bucket, object) };
};

/** `x-oss-sealed-time`; undefined: the object is not sealed. */
export function sealedTimeOf({ sealedMs }: Pick<StoredObject, 'sealedMs'>): string | undefined {
  return sealedMs === undefined ? undefined : formatHttpDate(sealedMs);
}

/** Throws AppendSealedObjectNotAllowed for an object that nothing can be appended to any more. */
export function judgeUnsealed(object: StoredObject): void {
  if (object.sealedMs !== undefined) throw new ServiceError('AppendSealedObjectNotAllowed');
}

export function otherPosition(lengthBytes: number): ServiceError {
  return new ServiceError('PositionNotEqualToLength', { headers: { 'x-oss-next-append-position': String(lengthBytes) } });
}
