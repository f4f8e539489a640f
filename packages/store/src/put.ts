import type { Body } from '@ossature/protocol';
import { commit, type Engine, mint } from './engine.ts';
import { checkLease, keepBody, publish } from './keep-body.ts';
import { blobsOf, inlineLimitBytes } from './piece.ts';
import { putOwners } from './references.ts';
import { manifestKey, manifestOwner } from './rows/keys.ts';
import { encodeManifest } from './rows/manifest-row.ts';
import { etagOfMd5 } from './rows/part-row.ts';
import { propertiesOf } from './rows/properties-field.ts';
import type { ContentFacts, ObjectAddress, Store, StoredObject } from './store.ts';
import { findTarget, present, putObjectRow } from './targets.ts';

export async function putObject(
  engine: Engine,
  address: ObjectAddress,
  body: Body,
  decide: Parameters<Store['putObject']>[2],
  options: Parameters<Store['putObject']>[3] = {},
): Promise<StoredObject> {
  const kept = await keepBody(engine, body, { ...options, inlineLimitBytes });
  const content: ContentFacts = { sizeBytes: kept.sizeBytes, etag: etagOfMd5(kept.md5), hashCrc64: kept.crc64, type: 'Normal' };
  const manifest = mint(engine);
  const holder = mint(engine);
  const object = await publish(engine, kept, (engine) =>
    commit(engine, async (tx) => {
      await checkLease(tx, engine, kept);
      const { row, target } = await findTarget(tx, address);
      const properties = propertiesOf(decide({ ...target, content }));
      const object: StoredObject = {
        key: address.key,
        versionId: 'null',
        ...properties,
        ...content,
        lastModifiedMs: engine.clock.now(),
        holder,
        manifest,
      };
      tx.put(manifestKey(manifest), encodeManifest({ kind: 'pieces', pieces: kept.pieces }));
      putOwners(tx, blobsOf(kept.pieces), manifestOwner(manifest));
      putObjectRow(tx, engine, present(row, 'bucket'), target.existing, object);
      return object;
    }),
  );
  engine.wake();
  return object;
}
