import { commit, type Engine } from './engine.ts';
import { headKey } from './rows/keys.ts';
import { encodeObject } from './rows/object-row.ts';
import { propertiesOf } from './rows/properties-field.ts';
import { figuresOf, putChange } from './statistics.ts';
import type { ObjectAddress, ObjectProperties, StoredObject, Target } from './store.ts';
import { findTarget, keepOpen, present } from './targets.ts';

/** Rewrites the object's row in place: manifest and holder stay, so no reference changes. */
export function updateObject(engine: Engine, address: ObjectAddress, decide: (target: Target) => ObjectProperties): Promise<StoredObject> {
  return commit(engine, async (tx) => {
    const { row, target } = await findTarget(tx, address);
    const properties = propertiesOf(decide(target));
    const bucketRow = present(row, 'bucket');
    const existing = present(target.existing, 'object');
    const object: StoredObject = { ...existing, ...properties };
    tx.put(headKey(bucketRow.bucket.id, object.key), encodeObject(object));
    putChange(tx, engine, bucketRow.bucket.id, figuresOf(existing, -1), figuresOf(object, 1));
    keepOpen(tx, bucketRow);
    return object;
  });
}
