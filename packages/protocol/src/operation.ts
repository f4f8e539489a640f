/**
 * What a definition of an operation is. Both ends walk the same plain objects: the client encodes a request and decodes
 * a result by them, the server decodes a request and encodes a result, and router, policy actions, metric labels and
 * reference pages come from the same table. All type-level code of the project stands in this file.
 */
import type { ErrorCode } from './errors.ts';
import type { Body, Method } from './message.ts';

/** What a codec may need to know of the message around it. */
export interface Context {
  /** `url` where the request asked for `encoding-type=url`: names in XML are percent-encoded. */
  readonly encodingType?: 'url';
  /** The request asked for a callback, whose answer then stands in place of the operation's own body. */
  readonly hasCallback?: true;
}

/** A value and its text. `decode` throws `Malformed`; it never answers a default. */
export interface Codec<T> {
  /** The form in a few words, for the reference pages: `integer 1 to 10000`. */
  readonly form: string;
  encode(value: T, context: Context): string;
  decode(text: string, context: Context): T;
}

/** Thrown by a codec; becomes the documented error of the member (400 InvalidArgument unless the member says otherwise). */
export class Malformed extends Error {
  readonly code: ErrorCode;
  readonly ec: string | undefined;
  /** `ArgumentName` and `ArgumentValue` where OSS tells others than the member's name and text. */
  readonly argument: readonly [name: string, value: string] | undefined;
  constructor(
    message: string,
    options: { readonly code?: ErrorCode; readonly ec?: string; readonly argument?: readonly [name: string, value: string] } = {},
  ) {
    super(message);
    this.name = 'Malformed';
    this.code = options.code ?? 'InvalidArgument';
    this.ec = options.ec;
    this.argument = options.argument;
  }
}

/** The shape of an XML element's content. */
export type XmlShape<T> = { readonly kind: 'text'; readonly codec: Codec<T> } | { readonly kind: 'struct'; readonly fields: XmlFields };

/**
 * One child element of a struct. `many`: it may repeat, and the field is an array. `within`: the name of a wrapping element. An empty name
 * stands for the text of the root itself (`<LocationConstraint>oss-cn-hangzhou</LocationConstraint>`).
 */
export interface XmlField<T = unknown, N extends Need = Need> {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: shapes of every type stand in one record
  readonly shape: XmlShape<any>;
  readonly need: N;
  readonly many?: boolean;
  readonly within?: string;
  /** Written as an empty element where the value is absent, as OSS does for `Prefix`, `Marker`, …; an empty one is read as absent. */
  readonly emptyWhenAbsent?: boolean;
  /** Only for inference. */
  readonly type?: T;
}
export type XmlFields = Readonly<Record<string, XmlField>>;

export type Need = 'required' | 'optional';

export type Place =
  | 'bucket'
  | 'key'
  | 'query'
  | 'header'
  /** Every header of a prefix, as one record: `x-oss-meta-`. */
  | 'headers'
  /** A field of a form, and every field of a prefix as one record. Names count in any letter case. */
  | 'form'
  | 'forms'
  /** A child element of the XML body's root. */
  | 'xml'
  /** The body itself. */
  | 'stream'
  /** The body itself, a text that is read whole. */
  | 'text'
  /** A text that is the whole body, in place of any other, where a callback was asked for (OSS: Callback). */
  | 'callback';

interface MemberFacts<N extends Need> {
  readonly place: Place;
  /** The name on the wire, in the letter case that is sent. */
  readonly name: string;
  readonly need: N;
  /** Documented by OSS and not built in this server: 400 NotImplemented naming it. The client sends it all the same. */
  readonly refused?: true | ((text: string) => boolean);
  /**
   * Stands for several fields of the flat record: its value is spread into the request or result, and its codec is given the whole record
   * to encode. An empty text is not sent.
   */
  readonly group?: boolean;
  /** Of a prefix: the names, in lower case and without it, that are taken; default: all. */
  readonly accepts?: (name: string) => boolean;
}

/** One member of a request or a result: where it travels, under which name, by which codec. */
export interface Member<T = unknown, N extends Need = Need, G extends boolean = boolean> extends MemberFacts<N> {
  // biome-ignore lint/suspicious/noExplicitAny: codecs of every type stand in one record
  readonly codec?: Codec<any>;
  readonly xml?: XmlField;
  /** Judges the whole value that a request gives, after it is decoded; throws `Malformed`. */
  // biome-ignore lint/suspicious/noExplicitAny: as with codecs
  readonly judge?: (value: any) => void;
  readonly group?: G;
  /** Only for inference. */
  readonly type?: T;
}
export type Members = Readonly<Record<string, Member>>;

export interface ResultShape {
  /** The root element of the XML body, where there is one. */
  readonly root?: string;
  /** Where no XML member is present, the body is empty instead of an empty root: a quiet DeleteMultipleObjects. */
  readonly noEmptyRoot?: true;
  readonly members: Members;
}

