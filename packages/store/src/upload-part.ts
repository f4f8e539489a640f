import type { Body } from '@ossature/protocol';
import { commit, type Engine, mint } from './engine.ts';
import type { Id } from './ids.ts';
import { checkLease, keepBody, publish } from './keep-body.ts';
import { read, type Transaction } from './kv/transact.ts';
import { uploadFigures } from './multipart.ts';
import { openObjectKey } from './object-key.ts';
import { blobsOf, inlineLimitBytes } from './piece.ts';
import { dropOwnersOfPart, putOwners, queueBlobs } from './references.ts';
import { partKey, partOwner } from './rows/keys.ts';
import { decodePart, encodePart, etagOfMd5, type PartRow, partOf } from './rows/part-row.ts';
import { putChange } from './statistics.ts';
import type { ContentFacts, Part, PartAddress, Store } from './store.ts';
import { findUpload, present, seeing } from './targets.ts';

export async function uploadPart(
  engine: Engine,
  address: PartAddress,
  body: Body,
  decide: Parameters<Store['uploadPart']>[2],
  options: Parameters<Store['uploadPart']>[3] = {},
): Promise<Part> {
  // An upload that is not there is refused before its body is read, and so is one whose key cannot be used.
  const encryption = await read(engine.kv, async (reader) => {
    const { row, upload } = await findUpload(seeing(reader), address);
    decide({ bucket: row?.bucket, upload, content: undefined });
    return upload?.encryption;
  });
  const key = (await openObjectKey(engine, encryption))?.key;
  const kept = await keepBody(engine, body, { ...options, inlineLimitBytes, key });
  const content: ContentFacts = { sizeBytes: kept.sizeBytes, etag: etagOfMd5(kept.md5), hashCrc64: kept.crc64, type: 'Normal' };
  const attempt = mint(engine);
  const part = await publish(engine, kept, (engine) =>
    commit(engine, async (tx) => {
      await checkLease(tx, engine, kept);
      const { row, upload } = await findUpload(tx, address);
      decide({ bucket: row?.bucket, upload, content });
      const { sizeBytes, md5, crc64: hashCrc64, pieces } = kept;
      const { partNumber } = address;
      const part: PartRow = { partNumber, attempt, sizeBytes, md5, hashCrc64, lastModifiedMs: engine.clock.now(), pieces };
      await putPart(tx, engine, present(row, 'bucket').bucket.id, present(upload, 'upload').id, part);
      return partOf(part);
    }),
  );
  engine.wake();
  return part;
}

/**
 * Writes a part and the owners of its blobs; one of the same number that was sent before loses its own (rule 9). The upload's row has been read in this
 * transaction: Complete and abort remove it, so no part comes after them.
 */
export async function putPart(tx: Transaction, engine: Engine, bucket: Id, upload: Id, part: PartRow): Promise<void> {
  const key = partKey(upload, part.partNumber);
  const replaced = await tx.get(key);
  tx.put(key, encodePart(part));
  putOwners(tx, blobsOf(part.pieces), partOwner(upload, part.partNumber, part.attempt));
  if (replaced === undefined) putChange(tx, engine, bucket, uploadFigures(0, 1));
  else queueBlobs(tx, engine, dropOwnersOfPart(tx, upload, decodePart(replaced)));
}
