import { commitTo, type Engine } from './engine.ts';
import { encodeVersion } from './rows/object-row.ts';
import { contentOf, propertiesOf } from './rows/properties-field.ts';
import { figuresOf, putChange } from './statistics.ts';
import type { ObjectProperties, StoredObject, Target, VersionAddress } from './store.ts';
import { findTarget, keepOpen, present } from './targets.ts';

/** Rewrites the version's row where it stands: manifest and holder stay, so no reference changes. */
export function updateObject(engine: Engine, address: VersionAddress, decide: (target: Target) => ObjectProperties): Promise<StoredObject> {
  return commitTo(engine, address, async (tx) => {
    const { row, target, standing } = await findTarget(tx, address);
    const properties = propertiesOf(decide(target));
    const bucketRow = present(row, 'bucket');
    const existing = present(target.existing, 'object');
    const { key, version } = present(standing, 'object');
    const { order, nullOrder } = version;
    const { holder, lastModifiedMs, versionId } = existing;
    const object: StoredObject = { key: existing.key, versionId, lastModifiedMs, holder, ...contentOf(existing), ...properties };
    const changed = { order, nullOrder, object };
    tx.put(key, encodeVersion(changed));
    putChange(tx, engine, bucketRow.bucket.id, figuresOf(version, -1), figuresOf(changed, 1));
    keepOpen(tx, bucketRow);
    return object;
  });
}
