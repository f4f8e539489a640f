import { ServiceError } from '@ossature/protocol';
import type { Bucket, DeleteMarker, StoredObject, Target, VersionAddress } from '@ossature/store';
import { noSuchKey } from '../authorization/guard.ts';

/**
 * What an answer tells as `x-oss-version-id`: nothing where versioning was never enabled, `null` for the version without an id. The bucket may be as the request
 * found it: an id that was made meanwhile is told all the same.
 */
export function versionIdOf(bucket: Pick<Bucket, 'versioning'> | undefined, version: Pick<StoredObject, 'versionId'>): string | undefined {
  return bucket?.versioning === undefined && version.versionId === 'null' ? undefined : version.versionId;
}

/**
 * The version that a request works on: the current one, or the one that it names. Asked after the permissions, on rows of one transaction. Throws NoSuchKey
 * where nothing stands or a delete marker does, NoSuchVersion where the named version is not there, and MethodNotAllowed where it is a delete marker.
 * Source: GetObject, HeadObject (OSS). `method`: that of the request. A source of a copy is not judged here: `judgeSourceVersion`.
 */
export function judgeVersion(address: VersionAddress, target: Pick<Target, 'existing' | 'marker'>, method: string): StoredObject {
  const { existing, marker } = target;
  if (existing !== undefined) return existing;
  if (address.versionId === undefined) throw missing(address, marker);
  if (marker === undefined) throw noSuchVersion(address);
  throw new ServiceError('MethodNotAllowed', {
    elements: { Method: method, ResourceType: 'DeleteMarker' },
    headers: { Allow: 'DELETE', ...markerHeaders(marker) },
  });
}

/**
 * The same for the source of a copy. A delete marker that is named is no argument of a copy; pages of OSS contradict each other here, two of three say 400
 * (CopyObject, EC 0016-00000307).
 */
export function judgeSourceVersion(
  address: VersionAddress,
  source: StoredObject | undefined,
  marker: DeleteMarker | undefined,
): StoredObject {
  if (source !== undefined) return source;
  if (address.versionId === undefined) throw missing(address, marker);
  if (marker === undefined) throw noSuchVersion(address);
  throw new ServiceError('InvalidArgument', {
    message: 'The versionId of a copy source can not be that of a delete marker.',
    ec: '0016-00000307',
    elements: { ArgumentName: 'versionId', ArgumentValue: address.versionId },
  });
}

export function noSuchVersion({ key, versionId }: VersionAddress): ServiceError {
  return new ServiceError('NoSuchVersion', {
    ec: '0012-00000203',
    elements: { Key: key, ...(versionId === undefined ? {} : { VersionId: versionId }) },
  });
}

function missing({ key }: VersionAddress, marker: DeleteMarker | undefined): ServiceError {
  return marker === undefined ? noSuchKey(key) : new ServiceError('NoSuchKey', { elements: { Key: key }, headers: markerHeaders(marker) });
}

function markerHeaders(marker: DeleteMarker): Readonly<Record<string, string>> {
  return { 'x-oss-delete-marker': 'true', 'x-oss-version-id': marker.versionId };
}
