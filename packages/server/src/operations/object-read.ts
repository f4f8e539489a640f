import {
  formatContentRange,
  judgeReadConditions,
  type operations,
  parseRange,
  quoteEtag,
  type RequestOf,
  ServiceError,
} from '@ossature/protocol';
import type { ByteRange, ContentHeaders, StoredObject, Target } from '@ossature/store';
import { noSuchKey } from '../authorization/guard.ts';
import { throwUnmet } from './conditions.ts';
import type { Handler, HandlerContext } from './handler.ts';
import { describeObject } from './object-properties.ts';

type GetRequest = RequestOf<typeof operations.getObject>;

/** The EC of a read whose condition does not hold. */
const unmetEc = { ec: '0017-00001001' };

export const getObject: Handler<typeof operations.getObject> = async (request, context) => {
  const overrides = overridesOf(request, context);
  const opened = await context.store.openObject(
    request,
    (target) => {
      const object = judgeRead(target, request.key, context);
      throwUnmet(judgeReadConditions(request, object), object, unmetEc);
      return rangeOf(request, object);
    },
    context.signal,
  );
  const { object, range, body } = opened;
  const facts = { ...describeObject(object), contentLength: range.lengthBytes, ...overrides, body };
  if (rangeOf(request, object) === undefined) return { statusCode: 200, ...facts };
  return { statusCode: 206, contentRange: formatContentRange(range, object.sizeBytes), ...facts };
};

export const headObject: Handler<typeof operations.headObject> = async (request, context) => {
  const object = judgeRead(await context.store.headObject(request), request.key, context);
  throwUnmet(judgeReadConditions(request, object), object, unmetEc);
  return { statusCode: 200, ...describeObject(object) };
};

/** Only what does not depend on the kind of object. */
export const getObjectMeta: Handler<typeof operations.getObjectMeta> = async (request, context) => {
  const object = judgeRead(await context.store.headObject(request), request.key, context);
  return {
    statusCode: 200,
    contentLength: object.sizeBytes,
    etag: quoteEtag(object.etag),
    lastModified: new Date(object.lastModifiedMs),
    hashCrc64: object.hashCrc64,
  };
};

function judgeRead({ bucket, existing }: Target, key: string, context: HandlerContext): StoredObject {
  context.guard.target(bucket, existing);
  if (existing === undefined) throw noSuchKey(key);
  return existing;
}

/** The slice to send; undefined for the whole object, which is what a range that cannot be served means unless `standard` is asked for. */
function rangeOf(request: GetRequest, object: StoredObject): ByteRange | undefined {
  const range = parseRange(request.range, object.sizeBytes, { standard: request.rangeBehavior === 'standard' });
  if (range === 'unsatisfiable') {
    throw new ServiceError('InvalidRange', {
      elements: { ActualObjectSize: String(object.sizeBytes), RangeRequested: request.range ?? '' },
      headers: { 'Content-Range': `bytes */${object.sizeBytes}` },
    });
  }
  return range === 'whole' ? undefined : range;
}

/** Headers that a signed request puts in place of the object's. */
function overridesOf(request: GetRequest, context: HandlerContext): ContentHeaders {
  const given: ContentHeaders = {
    contentType: request.responseContentType,
    contentLanguage: request.responseContentLanguage,
    expires: request.responseExpires,
    cacheControl: request.responseCacheControl,
    contentDisposition: request.responseContentDisposition,
    contentEncoding: request.responseContentEncoding,
  };
  const overrides = Object.entries(given).filter(([, value]) => value !== undefined);
  if (overrides.length > 0 && context.isAnonymous) {
    throw new ServiceError('InvalidRequest', { message: 'Request specific response headers cannot be used for anonymous GET requests.' });
  }
  return Object.fromEntries(overrides);
}
