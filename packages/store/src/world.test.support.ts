import type { Body } from '@ossature/protocol';
import { expect } from 'vitest';
import { type AuditReport, audit } from './audit.ts';
import type { BlobStore } from './blob/blob-store.ts';
import { memoryBlobStore } from './blob/memory.ts';
import { DigestPool } from './content/digest-pool.ts';
import { sampleBytes } from './content/sample-content.test.support.ts';
import type { Alarm } from './engine.ts';
import { type KeyRing, noKeys } from './key-ring.ts';
import type { Commit, KeyValue, Range, Reader } from './kv/key-value.ts';
import { memoryKeyValue } from './kv/memory.ts';
import { type ManualClock, manualClock } from './manual-clock.ts';
import { openEngine } from './open-engine.ts';
import type { Random } from './random.ts';
import { seededRandom } from './seeded-random.ts';
import type {
  Bucket,
  BucketProperties,
  ListedVersion,
  ObjectAddress,
  ObjectProperties,
  Removal,
  Store,
  StoredObject,
  VersionAddress,
  Versioning,
} from './store.ts';

export const bucketProperties: BucketProperties = {
  region: 'cn-hangzhou',
  ownerId: '1000',
  acl: 'private',
  storageClass: 'Standard',
  dataRedundancyType: 'LRS',
  configurations: {},
};
export const properties: ObjectProperties = {
  contentHeaders: { contentType: 'text/plain' },
  userMetadata: { colour: 'green' },
  tags: [['a', '1']],
  acl: 'default',
  storageClass: 'Standard',
  ownerId: '1000',
};

export interface WorldOptions {
  readonly kv?: KeyValue;
  readonly blobs?: BlobStore;
  readonly quarantineMs?: number;
  readonly seed?: number;
  readonly keys?: KeyRing;
}

/** A store over adapters that outlive it, with a clock that tests move, and with everything counted that it does to its adapters. */
export interface World {
  readonly store: Store;
  readonly clock: ManualClock;
  readonly random: Random;
  /** Not counted. */
  readonly kv: KeyValue;
  readonly blobs: BlobStore;
  readonly alarms: readonly { readonly message: string; readonly facts: Readonly<Record<string, unknown>> }[];
  readonly commits: Commit[];
  readonly blobCalls: string[];
  /** Rows that scans have answered. */
  rowsRead: number;
  /** Called before each commit reaches the adapter: a test does there what another process might do at that moment. */
  beforeCommit: ((commit: Commit) => Promise<void>) | undefined;
  beforeBlobGet: (() => Promise<void>) | undefined;
  /** Another opening of the same adapters; the one before is not closed, as if its process were paused. */
  reopen(): Promise<World>;
  /** Runs the collector, lets the quarantine pass, and runs it again. */
  collectAll(): Promise<void>;
  audit(): Promise<AuditReport>;
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  const kv = options.kv ?? memoryKeyValue();
  const blobs = options.blobs ?? memoryBlobStore();
  const clock = manualClock({ sleep: 'advance' });
  // Worlds share the memory of digests, which goes by the names of blobs: no two may mint the same.
  const random = seededRandom(options.seed ?? ++worlds);
  return open({ kv, blobs, clock, random, quarantineMs: options.quarantineMs ?? 1_000, keys: options.keys ?? noKeys });
}

/** One for all worlds of a test file: its threads take a while to start. They do not keep the program from ending. */
class SharedDigestPool extends DigestPool {
  override async close(): Promise<void> {}
}
const digests = new SharedDigestPool();
let worlds = 0;

type Parts = Pick<World, 'kv' | 'blobs' | 'clock' | 'random'> & { readonly quarantineMs: number; readonly keys: KeyRing };

async function open(parts: Parts): Promise<World> {
  const { kv, blobs, clock, random, quarantineMs, keys } = parts;
  const alarms: { message: string; facts: Readonly<Record<string, unknown>> }[] = [];
  const alarm: Alarm = (message, facts) => alarms.push({ message, facts });
  const world: World = {
    ...{ clock, random, kv, blobs, alarms, commits: [], blobCalls: [], rowsRead: 0, beforeCommit: undefined, beforeBlobGet: undefined },
    store: undefined as unknown as Store,
    reopen: () => open(parts),
    collectAll: async () => {
      await world.store.collect();
      clock.advance(quarantineMs + 1);
      await world.store.collect();
    },
    audit: () => audit(kv, blobs),
  };
  const engine = {
    kv: countedKeyValue(world),
    blobs: countedBlobs(world),
    clock,
    random,
    quarantineMs,
    keys,
    alarm,
    digests,
    runner: false,
  };
  return Object.assign(world, { store: await openEngine(engine) });
}

function countedKeyValue(world: World): KeyValue {
  const { kv } = world;
  const scanned = async (reader: Reader, range: Range) => {
    const rows = await reader.scan(range);
    world.rowsRead += rows.length;
    return rows;
  };
  return {
    get: (keys) => kv.get(keys),
    scan: (range) => scanned(kv, range),
    snapshot: async () => {
      const snapshot = await kv.snapshot();
      return { get: (keys) => snapshot.get(keys), scan: (range) => scanned(snapshot, range), close: () => snapshot.close() };
    },
    commit: async (commit) => {
      const before = world.beforeCommit;
      await before?.(commit);
      const answer = await kv.commit(commit);
      if (answer === 'committed') world.commits.push(commit);
      return answer;
    },
    // The adapters outlive the store: another opening goes on with them.
    close: async () => {},
  };
}

