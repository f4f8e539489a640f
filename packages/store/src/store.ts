/**
 * The engine's face to the server. It knows buckets, objects, uploads and how they share bytes; it does not know HTTP, nor who may
 * do what. Where a rule of OSS decides (conditions, permissions, forbid-overwrite, directives), the caller gives a `decide` callback: a
 * pure, synchronous function of the rows as they stand in the commit's own transaction. It answers what to write, or throws; whatever it
 * throws comes out of the call unchanged, with nothing written. It may run several times: a conflict runs it again on fresh rows.
 */
import type { Body } from '@ossature/protocol';

export type CannedAcl = 'private' | 'public-read' | 'public-read-write';
export type ObjectAcl = CannedAcl | 'default';
export type StorageClass = 'Standard' | 'IA' | 'Archive' | 'ColdArchive' | 'DeepColdArchive';
export type ObjectType = 'Normal' | 'Multipart' | 'Appendable' | 'Symlink';
export type Versioning = 'Enabled' | 'Suspended';
export type Tags = readonly (readonly [key: string, value: string])[];

export interface Bucket {
  /** Minted; a bucket created again under the same name has another. */
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly ownerId: string;
  readonly createdMs: number;
  readonly acl: CannedAcl;
  readonly storageClass: StorageClass;
  readonly dataRedundancyType: 'LRS' | 'ZRS';
  /** Undefined: never enabled. It cannot become undefined again. */
  readonly versioning?: Versioning | undefined;
  /**
   * What the caller keeps with its bucket, by name; the engine does not look at it. It is read with every request, so it is small: at most
   * `bucketLimits.configurationsBytes` together. What is larger is a document.
   */
  readonly configurations: Readonly<Record<string, string>>;
}
/** What a caller decides of a bucket. */
export type BucketProperties = Omit<Bucket, 'id' | 'name' | 'createdMs'>;

/** The system headers that are stored with an object and returned verbatim. */
export interface ContentHeaders {
  readonly contentType?: string | undefined;
  readonly cacheControl?: string | undefined;
  readonly contentDisposition?: string | undefined;
  readonly contentEncoding?: string | undefined;
  readonly contentLanguage?: string | undefined;
  readonly expires?: string | undefined;
}

/** What a caller decides of an object; it is per object, never shared by a copy. */
export interface ObjectProperties {
  readonly contentHeaders: ContentHeaders;
  /** Names in lower case, without `x-oss-meta-`. */
  readonly userMetadata: Readonly<Record<string, string>>;
  readonly tags: Tags;
  readonly acl: ObjectAcl;
  readonly storageClass: StorageClass;
  readonly ownerId: string;
  /** Headers of its own that the object is served with; names in lower case. Undefined: none. */
  readonly persistentHeaders?: Readonly<Record<string, string>> | undefined;
  readonly retention?: Retention | undefined;
  readonly legalHold?: boolean | undefined;
  /** The last restoration of an archived object. What state it is in follows from the time alone. */
  readonly restore?: Restoration | undefined;
  /** When an appendable object was sealed. */
  readonly sealedMs?: number | undefined;
  /** When a rule moved it to its storage class. */
  readonly transitionedMs?: number | undefined;
}

export interface Retention {
  readonly mode: 'COMPLIANCE' | 'GOVERNANCE';
  readonly untilMs: number;
}
export interface Restoration {
  readonly requestedMs: number;
  /** From here on it can be read, */
  readonly readyMs: number;
  /** until here. */
  readonly expiresMs: number;
  readonly tier?: string | undefined;
}

/** How bytes are to be encrypted: under which master key of the key ring. */
export interface Encryption {
  readonly algorithm: 'AES256' | 'KMS';
  /** Of a KMS key; undefined: the one that the key ring keeps for all who name none. */
  readonly keyId?: string | undefined;
}
/** The content key of an object, wrapped under its master key. It never leaves the engine otherwise. */
export interface Envelope extends Encryption {
  /** As the key ring made it. */
  readonly wrapped: Uint8Array;
}

/** Facts of an object's bytes. */
export interface ContentFacts {
  readonly sizeBytes: number;
  /** Upper-case hex without quotes; `…-N` for a Multipart object. */
  readonly etag: string;
  readonly hashCrc64: bigint;
  readonly type: ObjectType;
}

