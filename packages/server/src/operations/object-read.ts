import {
  formatContentRange,
  formatHttpDate,
  judgeReadConditions,
  type operations,
  parseRange,
  quoteEtag,
  type RequestOf,
  ServiceError,
} from '@ossature/protocol';
import type { Bucket, ByteRange, ContentHeaders, OpenedObject, StoredObject } from '@ossature/store';
import { isChargedTo } from '../bucket-configurations/request-payment.ts';
import { throwUnmet } from './conditions.ts';
import type { Handler, HandlerContext } from './handler.ts';
import { contentMd5Of, describeObject } from './object-properties.ts';
import { judgeReadable, restoreHeader } from './restoration.ts';
import { sealedTimeOf } from './seal.ts';
import { judgeLinkTarget, targetOfLink } from './symlink.ts';
import { judgeVersion, versionIdOf } from './version-facts.ts';

type GetRequest = RequestOf<typeof operations.getObject>;
type HeadRequest = RequestOf<typeof operations.headObject>;

/** The EC of a read whose condition does not hold. */
const unmetEc = { ec: '0017-00001001' };

export const getObject: Handler<typeof operations.getObject> = async (request, context) => {
  const overrides = overridesOf(request, context);
  const { link, opened } = await openFollowing(request, context);
  const { bucket, object, range, body } = opened;
  const facts = { ...factsOfRead(request, bucket, object, link, context), contentLength: range.lengthBytes, ...overrides, body };
  if (rangeOf(request, object) === undefined) return { statusCode: 200, ...facts };
  return { statusCode: 206, contentRange: formatContentRange(range, object.sizeBytes), ...facts };
};

/** An archived object tells what it is without being restored. */
export const headObject: Handler<typeof operations.headObject> = async (request, context) => {
  const target = await context.store.headObject(request);
  const bucket = context.guard.target(target.bucket, target.existing);
  const found = judgeVersion(request, target, 'HEAD');
  const address = targetOfLink(request.bucket, found);
  if (address === undefined) {
    judgeConditions(request, found, undefined);
    return { statusCode: 200, ...factsOfRead(request, bucket, found, undefined, context) };
  }
  const object = judgeLinkTarget(address.key, await context.store.headObject(address), context);
  judgeConditions(request, object, found);
  return { statusCode: 200, ...factsOfRead(request, bucket, object, found, context) };
};

/** Only what does not depend on the kind of object; of a link, what it is itself. */
export const getObjectMeta: Handler<typeof operations.getObjectMeta> = async (request, context) => {
  const target = await context.store.headObject(request);
  const bucket = context.guard.target(target.bucket, target.existing);
  const object = judgeVersion(request, target, 'HEAD');
  return {
    statusCode: 200,
    contentLength: object.sizeBytes,
    etag: quoteEtag(object.etag),
    lastModified: new Date(object.lastModifiedMs),
    hashCrc64: object.hashCrc64,
    versionId: versionIdOf(bucket, object),
    transitionTime: transitionTimeOf(object),
    sealedTime: sealedTimeOf(object),
  };
};

/** The key holds a link: what it points to is to be opened instead. Thrown out of `decide`, which cannot wait. */
class LinkFound extends Error {
  readonly link: StoredObject;
  constructor(link: StoredObject) {
    super('a link stands under the key');
    this.name = 'LinkFound';
    this.link = link;
  }
}

/** Opens the object, or what the link that stands there points to. */
async function openFollowing(
  request: GetRequest,
  context: HandlerContext,
): Promise<{ readonly link: StoredObject | undefined; readonly opened: OpenedObject }> {
  const { store, guard, signal } = context;
  try {
    const decide = (target: Parameters<Parameters<typeof store.openObject>[1]>[0]) => {
      guard.target(target.bucket, target.existing);
      const object = judgeVersion(request, target, 'GET');
      if (object.symlinkTarget !== undefined) throw new LinkFound(object);
      return judgeRead(request, object, undefined, context);
    };
    return { link: undefined, opened: await store.openObject(request, decide, signal) };
  } catch (error) {
    const address = error instanceof LinkFound ? targetOfLink(request.bucket, error.link) : undefined;
    if (!(error instanceof LinkFound) || address === undefined) throw error;
    const { link } = error;
    const opened = await store.openObject(
      address,
      (target) => judgeRead(request, judgeLinkTarget(address.key, target, context), link, context),
      signal,
    );
    return { link, opened };
  }
}

/** Answers the range to send. */
function judgeRead(
  request: GetRequest,
  object: StoredObject,
  link: StoredObject | undefined,
  context: HandlerContext,
): ByteRange | undefined {
  context.guard.masterKey('read', object.encryption);
  judgeReadable(object, context.config.clock.now());
  judgeConditions(request, object, link);
  return rangeOf(request, object);
}

function judgeConditions(request: GetRequest | HeadRequest, object: StoredObject, link: StoredObject | undefined): void {
  const judged = { ...object, lastModifiedMs: lastModifiedOf(object, link) };
  throwUnmet(judgeReadConditions(request, judged), judged, unmetEc);
}

/** Through a link, the later time of both: either may be what changed. */
function lastModifiedOf(object: StoredObject, link: StoredObject | undefined): number {
  return Math.max(object.lastModifiedMs, link?.lastModifiedMs ?? 0);
}

/**
 * What HEAD and GET tell of an object that was read directly, or through a link: then bytes, class and what comes of them are the target's, and everything
 * else is the link's own (OSS: HeadObject).
 */
function factsOfRead(
  request: GetRequest | HeadRequest,
  bucket: Bucket,
  object: StoredObject,
  link: StoredObject | undefined,
  context: HandlerContext,
) {
  const shown = link ?? object;
  const facts = {
    ...describeObject(shown),
    lastModified: new Date(lastModifiedOf(object, link)),
    versionId: versionIdOf(bucket, shown),
    restore: restoreHeader(object, context.config.clock.now()),
    // Only the current version expires; older ones go by rules of their own.
    expiration: request.versionId === undefined ? context.lifecycle.expirationOf(bucket, shown) : undefined,
    transitionTime: transitionTimeOf(object),
    sealedTime: sealedTimeOf(shown),
    requestCharged: isChargedTo(context.principal, bucket) ? 'requester' : undefined,
  };
  if (link === undefined) return facts;
  return {
    ...facts,
    contentLength: object.sizeBytes,
    etag: quoteEtag(object.etag),
    contentMd5: object.type === 'Normal' ? contentMd5Of(object.etag) : undefined,
    storageClass: object.storageClass,
    hashCrc64: object.hashCrc64,
  };
}

function transitionTimeOf({ transitionedMs }: StoredObject): string | undefined {
  return transitionedMs === undefined ? undefined : formatHttpDate(transitionedMs);
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
