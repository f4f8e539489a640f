import { ok } from 'node:assert/strict';
import { BlobMissing } from './blob/blob-store.ts';
import { fenced } from './blob-names.ts';
import { type CopyKeys, needsOtherBytes } from './copy-keys.ts';
import { commitTo, type Engine, mint } from './engine.ts';
import type { Id } from './ids.ts';
import { checkLease, type KeptBody, keepBody, publish } from './keep-body.ts';
import { read, type Transaction } from './kv/transact.ts';
import { blobsOf, inlineLimitBytes } from './piece.ts';
import { dropPin, explainMissingUnderPin, type Pin, putPin, unpin } from './pin.ts';
import { putObjectVersion } from './put-version.ts';
import { findManifest, PageMissing, readManifest } from './read-manifest.ts';
import { putOwners } from './references.ts';
import { manifestKey, manifestOwner } from './rows/keys.ts';
import { encodeManifest, type Manifest } from './rows/manifest-row.ts';
import { etagOfMd5 } from './rows/part-row.ts';
import { type Content, contentOf, propertiesOf } from './rows/properties-field.ts';
import { digestPieces } from './source-slice.ts';
import {
  type Bucket,
  type Encryption,
  type ObjectAddress,
  type ObjectProperties,
  rewriteLimitBytes,
  type Source,
  type Store,
  type StoredObject,
  type VersionAddress,
} from './store.ts';
import { type FoundTarget, findTarget, present, sourceOf } from './targets.ts';

/** A copy as it was asked for. */
export interface CopyCall {
  readonly from: VersionAddress;
  readonly to: ObjectAddress;
  readonly decide: Parameters<Store['copyObject']>[2];
  readonly encryption: Encryption | undefined;
  /** Of the object to be. */
  readonly holder: Id;
}

/** What `decide` let pass. */
export interface JudgedCopy {
  readonly found: FoundTarget;
  readonly sourceBucket: Bucket;
  readonly source: StoredObject;
  readonly properties: ObjectProperties;
}

export interface Copied {
  readonly object: StoredObject;
  readonly source: StoredObject;
}

export interface PinnedSource {
  readonly pin: Pin;
  readonly sourceBucket: Bucket;
  readonly source: StoredObject;
}

const neverAborted = new AbortController().signal;

export function judgeCopy({ decide }: CopyCall, found: FoundTarget, rows: Source): JudgedCopy {
  const properties = propertiesOf(decide({ ...found.target, ...rows }));
  return { found, sourceBucket: present(rows.sourceBucket, 'source bucket'), source: present(rows.source, 'source'), properties };
}

/** Whether the copy has the manifest of its source, and facts that stand in the source's row. */
export function isShareable(judged: JudgedCopy, keys: CopyKeys): boolean {
  return !becomesNormal(judged) && !needsOtherBytes(keys);
}

/** The copy of an appendable object is a Normal one, whose ETag is the MD5 of its bytes; but one that only takes its own place stays what it is. */
function becomesNormal({ found, source }: JudgedCopy): boolean {
  return source.type === 'Appendable' && found.target.replaced?.holder !== source.holder;
}

/** The source's content as the copy's: the same manifest, and the copy's own envelope. */
export function sharedContent(source: StoredObject, { to }: CopyKeys): Content {
  return { ...contentOf(source), ...(to && { encryption: to.envelope }) };
}

/** The manifest's origin has been read in this transaction: the source's row, or its pin. */
export function putCopy(tx: Transaction, engine: Engine, call: CopyCall, judged: JudgedCopy, content: Content): Copied {
  const { found, properties, source } = judged;
  const facts = { key: call.to.key, lastModifiedMs: engine.clock.now(), holder: call.holder, ...content, ...properties };
  return { object: putObjectVersion(tx, engine, found, facts), source };
}

