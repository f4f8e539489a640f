import { ok } from 'node:assert/strict';
import { BlobMissing } from './blob/blob-store.ts';
import { fenced } from './blob-names.ts';
import { commit, type Engine, mint } from './engine.ts';
import type { Id } from './ids.ts';
import { checkLease, type KeptBody, keepBody, publish } from './keep-body.ts';
import { read } from './kv/transact.ts';
import { openObjectKey } from './object-key.ts';
import { type KeyChange, type Piece, rekeyPieces } from './piece.ts';
import { dropPin, explainMissingUnderPin, type Pin, putPin, unpin } from './pin.ts';
import { findManifest, PageMissing, readManifest } from './read-manifest.ts';
import type { Manifest } from './rows/manifest-row.ts';
import { type PartRow, partOf } from './rows/part-row.ts';
import { digestPieces, digestsAtHand, type SliceDigests, sliceSource } from './source-slice.ts';
import type { Bucket, ByteRange, Part, PartAddress, Source, Store, StoredObject, Upload, VersionAddress } from './store.ts';
import { findTarget, findUpload, present, type RowReader, seeing, sourceOf } from './targets.ts';
import { putPart } from './upload-part.ts';

type Decide = Parameters<Store['uploadPartCopy']>[2];
export interface CopiedPart {
  readonly part: Part;
  readonly source: StoredObject;
}

/** A source that changes while its slice is looked up is looked at again so often; then it is pinned, which no change can disturb. */
const hopefulAttempts = 2;

const neverAborted = new AbortController().signal;

/**
 * The part names the source's bytes; none are written. Where the MD5 of the range is at hand, one commit does it. Else the source's manifest is pinned, its
 * range digested (read once, remembered), and then the part's commit drops the pin. Only a range in too many pieces is written anew, and one that is encrypted
 * where the upload is not, or the other way round.
 */
export async function uploadPartCopy(
  engine: Engine,
  from: VersionAddress,
  to: PartAddress,
  decide: Decide,
  signal: AbortSignal = neverAborted,
): Promise<CopiedPart> {
  const call: Call = { from, to, decide, attempt: mint(engine) };
  let copied: CopiedPart | 'changed' | 'not-at-hand' = 'changed';
  for (let attempt = 1; copied === 'changed' && attempt <= hopefulAttempts; attempt++) {
    signal.throwIfAborted();
    copied = await copyAtHand(engine, call);
  }
  if (typeof copied === 'string') copied = await copyPinned(engine, call, signal);
  engine.wake();
  return copied;
}

interface Call {
  readonly from: VersionAddress;
  readonly to: PartAddress;
  readonly decide: Decide;
  /** Of the part. */
  readonly attempt: Id;
}

interface Rows extends Source {
  readonly bucket: Bucket | undefined;
  readonly upload: Upload | undefined;
}

/** What `decide` let pass. */
interface Judged {
  readonly bucket: Bucket;
  readonly upload: Upload;
  readonly sourceBucket: Bucket;
  readonly source: StoredObject;
  readonly range: ByteRange;
}

async function findRows(reader: RowReader, { from, to }: Call): Promise<Rows> {
  const { row, upload } = await findUpload(reader, to);
  return { bucket: row?.bucket, upload, ...sourceOf(await findTarget(reader, from)) };
}

function judge({ decide }: Call, rows: Rows): Judged {
  const wanted = decide(rows);
  const source = present(rows.source, 'source');
  const range = wanted ?? { offsetBytes: 0, lengthBytes: source.sizeBytes };
  ok(range.offsetBytes >= 0 && range.offsetBytes + range.lengthBytes <= source.sizeBytes, 'a range lies inside its source');
  return {
    ...{ bucket: present(rows.bucket, 'bucket'), upload: present(rows.upload, 'upload') },
    ...{ sourceBucket: present(rows.sourceBucket, 'source bucket'), source, range },
  };
}

async function copyAtHand(engine: Engine, call: Call): Promise<CopiedPart | 'changed' | 'not-at-hand'> {
  const seen = await read(engine.kv, async (reader) => {
    const judged = judge(call, await findRows(seeing(reader), call));
    return { ...judged, manifest: await findManifest(reader, judged.source.manifest) };
  }).catch(changedOrThrow);
  if (seen === 'changed') return 'changed';
  const keys = await openKeys(engine, seen);
  const found = await sliceAtHand(engine, seen, keys).catch(changedOrThrow);
  if (typeof found === 'string') return found;
  return commit(engine, async (tx) => {
    const { bucket, upload, source, range } = judge(call, await findRows(tx, call));
    // The same holder means the same bytes; the same range of them is what was sliced.
    const isSame = source.holder === seen.source.holder && range.offsetBytes === seen.range.offsetBytes;
    if (!isSame || range.lengthBytes !== seen.range.lengthBytes) return 'changed';
    const part = partRow(engine, call, range, found);
    await putPart(tx, engine, bucket.id, upload.id, part);
    return { part: partOf(part), source };
  });
}

