import { limits, objectKeyFault, type operations, ServiceError } from '@ossature/protocol';
import type { Bucket, Removal, StoredObject, Target, VersionAddress } from '@ossature/store';
import { objectWorm } from '../bucket-configurations/object-worm.ts';
import { policyConfiguration } from '../bucket-configurations/policy.ts';
import { worm } from '../bucket-configurations/worm.ts';
import { judgeRemoval } from '../retention/judge-removal.ts';
import type { Handler, HandlerContext } from './handler.ts';

/** Deletions of one request that run at the same time: enough for the store to commit them together. */
const parallelDeletions = 32;

/** Of a link, the link alone. */
export const deleteObject: Handler<typeof operations.deleteObject> = async (request, context) => {
  const removal = await context.store.removeObject(request, (target) => {
    context.guard.target(target.bucket, target.existing);
    judgeRemoval(request, target, context.config.clock.now());
  });
  const { versionId, isMarker } = outcomeOf(request, removal, context.bucket);
  return { statusCode: 204, versionId, deleteMarker: isMarker ? 'true' : undefined };
};

/** What is not there counts as deleted. Where something may refuse single keys, each is judged before the first goes; the commits judge again. */
export const deleteMultipleObjects: Handler<typeof operations.deleteMultipleObjects> = async (request, context) => {
  if (request.contentMd5 === undefined) throw new ServiceError('MissingArgument');
  const { bucket } = request;
  const objects = judgeObjects(request.objects);
  const judge = ({ key, versionId }: ListedObject, target: Target) => {
    context.guard.key(target.bucket, key, target.existing);
    judgeRemoval({ versionId, bypassGovernanceRetention: request.bypassGovernanceRetention }, target, context.config.clock.now());
  };
  if (mayRefuse(context)) {
    await forEachParallel(objects, async (object) => judge(object, await context.store.headObject({ bucket, ...object })));
  }
  const removals = new Map<string, Removal>();
  await forEachParallel(objects, async (object) => {
    removals.set(nameOf(object), await context.store.removeObject({ bucket, ...object }, (target) => judge(object, target)));
  });
  if (request.quiet === true) return { statusCode: 200 };
  return {
    statusCode: 200,
    encodingType: request.encodingType,
    deletedObjects: request.objects.map((object) => deletedOf(object, removals.get(nameOf(object)), context.bucket)),
  };
};

interface ListedObject {
  readonly key: string;
  readonly versionId?: string | undefined;
}

interface Outcome {
  /** Of the marker that was put, or the one that was named; undefined in a bucket that never had versions. */
  readonly versionId: string | undefined;
  /** A delete marker was put or removed. */
  readonly isMarker: boolean;
}

function outcomeOf({ versionId }: Pick<VersionAddress, 'versionId'>, removal: Removal, bucket: Bucket | undefined): Outcome {
  const { removed, marker } = removal;
  if (marker !== undefined) return { versionId: marker.versionId, isMarker: true };
  return {
    versionId: bucket?.versioning === undefined ? undefined : versionId,
    isMarker: versionId !== undefined && removed !== undefined && !isObject(removed),
  };
}

function isObject(removed: NonNullable<Removal['removed']>): removed is StoredObject {
  return 'manifest' in removed;
}

function deletedOf({ key, versionId }: ListedObject, removal: Removal | undefined, bucket: Bucket | undefined) {
  if (removal === undefined) return { key, versionId };
  const outcome = outcomeOf({ versionId }, removal, bucket);
  return outcome.isMarker ? { key, versionId, deleteMarker: true, deleteMarkerVersionId: outcome.versionId } : { key, versionId };
}

/** What to delete, each once. */
function judgeObjects(objects: readonly ListedObject[]): readonly ListedObject[] {
  if (objects.length === 0 || objects.length > limits.multiDeleteMaxKeys) {
    throw new ServiceError('MalformedXML', {
      ec: '0016-00000608',
      elements: { ErrorDetail: `A request deletes 1 to ${limits.multiDeleteMaxKeys} objects, not ${objects.length}.` },
    });
  }
  for (const { key } of objects) {
    const fault = objectKeyFault(key);
    if (fault !== undefined) throw new ServiceError('InvalidObjectName', { message: fault });
  }
  return [...new Map(objects.map((object) => [nameOf(object), object])).values()];
}

/** Keys have no NUL: `judgeObjects` sees to that. */
function nameOf({ key, versionId }: ListedObject): string {
  return versionId === undefined ? key : `${key}\0${versionId}`;
}

/** The account may do anything in its own bucket, but for what policies and retentions say. */
function mayRefuse({ principal, bucket }: HandlerContext): boolean {
  const { configurations = {} } = bucket ?? {};
  const deciding = [policyConfiguration, worm, objectWorm];
  return principal.kind !== 'account' || deciding.some(({ name }) => configurations[name] !== undefined);
}

/** Rejects with the first failure, after what had begun has ended. */
async function forEachParallel<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  let failed = false;
  const work = async () => {
    while (next < items.length && !failed) {
      const item = items[next++] as T;
      try {
        await act(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(parallelDeletions, items.length) }, work));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
