import type { Body } from '@ossature/protocol';
import { commitTo, type Engine, mint } from './engine.ts';
import { checkLease, keepBody, publish } from './keep-body.ts';
import { mintObjectKey } from './object-key.ts';
import { blobsOf, inlineLimitBytes } from './piece.ts';
import { putObjectVersion } from './put-version.ts';
import { putOwners } from './references.ts';
import { manifestKey, manifestOwner } from './rows/keys.ts';
import { encodeManifest } from './rows/manifest-row.ts';
import { etagOfMd5 } from './rows/part-row.ts';
import { propertiesOf } from './rows/properties-field.ts';
import type { ContentFacts, ObjectAddress, Store, StoredObject } from './store.ts';
import { findTarget } from './targets.ts';

export async function putObject(
  engine: Engine,
  address: ObjectAddress,
  body: Body,
  decide: Parameters<Store['putObject']>[2],
  options: Parameters<Store['putObject']>[3] = {},
): Promise<StoredObject> {
  // A key that cannot be used is told before the body is read.
  const objectKey = await mintObjectKey(engine, options.encryption);
  const kept = await keepBody(engine, body, { ...options, inlineLimitBytes, key: objectKey?.key });
  const content: ContentFacts = { sizeBytes: kept.sizeBytes, etag: etagOfMd5(kept.md5), hashCrc64: kept.crc64, type: 'Normal' };
  const manifest = mint(engine);
  const holder = mint(engine);
  const object = await publish(engine, kept, (engine) =>
    commitTo(engine, address, async (tx) => {
      await checkLease(tx, engine, kept);
      const found = await findTarget(tx, address);
      const properties = propertiesOf(decide({ ...found.target, content }));
      tx.put(manifestKey(manifest), encodeManifest({ kind: 'pieces', pieces: kept.pieces }));
      putOwners(tx, blobsOf(kept.pieces), manifestOwner(manifest));
      const lastModifiedMs = engine.clock.now();
      const encryption = objectKey && { encryption: objectKey.envelope };
      const facts = { key: address.key, lastModifiedMs, holder, manifest, ...content, ...properties, ...encryption };
      return putObjectVersion(tx, engine, found, facts);
    }),
  );
  engine.wake();
  return object;
}
