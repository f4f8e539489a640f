import { type CopySource, judgeConditions, limits, type operations, quoteEtag, type RequestOf, ServiceError } from '@ossature/protocol';
import {
  type Bucket,
  type Encryption,
  type ObjectProperties,
  rewriteLimitBytes,
  type Source,
  type StoredObject,
  type Target,
  type VersionAddress,
} from '@ossature/store';
import type { ServerConfig } from '../config.ts';
import { changesEncryption, encryptionFacts, requestedEncryption } from '../encryption/requested-encryption.ts';
import { judgeStrictCopy } from '../retention/judge-strict-copy.ts';
import { newProtection } from '../retention/new-protection.ts';
import { throwUnmet } from './conditions.ts';
import type { Handler, HandlerContext } from './handler.ts';
import { judgeReplacement, replacedBy } from './judge-replacement.ts';
import { newProperties } from './object-properties.ts';
import { judgeReadable } from './restoration.ts';
import { judgeSourceVersion, versionIdOf } from './version-facts.ts';

type CopyRequest = RequestOf<typeof operations.copyObject>;

/** One commit of the store: it goes on when the client has gone. */
export const copyObject: Handler<typeof operations.copyObject> = async (request, context) => {
  const { store } = context;
  const encryption = context.bucket === undefined ? undefined : requestedEncryption(request, context.bucket);
  let rows: (Target & Source) | undefined;
  const { object, source } = await store.copyObject(
    sourceOf(request),
    request,
    (seen) => {
      rows = seen;
      return decideCopy(request, seen, encryption, context);
    },
    { encryption },
  );
  const etag = quoteEtag(object.etag);
  return {
    statusCode: 200,
    etag,
    etagHeader: etag,
    lastModified: new Date(object.lastModifiedMs),
    hashCrc64: object.hashCrc64,
    versionId: versionIdOf(rows?.bucket, object),
    sourceVersionId: versionIdOf(rows?.sourceBucket, source),
    ...encryptionFacts(object.encryption),
  };
};

/**
 * The rules of CopyObject on the rows of the commit, in the order in which OSS documents them: the target and who writes it; the source, who reads it, and its state; the
 * conditions; what must not be overwritten; size.
 */
function decideCopy(
  request: CopyRequest,
  rows: Target & Source,
  encryption: Encryption | undefined,
  { guard, config, principal }: HandlerContext,
): ObjectProperties {
  const bucket = guard.target(rows.bucket, rows.existing);
  const source = guard.source(rows, bucket, () => judgeSourceVersion(sourceOf(request), rows.source, rows.sourceMarker));
  guard.masterKey('read', source.encryption);
  if (source.type !== 'Symlink') guard.masterKey('write', encryption);
  judgeLink(request, source);
  const nowMs = config.clock.now();
  judgeReadable(source, nowMs);
  throwUnmet(judgeConditions(request, source), source);
  judgeStrictCopy(config, rows.sourceBucket, rows.bucket);
  judgeReplacement(request, rows, { config, principal });
  // What only takes its own place stays what it is: an appendable object, and a sealed one, among others.
  const sealedMs = replacedBy(rows)?.holder === source.holder ? source.sealedMs : undefined;
  const properties = { ...copyProperties(request, source, bucket), sealedMs };
  judgeSize(request, source, { properties, encryption }, config);
  return { ...properties, ...newProtection(request, bucket, nowMs) };
}

/** The link itself is copied, and has no bytes to encrypt (OSS: CopyObject, encryption headers). */
function judgeLink(request: CopyRequest, source: StoredObject): void {
  const { serverSideEncryption: algorithm } = request;
  if (source.type !== 'Symlink' || algorithm === undefined) return;
  throw new ServiceError('InvalidArgument', {
    message: 'The encryption headers can not be given when the source of a copy is a symbolic link.',
    elements: { ArgumentName: 'x-oss-server-side-encryption', ArgumentValue: algorithm },
  });
}

/**
 * What the copy is, beside its bytes. The ACL and the storage class are never the source's. Where no version is kept, a copy of an object onto itself takes the
 * request's metadata whatever its directive says: it is how metadata is changed.
 */
function copyProperties(request: CopyRequest, source: StoredObject, bucket: Bucket): ObjectProperties {
  const own = newProperties(request, bucket);
  const changesInPlace = isSelfCopy(request) && bucket.versioning === undefined;
  const { contentHeaders, userMetadata, persistentHeaders } = request.metadataDirective === 'REPLACE' || changesInPlace ? own : source;
  return {
    ...own,
    contentHeaders,
    userMetadata,
    persistentHeaders,
    tags: request.taggingDirective === 'Replace' ? own.tags : source.tags,
  };
}

function isSelfCopy(request: CopyRequest): boolean {
  return request.bucket === request.sourceBucket && request.key === request.sourceKey;
}

interface CopyChange {
  readonly properties: ObjectProperties;
  readonly encryption: Encryption | undefined;
}

function judgeSize(request: CopyRequest, source: StoredObject, change: CopyChange, config: ServerConfig): void {
  const maxBytes = maxBytesOf(request, source, change, config);
  if (source.sizeBytes > maxBytes) throw sourceTooLarge(maxBytes, source.sizeBytes);
}

/**
 * The documented limits; a copy costs the same whatever its size, but programs are to meet here what they meet there, unless they are told otherwise. What then
 * remains is what one copy may write, where bytes that are plain are to be encrypted or the other way round.
 */
function maxBytesOf(
  request: CopyRequest,
  source: StoredObject,
  { properties, encryption }: CopyChange,
  { unlimitedCopy }: ServerConfig,
): number {
  if (unlimitedCopy)
    return (encryption === undefined) === (source.encryption === undefined) ? limits.objectSizeMaxBytes : rewriteLimitBytes;
  const isChanged = properties.storageClass !== source.storageClass || changesEncryption(encryption, source.encryption);
  if (isChanged) return limits.copyChangedMaxBytes;
  return request.bucket === request.sourceBucket ? limits.objectSizeMaxBytes : limits.copyOtherBucketMaxBytes;
}

/** The source as a request of a copy names it. */
export function sourceOf({ sourceBucket, sourceKey, sourceVersionId }: CopySource): VersionAddress {
  return { bucket: sourceBucket, key: sourceKey, versionId: sourceVersionId };
}

export function sourceTooLarge(maxBytes: number, sizeBytes: number): ServiceError {
  return new ServiceError('EntityTooLarge', {
    message: 'Source object Length exceeds the maximum allowed size.',
    elements: { MaxSizeAllowed: String(maxBytes), ProposedSize: String(sizeBytes) },
  });
}
