import { Crc64, type Digests, isServiceError, multipartEtag, type OperationKey, sameEtag } from '@ossature/protocol';
import type { Call, Fields } from './core.ts';
import type { SentBytes } from './upload.ts';

/** What a look at the service showed after a lost reply: the operation was carried out, it was not, or nobody can say. */
export type Resolution = { readonly state: 'done'; readonly result: Fields } | { readonly state: 'not-done' | 'unknown' };

export interface LostCall {
  readonly request: Fields;
  /** Where the object is, as an answer would tell it. */
  readonly location: string;
  /** The bytes of the body, where all of them were sent. */
  readonly sent: SentBytes | undefined;
  readonly call: Call;
  readonly digests: Digests;
}

type Resolver = (lost: LostCall) => Promise<Resolution>;

const notDone: Resolution = { state: 'not-done' };
const unknown: Resolution = { state: 'unknown' };

/**
 * How to find out what became of a call whose reply was lost; `undefined` where repeating it does no harm. Repeating the others would fail
 * although they succeeded, or do the work twice.
 */
export function resolverOf(operation: OperationKey, request: Fields): Resolver | undefined {
  switch (operation) {
    case 'completeMultipartUpload':
      return resolveComplete;
    case 'appendObject':
      return resolveAppend;
    case 'putObject':
      return request['forbidOverwrite'] === true ? resolvePut : undefined;
    case 'copyObject':
      return request['forbidOverwrite'] === true ? resolveCopy : undefined;
    case 'putSymlink':
      return request['forbidOverwrite'] === true ? resolveSymlink : undefined;
    case 'deleteObject':
      return request['versionId'] === undefined ? resolveDelete : undefined;
    case 'restoreObject':
      return resolveRestore;
    case 'abortMultipartUpload':
      return resolveAbort;
    case 'deleteBucket':
      return resolveDeleteBucket;
    default:
      return undefined;
  }
}

/** As long as the upload stands, it was not completed. Once it is gone, the object's ETag says whether it was this list of parts. */
async function resolveComplete(lost: LostCall): Promise<Resolution> {
  const { bucket, key, uploadId } = lost.request;
  if (await exists(lost.call('listParts', { bucket, key, uploadId, maxParts: 1 }), 'NoSuchUpload')) return notDone;
  const object = await find(lost.call('headObject', { bucket, key }));
  const expected = completedEtag(lost);
  if (object === undefined || expected === undefined || !sameEtag(String(object['etag']), expected)) return unknown;
  return { state: 'done', result: { ...written(object), bucket, key, location: lost.location } };
}

/** The ETag that the listed parts give; `undefined` where the service was to take all parts that it has. */
function completedEtag(lost: LostCall): string | undefined {
  const parts = lost.request['parts'];
  if (!Array.isArray(parts) || parts.length === 0) return undefined;
  return multipartEtag(
    lost.digests,
    parts.map((part: Fields) => String(part['etag'])),
  );
}

/** The object has grown by as many bytes, and they are the ones that were sent. */
async function resolveAppend(lost: LostCall): Promise<Resolution> {
  const { bucket, key } = lost.request;
  const position = Number(lost.request['position']);
  const object = await find(lost.call('headObject', { bucket, key }));
  const lengthBytes = object === undefined ? 0 : Number(object['contentLength']);
  if (lengthBytes === position) return notDone;
  const { sent } = lost;
  if (object === undefined || sent === undefined || lengthBytes !== position + sent.lengthBytes) return unknown;
  const appended = position === 0 ? object['hashCrc64'] : await checksumOfRange(lost, `bytes=${position}-${lengthBytes - 1}`);
  if (appended !== String(sent.hashCrc64)) return unknown;
  return { state: 'done', result: { ...written(object), nextAppendPosition: lengthBytes } };
}

async function checksumOfRange(lost: LostCall, range: string): Promise<string> {
  const { bucket, key } = lost.request;
  const answer = await lost.call('getObject', { bucket, key, range });
  const crc = new Crc64();
  for await (const chunk of answer['body'] as AsyncIterable<Uint8Array>) crc.update(chunk);
  return String(crc.digest());
}

