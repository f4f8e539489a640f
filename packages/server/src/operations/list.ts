import { limits, type operations, quoteEtag } from '@ossature/protocol';
import type { Listed, StoredObject } from '@ossature/store';
import { noSuchBucket } from '../authorization/guard.ts';
import { readBucket } from './bucket.ts';
import { decodeToken, encodeToken } from './continuation-token.ts';
import { ownerOf } from './endpoints.ts';
import type { Handler, HandlerContext } from './handler.ts';
import { noSuchUpload } from './multipart.ts';
import { restoreHeader } from './restoration.ts';

interface Page {
  readonly bucket: string;
  readonly prefix?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly maxKeys?: number | undefined;
}

export const listObjects: Handler<typeof operations.listObjects> = async (request, context) => {
  const listed = await listPage(request, request.marker ?? '', context);
  return {
    statusCode: 200,
    ...echoOf(request, listed),
    marker: request.marker,
    nextMarker: listed.next,
    ...contentsOf(listed, true, context),
  };
};

export const listObjectsV2: Handler<typeof operations.listObjectsV2> = async (request, context) => {
  const { continuationToken, startAfter } = request;
  const after = continuationToken === undefined || continuationToken === '' ? (startAfter ?? '') : decodeToken(continuationToken);
  const listed = await listPage(request, after, context);
  return {
    statusCode: 200,
    ...echoOf(request, listed),
    startAfter,
    continuationToken,
    nextContinuationToken: listed.next === undefined ? undefined : encodeToken(listed.next),
    ...contentsOf(listed, request.fetchOwner === true, context),
    keyCount: listed.items.length + listed.commonPrefixes.length,
  };
};

async function listPage(page: Page, after: string, context: HandlerContext): Promise<Listed<StoredObject>> {
  await readBucket(page.bucket, context);
  const listed = await context.store.listObjects(page.bucket, {
    prefix: page.prefix ?? '',
    delimiter: page.delimiter ?? '',
    after,
    limit: page.maxKeys ?? limits.listObjectsDefaultEntries,
  });
  if (listed === undefined) throw noSuchBucket(page.bucket);
  return listed;
}

function echoOf(page: Page & { readonly encodingType?: 'url' | undefined }, listed: Listed<StoredObject>) {
  return {
    name: page.bucket,
    prefix: page.prefix,
    maxKeys: page.maxKeys ?? limits.listObjectsDefaultEntries,
    delimiter: page.delimiter,
    encodingType: page.encodingType,
    isTruncated: listed.next !== undefined,
  };
}

function contentsOf(listed: Listed<StoredObject>, withOwner: boolean, { config }: HandlerContext) {
  const nowMs = config.clock.now();
  return {
    contents: listed.items.map((object) => ({
      key: object.key,
      lastModified: new Date(object.lastModifiedMs),
      etag: quoteEtag(object.etag),
      objectType: object.type,
      size: object.sizeBytes,
      storageClass: object.storageClass,
      restoreInfo: restoreHeader(object, nowMs),
      owner: withOwner ? ownerOf(object.ownerId) : undefined,
    })),
    commonPrefixes: listed.commonPrefixes.map((prefix) => ({ prefix })),
  };
}

export const listMultipartUploads: Handler<typeof operations.listMultipartUploads> = async (request, context) => {
  await readBucket(request.bucket, context);
  const limit = request.maxUploads ?? limits.listUploadsDefaultEntries;
  const keyMarker = request.keyMarker ?? '';
  const listed = await context.store.listUploads(request.bucket, {
    prefix: request.prefix ?? '',
    delimiter: request.delimiter ?? '',
    keyMarker,
    // Without a key it names nothing.
    uploadIdMarker: keyMarker === '' ? '' : (request.uploadIdMarker ?? ''),
    limit,
  });
  if (listed === undefined) throw noSuchBucket(request.bucket);
  return {
    statusCode: 200,
    encodingType: request.encodingType,
    bucket: request.bucket,
    keyMarker: request.keyMarker,
    uploadIdMarker: request.uploadIdMarker,
    nextKeyMarker: listed.next?.keyMarker,
    nextUploadIdMarker: listed.next?.uploadIdMarker,
    delimiter: request.delimiter,
    prefix: request.prefix,
    maxUploads: limit,
    isTruncated: listed.next !== undefined,
    uploads: listed.items.map((upload) => ({
      key: upload.key,
      uploadId: upload.id,
      storageClass: upload.properties.storageClass,
      initiated: new Date(upload.initiatedMs),
    })),
    commonPrefixes: listed.commonPrefixes.map((prefix) => ({ prefix })),
  };
};

export const listParts: Handler<typeof operations.listParts> = async (request, { store, guard }) => {
  const after = request.partNumberMarker ?? 0;
  const limit = request.maxParts ?? limits.listPartsDefaultEntries;
  const { bucket, upload, parts, truncated } = await store.listParts(request, { after, limit });
  guard.target(bucket, undefined);
  if (upload === undefined) throw noSuchUpload(request.uploadId);
  return {
    statusCode: 200,
    encodingType: request.encodingType,
    bucket: request.bucket,
    key: request.key,
    uploadId: request.uploadId,
    storageClass: upload.properties.storageClass,
    partNumberMarker: after,
    nextPartNumberMarker: parts.at(-1)?.partNumber ?? after,
    maxParts: limit,
    isTruncated: truncated,
    parts: parts.map((part) => ({
      partNumber: part.partNumber,
      lastModified: new Date(part.lastModifiedMs),
      etag: quoteEtag(part.etag),
      hashCrc64: part.hashCrc64,
      size: part.sizeBytes,
    })),
  };
};