/** A version of an object: the current one, or an older one. */
export interface StoredObject extends ObjectProperties, ContentFacts {
  readonly key: string;
  /** `null` for the version without an id: the only one where versioning was never enabled. */
  readonly versionId: string;
  /** Of a Symlink: the key that it points to, in the same bucket. */
  readonly symlinkTarget?: string | undefined;
  /** Undefined: the bytes are not encrypted. */
  readonly encryption?: Envelope | undefined;
  readonly lastModifiedMs: number;
  /** The holder id minted for this row: two reads that show the same one show the same content. */
  readonly holder: string;
  /** The manifest that it shares with its copies. */
  readonly manifest: string;
}

/** A version that says that the object was deleted. */
export interface DeleteMarker {
  readonly key: string;
  readonly versionId: string;
  readonly lastModifiedMs: number;
  readonly ownerId: string;
}

export interface Upload {
  /** 32 upper-case hex characters. */
  readonly id: string;
  readonly key: string;
  readonly initiatedMs: number;
  readonly properties: ObjectProperties;
  /** Of the object to be; its parts are encrypted so. */
  readonly encryption?: Envelope | undefined;
}

export interface Part {
  readonly partNumber: number;
  readonly sizeBytes: number;
  /** Upper-case hex MD5 of the part's bytes. */
  readonly etag: string;
  readonly hashCrc64: bigint;
  readonly lastModifiedMs: number;
}

/** The rows that a write decides by, read in its own transaction. A bucket that is gone by then is undefined, also where it was there before. */
export interface Target {
  readonly bucket: Bucket | undefined;
  /** The object that stands under the key now, or the version that the address names; undefined also where that is a delete marker. */
  readonly existing: StoredObject | undefined;
  /** The delete marker that stands there instead. */
  readonly marker?: DeleteMarker | undefined;
  /**
   * The object that a write here would take the place of, for good: `existing` where versioning was never enabled, the null version where it is
   * suspended, nothing where it is enabled. Only writes to a key without a version id are told.
   */
  readonly replaced?: StoredObject | undefined;
  /** Whether the version that the address names is the current one; only told where it names one that stands. */
  readonly isLatest?: boolean | undefined;
}
export interface Source {
  readonly sourceBucket: Bucket | undefined;
  readonly source: StoredObject | undefined;
  /** The delete marker that stands there instead: the current version, or the one that the address names. */
  readonly sourceMarker?: DeleteMarker | undefined;
}

/** Where an object is, by names. */
export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
}
/** Without a version id: the current version. An id that no version has is not there; `null` is the version without one. */
export interface VersionAddress extends ObjectAddress {
  readonly versionId?: string | undefined;
}
export interface PartAddress extends ObjectAddress {
  readonly uploadId: string;
  readonly partNumber: number;
}

