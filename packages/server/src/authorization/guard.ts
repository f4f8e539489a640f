import { type Permission, ServiceError } from '@ossature/protocol';
import type { Bucket, Encryption, Source, StoredObject } from '@ossature/store';
import type { Principal } from '../auth/principal.ts';
import { judgeAccess } from './judge.ts';
import { judgeMasterKey, type KeyNames, type KeyUse } from './judge-master-key.ts';
import { quietEnvironment, type RequestEnvironment } from './request-environment.ts';

/**
 * The judgement of one request, ready to be made again on fresh rows, and of what its caller may do by now: handlers ask it inside every `decide`, so that what was
 * true before the body came is still true in the commit. Each method may throw what a caller is told whose credentials have ended meanwhile, too.
 */
export interface Guard {
  /** Where no bucket stands: at service level, and for a bucket that is about to be made. Throws AccessDenied. */
  withoutBucket(): void;
  /** Throws NoSuchBucket or AccessDenied; answers the bucket, which then stands. `object` is what the key holds now. */
  target(bucket: Bucket | undefined, object: StoredObject | undefined): Bucket;
  /** What the rows show the request to do to the bucket besides, by another action; undefined: to one that it makes. Throws AccessDenied. */
  also(action: Permission['action'], bucket: Bucket | undefined): void;
  /** The same for one of the keys that the body names. */
  key(bucket: Bucket | undefined, key: string, object: StoredObject | undefined): Bucket;
  /** Reading what a link of the target's key points to, another key of the bucket. Throws NoSuchBucket or AccessDenied. */
  linked(bucket: Bucket | undefined, key: string, object: StoredObject | undefined): Bucket;
  /**
   * Throws NoSuchBucket or AccessDenied, the last also where the source is in another region; answers the source. `find` throws what is to be told of one that is
   * missing, to a caller who may read it; NoSuchKey without it.
   */
  source(rows: Source, destination: Bucket, find?: () => StoredObject): StoredObject;
  /** Using the master key of an encryption, if it has one that rights are asked for: what is written or read is SSE-KMS. Throws AccessDenied. */
  masterKey(use: KeyUse, encryption: Encryption | undefined): void;
}

interface GuardedAddress {
  readonly bucket: string | undefined;
  readonly key: string | undefined;
}

interface GuardSources {
  /** The caller as it is now; throws where it is nobody any more. */
  readonly currentPrincipal: () => Principal;
  readonly keyNames: KeyNames;
}

/** `permissions` as the operation's definition lists them: those of the target, then those of the sources. */
export function createGuard(
  { currentPrincipal, keyNames }: GuardSources,
  permissions: readonly Permission[],
  address: GuardedAddress,
  environment: RequestEnvironment = quietEnvironment,
): Guard {
  const judge = (permission: Permission, bucket: Bucket | undefined, object: StoredObject | undefined) => {
    const refusal = judgeAccess(currentPrincipal(), permission, { bucket, object }, environment);
    if (refusal !== undefined) throw refusal;
  };
  const isOfSource = readsSource(permissions);
  const certain = permissions.filter(({ onlyWithTags }) => onlyWithTags !== true);
  const ofTarget = certain.filter((permission) => permission.bucket === address.bucket && !isOfSource(permission));
  const ofSource = certain.filter(isOfSource);
  // Only requests whose bodies name keys ask for these.
  let ofKeys: ReturnType<typeof groupByKey> | undefined;
  const ofTags = permissions.filter(({ onlyWithTags }) => onlyWithTags === true);
  let standing: StoredObject | undefined;
  return {
    withoutBucket() {
      for (const permission of permissions) judge(permission, undefined, undefined);
    },
    target(bucket, object) {
      const found = mustExist(bucket, address.bucket);
      for (const permission of ofTarget) judge(permission, found, object);
      standing = object;
      return found;
    },
    also(action, bucket) {
      const { bucket: name } = address;
      judge({ action, ...(name === undefined ? {} : { bucket: name }) }, bucket, undefined);
    },
    key(bucket, key, object) {
      const found = mustExist(bucket, address.bucket);
      ofKeys ??= groupByKey(permissions);
      for (const permission of ofKeys.get(key) ?? []) judge(permission, found, object);
      return found;
    },
    linked(bucket, key, object) {
      const found = mustExist(bucket, address.bucket);
      judge({ action: 'oss:GetObject', bucket: found.name, key }, found, object);
      return found;
    },
    source({ sourceBucket, source: standingSource }, destination, find) {
      const { bucket: name, key } = ofSource[0] ?? address;
      const found = mustExist(sourceBucket, name);
      for (const permission of ofSource) judge(permission, found, standingSource);
      const source = standingSource ?? find?.();
      if (source === undefined) throw noSuchKey(key);
      if (source.tags.length > 0) {
        for (const permission of ofTags) {
          if (isOfSource(permission)) judge(permission, found, source);
          else judge(permission, destination, standing);
        }
      }
      if (found.region !== destination.region) throw otherRegion();
      return source;
    },
    masterKey(use, encryption) {
      if (encryption === undefined) return;
      const refusal = judgeMasterKey(currentPrincipal(), use, encryption, keyNames, environment);
      if (refusal !== undefined) throw refusal;
    },
  };
}

/** What a request that writes an object reads as well is its source, also where both are the same object. */
function readsSource(permissions: readonly Permission[]): (permission: Permission) => boolean {
  const isCopy = permissions[0]?.action === 'oss:PutObject' && permissions.some(isRead);
  return (permission) => isCopy && isRead(permission);
}

function isRead({ action }: Permission): boolean {
  return action.startsWith('oss:GetObject');
}

/** Each action once: a body may name a thousand versions of one key, and each of them is judged by its key. */
function groupByKey(permissions: readonly Permission[]): ReadonlyMap<string | undefined, readonly Permission[]> {
  const groups = new Map<string | undefined, Permission[]>();
  for (const permission of permissions) {
    const group = groups.get(permission.key);
    if (group === undefined) groups.set(permission.key, [permission]);
    else if (!group.some(({ action }) => action === permission.action)) group.push(permission);
  }
  return groups;
}

function mustExist(bucket: Bucket | undefined, name: string | undefined): Bucket {
  if (bucket === undefined) throw noSuchBucket(name);
  return bucket;
}

function otherRegion(): ServiceError {
  return new ServiceError('AccessDenied', {
    message: 'Target object does not reside in the same data center as source object.',
    ec: '0016-00000306',
  });
}

export function noSuchBucket(name: string | undefined): ServiceError {
  return new ServiceError('NoSuchBucket', name === undefined ? {} : { elements: { BucketName: name } });
}

export function noSuchKey(key: string | undefined): ServiceError {
  return new ServiceError('NoSuchKey', key === undefined ? {} : { elements: { Key: key } });
}
