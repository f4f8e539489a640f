import type { BlobStore } from '../blob/blob-store.ts';
import type { Commit, KeyValue, Write } from '../kv/key-value.ts';
import { allOf, holderKey, orderOf } from '../rows/keys.ts';
import { decodeVersion, type VersionRow } from '../rows/object-row.ts';
import { bytesOf } from './perform-step.ts';
import type { Plant } from './simulated-world.ts';

/** Bugs of the kind that cost other stores data, each between an engine that is right and its rows. */
export const plantedBugs: Readonly<Record<string, Plant>> = {
  /** A copy shares its source's manifest without saying so: the bytes go when the source does. */
  'a copy puts no holder': {
    kv: (kv) =>
      changing(kv, (commit) => (isCopy(commit) ? { ...commit, writes: commit.writes.filter(({ key }) => !isOf(key, 'holder')) } : commit)),
  },
  'the collector does not look for holders': {
    kv: (kv) => {
      const blind = (from: Uint8Array) => isOf(from, 'holder');
      return {
        ...kv,
        snapshot: async () => {
          const snapshot = await kv.snapshot();
          return { ...snapshot, scan: async (range) => (blind(range.from) ? [] : snapshot.scan(range)) };
        },
      };
    },
  },
  'the collector does not look for owners': {
    kv: (kv) => ({ ...kv, scan: async (range) => (isOf(range.from, 'owner') ? [] : kv.scan(range)) }),
  },
  'a commit does not check what it read': {
    kv: (kv) => changing(kv, (commit) => ({ ...commit, checks: [] })),
  },
  'a process that was fenced publishes all the same': { kv: (kv) => unchecked(kv, 'lease') },
  'Complete does not check the parts that it lists': { kv: (kv) => unchecked(kv, 'part') },
  'a part that is sent again leaves the owners of the one before': {
    kv: (kv) =>
      changing(kv, (commit) => ({
        ...commit,
        writes: commit.writes.filter(({ key, value }) => value !== undefined || !isOf(key, 'owner')),
      })),
  },
  /** The version below it is as good as removed: its bytes go. */
  'a current version that becomes an older one loses its holder': {
    kv: (kv) => changing(kv, (commit) => ({ ...commit, writes: [...commit.writes, ...holdersOfMoved(commit)] })),
  },
  'a null version that is replaced stays as an older one': {
    kv: (kv) => without(kv, (write, commit) => isRemoval(write, 'version') && puts(commit, 'holder')),
  },
  'a new version does not check the one that it comes after': { kv: (kv) => unchecked(kv, 'head') },
  /** The one below the version that is removed becomes the current one, and is listed twice. */
  'an older version that becomes the current one stays where it was': {
    kv: (kv) =>
      without(
        kv,
        (write, commit) => isRemoval(write, 'version') && versionsPut(commit, 'head').some(({ order }) => order === orderOf(write.key)),
      ),
  },
  'removing a blob does nothing': {
    blobs: (blobs) => ({ ...blobs, remove: async () => {} }),
  },
  'a blob is durable only some time after its put': { blobs: lateBlobs },
};

type Tag = Parameters<typeof allOf>[0];

function isOf(key: Uint8Array, tag: Tag): boolean {
  return key[0] === allOf(tag)[0];
}

/** It writes an object's row and no manifest. */
function isCopy(commit: Commit): boolean {
  return puts(commit, 'head') && puts(commit, 'holder') && !puts(commit, 'manifest');
}

function puts({ writes }: Commit, tag: Tag): boolean {
  return writes.some(({ key, value }) => value !== undefined && isOf(key, tag));
}

function without(kv: KeyValue, isLeftOut: (write: Write, commit: Commit) => boolean): KeyValue {
  return changing(kv, (commit) => ({ ...commit, writes: commit.writes.filter((write) => !isLeftOut(write, commit)) }));
}

function isRemoval({ key, value }: Write, tag: Tag): boolean {
  return value === undefined && isOf(key, tag);
}

function versionsPut({ writes }: Commit, tag: 'head' | 'version'): readonly VersionRow[] {
  return writes.flatMap(({ key, value }) => (value !== undefined && isOf(key, tag) ? [decodeVersion({ key, value })] : []));
}

function holdersOfMoved(commit: Commit): readonly Write[] {
  const moved = versionsPut(commit, 'version').flatMap(({ object }) => object ?? []);
  return moved.map(({ manifest, holder }) => ({ key: holderKey(manifest, holder), value: undefined }));
}

function unchecked(kv: KeyValue, tag: Tag): KeyValue {
  return changing(kv, (commit) => ({ ...commit, checks: commit.checks.filter(({ key }) => !isOf(key, tag)) }));
}

function changing(kv: KeyValue, change: (commit: Commit) => Commit): KeyValue {
  return { ...kv, commit: (commit) => kv.commit(change(commit)) };
}

/** Keeps a blob in memory until the next call; what is in memory goes with the process. */
function lateBlobs(blobs: BlobStore): BlobStore {
  let late: (() => Promise<unknown>) | undefined;
  const flush = async () => {
    const put = late;
    late = undefined;
    await put?.();
  };
  return {
    put: async (name, bytes) => {
      await flush();
      const kept = await bytesOf(bytes);
      late = () => blobs.put(name, one(kept));
      return { sizeBytes: kept.length };
    },
    get: async function* (name, range, signal) {
      await flush();
      yield* blobs.get(name, range, signal);
    },
    head: (name) => flush().then(() => blobs.head(name)),
    remove: (names) => flush().then(() => blobs.remove(names)),
    list: async function* (prefix) {
      await flush();
      yield* blobs.list(prefix);
    },
    close: () => blobs.close(),
  };
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
