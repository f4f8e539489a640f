import { ok } from 'node:assert/strict';
import { type Body, crc64Combine } from '@ossature/protocol';
import { type AppendKey, findAppendKey, rekeyAppended } from './append-key.ts';
import { planAppend } from './append-plan.ts';
import { BlobMissing } from './blob/blob-store.ts';
import { commitTo, type Engine, mint } from './engine.ts';
import { checkLease, type KeptBody, keepBody, publish } from './keep-body.ts';
import { read } from './kv/transact.ts';
import { explainMissing, Replaced } from './missing.ts';
import type { ObjectKey } from './object-key.ts';
import { blobsOf, lengthOfPieces, type Piece } from './piece.ts';
import { putObjectVersion, rewriteObject } from './put-version.ts';
import { findManifest } from './read-manifest.ts';
import { readPieces } from './read-pieces.ts';
import { putOwners } from './references.ts';
import { manifestKey, manifestOwner } from './rows/keys.ts';
import { encodeManifest } from './rows/manifest-row.ts';
import { etagOfMd5 } from './rows/part-row.ts';
import { propertiesOf } from './rows/properties-field.ts';
import type { ContentFacts, ObjectAddress, Store, StoredObject } from './store.ts';
import { StoreError } from './store-error.ts';
import { findTarget, seeing } from './targets.ts';

type Decide = Parameters<Store['appendObject']>[2];

/** An object that others append to meanwhile is joined anew so often. */
const attempts = 32;

const neverAborted = new AbortController().signal;

/** Bodies up to this size are held in memory until it is known what they are joined with. */
const heldBytes = 128 * 1024;

/** A new manifest lists what stays of the old pieces and what was appended, as `planAppend` joins them. */
export async function appendObject(
  engine: Engine,
  address: ObjectAddress,
  body: Body,
  decide: Decide,
  options: Parameters<Store['appendObject']>[3] = {},
): Promise<StoredObject> {
  const signal = options.signal ?? neverAborted;
  const key = await findAppendKey(engine, address, options.encryption);
  const kept = await keepBody(engine, body, { ...options, inlineLimitBytes: heldBytes, key: key.objectKey?.key });
  const appended: Appended = { address, decide, kept, key };
  const run = async (engine: Engine) => {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const joined = await joinTail(engine, appended, signal);
      const object = joined && (await publishAppended(engine, appended, joined));
      if (object !== undefined) return { object, pieces: joined?.pieces ?? [] };
    }
    throw new StoreError('unavailable', `an object was changed ${attempts} times while something was appended to it`);
  };
  // The new blob may have been joined with others: then no row names it.
  const namesBlob = ({ pieces }: { readonly pieces: readonly Piece[] }) => kept.blob !== undefined && blobsOf(pieces).includes(kept.blob);
  const { object } = await publish(engine, kept, run, namesBlob);
  engine.wake();
  return object;
}

interface Appended {
  readonly address: ObjectAddress;
  readonly decide: Decide;
  readonly kept: KeptBody;
  readonly key: AppendKey;
}

function factsOf({ sizeBytes, md5, crc64 }: KeptBody): ContentFacts {
  return { sizeBytes, etag: etagOfMd5(md5), hashCrc64: crc64, type: 'Appendable' };
}

interface Joined {
  /** Of the object that the pieces continue; undefined: there was none. */
  readonly holder: string | undefined;
  readonly pieces: readonly Piece[];
  /** Under which they are encrypted. */
  readonly objectKey: ObjectKey | undefined;
  /** A blob that was written to join pieces. */
  readonly rewritten: KeptBody | undefined;
}

/** The pieces of the object to be. Undefined: the object changed while its pieces were read. */
async function joinTail(engine: Engine, { address, decide, kept, key }: Appended, signal: AbortSignal): Promise<Joined | undefined> {
  const seen = await read(engine.kv, async (reader) => {
    const { target } = await findTarget(seeing(reader), address);
    decide({ ...target, appended: factsOf(kept) });
    const { existing } = target;
    return { existing, manifest: existing && (await findManifest(reader, existing.manifest)) };
  });
  const { existing, manifest } = seen;
  ok(manifest?.kind !== 'parts', 'decide lets pass what can be appended to');
  const { objectKey, pieces: fresh } = await rekeyAppended(engine, key, kept.pieces, existing);
  const contentKey = objectKey?.key;
  const { kept: before, tail, rewrite, rest } = planAppend(manifest?.pieces ?? [], fresh, contentKey);
  if (!rewrite) return { holder: existing?.holder, pieces: [...before, ...tail, ...rest], objectKey, rewritten: undefined };
  try {
    const lengthBytes = lengthOfPieces(tail);
    const body = readPieces(engine.blobs, tail, { offsetBytes: 0, lengthBytes }, signal, contentKey);
    const rewritten = await keepBody(engine, body, { inlineLimitBytes: 0, expectedBytes: lengthBytes, signal, key: contentKey });
    return { holder: existing?.holder, pieces: [...before, ...rewritten.pieces, ...rest], objectKey, rewritten };
  } catch (error) {
    const isMissing = error instanceof BlobMissing && existing !== undefined;
    const why = isMissing ? await explainMissing(engine, address, existing, error) : error;
    if (why instanceof Replaced) return undefined;
    throw why;
  }
}

/** Undefined: another object stands under the key than the one that was continued. */
async function publishAppended(
  engine: Engine,
  { address, decide, kept }: Appended,
  { holder, pieces, objectKey, rewritten }: Joined,
): Promise<StoredObject | undefined> {
  const ids = { manifest: mint(engine), holder: mint(engine) };
  const run = (engine: Engine) =>
    commitTo(engine, address, async (tx) => {
      await checkLease(tx, engine, rewritten ?? kept);
      const found = await findTarget(tx, address);
      const properties = propertiesOf(decide({ ...found.target, appended: factsOf(kept) }));
      const { existing } = found.target;
      ok(existing === undefined || existing.type === 'Appendable', 'decide lets pass what can be appended to');
      if (existing?.holder !== holder) return undefined;
      // Nothing appended changes nothing, as OSS has it.
      if (existing !== undefined && kept.sizeBytes === 0) return existing;
      const facts = {
        key: address.key,
        sizeBytes: (existing?.sizeBytes ?? 0) + kept.sizeBytes,
        // Opaque, and another one each time: an id is 32 upper-case hex characters.
        etag: mint(engine),
        hashCrc64: crc64Combine(existing?.hashCrc64 ?? 0n, kept.crc64, kept.sizeBytes),
        type: 'Appendable' as const,
        lastModifiedMs: engine.clock.now(),
        ...ids,
        ...properties,
        ...(objectKey && { encryption: objectKey.envelope }),
      };
      tx.put(manifestKey(ids.manifest), encodeManifest({ kind: 'pieces', pieces }));
      putOwners(tx, blobsOf(pieces), manifestOwner(ids.manifest));
      if (existing === undefined) return putObjectVersion(tx, engine, found, facts);
      const object: StoredObject = { versionId: existing.versionId, ...facts };
      rewriteObject(tx, engine, found, object);
      return object;
    });
  return rewritten === undefined ? run(engine) : publish(engine, rewritten, run, (object) => object?.manifest === ids.manifest);
}
