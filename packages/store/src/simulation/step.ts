import type { ByteRange, ListPage, ObjectAddress, VersionAddress, Versioning, VersionPage } from '../store.ts';

/** Bytes by a seed: a history can be printed. */
export interface Content {
  readonly seed: number;
  readonly lengthBytes: number;
}

export interface UploadName extends ObjectAddress {
  readonly uploadId: string;
}

interface OnBucket<Name extends string> {
  readonly do: Name;
  readonly bucket: string;
}
interface OnObject<Name extends string> {
  readonly do: Name;
  readonly to: ObjectAddress;
}
interface OnVersion<Name extends string> {
  readonly do: Name;
  readonly to: VersionAddress;
}
interface OnUpload<Name extends string> {
  readonly do: Name;
  readonly upload: UploadName;
}
/** Stands for all of an object's properties. */
interface Tagged {
  readonly tag: string;
}
interface WithContent {
  readonly content: Content;
}

export type PutBucket = OnBucket<'putBucket'>;
export type DeleteBucket = OnBucket<'deleteBucket'>;
export type SetVersioning = OnBucket<'setVersioning'> & { readonly versioning: Versioning };
export type Statistics = OnBucket<'statistics'>;
export type List = OnBucket<'list'> & { readonly page: ListPage };
export type ListVersions = OnBucket<'listVersions'> & { readonly page: VersionPage };
export type ListUploads = OnBucket<'listUploads'> & { readonly limit: number; readonly prefix: string };
export type Put = OnObject<'put'> & Tagged & WithContent;
export type Append = OnObject<'append'> & Tagged & WithContent;
export type Symlink = OnObject<'symlink'> & Tagged & { readonly link: string };
export type Update = OnVersion<'update'> & Tagged;
export type Remove = OnVersion<'remove'>;
/** Without a tag the source's properties are copied. */
export type Copy = OnObject<'copy'> & { readonly from: VersionAddress; readonly tag: string | undefined };
/** A range that is not inside the object means all of it. */
export type Read = { readonly do: 'read'; readonly from: VersionAddress; readonly range: ByteRange | undefined };
export type Initiate = OnObject<'initiate'> & Tagged;
export type UploadPart = OnUpload<'part'> & WithContent & { readonly partNumber: number };
/** A range that is not inside the source means all of it. */
export type PartCopy = OnUpload<'partCopy'> & {
  readonly from: VersionAddress;
  readonly partNumber: number;
  readonly range: ByteRange | undefined;
};
export type Complete = OnUpload<'complete'> & { readonly partNumbers: readonly number[] };
export type Abort = OnUpload<'abort'>;
export type ListParts = OnUpload<'listParts'> & { readonly after: number; readonly limit: number };
export type Collect = { readonly do: 'collect' };

export type UploadStep = Initiate | UploadPart | PartCopy | Complete | Abort | ListParts | ListUploads;
/** A call of the store, as data. */
export type Step =
  | (PutBucket | DeleteBucket | SetVersioning | Statistics | List | ListVersions | Collect)
  | (Put | Append | Symlink | Update | Remove | Copy | Read)
  | UploadStep;

/** What a call came to. A refusal is what its `decide` threw; values hold only what a caller can see. */
export type Outcome = { readonly kind: 'refused'; readonly reason: Refusal } | { readonly kind: 'done'; readonly value: unknown };

export type Refusal = 'NoSuchBucket' | 'NoSuchKey' | 'NoSuchUpload' | 'InvalidPart' | 'ObjectNotAppendable';

export class Refused extends Error {
  readonly reason: Refusal;
  constructor(reason: Refusal) {
    super(reason);
    this.reason = reason;
  }
}

/** The value of an outcome that the model cannot tell. */
export const anything = Symbol('anything');

export const done = (value: unknown): Outcome => ({ kind: 'done', value });
export const refused = (reason: Refusal): Outcome => ({ kind: 'refused', reason });
