import { BlobMissing } from './blob/blob-store.ts';
import type { Engine } from './engine.ts';
import { read } from './kv/transact.ts';
import { explainMissing, factsOf, Replaced } from './missing.ts';
import { ObjectBody } from './object-body.ts';
import { openObjectKey } from './object-key.ts';
import { findManifest, PageMissing, readManifest } from './read-manifest.ts';
import type { Manifest } from './rows/manifest-row.ts';
import type { Bucket, ByteRange, OpenedObject, StoredObject, Target, VersionAddress } from './store.ts';
import { StoreError } from './store-error.ts';
import { findTarget, present, seeing } from './targets.ts';

export function headObject(engine: Engine, address: VersionAddress): Promise<Target> {
  return read(engine.kv, async (reader) => (await findTarget(seeing(reader), address)).target);
}

/** Whoever opens an object while it is replaced again and again gives up after so many times. */
const attempts = 16;

/**
 * Row and manifest come from one snapshot, and no reference is taken: the quarantine spares readers. The first chunk is read here, so that an object that
 * went away meanwhile is opened anew (404, or the new object) before anything of it was handed out.
 */
export async function openObject(
  engine: Engine,
  address: VersionAddress,
  decide: (target: Target) => ByteRange | undefined,
  signal: AbortSignal = new AbortController().signal,
): Promise<OpenedObject> {
  for (let attempt = 1; ; attempt++) {
    signal.throwIfAborted();
    const opened = await openRows(engine, address, decide);
    const chunks = chunksOf(engine, address, opened, signal);
    try {
      const first = await chunks.next();
      const body: ObjectBody = new ObjectBody(first, chunks, () => engine.bodies.delete(body));
      if (first.done !== true) engine.bodies.add(body);
      const { object, bucket, range } = opened;
      return { object, bucket, range, body };
    } catch (error) {
      if (!(error instanceof Replaced) || attempt >= attempts) throw error;
    }
  }
}

interface OpenedRows {
  readonly object: StoredObject;
  readonly bucket: Bucket;
  readonly range: ByteRange;
  /** Undefined: missing in the very snapshot that has the object's row. */
  readonly manifest: Manifest | undefined;
}

function openRows(engine: Engine, address: VersionAddress, decide: (target: Target) => ByteRange | undefined): Promise<OpenedRows> {
  return read(engine.kv, async (reader) => {
    const { target } = await findTarget(seeing(reader), address);
    const wanted = decide(target);
    const object = present(target.existing, 'object');
    const bucket = present(target.bucket, 'bucket');
    const range = wanted ?? { offsetBytes: 0, lengthBytes: object.sizeBytes };
    const manifest = await findManifest(reader, object.manifest).catch((error: unknown) => {
      if (error instanceof PageMissing) return undefined;
      throw error;
    });
    return { object, bucket, range, manifest };
  });
}

async function* chunksOf(
  engine: Engine,
  address: VersionAddress,
  { object, range, manifest }: OpenedRows,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (manifest === undefined) throw new PageMissing(object.manifest, undefined);
    // Also where there is not a byte to read: a key that cannot be used is told in any case.
    const objectKey = await openObjectKey(engine, object.encryption);
    yield* readManifest(engine, object.manifest, manifest, range, signal, objectKey?.key);
  } catch (error) {
    if (error instanceof PageMissing || error instanceof BlobMissing) throw await explainMissing(engine, address, object, error);
    if (error instanceof StoreError && error.fault === 'corrupt') engine.alarm(error.message, factsOf(address, object));
    throw error;
  }
}
