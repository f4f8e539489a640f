import { commit, type Engine } from './engine.ts';
import { dropHolder } from './references.ts';
import { headKey } from './rows/keys.ts';
import { figuresOf, putChange } from './statistics.ts';
import type { ObjectAddress, Removal, Target } from './store.ts';
import { findTarget, present } from './targets.ts';

/** Removes the row and its holder, and queues the manifest: its bytes go after the quarantine, if nothing else holds them. */
export async function removeObject(engine: Engine, address: ObjectAddress, decide: (target: Target) => void): Promise<Removal> {
  const removed = await commit(engine, async (tx) => {
    const { row, target } = await findTarget(tx, address);
    decide(target);
    const { existing } = target;
    if (existing === undefined) return undefined;
    const { id } = present(row, 'bucket').bucket;
    tx.delete(headKey(id, address.key));
    dropHolder(tx, engine, existing.manifest, existing.holder);
    putChange(tx, engine, id, figuresOf(existing, -1));
    return existing;
  });
  engine.wake();
  return { removed, marker: undefined };
}
