import { limits, type operations, type RequestOf, ServiceError } from '@ossature/protocol';
import type { Restoration, StoredObject } from '@ossature/store';
import type { Handler, HandlerContext } from './handler.ts';
import { type ArchiveClass, archiveClassOf, dayMs, type RestoreTier, restorationState, restoreDurationMs } from './restoration.ts';
import { judgeVersion, versionIdOf } from './version-facts.ts';

type RestoreRequest = RequestOf<typeof operations.restoreObject>;

/**
 * Nothing runs in the background: the row says from when to when the object is readable, and every reader looks at the clock. While it is restored, another
 * request prolongs it and never shortens it.
 */
export const restoreObject: Handler<typeof operations.restoreObject> = async (request, context) => {
  const nowMs = context.config.clock.now();
  let statusCode: 200 | 202 = 202;
  const object = await context.store.updateObject(request, (target) => {
    context.guard.target(target.bucket, target.existing);
    const existing = judgeVersion(request, target, 'POST');
    const storageClass = judgeArchived(existing, 'RestoreObject');
    const state = restorationState(existing, nowMs);
    if (state === 'restoring') throw new ServiceError('RestoreAlreadyInProgress');
    const days = judgeDays(request, storageClass);
    const durationMs = judgeTier(request, storageClass, context);
    if (state === 'restored' && existing.restore !== undefined) {
      statusCode = 200;
      return { ...existing, restore: { ...existing.restore, expiresMs: Math.max(existing.restore.expiresMs, nowMs + days * dayMs) } };
    }
    statusCode = 202;
    return { ...existing, restore: newRestoration(request, storageClass, { nowMs, durationMs, days }) };
  });
  return {
    statusCode,
    objectRestorePriority: object.restore?.tier,
    versionId: request.versionId === undefined ? undefined : versionIdOf(context.bucket, object),
  };
};

/** A restoration that still runs cannot be ended; neither can one that never began. */
export const cleanRestoredObject: Handler<typeof operations.cleanRestoredObject> = async (request, context) => {
  const nowMs = context.config.clock.now();
  await context.store.updateObject(request, (target) => {
    context.guard.target(target.bucket, target.existing);
    const existing = judgeVersion(request, target, 'POST');
    judgeArchived(existing, 'CleanRestoredObject');
    if (restorationState(existing, nowMs) !== 'restored') throw new ServiceError('ArchiveRestoreNotFinished');
    return { ...existing, restore: undefined };
  });
  return { statusCode: 200 };
};

function judgeArchived(object: StoredObject, operation: string): ArchiveClass {
  const storageClass = archiveClassOf(object);
  if (storageClass !== undefined) return storageClass;
  throw new ServiceError('OperationNotSupported', {
    ec: '0016-00000702',
    elements: { Detail: `${operation} operation does not support this object storage class` },
  });
}

function judgeDays({ days = 1 }: RestoreRequest, storageClass: ArchiveClass): number {
  const maxDays = storageClass === 'Archive' ? limits.restoreArchiveMaxDays : limits.restoreMaxDays;
  if (days <= maxDays) return days;
  throw new ServiceError('InvalidArgument', {
    message: `Objects of this storage class are restored for 1 to ${maxDays} days.`,
    elements: { ArgumentName: 'Days', ArgumentValue: String(days) },
  });
}

/** How long the restoration takes. OSS takes the priority for the two cold classes alone: Archive has none to choose. */
function judgeTier(request: RestoreRequest, storageClass: ArchiveClass, { config }: HandlerContext): number {
  const tier = tierOf(request, storageClass);
  const durationMs = restoreDurationMs(storageClass, tier);
  if (durationMs !== undefined) return config.restoreMs ?? durationMs;
  throw new ServiceError('InvalidArgument', {
    message: 'Objects of this storage class are not restored with this priority.',
    elements: { ArgumentName: 'Tier', ArgumentValue: tier },
  });
}

function tierOf({ tier = 'Standard' }: RestoreRequest, storageClass: ArchiveClass): RestoreTier {
  return storageClass === 'Archive' ? 'Standard' : tier;
}

function newRestoration(
  request: RestoreRequest,
  storageClass: ArchiveClass,
  { nowMs, durationMs, days }: { readonly nowMs: number; readonly durationMs: number; readonly days: number },
): Restoration {
  const readyMs = nowMs + durationMs;
  return {
    requestedMs: nowMs,
    readyMs,
    expiresMs: readyMs + days * dayMs,
    tier: storageClass === 'Archive' ? undefined : tierOf(request, storageClass),
  };
}
