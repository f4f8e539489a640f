/** What a case of the model test of CopyObject is made of: drawn at random, plain data, readable when it fails. */
import fc from 'fast-check';

export type Versioning = 'Enabled' | 'Suspended' | undefined;
export type StorageClass = 'Standard' | 'IA' | 'Archive' | 'ColdArchive' | 'DeepColdArchive';
export type Algorithm = 'AES256' | 'KMS';
export type Pairs = Readonly<Record<string, string>>;

/** What a write says of its object. Content headers by their names on the wire. */
export interface Written {
  /** `large`: more than is kept inline. */
  readonly content: string;
  readonly contentHeaders: Pairs;
  readonly metadata: Pairs;
  readonly persistent: Pairs;
  readonly tags: Pairs;
  readonly acl: 'default' | 'private' | 'public-read' | undefined;
  readonly storageClass: StorageClass | undefined;
  readonly encryption: Algorithm | undefined;
}

export type Step =
  | { readonly kind: 'put' | 'multipart' | 'append' | 'symlink'; readonly written: Written }
  /** Without a version id. */
  | { readonly kind: 'delete' }
  /** Of an object that can be appended to; of any other, nothing happens. */
  | { readonly kind: 'seal' };

export interface BucketCase {
  readonly versioning: Versioning;
  readonly storageClass: StorageClass;
  /** Set before anything is written. */
  readonly encryption: Algorithm | undefined;
  /** A retention policy, in progress, begun when everything stands. */
  readonly worm: boolean;
  /** Whom an overwrite rule forbids to overwrite the destination's key. */
  readonly rule: 'everybody' | 'the account' | 'somebody else' | 'other keys' | undefined;
}

/** What becomes of the two keys before versioning is enabled, while it is, and once it is suspended. */
export interface Phase {
  readonly source: readonly Step[];
  readonly destination: readonly Step[];
}

export type TimeChoice = 'before' | 'equal' | 'after' | 'garbage';
export type EtagChoice = 'same' | 'unquoted in lower case' | 'in a list' | 'other' | 'a list without' | 'any';

export interface RequestCase {
  readonly source: 'good' | 'no bucket' | 'no key' | 'without slash' | 'empty' | 'only a bucket';
  /** A number: one of the versions that stand, the newest first. */
  readonly version: number | 'current' | 'null' | 'unknown' | 'malformed' | 'empty' | 'another query';
  readonly missingDestination: boolean;
  readonly ifMatch: EtagChoice | undefined;
  readonly ifNoneMatch: EtagChoice | undefined;
  readonly ifModifiedSince: TimeChoice | undefined;
  readonly ifUnmodifiedSince: TimeChoice | undefined;
  readonly metadataDirective: string | undefined;
  readonly taggingDirective: string | undefined;
  readonly written: Omit<Written, 'content' | 'encryption' | 'acl' | 'storageClass'>;
  readonly acl: string | undefined;
  readonly storageClass: string | undefined;
  readonly tagging: 'as written' | 'eleven' | 'twice' | 'illegal';
  readonly persistent: 'as written' | 'reserved' | 'malformed';
  readonly forbidOverwrite: string | undefined;
  readonly algorithm: string | undefined;
  readonly keyId: 'unknown' | undefined;
  readonly trafficLimit: string | undefined;
  readonly requestPayer: string | undefined;
}

export interface CopyCase {
  readonly place: 'another bucket' | 'the same key of another bucket' | 'the same bucket' | 'the same object';
  readonly sourceBucket: BucketCase;
  readonly destinationBucket: BucketCase;
  readonly phases: readonly [Phase, Phase, Phase];
  /** Of the version that is copied, where it is archived. */
  readonly restore: 'no' | 'running' | 'done';
  readonly request: RequestCase;
}

/** `value` in about `of` of a hundred cases. */
function sometimes<T>(of: number, value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: 100 - of, arbitrary: fc.constant(undefined) }, { weight: of, arbitrary: value });
}

/** Mostly the first; each of the others in about one of two hundred cases: many at once would hide the rules behind them. */
function mostly<const T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 200 - others.length, arbitrary: fc.constant(usual) },
    ...others.map((other) => ({ weight: 1, arbitrary: fc.constant(other) })),
  );
}

/** Any of the first; each of the others in about one of a hundred cases. */
function usually<T>(usual: readonly T[], ...others: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 100 - others.length, arbitrary: fc.constantFrom(...usual) },
    ...others.map((other) => ({ weight: 1, arbitrary: fc.constant(other) })),
  );
}

function subset(values: Pairs): fc.Arbitrary<Pairs> {
  return fc.subarray(Object.entries(values)).map((entries) => Object.fromEntries(entries));
}

