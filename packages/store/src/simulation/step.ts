import type { ByteRange, ListPage, ObjectAddress } from '../store.ts';

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
export type Statistics = OnBucket<'statistics'>;
export type List = OnBucket<'list'> & { readonly page: ListPage };
export type ListUploads = OnBucket<'listUploads'> & { readonly limit: number; readonly prefix: string };
export type Put = OnObject<'put'> & Tagged & WithContent;
export type Append = OnObject<'append'> & Tagged & WithContent;
export type Update = OnObject<'update'> & Tagged;
export type Remove = OnObject<'remove'>;
/** Without a tag the source's properties are copied. */
export type Copy = OnObject<'copy'> & { readonly from: ObjectAddress; readonly tag: string | undefined };
/** A range that is not inside the object means all of it. */
export type Read = { readonly do: 'read'; readonly from: ObjectAddress; readonly range: ByteRange | undefined };
export type Initiate = OnObject<'initiate'> & Tagged;
export type UploadPart = OnUpload<'part'> & WithContent & { readonly partNumber: number };
/** A range that is not inside the source means all of it. */
export type PartCopy = OnUpload<'partCopy'> & {
  readonly from: ObjectAddress;
  readonly partNumber: number;
  readonly range: ByteRange | undefined;
};
export type Complete = OnUpload<'complete'> & { readonly partNumbers: readonly number[] };
export type Abort = OnUpload<'abort'>;
export type ListParts = OnUpload<'listParts'> & { readonly after: number; readonly limit: number };
export type Collect = { readonly do: 'collect' };

export type UploadStep = Initiate | UploadPart | PartCopy | Complete | Abort | ListParts | ListUploads;
/** A call of the store, as data. */
export type Step = PutBucket | DeleteBucket | Statistics | List | Put | Append | Update | Remove | Copy | Read | Collect | UploadStep;

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

export const done = (value: unknown): Outcome => ({ kind: 'done', value });
export const refused = (reason: Refusal): Outcome => ({ kind: 'refused', reason });
