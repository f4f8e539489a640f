import type { operations } from '@ossature/protocol';
import type { StoredObject, Tags, VersionAddress } from '@ossature/store';
import type { Handler, HandlerContext } from './handler.ts';
import { judgeVersion, versionIdOf } from './version-facts.ts';

export const putObjectTagging: Handler<typeof operations.putObjectTagging> = async (request, context) => {
  const tags = request.tags.map(({ key, value }) => [key, value] as const);
  const object = await replaceTags(request, tags, 'PUT', context);
  return { statusCode: 200, versionId: versionIdOf(context.bucket, object) };
};

export const getObjectTagging: Handler<typeof operations.getObjectTagging> = async (request, context) => {
  const target = await context.store.headObject(request);
  const bucket = context.guard.target(target.bucket, target.existing);
  const object = judgeVersion(request, target, 'GET');
  return { statusCode: 200, tags: object.tags.map(([key, value]) => ({ key, value })), versionId: versionIdOf(bucket, object) };
};

export const deleteObjectTagging: Handler<typeof operations.deleteObjectTagging> = async (request, context) => {
  const object = await replaceTags(request, [], 'DELETE', context);
  return { statusCode: 204, versionId: versionIdOf(context.bucket, object) };
};

/** Of a link, its own. */
function replaceTags(address: VersionAddress, tags: Tags, method: string, { store, guard }: HandlerContext): Promise<StoredObject> {
  return store.updateObject(address, (target) => {
    guard.target(target.bucket, target.existing);
    return { ...judgeVersion(address, target, method), tags };
  });
}