async function resolvePut(lost: LostCall): Promise<Resolution> {
  const { bucket, key } = lost.request;
  const object = await find(lost.call('headObject', { bucket, key }));
  if (object === undefined || lost.sent === undefined) return notDone;
  // Another object under the key: the next try is told so by the service itself.
  return object['hashCrc64'] === String(lost.sent.hashCrc64) ? { state: 'done', result: written(object) } : notDone;
}

async function resolveCopy(lost: LostCall): Promise<Resolution> {
  const { bucket, key, sourceBucket, sourceKey, sourceVersionId: versionId } = lost.request;
  const [object, source] = await Promise.all([
    find(lost.call('headObject', { bucket, key })),
    find(lost.call('headObject', { bucket: sourceBucket, key: sourceKey, ...(versionId === undefined ? {} : { versionId }) })),
  ]);
  if (object === undefined || source === undefined) return notDone;
  const same = object['hashCrc64'] === source['hashCrc64'] && object['contentLength'] === source['contentLength'];
  return same ? { state: 'done', result: { ...written(object), lastModified: object['lastModified'] } } : notDone;
}

/** A link that points there is the one that was to be made. */
async function resolveSymlink({ request, call }: LostCall): Promise<Resolution> {
  const link = await look(call('getSymlink', { bucket: request['bucket'], key: request['key'] }));
  if (link === undefined || link['symlinkTarget'] !== request['symlinkTarget']) return notDone;
  return { state: 'done', result: written(link) };
}

/** A delete marker that stands is the one that was to be put: another would be one too many. Without one, to delete again does no harm. */
async function resolveDelete({ request, call }: LostCall): Promise<Resolution> {
  try {
    await call('headObject', { bucket: request['bucket'], key: request['key'] });
  } catch (error) {
    const headers = isServiceError(error) ? error.headers : {};
    if (headers['x-oss-delete-marker'] !== 'true') return notDone;
    return { state: 'done', result: { ...gone, deleteMarker: 'true', versionId: headers['x-oss-version-id'] } };
  }
  return notDone;
}

/** Begun again while it runs, it would fail. */
async function resolveRestore({ request, call }: LostCall): Promise<Resolution> {
  const { bucket, key, versionId } = request;
  const object = await look(call('headObject', { bucket, key, versionId }));
  if (object?.['restore'] !== 'ongoing-request="true"') return notDone;
  return { state: 'done', result: { ...gone, statusCode: 202, versionId } };
}

async function resolveAbort(lost: LostCall): Promise<Resolution> {
  const { bucket, key, uploadId } = lost.request;
  if (await exists(lost.call('listParts', { bucket, key, uploadId, maxParts: 1 }), 'NoSuchUpload')) return notDone;
  return { state: 'done', result: gone };
}

async function resolveDeleteBucket(lost: LostCall): Promise<Resolution> {
  const { bucket } = lost.request;
  return (await exists(lost.call('getBucketAcl', { bucket }), 'NoSuchBucket')) ? notDone : { state: 'done', result: gone };
}

/** The answer of a call that was found to have happened, and of which no answer of the service has the facts. */
const gone: Fields = { statusCode: 204, requestId: undefined, headers: {} };

/** What a write would have answered, as far as its object tells. */
function written(object: Fields): Fields {
  const { statusCode, requestId, headers, etag, hashCrc64, versionId } = object;
  return { statusCode, requestId, headers, etag, hashCrc64, versionId };
}

async function find(object: Promise<Fields>): Promise<Fields | undefined> {
  try {
    return await object;
  } catch (error) {
    if (isServiceError(error) && error.statusCode === 404) return undefined;
    throw error;
  }
}

/** For what may be repeated where a look shows nothing. */
async function look(object: Promise<Fields>): Promise<Fields | undefined> {
  return await object.catch(() => undefined);
}

async function exists(look: Promise<Fields>, absentCode: 'NoSuchUpload' | 'NoSuchBucket'): Promise<boolean> {
  try {
    await look;
    return true;
  } catch (error) {
    if (isServiceError(error, absentCode)) return false;
    throw error;
  }
}
