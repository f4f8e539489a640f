import { limits, objectKeyFault, type operations, ServiceError } from '@ossature/protocol';
import type { Handler, HandlerContext } from './handler.ts';

/** Deletions of one request that run at the same time: enough for the store to commit them together. */
const parallelDeletions = 32;

export const deleteObject: Handler<typeof operations.deleteObject> = async (request, { store, guard }) => {
  await store.removeObject(request, ({ bucket, existing }) => {
    guard.target(bucket, existing);
  });
  return { statusCode: 204 };
};

/** Everything is judged before the first key goes; what is not there counts as deleted. */
export const deleteMultipleObjects: Handler<typeof operations.deleteMultipleObjects> = async (request, context) => {
  if (request.contentMd5 === undefined) throw new ServiceError('MissingArgument');
  const keys = judgeObjects(request.objects);
  if (context.isAnonymous) await judgeKeys(request.bucket, keys, context);
  await forEachParallel(keys, async (key) => {
    await context.store.removeObject({ bucket: request.bucket, key }, ({ bucket, existing }) => {
      context.guard.key(bucket, key, existing);
    });
  });
  if (request.quiet === true) return { statusCode: 200 };
  return {
    statusCode: 200,
    encodingType: request.encodingType,
    deletedObjects: request.objects.map(({ key, versionId }) => ({ key, versionId })),
  };
};

interface ListedObject {
  readonly key: string;
  readonly versionId?: string | undefined;
}

/** The keys to delete, each once. */
function judgeObjects(objects: readonly ListedObject[]): readonly string[] {
  if (objects.length === 0 || objects.length > limits.multiDeleteMaxKeys) {
    throw new ServiceError('MalformedXML', {
      ec: '0016-00000608',
      elements: { ErrorDetail: `A request deletes 1 to ${limits.multiDeleteMaxKeys} objects, not ${objects.length}.` },
    });
  }
  for (const { key, versionId } of objects) {
    const fault = objectKeyFault(key);
    if (fault !== undefined) throw new ServiceError('InvalidObjectName', { message: fault });
    if (versionId !== undefined && versionId !== 'null') {
      throw new ServiceError('NotImplemented', { elements: { ArgumentName: 'VersionId', ArgumentValue: versionId } });
    }
  }
  return [...new Set(objects.map(({ key }) => key))];
}

/** The account may do anything in its bucket; others are judged key by key, by the objects' own lists. */
async function judgeKeys(bucket: string, keys: readonly string[], { store, guard }: HandlerContext): Promise<void> {
  await forEachParallel(keys, async (key) => {
    const target = await store.headObject({ bucket, key });
    guard.key(target.bucket, key, target.existing);
  });
}

/** Rejects with the first failure, after what had begun has ended. */
async function forEachParallel(keys: readonly string[], act: (key: string) => Promise<void>): Promise<void> {
  let next = 0;
  let failed = false;
  const work = async () => {
    while (next < keys.length && !failed) {
      const key = keys[next++] as string;
      try {
        await act(key);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const outcomes = await Promise.allSettled(Array.from({ length: Math.min(parallelDeletions, keys.length) }, work));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
}