function countedBlobs(world: World): BlobStore {
  const { blobs, blobCalls } = world;
  return {
    put: (name, bytes, signal) => {
      blobCalls.push('put');
      return blobs.put(name, bytes, signal);
    },
    get: async function* (name, range, signal) {
      blobCalls.push('get');
      await world.beforeBlobGet?.();
      yield* blobs.get(name, range, signal);
    },
    head: (name) => blobs.head(name),
    remove: (names) => {
      blobCalls.push('remove');
      return blobs.remove(names);
    },
    list: (prefix) => blobs.list(prefix),
    close: async () => {},
  };
}

/** Rows that a commit puts and deletes, by the tag of their keys, and how often: `+H +R -R`. Changes of the statistics are left out. */
export function rowsOf(commit: Commit): string {
  const counts = new Map<string, number>();
  for (const { key, value } of commit.writes) {
    const name = `${value === undefined ? '-' : '+'}${String.fromCharCode(key[0] ?? 0)}`;
    if (name !== '+C') counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const names = [...counts.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  return names.map((name) => (counts.get(name) === 1 ? name : `${name}*${counts.get(name)}`)).join(' ');
}

/** Other bytes for every seed. */
export function bytesOf(length: number, seed = 1): Uint8Array {
  return sampleBytes(seed, length);
}

export async function readAll(body: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  // A chunk is only valid until the next one is asked for.
  for await (const chunk of body) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}

export function put(world: World, address: ObjectAddress, body: Body, changed: Partial<ObjectProperties> = {}): Promise<StoredObject> {
  return world.store.putObject(address, body, () => ({ ...properties, ...changed }));
}

export async function get(world: World, address: VersionAddress): Promise<Uint8Array> {
  const { body } = await world.store.openObject(address, ({ existing }) => {
    if (existing === undefined) throw new Error('NoSuchKey');
    return undefined;
  });
  return readAll(body);
}

/** A world with the bucket `b`, and with nothing counted yet. */
export async function openBucketWorld(options: WorldOptions = {}): Promise<World> {
  const world = await openWorld(options);
  await world.store.putBucket('b', () => bucketProperties);
  world.commits.length = 0;
  return world;
}

/** What was done to the adapters since it was asked last: the commits as `rowsOf` tells them. */
export function takeCommits(world: World): readonly string[] {
  return world.commits.splice(0).map(rowsOf);
}

export function at(key: string, bucket = 'b'): ObjectAddress {
  return { bucket, key };
}

export function head(world: World, address: VersionAddress): Promise<StoredObject | undefined> {
  return world.store.headObject(address).then(({ existing }) => existing);
}

/** Copies with the properties of the tests, whatever the source has. */
export async function copy(world: World, source: VersionAddress, destination: ObjectAddress): Promise<StoredObject> {
  const { object } = await world.store.copyObject(source, destination, (rows) => {
    if (rows.source === undefined) throw new Error('NoSuchKey');
    return properties;
  });
  return object;
}

export function remove(world: World, address: VersionAddress): Promise<Removal> {
  return world.store.removeObject(address, () => {});
}

export function setVersioning(world: World, versioning: Versioning, bucket = 'b'): Promise<Bucket> {
  return world.store.putBucket(bucket, () => ({ ...bucketProperties, versioning }));
}

/** All versions in the bucket, or of one key. */
export async function versions(world: World, prefix = '', bucket = 'b'): Promise<readonly ListedVersion[]> {
  const page = { prefix, delimiter: '', limit: 1_000, keyMarker: '', versionIdMarker: '' };
  return (await world.store.listVersions(bucket, page))?.items ?? [];
}

/** Uploads these bodies as parts 1, 2, …, and completes them all. */
export async function putParts(world: World, address: ObjectAddress, bodies: readonly Uint8Array[]): Promise<StoredObject> {
  const { id: uploadId } = await world.store.initiateUpload(address, () => properties);
  for (const [i, body] of bodies.entries()) await world.store.uploadPart({ ...address, uploadId, partNumber: i + 1 }, body, () => {});
  return complete(world, { ...address, uploadId });
}

/** Completes an upload with the listed parts, or with all that it has. */
export function complete(
  world: World,
  address: ObjectAddress & { readonly uploadId: string },
  partNumbers?: readonly number[],
): Promise<StoredObject> {
  return world.store.completeUpload(address, ({ upload, parts, completed }) => {
    if (upload === undefined && !completed) throw new Error('NoSuchUpload');
    const listed = partNumbers ?? parts.map(({ partNumber }) => partNumber);
    if (!listed.every((wanted) => parts.some(({ partNumber }) => partNumber === wanted))) throw new Error('InvalidPart');
    return { partNumbers: listed, etag: `${'E'.repeat(32)}-${listed.length}`, properties };
  });
}

/** Does it once, between the look and the commit of the next operation: what another process or request might do there. */
export function meanwhile(world: World, what: () => Promise<unknown>): void {
  world.beforeCommit = async () => {
    world.beforeCommit = undefined;
    await what();
  };
}

/** A world whose bucket has versions, with nothing counted yet, and without quarantine. */
export async function enabledWorld(): Promise<World> {
  const world = await openBucketWorld({ quarantineMs: 0 });
  await setVersioning(world, 'Enabled');
  world.commits.length = 0;
  return world;
}

export function named(key: string, versionId: string | undefined): VersionAddress {
  return { ...at(key), versionId };
}

/** The ids of a key's versions, the newest first. */
export async function idsOf(world: World, key = 'k'): Promise<readonly string[]> {
  return (await versions(world, key)).map(({ object, marker }) => (object ?? marker).versionId);
}

/** Everything that is due is done, and all that is kept agrees. */
export async function isAtRest(world: World): Promise<void> {
  await world.collectAll();
  expect(await world.audit()).toEqual(clean);
  expect(world.alarms).toEqual([]);
}

export async function blobNames(world: World): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const name of world.blobs.list('')) names.push(name);
  return names;
}

export const clean: AuditReport = { missing: [], extra: [], miscounted: [] };
