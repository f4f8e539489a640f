/** The documented rules of CopyObject as a small function of a state and a request: written from the reference, and from nothing of the server. */
import type { Algorithm, CopyCase, EtagChoice, RequestCase, StorageClass, TimeChoice } from './copy-case.test.support.ts';
import {
  type BucketState,
  etagOf,
  isArchived,
  type ObjectState,
  replacedVersion,
  type VersionState,
  versionsOf,
} from './copy-state.test.support.ts';

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly ec?: string;
  /** Extra elements that the document must have. */
  readonly elements?: Readonly<Record<string, string>>;
}

export interface CopyWorld {
  readonly source: BucketState;
  readonly destination: BucketState;
  readonly sourceKey: string;
  readonly destinationKey: string;
  readonly nowMs: number;
}

export type Outcome =
  /** Where several mistakes are told in no documented order, any of them. */
  | { readonly kind: 'refused'; readonly oneOf: readonly Refusal[] }
  | {
      readonly kind: 'copied';
      readonly object: ObjectState;
      readonly source: VersionState;
    };

/** What a copy is answered, and what it makes. The order of the checks is that of the reference. */
export function expectedOutcome(world: CopyWorld, { request, place }: Pick<CopyCase, 'request' | 'place'>): Outcome {
  if (request.missingDestination) return refuse({ status: 404, code: 'NoSuchBucket', ec: '0015-00000101' });
  const mistakes = mistakesOf(request);
  if (mistakes.length > 0) return { kind: 'refused', oneOf: mistakes };
  const late = lateMistakesOf(request);
  if (late.length > 0) return { kind: 'refused', oneOf: late };
  const outcome = copyOf(world, request, place === 'the same object');
  if (request.keyId === undefined) return outcome;
  // Whether the key ring is asked before the rules or after them, nobody says.
  const unknownKey: Refusal = { status: 404, code: 'KeyNotFound' };
  return { kind: 'refused', oneOf: [unknownKey, ...(outcome.kind === 'refused' ? outcome.oneOf : [])] };
}

function copyOf(world: CopyWorld, request: RequestCase, isSelf: boolean): Outcome {
  const { source: sourceBucket, destination, destinationKey, nowMs } = world;
  const found = findSource(world, request);
  if ('status' in found) return refuse(found);
  const { object } = found;
  if (object === undefined) throw new Error('a source is an object');
  if (object.type === 'Symlink' && request.algorithm !== undefined) return refuse({ status: 400, code: 'InvalidArgument' });
  if (isArchived(object) && !(object.readyMs !== undefined && object.readyMs <= nowMs)) {
    return refuse({ status: 403, code: 'InvalidObjectState', ec: '0016-00000330' });
  }
  const unmet = unmetCondition(request, found.lastModifiedMs);
  if (unmet !== undefined) return refuse(unmet);
  const standing = versionsOf(destination, destinationKey)[0];
  if (destination.versioning === undefined && standing !== undefined) {
    const isForbidden = request.forbidOverwrite === 'true' || destination.rule === 'everybody' || destination.rule === 'the account';
    if (isForbidden) return refuse({ status: 409, code: 'FileAlreadyExists', ec: '0026-00000002' });
  }
  if (destination.worm && replacedVersion(destination, destinationKey)?.object !== undefined) {
    return refuse({ status: 409, code: 'FileImmutable' });
  }
  const changesInPlace = isSelf && sourceBucket.versioning === undefined;
  const takesItsOwnPlace = isSelf && replacedVersion(destination, destinationKey) === found;
  return { kind: 'copied', object: copiedObject(object, request, destination, { changesInPlace, takesItsOwnPlace }), source: found };
}

/**
 * A copy onto itself without versions changes metadata, whatever the directive says; everywhere else the directives decide. An appendable object that
 * only takes its own place stays one; any other copy of it is Normal.
 */
function copiedObject(
  source: ObjectState,
  request: RequestCase,
  destination: BucketState,
  { changesInPlace, takesItsOwnPlace }: { readonly changesInPlace: boolean; readonly takesItsOwnPlace: boolean },
): ObjectState {
  const { written } = request;
  const replacesMetadata = changesInPlace || request.metadataDirective?.toUpperCase() === 'REPLACE';
  const replacesTags = request.taggingDirective?.toUpperCase() === 'REPLACE';
  const becomesNormal = source.type === 'Appendable' && !takesItsOwnPlace;
  return {
    type: becomesNormal ? 'Normal' : source.type,
    content: source.content,
    etag: becomesNormal ? etagOf(source.content) : source.etag,
    crc: source.crc,
    contentHeaders: replacesMetadata ? written.contentHeaders : source.contentHeaders,
    metadata: replacesMetadata ? written.metadata : source.metadata,
    persistent: replacesMetadata ? written.persistent : source.persistent,
    tags: replacesTags ? written.tags : source.tags,
    acl: request.acl ?? 'default',
    storageClass: (request.storageClass as StorageClass | undefined) ?? destination.storageClass,
    encryption: source.type === 'Symlink' ? undefined : ((request.algorithm as Algorithm | undefined) ?? destination.encryption),
    readyMs: undefined,
    sealedMs: takesItsOwnPlace ? source.sealedMs : undefined,
  };
}