/** Bytes `offsetBytes` to `offsetBytes + lengthBytes`. */
export interface ByteRange {
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

export interface OpenedObject {
  readonly object: StoredObject;
  readonly bucket: Bucket;
  /** The range that `decide` asked for, else the whole object. */
  readonly range: ByteRange;
  /** Verified as it passes. A chunk is only valid until the next is asked for. Rejects with StoreError `corrupt`, never with other bytes. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface ListPage {
  readonly prefix: string;
  /** '' for none. */
  readonly delimiter: string;
  /** Names after this one (excluded); a common prefix counts as its own name, and everything under it is passed. '' for the start. */
  readonly after: string;
  /** 1 to 1000: objects and common prefixes together. */
  readonly limit: number;
}
export interface Listed<T> {
  readonly items: readonly T[];
  readonly commonPrefixes: readonly string[];
  /** The last name of the page, object or common prefix, where more follows. */
  readonly next: string | undefined;
}
export interface VersionPage extends Omit<ListPage, 'after'> {
  readonly keyMarker: string;
  /** Versions of the marked key that are older than this one; '' for keys after the marked one. */
  readonly versionIdMarker: string;
}
/** One line of a listing of versions. */
export type ListedVersion = { readonly isLatest: boolean } & (
  | { readonly object: StoredObject; readonly marker?: undefined }
  | { readonly object?: undefined; readonly marker: DeleteMarker }
);
export interface ListedVersions {
  /** By key, the newest first. */
  readonly items: readonly ListedVersion[];
  readonly commonPrefixes: readonly string[];
  readonly next: { readonly keyMarker: string; readonly versionIdMarker: string } | undefined;
}
export interface UploadPage extends Omit<ListPage, 'after'> {
  readonly keyMarker: string;
  readonly uploadIdMarker: string;
}

export interface BucketStatistics {
  readonly storageBytes: number;
  readonly objectCount: number;
  readonly multipartUploadCount: number;
  readonly multipartPartCount: number;
  readonly deleteMarkerCount: number;
  /** All versions. By storage class, only classes that occur. */
  readonly byStorageClass: Readonly<Partial<Record<StorageClass, { readonly storageBytes: number; readonly objectCount: number }>>>;
  /** When the figures were folded last. */
  readonly asOfMs: number;
}

/** Bounds that the engine asserts; the caller judges what comes from outside. */
export const bucketLimits = { configurationsBytes: 2 * 1024 * 1024, documentBytes: 4 * 1024 * 1024, documentNameBytes: 512 } as const;

/** What a copy writes at most, where its bytes cannot be shared: encrypted ones of a plain source, or the other way round. Asserted as above. */
export const rewriteLimitBytes = 64 * 1024 ** 3;

export interface Store {
  getBucket(name: string): Promise<Bucket | undefined>;
  /** In byte order of names, after `after`. */
  listBuckets(page: { readonly prefix: string; readonly after: string; readonly limit: number }): Promise<Listed<Bucket>>;
  /** Creates or changes. `decide` answers the properties, or the existing ones to leave it as it is. */
  putBucket(name: string, decide: (existing: Bucket | undefined) => BucketProperties): Promise<Bucket>;
  deleteBucket(name: string, decide: (bucket: Bucket | undefined) => void): Promise<'deleted' | 'not-empty'>;
  getBucketStatistics(name: string): Promise<BucketStatistics | undefined>;

  /** The rows, and no bytes. */
  headObject(address: VersionAddress): Promise<Target>;
  /** `decide` judges conditions and answers the range to send; undefined: the whole object. */
  openObject(address: VersionAddress, decide: (target: Target) => ByteRange | undefined, signal?: AbortSignal): Promise<OpenedObject>;
  /** Current versions, in byte order of keys; delete markers are passed over. */
  listObjects(bucket: string, page: ListPage): Promise<Listed<StoredObject> | undefined>;
  listVersions(bucket: string, page: VersionPage): Promise<ListedVersions | undefined>;

  /** Reads the body once, makes it durable, then decides and publishes. `decide` sees the bytes' facts (Content-MD5, CRC). */
  putObject(
    address: ObjectAddress,
    body: Body,
    decide: (target: Target & { readonly content: ContentFacts }) => ObjectProperties,
    options?: WriteOptions,
  ): Promise<StoredObject>;
  /** Appends to an Appendable object, or creates one. `decide` sees the whole before, and judges position and type. */
  appendObject(
    address: ObjectAddress,
    body: Body,
    decide: (target: Target & { readonly appended: ContentFacts }) => ObjectProperties,
    options?: WriteOptions,
  ): Promise<StoredObject>;
  /**
   * One commit; no byte is read or written, unless plain bytes are to be encrypted or encrypted ones to be plain: then they are rewritten, the source pinned.
   * Another master key is a new wrapping. An Appendable source is read once for its MD5, and its copy is Normal; onto itself, where no new version is
   * made, it stays as it is.
   */
  copyObject(
    source: VersionAddress,
    destination: ObjectAddress,
    decide: (rows: Target & Source) => ObjectProperties,
    options?: CopyOptions,
  ): Promise<{ readonly object: StoredObject; readonly source: StoredObject }>;
  /** A link: an object without bytes. `target` is a key of the same bucket, which nobody looks at. */
  putSymlink(address: ObjectAddress, target: string, decide: (target: Target) => ObjectProperties): Promise<StoredObject>;
  /** Changes metadata, tags, ACL and the like of a version in place; content and lastModified stay. */
  updateObject(address: VersionAddress, decide: (target: Target) => ObjectProperties): Promise<StoredObject>;
  /**
   * Without a version id: removes the object where versioning was never enabled, and puts a delete marker otherwise; where it is suspended, in place of the
   * null version. With one: removes that version for good. Nothing there is no error.
   */
  removeObject(address: VersionAddress, decide: (target: Target) => void): Promise<Removal>;