const contentHeaders = fc.oneof(
  subset({ 'content-type': 'text/plain', 'cache-control': 'no-cache', expires: 'never' }),
  subset({
    'content-type': 'text/html; charset=utf-8',
    'content-language': 'zh-CN',
    'content-disposition': 'attachment; filename="副本.txt"',
  }),
  subset({ 'content-encoding': 'gzip' }),
);
const metadata = fc.oneof(subset({ a: '1', b: '王小明' }), subset({ a: '2', 'c-d': '' }));
const persistent = fc.oneof(subset({ 'x-own': '1' }), subset({ 'x-own': '值', 'content-security-policy': 'none' }));
const tags = fc.oneof(subset({ k: 'v', 团队: '网 站' }), subset({ k: 'w', empty: '', 'a+b': '=' }));
const acl = fc.constantFrom('default', 'private', 'public-read');
const storageClass: fc.Arbitrary<StorageClass> = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('Standard', 'IA') },
  { weight: 3, arbitrary: fc.constantFrom('Archive', 'ColdArchive', 'DeepColdArchive') },
);
const algorithm = fc.constantFrom('AES256', 'KMS');

const written: fc.Arbitrary<Written> = fc.record({
  content: fc.constantFrom('', 'hello', 'hello world', 'large'),
  contentHeaders,
  metadata,
  persistent,
  tags,
  acl: sometimes(30, acl),
  storageClass: sometimes(40, storageClass),
  encryption: sometimes(15, algorithm),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('put' as const), written }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('multipart' as const, 'append' as const, 'append' as const, 'symlink' as const),
      written,
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'delete' } as const) },
  { weight: 2, arbitrary: fc.constant({ kind: 'seal' } as const) },
);

const bucket: fc.Arbitrary<BucketCase> = fc.record({
  versioning: fc.constantFrom(undefined, undefined, 'Enabled' as const, 'Suspended' as const),
  storageClass: usually<StorageClass>(['Standard', 'Standard', 'Standard', 'Standard', 'IA', 'Archive', 'ColdArchive']),
  encryption: sometimes(15, algorithm),
  worm: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  rule: sometimes(12, fc.constantFrom('everybody' as const, 'the account' as const, 'somebody else' as const, 'other keys' as const)),
});

const firstPhase: fc.Arbitrary<Phase> = fc.record({
  source: fc.oneof({ weight: 9, arbitrary: fc.array(step, { minLength: 1, maxLength: 2 }) }, { weight: 1, arbitrary: fc.constant([]) }),
  destination: fc.array(step, { maxLength: 1 }),
});
const laterPhase: fc.Arbitrary<Phase> = fc.record({
  source: fc.array(step, { maxLength: 2 }),
  destination: fc.array(step, { maxLength: 1 }),
});

const etagChoice = fc.constantFrom<EtagChoice[]>(
  'same',
  'same',
  'unquoted in lower case',
  'in a list',
  'in a list',
  'other',
  'a list without',
  'any',
);
const timeChoice = fc.constantFrom<TimeChoice[]>('before', 'equal', 'after', 'garbage');

const request: fc.Arbitrary<RequestCase> = fc.record({
  source: mostly('good', 'no bucket', 'no key', 'without slash', 'empty', 'only a bucket'),
  version: fc.oneof(
    { weight: 50, arbitrary: fc.constant('current' as const) },
    { weight: 30, arbitrary: fc.integer({ min: 0, max: 3 }) },
    { weight: 6, arbitrary: fc.constant('null' as const) },
    { weight: 4, arbitrary: fc.constantFrom('unknown' as const, 'malformed' as const, 'empty' as const, 'another query' as const) },
  ),
  missingDestination: mostly(false, true),
  ifMatch: sometimes(20, etagChoice),
  ifNoneMatch: sometimes(15, etagChoice),
  ifModifiedSince: sometimes(12, timeChoice),
  ifUnmodifiedSince: sometimes(12, timeChoice),
  metadataDirective: sometimes(60, usually(['REPLACE', 'COPY', 'replace', 'Copy'], 'MERGE')),
  taggingDirective: sometimes(60, usually(['Replace', 'Copy', 'REPLACE', 'copy'], '')),
  written: fc.record({ contentHeaders, metadata, persistent, tags }),
  acl: sometimes(30, usually(['private', 'default', 'public-read', 'public-read-write'], 'secret')),
  storageClass: sometimes(40, fc.oneof({ weight: 100, arbitrary: storageClass }, { weight: 1, arbitrary: fc.constant('standard') })),
  tagging: mostly('as written', 'eleven', 'twice', 'illegal'),
  persistent: mostly('as written', 'reserved', 'malformed'),
  forbidOverwrite: sometimes(25, usually(['true', 'true', 'false'], 'maybe')),
  algorithm: sometimes(25, usually(['AES256', 'KMS'], 'SM4', 'DES')),
  keyId: sometimes(2, fc.constant('unknown' as const)),
  trafficLimit: sometimes(10, mostly('819200', '1', 'fast')),
  requestPayer: sometimes(10, mostly('requester', 'owner')),
});

export const copyCase: fc.Arbitrary<CopyCase> = fc.record({
  place: fc.constantFrom('another bucket', 'the same key of another bucket', 'the same bucket', 'the same object', 'the same object'),
  sourceBucket: bucket,
  destinationBucket: bucket,
  phases: fc.tuple(firstPhase, laterPhase, laterPhase),
  restore: fc.constantFrom('no', 'running', 'done', 'done'),
  request,
});