/** What is wrong with the request itself. */
function mistakesOf(request: RequestCase): readonly Refusal[] {
  const bad = (code = 'InvalidArgument', ec?: string): Refusal => ({ status: 400, code, ...(ec === undefined ? {} : { ec }) });
  const { source, version } = request;
  const directive = (text: string | undefined) => text === undefined || ['COPY', 'REPLACE'].includes(text.toUpperCase());
  const mistakes: readonly (readonly [boolean, Refusal])[] = [
    [source === 'without slash', bad('InvalidArgument', '0042-00000301')],
    [source === 'empty', bad('InvalidArgument', '0042-00000302')],
    [source === 'only a bucket', bad()],
    [isNamed(source) && version === 'malformed', bad()],
    [isNamed(source) && version === 'empty', bad('InvalidArgument', '0016-00000305')],
    [isNamed(source) && version === 'another query', bad('InvalidArgument', '0016-00000304')],
    [!directive(request.metadataDirective), bad()],
    [!directive(request.taggingDirective), bad()],
    [request.acl === 'secret', bad()],
    [request.storageClass === 'standard', bad()],
    [request.tagging === 'eleven', bad('BadRequest')],
    [request.tagging === 'twice', bad()],
    [request.tagging === 'illegal', bad('InvalidTag')],
    [request.persistent !== 'as written', bad()],
    [request.forbidOverwrite === 'maybe', bad('InvalidArgument', '0017-00000279')],
    [request.algorithm === 'DES', bad('InvalidEncryptionAlgorithmError')],
    [request.trafficLimit === '1' || request.trafficLimit === 'fast', bad('InvalidArgument', '0004-00000502')],
    [request.requestPayer === 'owner', bad()],
    // What this server does not build, it refuses by name.
    [request.algorithm === 'SM4', bad('NotImplemented')],
  ];
  return mistakes.filter(([holds]) => holds).map(([, refusal]) => refusal);
}

function lateMistakesOf({ keyId, algorithm }: RequestCase): readonly Refusal[] {
  return keyId !== undefined && algorithm !== 'KMS' ? [{ status: 400, code: 'InvalidArgument' }] : [];
}

function isNamed(source: RequestCase['source']): boolean {
  return source === 'good' || source === 'no bucket' || source === 'no key';
}

/** The version that a request names, or why there is none. */
function findSource({ source, sourceKey }: CopyWorld, request: RequestCase): VersionState | Refusal {
  if (request.source === 'no bucket') return { status: 404, code: 'NoSuchBucket', ec: '0015-00000101' };
  const standing = versionsOf(source, sourceKey);
  const id = versionIdOf(standing, request.version);
  const versions = request.source === 'no key' ? [] : standing;
  if (id === undefined) {
    const current = versions[0];
    return current?.object === undefined ? { status: 404, code: 'NoSuchKey', ec: '0026-00000001' } : current;
  }
  const named = versions.find((each) => each.id === id);
  if (named === undefined) return { status: 404, code: 'NoSuchVersion' };
  return named.object === undefined ? { status: 400, code: 'InvalidArgument', ec: '0016-00000307' } : named;
}

export const unknownVersion = 'CAEQNhiBgMDJgZCA0BYiIDc4MGZjZGI2OTBjOTRmNTE5NmU5NmFhZjhjYmY0ZmVh';

/** Undefined: the current version. */
export function versionIdOf(versions: readonly VersionState[], choice: RequestCase['version']): string | undefined {
  if (choice === 'current') return undefined;
  if (choice === 'null') return 'null';
  if (typeof choice !== 'number') return unknownVersion;
  // Where fewer versions stand, the current one.
  return versions[choice]?.id;
}

/** 412 before 304; of two that fail with 412 the first of these. */
function unmetCondition(request: RequestCase, lastModifiedMs: number): Refusal | undefined {
  const failed = (condition: string): Refusal => ({ status: 412, code: 'PreconditionFailed', elements: { Condition: condition } });
  const modified = Math.floor(lastModifiedMs / 1000);
  const { ifMatch, ifNoneMatch } = request;
  if (ifMatch !== undefined && !names(ifMatch)) return failed('If-Match');
  const unmodifiedSince = secondOf(request.ifUnmodifiedSince, modified);
  if (unmodifiedSince !== undefined && unmodifiedSince < modified) return failed('If-Unmodified-Since');
  const notModified: Refusal = { status: 304, code: 'NotModified' };
  if (ifNoneMatch !== undefined && names(ifNoneMatch)) return notModified;
  const modifiedSince = secondOf(request.ifModifiedSince, modified);
  return modifiedSince !== undefined && modifiedSince >= modified ? notModified : undefined;
}

/** Whether what is sent for this choice names the source's ETag. */
function names(choice: EtagChoice): boolean {
  return choice !== 'other' && choice !== 'a list without';
}

/** A date that cannot be read is ignored. */
export function secondOf(choice: TimeChoice | undefined, modifiedSecond: number): number | undefined {
  if (choice === undefined || choice === 'garbage') return undefined;
  return modifiedSecond + { before: -1, equal: 0, after: 1 }[choice];
}

function refuse(refusal: Refusal): Outcome {
  return { kind: 'refused', oneOf: [refusal] };
}