/** What a caller needs permission for: an action of RAM policies on a bucket, or on an object of it. */
export interface Permission {
  readonly action: `oss:${string}`;
  /** Absent: service level. */
  readonly bucket?: string;
  readonly key?: string;
  /** Needed only where the source carries tags, which the copy then takes along. */
  readonly onlyWithTags?: true;
}

export interface Definition {
  /** As OSS names it: `CopyObject`. */
  readonly name: string;
  readonly method: Method;
  readonly level: 'service' | 'bucket' | 'object';
  /** What marks the operation among those of its method and level: presence of query names and headers, whatever their values. */
  readonly marks: { readonly query?: readonly string[]; readonly headers?: readonly string[] };
  readonly request: Members;
  /** Query names that say nothing here, and that an official SDK sends along; any other that could be meant for another operation is refused. */
  readonly idleQuery?: readonly string[];
  /** The root element of the XML body; as `root` of a result. A namespace is accepted and not written. */
  readonly requestRoot?: string;
  /** `optional`: an empty body is no body, and none is sent where no XML member has a value (an empty list is none). */
  readonly requestBody?: 'required' | 'optional';
  /** The request is a form (`multipart/form-data`): its fields stand for the head, its file for the body, and only its fields say who sends it. */
  readonly form?: true;
  /** Of a body that is not the document, where OSS has a code of its own for it; else `MalformedXML`. */
  readonly malformedBodyCode?: ErrorCode;
  /** By status. 204, 304 and answers to HEAD have no body, whatever stands here. */
  readonly results: Readonly<Record<number, ResultShape>>;
  /** In order of precedence, beside those that every operation has. */
  readonly errors: readonly ErrorCode[];
  /** The target first, then the sources: a copy names two. */
  // biome-ignore lint/suspicious/noExplicitAny: the request's type comes from the definition itself; `operation` checks it
  readonly permissions: (request: any) => readonly Permission[];
  /** The body names resources: `permissions` is asked again, and answers in full, once the body is decoded. */
  readonly permissionsOfBody?: true;
  /** Asks about a request that is to follow: the query, also a signature in it, is that request's own and is not looked at. */
  readonly preflight?: true;
  /** `idempotent`: may be sent again. `resolve`: after a lost reply, look before sending again. `never`: only when nothing was sent. */
  readonly retry: 'idempotent' | 'resolve' | 'never';
  /** The longest body that is read, in bytes. */
  readonly bodyLimitBytes: number;
}

/** The value type that a member stands for. */
export type ValueOf<M> = M extends { readonly type?: infer T } ? Exclude<T, undefined> : never;

type Flatten<T> = { [K in keyof T]: T[K] };
type Union<U> = (U extends unknown ? (u: U) => void : never) extends (i: infer I) => void ? I : never;
type Groups<M extends Members> = { [K in keyof M]: M[K] extends Member<unknown, Need, true> ? ValueOf<M[K]> : never }[keyof M];

/** The flat record of members: required ones, optional ones, and the fields of the groups. */
export type RecordOf<M extends Members> = Flatten<
  {
    readonly [K in keyof M as M[K] extends Member<unknown, Need, true>
      ? never
      : M[K] extends { readonly need: 'required' }
        ? K
        : never]: ValueOf<M[K]>;
  } & {
    readonly [K in keyof M as M[K] extends Member<unknown, Need, true> ? never : M[K] extends { readonly need: 'required' } ? never : K]?:
      | ValueOf<M[K]>
      | undefined;
  } & ([Groups<M>] extends [never] ? unknown : Union<Groups<M>>)
>;

/** What a caller gives and a handler receives. */
export type RequestOf<D extends Definition> = RecordOf<D['request']>;

/** What a handler answers: the members of one of the declared statuses. */
export type ResultOf<D extends Definition> = {
  [S in keyof D['results'] & number]: Flatten<{ readonly statusCode: S } & RecordOf<D['results'][S]['members']>>;
}[keyof D['results'] & number];

/** The fields of an XML struct as a record. */
export type XmlRecordOf<F extends XmlFields> = Flatten<
  { readonly [K in keyof F as F[K] extends { readonly need: 'required' } ? K : never]: ValueOf<F[K]> } & {
    readonly [K in keyof F as F[K] extends { readonly need: 'required' } ? never : K]?: ValueOf<F[K]> | undefined;
  }
>;

/** Checks a definition's form and keeps its exact type. */
export function operation<const M extends Members, const D extends Omit<Definition, 'request' | 'permissions'>>(
  // The members are a parameter of their own, so that the function's request has their types and not those of the constraint.
  definition: D & { readonly request: M; readonly permissions: (request: RecordOf<M>) => readonly Permission[] },
): D & { readonly request: M; readonly permissions: (request: RecordOf<M>) => readonly Permission[] } {
  return definition;
}

