import { commit, type Engine, mint } from './engine.ts';
import { propertiesOf } from './rows/properties-field.ts';
import type { ObjectAddress, Store, StoredObject } from './store.ts';
import { findTarget, present, putObjectRow } from './targets.ts';

/**
 * One commit: the destination's row names the source's manifest, with a holder minted for it. The source's row is checked, so the new reference comes
 * from one that stood. Size, ETag, CRC-64 and type are facts of the bytes and go with them; all else is the destination's own.
 */
export async function copyObject(
  engine: Engine,
  from: ObjectAddress,
  to: ObjectAddress,
  decide: Parameters<Store['copyObject']>[2],
): Promise<{ readonly object: StoredObject; readonly source: StoredObject }> {
  const holder = mint(engine);
  const copied = await commit(engine, async (tx) => {
    const { row, target } = await findTarget(tx, to);
    const { target: found } = await findTarget(tx, from);
    const properties = propertiesOf(decide({ ...target, sourceBucket: found.bucket, source: found.existing }));
    const source = present(found.existing, 'source');
    const object: StoredObject = { ...source, ...properties, key: to.key, lastModifiedMs: engine.clock.now(), holder };
    putObjectRow(tx, engine, present(row, 'bucket'), target.existing, object);
    return { object, source };
  });
  engine.wake();
  return copied;
}
