import { createHash } from 'node:crypto';
import { crc64 } from '@ossature/protocol';
import { seededRandom } from '../seeded-random.ts';
import type { ByteRange, ObjectAddress, ObjectType } from '../store.ts';
import type { Content, Outcome } from './step.ts';

/** The plain model of a store: maps, changed by making new ones. */
export interface ModelState {
  /** Objects by key, by bucket. */
  readonly buckets: ReadonlyMap<string, ReadonlyMap<string, ModelObject>>;
  readonly uploads: ReadonlyMap<string, ModelUpload>;
}

export interface ModelObject {
  readonly bytes: Bytes;
  readonly type: ObjectType;
  /** Undefined: not known yet, and taken from the store when it is seen. */
  readonly etag: string | undefined;
  readonly tag: string;
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

export function objectAt(state: ModelState, { bucket, key }: ObjectAddress): ModelObject | undefined {
  return state.buckets.get(bucket)?.get(key);
}

export function withObject(state: ModelState, { bucket, key }: ObjectAddress, object: ModelObject): ModelState {
  return withBucket(state, bucket, withEntry(state.buckets.get(bucket) ?? new Map<string, ModelObject>(), key, object));
}

/** What a caller sees of an object. */
export function factsOf({ bytes, type, etag, tag }: ModelObject) {
  return { sizeBytes: bytes.bytes.length, hashCrc64: bytes.hashCrc64, type, tag, etag };
}

/** The bytes that the range means: all of them where it is not inside. */
export function sliceOf({ bytes }: Bytes, range: ByteRange | undefined): Uint8Array {
  if (range === undefined || range.offsetBytes + range.lengthBytes > bytes.length) return bytes;
  return bytes.subarray(range.offsetBytes, range.offsetBytes + range.lengthBytes);
}

export function withBucket(state: ModelState, bucket: string, objects: ReadonlyMap<string, ModelObject>): ModelState {
  return { ...state, buckets: withEntry(state.buckets, bucket, objects) };
}