  initiateUpload(address: ObjectAddress, decide: (target: Target) => ObjectProperties, options?: InitiateOptions): Promise<Upload>;
  getUpload(
    address: ObjectAddress & { readonly uploadId: string },
  ): Promise<{ readonly bucket: Bucket | undefined; readonly upload: Upload | undefined }>;
  /** `decide` is called before the body is read (a missing upload), and again with the facts. */
  uploadPart(
    address: PartAddress,
    body: Body,
    decide: (rows: {
      readonly bucket: Bucket | undefined;
      readonly upload: Upload | undefined;
      readonly content: ContentFacts | undefined;
    }) => void,
    options?: WriteOptions,
  ): Promise<Part>;
  /** Shares the source's bytes; reads them where their MD5 is not known yet, and writes none unless the upload is encrypted and the source is not, or the other way round. */
  uploadPartCopy(
    source: VersionAddress,
    destination: PartAddress,
    decide: (rows: Source & { readonly bucket: Bucket | undefined; readonly upload: Upload | undefined }) => ByteRange | undefined,
    signal?: AbortSignal,
  ): Promise<{ readonly part: Part; readonly source: StoredObject }>;
  /**
   * `decide` sees every part of the upload in order of number, and answers which ones make the object and what it is. The same list again after
   * success, while the object stands, answers the same result: then `decide` is called with `completed`, the parts of the object.
   */
  completeUpload(
    address: ObjectAddress & { readonly uploadId: string },
    decide: (
      rows: Target & { readonly upload: Upload | undefined; readonly parts: readonly Part[]; readonly completed: boolean },
    ) => Completion,
  ): Promise<StoredObject>;
  abortUpload(
    address: ObjectAddress & { readonly uploadId: string },
    decide: (rows: { readonly bucket: Bucket | undefined; readonly upload: Upload | undefined }) => void,
  ): Promise<void>;
  /** In order of number, after `after`. */
  listParts(
    address: ObjectAddress & { readonly uploadId: string },
    page: { readonly after: number; readonly limit: number },
  ): Promise<{
    readonly bucket: Bucket | undefined;
    readonly upload: Upload | undefined;
    readonly parts: readonly Part[];
    readonly truncated: boolean;
  }>;
  /** In order of key, then of upload id. */
  listUploads(bucket: string, page: UploadPage): Promise<ListedUploads | undefined>;

  /** A text of the caller's own, beside the buckets. */
  getDocument(name: string): Promise<string | undefined>;
  /** Documents whose names begin with the prefix, in byte order; of a few thousand at most. */
  listDocuments(prefix: string): Promise<readonly { readonly name: string; readonly text: string }[]>;
  /** `decide` answers the new text, or undefined to remove it. */
  putDocument(name: string, decide: (existing: string | undefined) => string | undefined): Promise<void>;

  /** Runs the collector and the statistics' folding until nothing is due. The server runs it by itself; tests call it. */
  collect(): Promise<void>;
  /** Ends runners, waits for what is in flight, and closes the adapters. */
  close(): Promise<void>;
}

export interface ListedUploads {
  readonly items: readonly Upload[];
  readonly commonPrefixes: readonly string[];
  readonly next: { readonly keyMarker: string; readonly uploadIdMarker: string } | undefined;
}

export interface WriteOptions {
  /** A put stops with its client; copies, completes and deletes do not take a signal. */
  readonly signal?: AbortSignal | undefined;
  /** What the caller announced, where it did: a hint for inline or blob; the caller itself judges a body that is shorter or longer. */
  readonly expectedBytes?: number | undefined;
  /** Of a new object; an append to an existing one goes on as that is. Parts are encrypted as their upload is. */
  readonly encryption?: Encryption | undefined;
}

export interface InitiateOptions {
  readonly encryption?: Encryption | undefined;
}

export interface CopyOptions extends InitiateOptions {}

export interface Removal {
  /** What is not there any more: an object, or a delete marker. */
  readonly removed: StoredObject | DeleteMarker | undefined;
  /** The delete marker that was put. */
  readonly marker: DeleteMarker | undefined;
}

export interface Completion {
  /** Numbers of the parts, ascending. */
  readonly partNumbers: readonly number[];
  readonly etag: string;
  readonly properties: ObjectProperties;
}