/** Under an id of its own: the sweep drops it where this process does not come to its end. */
export function pinSource(tx: Transaction, engine: Engine, { source, sourceBucket }: JudgedCopy): PinnedSource {
  const pin: Pin = { under: mint(engine), holder: mint(engine), manifest: source.manifest };
  putPin(tx, engine, pin);
  return { pin, source, sourceBucket };
}

/**
 * The second commit of a copy, judged by the rows as they are by now. `changed`: another source stands there than the one that was pinned, and nothing is written.
 * `asPinned`: it is copied all the same.
 */
export async function copyPinned(
  engine: Engine,
  call: CopyCall,
  { pin, source, sourceBucket }: PinnedSource,
  keys: CopyKeys,
  asPinned: boolean,
): Promise<Copied | 'changed'> {
  const manifest = mint(engine);
  try {
    const { md5, kept } = await readPinned(engine, { pin, source, sourceBucket }, keys);
    const run = (engine: Engine) =>
      commitTo(engine, call.to, async (tx): Promise<Copied | 'changed'> => {
        if (kept !== undefined) await checkLease(tx, engine, kept);
        const isPinned = await unpin(tx, engine, pin);
        if (!isPinned) throw fenced(engine.names.process);
        const rows = asPinned ? { source, sourceBucket } : sourceOf(await findTarget(tx, call.from));
        // The same holder is the same content. Its pin goes with this commit in any case.
        if (rows.source?.holder !== source.holder) return 'changed';
        const judged = judgeCopy(call, await findTarget(tx, call.to), rows);
        const facts = becomesNormal(judged) ? { etag: etagOfMd5(md5), type: 'Normal' as const } : {};
        if (kept === undefined) return putCopy(tx, engine, call, judged, { ...sharedContent(source, keys), ...facts });
        ok(kept.sizeBytes === source.sizeBytes && kept.crc64 === source.hashCrc64, 'what was written are the bytes of the source');
        tx.put(manifestKey(manifest), encodeManifest({ kind: 'pieces', pieces: kept.pieces }));
        putOwners(tx, blobsOf(kept.pieces), manifestOwner(manifest));
        const { encryption: _, ...content } = contentOf(source);
        const encryption = keys.to && { encryption: keys.to.envelope };
        return putCopy(tx, engine, call, judged, { ...content, ...encryption, ...facts, manifest });
      });
    return kept === undefined ? await run(engine) : await publish(engine, kept, run, (copied) => copied !== 'changed');
  } catch (error) {
    await dropPin(engine, pin);
    throw error;
  }
}

/** Reads the source once: for its MD5, or to write it anew. */
async function readPinned(
  engine: Engine,
  { pin, source }: PinnedSource,
  keys: CopyKeys,
): Promise<{ readonly md5: Uint8Array; readonly kept: KeptBody | undefined }> {
  try {
    const manifest = await read(engine.kv, (reader) => findManifest(reader, source.manifest));
    if (needsOtherBytes(keys)) {
      const kept = await rewrite(engine, source, manifest, keys);
      return { md5: kept.md5, kept };
    }
    ok(manifest.kind === 'pieces', 'what was appended is in pieces');
    const { md5 } = await digestPieces(engine, manifest.pieces, neverAborted, keys.from?.key);
    return { md5, kept: undefined };
  } catch (error) {
    if (!(error instanceof PageMissing || error instanceof BlobMissing)) throw error;
    throw await explainMissingUnderPin(engine, pin, source, error);
  }
}

/** The same bytes, as one new blob or inline, encrypted as the copy is to be. */
async function rewrite(engine: Engine, source: StoredObject, manifest: Manifest, { from, to }: CopyKeys): Promise<KeptBody> {
  const { sizeBytes } = source;
  ok(sizeBytes <= rewriteLimitBytes, `a copy that changes between plain and encrypted has ${rewriteLimitBytes} bytes at most`);
  const body = readManifest(engine, source.manifest, manifest, { offsetBytes: 0, lengthBytes: sizeBytes }, neverAborted, from?.key);
  return keepBody(engine, body, { inlineLimitBytes, expectedBytes: sizeBytes, key: to?.key });
}
