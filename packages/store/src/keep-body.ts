import type { Body } from '@ossature/protocol';
import type { BlobName } from './blob/blob-store.ts';
import { fenced } from './blob-names.ts';
import type { ContentKey } from './content/content-key.ts';
import { ingest } from './content/ingest.ts';
import type { Engine } from './engine.ts';
import type { Commit, KeyValue } from './kv/key-value.ts';
import type { Transaction } from './kv/transact.ts';
import { extentPieces, inlinePieces, type Piece } from './piece.ts';
import { leaseKey } from './rows/keys.ts';
import { StoreError } from './store-error.ts';

/** A body that is durable, and that no row names yet. */
export interface KeptBody {
  readonly sizeBytes: number;
  /** 16 bytes. */
  readonly md5: Uint8Array;
  readonly crc64: bigint;
  readonly pieces: readonly Piece[];
  /** The new blob; undefined: the bytes are inline. */
  readonly blob: BlobName | undefined;
}

export interface KeepOptions {
  readonly inlineLimitBytes: number;
  readonly expectedBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Of the object; undefined: the bytes stay plain. */
  readonly key?: ContentKey | undefined;
}

/** Reads a body once and makes it durable. What the body throws comes out, and nothing is kept then. */
export async function keepBody(engine: Engine, body: Body, options: KeepOptions): Promise<KeptBody> {
  const minted: BlobName[] = [];
  const mintName = () => {
    const name = engine.names.mint();
    minted.push(name);
    if (engine.names.needsReserve) engine.wake();
    return name;
  };
  try {
    const kept = await ingest({ ...options, blobs: engine.blobs, mintName, body, digests: engine.digests });
    const { sizeBytes, md5, crc64 } = kept;
    if (kept.kind === 'inline') return { sizeBytes, md5, crc64, pieces: inlinePieces(kept.bytes, options.key), blob: undefined };
    return { sizeBytes, md5, crc64, pieces: extentPieces([kept.extent]), blob: kept.extent.blob };
  } catch (error) {
    await removeOwn(engine, minted);
    throw error;
  }
}

/**
 * Runs what publishes a kept body; `isPublished` tells from its answer whether a row names the blob now. Where it is known that nothing was published (`decide` threw, conflict for good, fenced, full), the writer removes
 * its own blob; while that is not known it leaves the blob alone: the sweep of the next opening decides (rules 7 and 22).
 */
export async function publish<T>(
  engine: Engine,
  kept: KeptBody,
  run: (engine: Engine) => Promise<T>,
  isPublished: (answer: T) => boolean = () => true,
): Promise<T> {
  if (kept.blob === undefined) return run(engine);
  const watched = watchCommits(engine.kv);
  try {
    const answer = await run({ ...engine, kv: watched.kv });
    if (isPublished(answer)) engine.names.settle(kept.blob);
    else await removeOwn(engine, [kept.blob]);
    return answer;
  } catch (error) {
    if (!watched.isUnknown()) await removeOwn(engine, [kept.blob]);
    throw error;
  }
}

/** A new blob is published only while the process that wrote it stands (rule 3). */
export async function checkLease(tx: Transaction, engine: Engine, kept: KeptBody): Promise<void> {
  if (kept.blob === undefined) return;
  if ((await tx.get(leaseKey(engine.names.process))) === undefined) throw fenced(engine.names.process);
}

async function removeOwn(engine: Engine, blobs: readonly BlobName[]): Promise<void> {
  try {
    await engine.blobs.remove(blobs);
    for (const blob of blobs) engine.names.settle(blob);
  } catch (error) {
    // The first failure is the caller's answer. The names stay unsettled, so the sweep of the next opening finds them.
    engine.alarm('a blob that was not published could not be removed', { blobs, error });
  }
}

/** Tells whether a commit was begun whose outcome nobody knows. The port's own errors say that nothing was written. */
function watchCommits(kv: KeyValue): { readonly kv: KeyValue; isUnknown(): boolean } {
  let open = 0;
  const commit = async (commit: Commit) => {
    open++;
    try {
      const answer = await kv.commit(commit);
      open--;
      return answer;
    } catch (error) {
      if (error instanceof StoreError && error.fault !== 'corrupt') open--;
      throw error;
    }
  };
  const watched: KeyValue = {
    get: (keys) => kv.get(keys),
    scan: (range) => kv.scan(range),
    snapshot: () => kv.snapshot(),
    commit,
    close: () => kv.close(),
  };
  return { kv: watched, isUnknown: () => open > 0 };
}
