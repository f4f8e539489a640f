import type { operations } from '@ossature/protocol';
import { readBucket } from './bucket.ts';
import type { Handler } from './handler.ts';

/** There are no live channels here: programs that clear a bucket ask for them, and are told so. */
export const listLiveChannel: Handler<typeof operations.listLiveChannel> = async (request, context) => {
  await readBucket(request.bucket, context);
  const { prefix, marker, maxKeys } = request;
  return { statusCode: 200, prefix, marker, maxKeys: maxKeys ?? 100, isTruncated: false, liveChannels: [] };
};
