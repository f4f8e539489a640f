import { commitTo, type Engine } from './engine.ts';
import type { Transaction } from './kv/transact.ts';
import { dropContent, putDeleteMarker } from './put-version.ts';
import { headKey, isName, under, versionsOfName } from './rows/keys.ts';
import { decodeVersion, encodeVersion, type VersionRow } from './rows/object-row.ts';
import { figuresOf, putChange } from './statistics.ts';
import type { Removal, Target, VersionAddress } from './store.ts';
import { type FoundTarget, findTarget, isNull, present, type Standing } from './targets.ts';

const nothing: Removal = { removed: undefined, marker: undefined };

/** Removes a version and its holder, and queues its manifest: the bytes go after the quarantine, if nothing else holds them. Or puts a delete marker. */
export async function removeObject(engine: Engine, address: VersionAddress, decide: (target: Target) => void): Promise<Removal> {
  const removal = await commitTo(engine, address, async (tx): Promise<Removal> => {
    const found = await findTarget(tx, address);
    decide(found.target);
    if (found.row === undefined || !isName(address.key)) return nothing;
    const isKept = address.versionId === undefined && found.row.bucket.versioning !== undefined;
    if (isKept) {
      const { marker, gone } = putDeleteMarker(tx, engine, found, address.key);
      return { removed: gone && (gone.object ?? gone.marker), marker };
    }
    if (found.standing === undefined) return nothing;
    const { version } = found.standing;
    await removeRow(tx, found, address.key, found.standing);
    dropContent(tx, engine, version);
    putChange(tx, engine, found.row.bucket.id, figuresOf(version, -1));
    return { removed: version.object ?? version.marker, marker: undefined };
  });
  engine.wake();
  return removal;
}

/** The head is rewritten with every version that goes (rule 5): what a look at the older versions showed stands as long as the head's row does. */
async function removeRow(tx: Transaction, found: FoundTarget, key: string, { key: rowKey, version }: Standing): Promise<void> {
  const bucket = present(found.row, 'bucket').bucket.id;
  const headRow = present(await tx.get(headKey(bucket, key)), 'head of a version');
  const head = decodeVersion(headRow);
  const withNull = (version: VersionRow, nullOrder: number | undefined) => encodeVersion({ ...version, nullOrder });
  const nullOrder = isNull(version) ? undefined : head.nullOrder;
  if (version.order !== head.order) {
    tx.delete(rowKey);
    tx.put(headRow.key, withNull(head, nullOrder));
    return;
  }
  const [older] = await tx.scan(under(versionsOfName(bucket, key), 1));
  if (older === undefined) return tx.delete(headRow.key);
  const next = decodeVersion(older);
  tx.check(older);
  tx.delete(older.key);
  tx.put(headRow.key, withNull(next, isNull(next) ? undefined : nullOrder));
}
