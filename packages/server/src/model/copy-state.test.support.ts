/** The state that the model of CopyObject speaks of, and how OSS documents that writes and deletions change it. Written from the reference alone. */
import { createHash } from 'node:crypto';
import type { Algorithm, BucketCase, Pairs, StorageClass, Versioning, Written } from './copy-case.test.support.ts';

export interface ObjectState {
  readonly type: 'Normal' | 'Multipart' | 'Appendable' | 'Symlink';
  readonly content: string;
  /** Without quotes. */
  readonly etag: string;
  readonly crc: string;
  readonly contentHeaders: Pairs;
  readonly metadata: Pairs;
  readonly persistent: Pairs;
  readonly tags: Pairs;
  readonly acl: string;
  readonly storageClass: StorageClass;
  readonly encryption: Algorithm | undefined;
  /** When a restoration is over and the object can be read. */
  readonly readyMs: number | undefined;
  readonly sealedMs: number | undefined;
}

export interface VersionState {
  /** `null`, or as the server gave it. */
  readonly id: string;
  readonly lastModifiedMs: number;
  /** Undefined: a delete marker. */
  readonly object: ObjectState | undefined;
}

export interface BucketState extends Omit<BucketCase, 'versioning'> {
  readonly name: string;
  readonly versioning: Versioning;
  /** The versions of a key, the newest first. */
  readonly keys: ReadonlyMap<string, readonly VersionState[]>;
}

export function versionsOf(bucket: BucketState, key: string): readonly VersionState[] {
  return bucket.keys.get(key) ?? [];
}

/** The bucket with a new version, object or marker, on top of its key: in place of everything without versions, of the null version while they are suspended. */
export function withVersion(bucket: BucketState, key: string, version: VersionState): BucketState {
  const older = versionsOf(bucket, key);
  const kept = bucket.versioning === undefined ? [] : bucket.versioning === 'Enabled' ? older : older.filter(({ id }) => id !== 'null');
  return withVersions(bucket, key, [version, ...kept]);
}

export function withVersions(bucket: BucketState, key: string, versions: readonly VersionState[]): BucketState {
  return { ...bucket, keys: new Map([...bucket.keys, [key, versions]]) };
}

/** What a write without a version takes the place of, for good. */
export function replacedVersion(bucket: BucketState, key: string): VersionState | undefined {
  if (bucket.versioning === 'Enabled') return undefined;
  return versionsOf(bucket, key).find(({ id }) => id === 'null');
}

/** The object that a write makes, as far as the request says. */
export function writtenObject(
  kind: 'put' | 'multipart' | 'append' | 'symlink',
  written: Written,
  bucket: BucketState,
  told: { readonly etag: string; readonly crc: string },
): ObjectState {
  const isLink = kind === 'symlink';
  const content = bytesOf(written.content);
  return {
    type: ({ put: 'Normal', multipart: 'Multipart', append: 'Appendable', symlink: 'Symlink' } as const)[kind],
    content: isLink ? '' : content,
    etag: kind === 'put' ? etagOf(content) : kind === 'multipart' ? multipartEtagOf(content) : told.etag,
    crc: told.crc,
    contentHeaders: written.contentHeaders,
    metadata: written.metadata,
    persistent: isLink ? {} : written.persistent,
    tags: isLink ? {} : written.tags,
    acl: written.acl ?? 'default',
    storageClass: written.storageClass ?? bucket.storageClass,
    encryption: isLink ? undefined : (written.encryption ?? bucket.encryption),
    readyMs: undefined,
    sealedMs: undefined,
  };
}

/** The bytes that a content stands for. */
export function bytesOf(content: string): string {
  return content === 'large' ? 'x'.repeat(20_000) : content;
}

export function etagOf(content: string): string {
  return createHash('md5').update(content).digest('hex').toUpperCase();
}

/** Of an object of one part: the MD5 of the part's ETag as text, and the number of parts. */
function multipartEtagOf(content: string): string {
  return `${etagOf(etagOf(content))}-1`;
}

export function isArchived({ type, storageClass }: ObjectState): boolean {
  return type !== 'Symlink' && storageClass !== 'Standard' && storageClass !== 'IA';
}
