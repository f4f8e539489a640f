import { createHash } from 'node:crypto';
import { crc64 } from '@ossature/protocol';
import { seededRandom } from '../seeded-random.ts';
import type { ByteRange, ObjectAddress, ObjectType, VersionAddress, Versioning } from '../store.ts';
import type { Content, Outcome } from './step.ts';

/** The plain model of a store: maps, changed by making new ones. */
export interface ModelState {
  readonly buckets: ReadonlyMap<string, ModelBucket>;
  readonly uploads: ReadonlyMap<string, ModelUpload>;
}

export interface ModelBucket {
  readonly versioning: Versioning | undefined;
  /** The versions of each key, the newest first; at least one. */
  readonly keys: ReadonlyMap<string, readonly ModelVersion[]>;
}

export interface ModelVersion {
  /** Undefined: not known yet, and taken from the store when it is seen. */
  readonly versionId: string | undefined;
  /** Undefined: a delete marker. */
  readonly object: ModelObject | undefined;
}

export interface ModelObject {
  readonly bytes: Bytes;
  readonly type: ObjectType;
  /** Undefined: not known yet, and taken from the store when it is seen. */
  readonly etag: string | undefined;
  readonly tag: string;
  /** Of a Symlink. */
  readonly link?: string | undefined;
  /** The upload that made the content, and the parts that it was made of; a copy has it too. */
  readonly made: { readonly uploadId: string; readonly partNumbers: readonly number[] } | undefined;
}

export interface ModelUpload {
  readonly id: string;
  readonly bucket: string;
  readonly key: string;
  readonly tag: string;
  readonly parts: ReadonlyMap<number, Bytes>;
}

/** Bytes with their digests, computed when they are asked for. */
export class Bytes {
  readonly bytes: Uint8Array;
  #etag: string | undefined;
  #hashCrc64: bigint | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Upper-case hex of the MD5. */
  get etag(): string {
    this.#etag ??= createHash('md5').update(this.bytes).digest('hex').toUpperCase();
    return this.#etag;
  }

  get hashCrc64(): bigint {
    this.#hashCrc64 ??= crc64(this.bytes);
    return this.#hashCrc64;
  }

  static join(pieces: readonly Bytes[]): Bytes {
    return new Bytes(Buffer.concat(pieces.map(({ bytes }) => bytes)));
  }
}

export const emptyState: ModelState = { buckets: new Map(), uploads: new Map() };

export function bytesOfContent({ seed, lengthBytes }: Content): Bytes {
  return new Bytes(seededRandom(seed).bytes(lengthBytes));
}

/** The ETag that the simulation gives objects made of parts: like that of OSS it depends on the parts' own. */
export function etagOfParts(etags: readonly string[]): string {
  return `${createHash('md5').update(etags.join()).digest('hex').toUpperCase()}-${etags.length}`;
}

export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  return new Map(map).set(key, value);
}

export function withoutEntry<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const rest = new Map(map);
  rest.delete(key);
  return rest;
}

export interface Applied {
  readonly state: ModelState;
  readonly outcome: Outcome;
}

/** The current version, or the one that is named. */
export function versionAt(state: ModelState, { bucket, key, versionId }: VersionAddress): ModelVersion | undefined {
  const versions = versionsOf(state, { bucket, key });
  return versionId === undefined ? versions[0] : versions.find((version) => version.versionId === versionId);
}

/** Undefined also where it is a delete marker. */
export function objectAt(state: ModelState, address: VersionAddress): ModelObject | undefined {
  return versionAt(state, address)?.object;
}

export function versionsOf(state: ModelState, { bucket, key }: ObjectAddress): readonly ModelVersion[] {
  return state.buckets.get(bucket)?.keys.get(key) ?? [];
}

export function withVersions(state: ModelState, { bucket, key }: ObjectAddress, versions: readonly ModelVersion[]): ModelState {
  const found = state.buckets.get(bucket);
  if (found === undefined) throw new Error('versions are in a bucket');
  const keys = versions.length === 0 ? withoutEntry(found.keys, key) : withEntry(found.keys, key, versions);
  return withBucket(state, bucket, { ...found, keys });
}

/** The version that a write without a version id takes the place of: the null version, unless each write makes a version of its own. */
export function replacedAt(state: ModelState, address: ObjectAddress): ModelVersion | undefined {
  if (state.buckets.get(address.bucket)?.versioning === 'Enabled') return undefined;
  return versionsOf(state, address).find(({ versionId }) => versionId === 'null');
}

export interface Added {
  readonly state: ModelState;
  readonly version: ModelVersion;
}

/** A new current version: undefined for a delete marker. */
export function addVersion(state: ModelState, address: ObjectAddress, object: ModelObject | undefined): Added {
  const isNull = state.buckets.get(address.bucket)?.versioning !== 'Enabled';
  const version: ModelVersion = { versionId: isNull ? 'null' : undefined, object };
  const replaced = replacedAt(state, address);
  const older = versionsOf(state, address).filter((each) => each !== replaced);
  return { state: withVersions(state, address, [version, ...older]), version };
}

/** Other facts in place. */
export function changeVersion(state: ModelState, address: ObjectAddress, version: ModelVersion, object: ModelObject): Added {
  const changed = { ...version, object };
  const versions = versionsOf(state, address).map((each) => (each === version ? changed : each));
  return { state: withVersions(state, address, versions), version: changed };
}

/** What a caller sees of a version. */
export function factsOf({ versionId, object }: ModelVersion) {
  if (object === undefined) return { versionId, isMarker: true };
  const { bytes, type, etag, tag, link } = object;
  return { versionId, sizeBytes: bytes.bytes.length, hashCrc64: bytes.hashCrc64, type, tag, link, etag };
}

/** The bytes that the range means: all of them where it is not inside. */
export function sliceOf({ bytes }: Bytes, range: ByteRange | undefined): Uint8Array {
  if (range === undefined || range.offsetBytes + range.lengthBytes > bytes.length) return bytes;
  return bytes.subarray(range.offsetBytes, range.offsetBytes + range.lengthBytes);
}

export function withBucket(state: ModelState, name: string, bucket: ModelBucket): ModelState {
  return { ...state, buckets: withEntry(state.buckets, name, bucket) };
}
