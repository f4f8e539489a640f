import type { operations } from '@ossature/protocol';
import type { Tags } from '@ossature/store';
import { noSuchKey } from '../authorization/guard.ts';
import type { Handler, HandlerContext } from './handler.ts';

export const putObjectTagging: Handler<typeof operations.putObjectTagging> = async (request, context) => {
  await replaceTags(
    request,
    request.tags.map(({ key, value }) => [key, value] as const),
    context,
  );
  return { statusCode: 200 };
};

export const getObjectTagging: Handler<typeof operations.getObjectTagging> = async (request, context) => {
  const { bucket, existing } = await context.store.headObject(request);
  context.guard.target(bucket, existing);
  if (existing === undefined) throw noSuchKey(request.key);
  return { statusCode: 200, tags: existing.tags.map(([key, value]) => ({ key, value })) };
};

export const deleteObjectTagging: Handler<typeof operations.deleteObjectTagging> = async (request, context) => {
  await replaceTags(request, [], context);
  return { statusCode: 204 };
};

async function replaceTags(
  address: { readonly bucket: string; readonly key: string },
  tags: Tags,
  { store, guard }: HandlerContext,
): Promise<void> {
  await store.updateObject(address, ({ bucket, existing }) => {
    guard.target(bucket, existing);
    if (existing === undefined) throw noSuchKey(address.key);
    return { ...existing, tags };
  });
}
