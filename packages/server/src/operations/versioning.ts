import { limits, type operations, quoteEtag, ServiceError } from '@ossature/protocol';
import type { ListedVersion, ListedVersions } from '@ossature/store';
import { noSuchBucket } from '../authorization/guard.ts';
import { judgeVersioningAllowed } from '../retention/judge-bucket-state.ts';
import { propertiesOfBucket, readBucket } from './bucket.ts';
import { ownerOf } from './endpoints.ts';
import type { Handler } from './handler.ts';
import { restoreHeader } from './restoration.ts';

/** Objects that stand already keep the version id `null`; a bucket that had versions once never gets rid of them by this. */
export const putBucketVersioning: Handler<typeof operations.putBucketVersioning> = async (request, context) => {
  await context.store.putBucket(request.bucket, (existing) => {
    const bucket = context.guard.target(existing, undefined);
    judgeVersioningAllowed(bucket, request.status, context.config.clock.now());
    return { ...propertiesOfBucket(bucket), versioning: request.status };
  });
  return { statusCode: 200 };
};

export const getBucketVersioning: Handler<typeof operations.getBucketVersioning> = async (request, context) => {
  const { versioning } = await readBucket(request.bucket, context);
  return { statusCode: 200, status: versioning };
};

export const listObjectVersions: Handler<typeof operations.listObjectVersions> = async (request, context) => {
  const { keyMarker = '', versionIdMarker = '' } = request;
  if (versionIdMarker !== '' && keyMarker === '') {
    throw new ServiceError('InvalidArgument', {
      message: 'A version-id marker cannot be specified without a key marker.',
      elements: { ArgumentName: 'version-id-marker', ArgumentValue: versionIdMarker },
    });
  }
  await readBucket(request.bucket, context);
  const limit = request.maxKeys ?? limits.listObjectsDefaultEntries;
  const listed = await context.store.listVersions(request.bucket, {
    prefix: request.prefix ?? '',
    delimiter: request.delimiter ?? '',
    keyMarker,
    versionIdMarker,
    limit,
  });
  if (listed === undefined) throw noSuchBucket(request.bucket);
  return {
    statusCode: 200,
    name: request.bucket,
    prefix: request.prefix,
    keyMarker: request.keyMarker,
    versionIdMarker: versionIdMarker === '' ? undefined : versionIdMarker,
    maxKeys: limit,
    delimiter: request.delimiter,
    encodingType: request.encodingType,
    isTruncated: listed.next !== undefined,
    nextKeyMarker: listed.next?.keyMarker,
    nextVersionIdMarker: listed.next?.versionIdMarker === '' ? undefined : listed.next?.versionIdMarker,
    ...linesOf(listed, context.config.clock.now()),
  };
};

function linesOf(listed: ListedVersions, nowMs: number) {
  return {
    deleteMarkers: listed.items.flatMap((line) =>
      line.marker === undefined ? [] : [{ ...lineOf(line, line.marker), owner: ownerOf(line.marker.ownerId) }],
    ),
    versions: listed.items.flatMap((line) => {
      const { object } = line;
      if (object === undefined) return [];
      return [
        {
          ...lineOf(line, object),
          etag: quoteEtag(object.etag),
          objectType: object.type,
          size: object.sizeBytes,
          storageClass: object.storageClass,
          restoreInfo: restoreHeader(object, nowMs),
          owner: ownerOf(object.ownerId),
        },
      ];
    }),
    commonPrefixes: listed.commonPrefixes.map((prefix) => ({ prefix })),
  };
}

function lineOf(
  { isLatest }: ListedVersion,
  version: { readonly key: string; readonly versionId: string; readonly lastModifiedMs: number },
): { readonly key: string; readonly versionId: string; readonly isLatest: boolean; readonly lastModified: Date } {
  return { key: version.key, versionId: version.versionId, isLatest, lastModified: new Date(version.lastModifiedMs) };
}
