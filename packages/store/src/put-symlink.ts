import { commitTo, type Engine, mint } from './engine.ts';
import { putObjectVersion } from './put-version.ts';
import { manifestKey } from './rows/keys.ts';
import { encodeManifest } from './rows/manifest-row.ts';
import { propertiesOf } from './rows/properties-field.ts';
import type { ObjectAddress, Store, StoredObject } from './store.ts';
import { findTarget } from './targets.ts';

/** An object like any other, of no bytes: a copy of it shares its manifest, and the link with it. */
export async function putSymlink(
  engine: Engine,
  { bucket, key }: ObjectAddress,
  symlinkTarget: string,
  decide: Parameters<Store['putSymlink']>[2],
): Promise<StoredObject> {
  // The ETag is opaque: an id is 32 upper-case hex characters.
  const ids = { manifest: mint(engine), holder: mint(engine), etag: mint(engine) };
  const object = await commitTo(engine, { bucket, key }, async (tx) => {
    const found = await findTarget(tx, { bucket, key });
    const properties = propertiesOf(decide(found.target));
    tx.put(manifestKey(ids.manifest), encodeManifest({ kind: 'pieces', pieces: [] }));
    const content = { sizeBytes: 0, hashCrc64: 0n, type: 'Symlink', symlinkTarget } as const;
    return putObjectVersion(tx, engine, found, { key, lastModifiedMs: engine.clock.now(), ...ids, ...content, ...properties });
  });
  engine.wake();
  return object;
}
