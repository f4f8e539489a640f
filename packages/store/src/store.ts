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
export type ObjectType = 'Normal' | 'Multipart' | 'Appendable';
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
}

/** Facts of an object's bytes. */
export interface ContentFacts {
  readonly sizeBytes: number;
  /** Upper-case hex without quotes; `…-N` for a Multipart object. */
  readonly etag: string;
  readonly hashCrc64: bigint;
  readonly type: ObjectType;
}

export interface StoredObject extends ObjectProperties, ContentFacts {
  readonly key: string;
  readonly lastModifiedMs: number;
  /** The holder id minted for this row: two reads that show the same one show the same content. */
  readonly holder: string;
  /** The manifest that it shares with its copies. */
  readonly manifest: string;
}

export interface Upload {
  /** 32 upper-case hex characters. */
  readonly id: string;
  readonly key: string;
  readonly initiatedMs: number;
  readonly properties: ObjectProperties;
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
  /** The object that stands under the key now. */
  readonly existing: StoredObject | undefined;
}
export interface Source {
  readonly sourceBucket: Bucket | undefined;
  readonly source: StoredObject | undefined;
}

/** Where an object is, by names. */
export interface ObjectAddress {
  readonly bucket: string;
  readonly key: string;
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
export interface UploadPage extends Omit<ListPage, 'after'> {
  readonly keyMarker: string;
  readonly uploadIdMarker: string;
}

export interface BucketStatistics {
  readonly storageBytes: number;
  readonly objectCount: number;
  readonly multipartUploadCount: number;
  readonly multipartPartCount: number;
  /** By storage class, only classes that occur. */
  readonly byStorageClass: Readonly<Partial<Record<StorageClass, { readonly storageBytes: number; readonly objectCount: number }>>>;
  /** When the figures were folded last. */
  readonly asOfMs: number;
}

export interface Store {
  getBucket(name: string): Promise<Bucket | undefined>;
  /** In byte order of names, after `after`. */
  listBuckets(page: { readonly prefix: string; readonly after: string; readonly limit: number }): Promise<Listed<Bucket>>;
  /** Creates or changes. `decide` answers the properties, or the existing ones to leave it as it is. */
  putBucket(name: string, decide: (existing: Bucket | undefined) => BucketProperties): Promise<Bucket>;
  deleteBucket(name: string, decide: (bucket: Bucket | undefined) => void): Promise<'deleted' | 'not-empty'>;
  getBucketStatistics(name: string): Promise<BucketStatistics | undefined>;

  /** The rows, and no bytes. */
  headObject(address: ObjectAddress): Promise<Target>;
  /** `decide` judges conditions and answers the range to send; undefined: the whole object. */
  openObject(address: ObjectAddress, decide: (target: Target) => ByteRange | undefined, signal?: AbortSignal): Promise<OpenedObject>;
  /** In byte order of keys. */
  listObjects(bucket: string, page: ListPage): Promise<Listed<StoredObject> | undefined>;

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
  /** One commit; no byte is read or written. */
  copyObject(
    source: ObjectAddress,
    destination: ObjectAddress,
    decide: (rows: Target & Source) => ObjectProperties,
  ): Promise<{ readonly object: StoredObject; readonly source: StoredObject }>;
  /** Changes metadata, tags or ACL in place; content and lastModified stay. */
  updateObject(address: ObjectAddress, decide: (target: Target) => ObjectProperties): Promise<StoredObject>;
  /** Answers what was removed; nothing there is no error. */
  removeObject(address: ObjectAddress, decide: (target: Target) => void): Promise<StoredObject | undefined>;

  initiateUpload(address: ObjectAddress, decide: (target: Target) => ObjectProperties): Promise<Upload>;
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
  /** Shares the source's bytes; reads them where their MD5 is not known yet, and writes none. */
  uploadPartCopy(
    source: ObjectAddress,
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
}

export interface Completion {
  /** Numbers of the parts, ascending. */
  readonly partNumbers: readonly number[];
  readonly etag: string;
  readonly properties: ObjectProperties;
}
