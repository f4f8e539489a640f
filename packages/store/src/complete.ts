import { fail, ok } from 'node:assert/strict';
import { crc64Combine } from '@ossature/protocol';
import { commitTo, type Engine, mint } from './engine.ts';
import type { Id } from './ids.ts';
import type { Row } from './kv/key-value.ts';
import type { Transaction } from './kv/transact.ts';
import { type UploadAddress, uploadFigures } from './multipart.ts';
import { putObjectVersion } from './put-version.ts';
import { queue } from './references.ts';
import { justAfter, manifestKey, only, partsOf, under, uploadKey } from './rows/keys.ts';
import { decodeManifest, encodeManifest, type PartTable } from './rows/manifest-row.ts';
import { decodePart, partOf } from './rows/part-row.ts';
import { propertiesOf } from './rows/properties-field.ts';
import type { Completion, Part, Store, StoredObject, Target, Upload } from './store.ts';
import { StoreError } from './store-error.ts';
import { type FoundTarget, findTarget, findUpload, present } from './targets.ts';

type Decide = Parameters<Store['completeUpload']>[1];

/** Rows of parts that are read at a time. */
const pageParts = 250;
const nothing = new Uint8Array();

/**
 * One commit (rule 11): the manifest takes the upload's id and lists part numbers, sizes and CRCs; the part rows stay where they are and become its pages,
 * their owner rows stay too. Every listed part is checked, so an object never holds other bytes than those whose ETags were listed.
 */
export async function completeUpload(engine: Engine, address: UploadAddress, decide: Decide): Promise<StoredObject> {
  const holder = mint(engine);
  const object = await commitTo(engine, address, async (tx) => {
    const { upload } = await findUpload(tx, address);
    const found = await findTarget(tx, address);
    if (upload === undefined) return completedBefore(tx, address, found.target, decide);
    const parts = await scanParts(tx, upload.id);
    const shown = [...parts.values()].map(({ part }) => part);
    const completion = decide({ ...found.target, upload, parts: shown, completed: false });
    const listed = completion.partNumbers.map((partNumber) => present(parts.get(partNumber), `part ${partNumber}`));
    for (const { row } of listed) tx.check(row);
    return complete(tx, engine, { found, upload, holder, completion, parts: listed.map(({ part }) => part) });
  });
  engine.wake();
  return object;
}

interface Completing {
  readonly found: FoundTarget;
  readonly upload: Upload;
  readonly holder: Id;
  readonly completion: Completion;
  readonly parts: readonly Part[];
}

/**
 * The parts by number, and what checks their rows. Read in pages, of which nothing else stays: with its tables a part of 5 GiB has a quarter of a megabyte, and there may be ten
 * thousand.
 */
async function scanParts(tx: Transaction, upload: Id): Promise<ReadonlyMap<number, { readonly row: Row; readonly part: Part }>> {
  const parts = new Map<number, { readonly row: Row; readonly part: Part }>();
  let { from, to } = under(partsOf(upload), 1);
  for (;;) {
    const rows = await tx.scan({ from, to, limit: pageParts });
    for (const row of rows) {
      const part = partOf(decodePart(row));
      parts.set(part.partNumber, { part, row: { ...row, value: nothing } });
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageParts) return parts;
    from = justAfter(last.key);
  }
}

function complete(tx: Transaction, engine: Engine, { found, upload, holder, completion, parts }: Completing): StoredObject {
  const row = present(found.row, 'bucket');
  const table = tableOf(parts);
  const facts = {
    key: upload.key,
    sizeBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    etag: completion.etag,
    hashCrc64: parts.reduce((crc, part) => crc64Combine(crc, part.hashCrc64, part.sizeBytes), 0n),
    type: 'Multipart' as const,
    lastModifiedMs: engine.clock.now(),
    holder,
    manifest: upload.id,
    ...propertiesOf(completion.properties),
    // Its parts are encrypted under this already.
    ...(upload.encryption && { encryption: upload.encryption }),
  };
  tx.delete(uploadKey(row.bucket.id, upload.key, upload.id));
  tx.put(manifestKey(upload.id), encodeManifest({ kind: 'parts', ...table }));
  const object = putObjectVersion(tx, engine, found, facts, uploadFigures(-1, -parts.length));
  // Parts that are not listed go later, by commits that look again; so do pins.
  queue(tx, engine, { kind: 'upload', upload: upload.id, bucket: row.bucket.id });
  return object;
}

/** The upload is gone. Where the object that it made stands under its key, the same list again has the same answer. */
async function completedBefore(tx: Transaction, { uploadId }: UploadAddress, target: Target, decide: Decide): Promise<StoredObject> {
  const { existing } = target;
  if (existing?.manifest === uploadId) {
    const table = await partTableOf(tx, uploadId);
    const listed = new Set(table.numbers);
    const parts = [...(await scanParts(tx, uploadId)).values()].map(({ part }) => part).filter(({ partNumber }) => listed.has(partNumber));
    const completion = decide({ ...target, upload: undefined, parts, completed: true });
    const isSame = completion.etag === existing.etag && completion.partNumbers.join() === [...table.numbers].join();
    if (isSame) return existing;
  }
  decide({ ...target, upload: undefined, parts: [], completed: false });
  return fail('decide answered, and there is no upload');
}

async function partTableOf(tx: Transaction, upload: Id): Promise<PartTable> {
  // The object's row was read in this snapshot and keeps the manifest: it needs no check of its own.
  const [row] = await tx.scan(only(manifestKey(upload)));
  const manifest = row && decodeManifest(row);
  if (manifest?.kind === 'parts') return manifest;
  throw new StoreError('corrupt', `manifest ${upload} is not the list of parts that an upload leaves`);
}

function tableOf(parts: readonly Part[]): PartTable {
  const ascending = parts.every(({ partNumber }, i) => i === 0 || partNumber > (parts[i - 1]?.partNumber ?? 0));
  ok(ascending, 'the parts that make an object are listed in ascending order, each once');
  return {
    numbers: Uint16Array.from(parts, ({ partNumber }) => partNumber),
    sizesBytes: Float64Array.from(parts, ({ sizeBytes }) => sizeBytes),
    crc64: BigUint64Array.from(parts, ({ hashCrc64 }) => hashCrc64),
  };
}