type MemberOptions = Pick<MemberFacts<Need>, 'refused'>;

/** The bucket and the key of the address. */
export const bucketName: Member<string, 'required', false> = { place: 'bucket', name: 'bucket', need: 'required', group: false };
export const objectKey: Member<string, 'required', false> = { place: 'key', name: 'key', need: 'required', group: false };

export function query<T>(name: string, codec: Codec<T>, options: MemberOptions = {}): Member<T, 'optional', false> {
  return { place: 'query', name, codec, need: 'optional', group: false, ...options };
}

export function header<T>(name: string, codec: Codec<T>, options: MemberOptions = {}): Member<T, 'optional', false> {
  return { place: 'header', name, codec, need: 'optional', group: false, ...options };
}

/** Every header of a prefix as one record; names in lower case, without the prefix. */
export function headers(
  prefix: string,
  codec: Codec<string>,
  options: Pick<MemberFacts<Need>, 'accepts'> = {},
): Member<Readonly<Record<string, string>>, 'optional', false> {
  return { place: 'headers', name: prefix, codec, need: 'optional', group: false, ...options };
}

/** What a callback's server answered. */
export function callbackAnswer(): Member<string, 'optional', false> {
  return { place: 'callback', name: 'callback', need: 'optional', group: false };
}

/** A field of a form. */
export function formField<T>(name: string, codec: Codec<T>, options: MemberOptions = {}): Member<T, 'optional', false> {
  return { place: 'form', name, codec, need: 'optional', group: false, ...options };
}

/** Every field of a prefix as one record; names in lower case, without the prefix. */
export function formFields(prefix: string, codec: Codec<string>): Member<Readonly<Record<string, string>>, 'optional', false> {
  return { place: 'forms', name: prefix, codec, need: 'optional', group: false };
}

export function stream(): Member<Body, 'optional', false> {
  return { place: 'stream', name: 'body', need: 'optional', group: false };
}

/** The body as a text that is kept as it is: a policy. The definition says `requestBody: 'required'`. */
export function bodyText(name: string): Member<string, 'required', false> {
  return { place: 'text', name, need: 'required', group: false };
}

/** The text of the body's root itself, where the root holds text and no elements. */
export function rootText<T>(codec: Codec<T>): Member<T, 'required', false> {
  return xml(element('', codec));
}

/** The same member of a document, which is whole where it stands; absent where a callback's answer stands in its place. */
export function unlessCallback<T, G extends boolean>(member: Member<T, Need, G>): Member<T, 'optional', G> {
  return { ...member, need: 'optional' };
}

/** A child element of the body's root. */
export function xml<T, N extends Need>(field: XmlField<T, N>): Member<T, N, false> {
  return { place: 'xml', name: field.name, xml: field, need: field.need, group: false };
}

/** The same member, and the request is malformed without it. */
export function required<T, G extends boolean>(member: Member<T, Need, G>): Member<T, 'required', G> {
  return { ...member, need: 'required' };
}

/** The same member, its value judged as a whole by whoever receives it: `judge` throws `Malformed`. */
export function judged<T, N extends Need, G extends boolean>(member: Member<T, N, G>, judge: (value: T) => void): Member<T, N, G> {
  return { ...member, judge };
}

/** The same member, its value spread into the flat record. */
export function group<T, N extends Need>(member: Member<T, N, boolean>): Member<T, N, true> {
  return { ...member, group: true };
}

/** An element that holds text. */
export function element<T>(name: string, codec: Codec<T>): XmlField<T, 'required'> {
  return { name, shape: { kind: 'text', codec }, need: 'required' };
}

/** An element that holds elements. */
export function struct<F extends XmlFields>(name: string, fields: F): XmlField<XmlRecordOf<F>, 'required'> {
  return { name, shape: { kind: 'struct', fields }, need: 'required' };
}

/** The element may be absent. */
export function optional<T>(field: XmlField<T, Need>): XmlField<T, 'optional'> {
  return { ...field, need: 'optional' };
}

/** The element may be absent, and is written empty then. */
export function orEmpty<T>(field: XmlField<T, Need>): XmlField<T, 'optional'> {
  return { ...field, need: 'optional', emptyWhenAbsent: true };
}

/** The element stands alone in a wrapping element. */
export function within<T, N extends Need>(wrapper: string, field: XmlField<T, N>): XmlField<T, N> {
  return { ...field, within: wrapper };
}

/** The element repeats, within a wrapping element where one is named; absent elements are an empty list. */
export function many<T>(field: XmlField<T, Need>, within?: string): XmlField<readonly T[], 'required'> {
  return { ...field, need: 'required', many: true, ...(within === undefined ? {} : { within }) } as XmlField<readonly T[], 'required'>;
}
