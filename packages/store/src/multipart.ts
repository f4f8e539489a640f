import { commit, type Engine, mint } from './engine.ts';
import { read } from './kv/transact.ts';
import { mintObjectKey } from './object-key.ts';
import { queue } from './references.ts';
import { greatestPartNumber, partKey, partsOf, under, uploadKey } from './rows/keys.ts';
import { decodePart, partOf } from './rows/part-row.ts';
import { propertiesOf } from './rows/properties-field.ts';
import type { Figures } from './rows/statistics-row.ts';
import { encodeUpload } from './rows/upload-row.ts';
import { noFigures, putChange } from './statistics.ts';
import type { Bucket, InitiateOptions, ObjectAddress, ObjectProperties, Part, Store, Target, Upload } from './store.ts';
import { findTarget, findUpload, keepOpen, present, seeing } from './targets.ts';

export type UploadAddress = ObjectAddress & { readonly uploadId: string };

export function uploadFigures(uploads: number, parts: number): Figures {
  return { ...noFigures, uploads, parts };
}

export async function initiateUpload(
  engine: Engine,
  address: ObjectAddress,
  decide: (target: Target) => ObjectProperties,
  { encryption }: InitiateOptions = {},
): Promise<Upload> {
  const id = mint(engine);
  // What would be refused anyway asks for no key.
  if (encryption !== undefined) await read(engine.kv, async (reader) => decide((await findTarget(seeing(reader), address)).target));
  const objectKey = await mintObjectKey(engine, encryption);
  return commit(engine, async (tx) => {
    const { row, target } = await findTarget(tx, address);
    const properties = propertiesOf(decide(target));
    const bucketRow = present(row, 'bucket');
    const facts = { id, key: address.key, initiatedMs: engine.clock.now(), properties };
    const upload: Upload = objectKey === undefined ? facts : { ...facts, encryption: objectKey.envelope };
    tx.put(uploadKey(bucketRow.bucket.id, upload.key, id), encodeUpload(upload));
    putChange(tx, engine, bucketRow.bucket.id, uploadFigures(1, 0));
    keepOpen(tx, bucketRow);
    return upload;
  });
}

export function getUpload(
  engine: Engine,
  address: UploadAddress,
): Promise<{ readonly bucket: Bucket | undefined; readonly upload: Upload | undefined }> {
  return read(engine.kv, async (reader) => {
    const { row, upload } = await findUpload(seeing(reader), address);
    return { bucket: row?.bucket, upload };
  });
}

/** Ends the upload and nothing else (rule 12): its parts and pins go by later commits, which look again until none is left. */
export async function abortUpload(engine: Engine, address: UploadAddress, decide: Parameters<Store['abortUpload']>[1]): Promise<void> {
  await commit(engine, async (tx) => {
    const { row, upload } = await findUpload(tx, address);
    decide({ bucket: row?.bucket, upload });
    const { id } = present(upload, 'upload');
    const bucket = present(row, 'bucket').bucket.id;
    tx.delete(uploadKey(bucket, address.key, id));
    queue(tx, engine, { kind: 'upload', upload: id, bucket });
    putChange(tx, engine, bucket, uploadFigures(-1, 0));
  });
  engine.wake();
}

export function listParts(
  engine: Engine,
  address: UploadAddress,
  { after, limit }: { readonly after: number; readonly limit: number },
): ReturnType<Store['listParts']> {
  return read(engine.kv, async (reader) => {
    const { row, upload } = await findUpload(seeing(reader), address);
    if (upload === undefined) return { bucket: row?.bucket, upload: undefined, parts: [], truncated: false };
    const { from, to } = under(partsOf(upload.id), 1);
    const rows =
      after >= greatestPartNumber
        ? []
        : await reader.scan({ from: after > 0 ? partKey(upload.id, after + 1) : from, to, limit: limit + 1 });
    const parts: readonly Part[] = rows.slice(0, limit).map((found) => partOf(decodePart(found)));
    return { bucket: row?.bucket, upload, parts, truncated: rows.length > limit };
  });
}
