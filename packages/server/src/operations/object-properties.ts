import { quoteEtag, ServiceError, type Tag } from '@ossature/protocol';
import type { Bucket, ContentFacts, ContentHeaders, ObjectAcl, ObjectProperties, StorageClass, StoredObject, Tags } from '@ossature/store';
import { encryptionFacts } from '../encryption/requested-encryption.ts';

/** What a write says of its object, beside the bytes. */
export interface WriteFields extends ContentHeaders {
  readonly metadata?: Readonly<Record<string, string>> | undefined;
  readonly acl?: ObjectAcl | undefined;
  readonly storageClass?: StorageClass | undefined;
  readonly tagging?: readonly Tag[] | undefined;
  readonly persistentHeaders?: Readonly<Record<string, string>> | undefined;
}

/** A new object's properties: what the request says, else the bucket's class and no ACL of its own. Objects belong to the bucket's owner. */
export function newProperties(fields: WriteFields, bucket: Bucket): ObjectProperties {
  return {
    contentHeaders: contentHeadersOf(fields),
    userMetadata: fields.metadata ?? {},
    tags: tagsOf(fields.tagging),
    acl: fields.acl ?? 'default',
    storageClass: fields.storageClass ?? bucket.storageClass,
    ownerId: bucket.ownerId,
    persistentHeaders: persistentHeadersOf(fields),
  };
}

/** None are as good as undefined. */
export function persistentHeadersOf({ persistentHeaders }: WriteFields): ObjectProperties['persistentHeaders'] {
  return persistentHeaders === undefined || Object.keys(persistentHeaders).length === 0 ? undefined : persistentHeaders;
}

export function contentHeadersOf(fields: ContentHeaders): ContentHeaders {
  const { contentType, cacheControl, contentDisposition, contentEncoding, contentLanguage, expires } = fields;
  return { contentType, cacheControl, contentDisposition, contentEncoding, contentLanguage, expires };
}

export function tagsOf(tagging: readonly Tag[] | undefined): Tags {
  return (tagging ?? []).map(({ key, value }) => [key, value] as const);
}

/** The checksums that the client gave of what it sent. */
export function judgeContent(
  claimed: { readonly contentMd5?: string | undefined; readonly hashCrc64?: bigint | undefined },
  content: Pick<ContentFacts, 'etag' | 'hashCrc64'>,
): void {
  if (claimed.contentMd5 !== undefined && claimed.contentMd5 !== contentMd5Of(content.etag)) {
    throw new ServiceError('InvalidDigest', { ec: '0017-00000503' });
  }
  if (claimed.hashCrc64 !== undefined && claimed.hashCrc64 !== content.hashCrc64) throw new ServiceError('InvalidCRC64');
}

/** An ETag that is an MD5, as `Content-MD5` has it. */
export function contentMd5Of(etag: string): string {
  return Buffer.from(etag, 'hex').toString('base64');
}

/** What HEAD and GET tell of an object; `contentLength` is that of the whole. */
export function describeObject(object: StoredObject) {
  return {
    contentLength: object.sizeBytes,
    etag: quoteEtag(object.etag),
    lastModified: new Date(object.lastModifiedMs),
    contentMd5: object.type === 'Normal' ? contentMd5Of(object.etag) : undefined,
    acceptRanges: 'bytes',
    ...object.contentHeaders,
    contentType: object.contentHeaders.contentType ?? 'application/octet-stream',
    metadata: object.userMetadata,
    persistentHeaders: object.persistentHeaders,
    objectType: object.type,
    storageClass: object.storageClass,
    hashCrc64: object.hashCrc64,
    taggingCount: object.tags.length > 0 ? object.tags.length : undefined,
    nextAppendPosition: object.type === 'Appendable' ? object.sizeBytes : undefined,
    ...describeProtection(object),
    ...encryptionFacts(object.encryption),
  };
}

function describeProtection({ retention, legalHold }: StoredObject) {
  return {
    objectWormMode: retention?.mode,
    objectWormRetainUntilDate: retention === undefined ? undefined : new Date(retention.untilMs),
    objectWormLegalHold: legalHold === undefined ? undefined : legalHold ? 'ON' : 'OFF',
  };
}