interface SharedSlice {
  readonly pieces: readonly Piece[];
  readonly digests: SliceDigests;
}

async function sliceAtHand(
  engine: Engine,
  { source, manifest, range }: Judged & { readonly manifest: Manifest },
  keys: KeyChange,
): Promise<SharedSlice | 'not-at-hand'> {
  const slice = await sliceSource(engine, source, manifest, range, keys.from);
  const pieces = slice.pieces && rekeyPieces(slice.pieces, keys);
  if (pieces === undefined) return 'not-at-hand';
  const digests = await digestsAtHand(engine, slice, keys.from);
  return digests === undefined ? 'not-at-hand' : { pieces, digests };
}

/** Rejects with `KeyFault`. */
async function openKeys(engine: Engine, { source, upload }: Judged): Promise<KeyChange> {
  const from = await openObjectKey(engine, source.encryption);
  const to = await openObjectKey(engine, upload.encryption);
  return { from: from?.key, to: to?.key };
}

function partRow(engine: Engine, { to, attempt }: Call, range: ByteRange, { pieces, digests }: SharedSlice): PartRow {
  const { md5, crc64: hashCrc64 } = digests;
  return { partNumber: to.partNumber, attempt, sizeBytes: range.lengthBytes, md5, hashCrc64, lastModifiedMs: engine.clock.now(), pieces };
}

/** Without a pin, a page or a blob that is missing says only that the source has gone: look again. */
function changedOrThrow(error: unknown): 'changed' {
  if (error instanceof PageMissing || error instanceof BlobMissing) return 'changed';
  throw error;
}

async function copyPinned(engine: Engine, call: Call, signal: AbortSignal): Promise<CopiedPart> {
  const pinned = await pinSource(engine, call);
  try {
    const { slice, kept } = await digestPinned(engine, call, pinned, signal);
    const publishPart = (engine: Engine) =>
      commit(engine, async (tx) => {
        if (kept !== undefined) await checkLease(tx, engine, kept);
        const { row, upload } = await findUpload(tx, call.to);
        // The source is judged as it was pinned: what became of it since does not disturb the copy. Who asks is judged by what stands now.
        const { source } = judge(call, { ...pinned, bucket: row?.bucket, upload });
        if (!(await unpin(tx, engine, pinned.pin))) throw fenced(engine.names.process);
        const part = partRow(engine, call, pinned.range, slice);
        await putPart(tx, engine, present(row, 'bucket').bucket.id, present(upload, 'upload').id, part);
        return { part: partOf(part), source };
      });
    return kept === undefined ? await publishPart(engine) : await publish(engine, kept, publishPart);
  } catch (error) {
    await dropPin(engine, pinned.pin);
    throw error;
  }
}

interface PinnedCopy extends Judged {
  readonly pin: Pin;
}

function pinSource(engine: Engine, call: Call): Promise<PinnedCopy> {
  const holder = mint(engine);
  return commit(engine, async (tx) => {
    const judged = judge(call, await findRows(tx, call));
    const pin: Pin = { under: judged.upload.id, holder, manifest: judged.source.manifest };
    putPin(tx, engine, pin);
    return { ...judged, pin };
  });
}

async function digestPinned(
  engine: Engine,
  call: Call,
  judged: PinnedCopy,
  signal: AbortSignal,
): Promise<{ readonly slice: SharedSlice; readonly kept: KeptBody | undefined }> {
  const { source, range } = judged;
  try {
    const keys = await openKeys(engine, judged);
    const manifest = await read(engine.kv, (reader) => findManifest(reader, source.manifest));
    const slice = await sliceSource(engine, source, manifest, range, keys.from);
    const pieces = slice.pieces && rekeyPieces(slice.pieces, keys);
    if (slice.pieces !== undefined && pieces !== undefined) {
      const digests = slice.digests ?? (await digestPieces(engine, slice.pieces, signal, keys.from));
      return { slice: { pieces, digests }, kept: undefined };
    }
    const body = readManifest(engine, source.manifest, manifest, range, signal, keys.from);
    const kept = await keepBody(engine, body, { inlineLimitBytes: 0, expectedBytes: range.lengthBytes, signal, key: keys.to });
    return { slice: { pieces: kept.pieces, digests: kept }, kept };
  } catch (error) {
    if (!(error instanceof PageMissing || error instanceof BlobMissing)) throw error;
    // The pin goes with its upload: what became of that is the caller's answer.
    const { row, upload } = await read(engine.kv, (reader) => findUpload(seeing(reader), call.to));
    judge(call, { ...judged, bucket: row?.bucket, upload });
    throw await explainMissingUnderPin(engine, judged.pin, source, error);
  }
}
