import type { BlobName } from './blob/blob-store.ts';
import { commit, type Engine } from './engine.ts';
import type { Id } from './ids.ts';
import type { Row } from './kv/key-value.ts';
import type { Transaction } from './kv/transact.ts';
import { uploadFigures } from './multipart.ts';
import { blobsOf } from './piece.ts';
import { dropHolder, dropOwners, dropOwnersOfPart, queueBlobs } from './references.ts';
import {
  dueKey,
  holdersOf,
  holdKey,
  lastIdOf,
  manifestKey,
  manifestOwner,
  only,
  ownersOf,
  partsOf,
  pinsOf,
  quarantineKey,
  under,
} from './rows/keys.ts';
import { decodeManifest, type Manifest } from './rows/manifest-row.ts';
import { decodePart, type PartRow } from './rows/part-row.ts';
import { decodeTodo, dueRecord, type Quarantine, quarantineRecord, type Todo } from './rows/queue-row.ts';
import { pinRecord } from './rows/reference-row.ts';
import { putChange } from './statistics.ts';

/**
 * The steps of the collector (rules 14 to 16): each is one decision on one row of a queue, restartable by itself, and may run beside any other step and
 * beside every operation. Emptiness of holders and owners is final, so the looks need no locks.
 */

/** `again`: there is more of it. `waiting`: not now. */
export type Step = 'done' | 'again' | 'waiting';

/** Rows that one commit removes, and rows that are read at a time to find them. */
const removedRows = 2_000;
const pageRows = 500;

export function workOffTodo(engine: Engine, row: Row): Promise<Step> {
  const todo = decodeTodo(row);
  switch (todo.kind) {
    case 'manifest':
      return quarantine(engine, row, todo.manifest);
    case 'blobs':
      return removeBlobs(engine, row, todo.blobs);
    case 'upload':
      return clearUpload(engine, row, todo);
  }
}

/** What becomes of a manifest that lost a holder. */
export function decideQuarantine(seen: {
  readonly isHeld: boolean;
  readonly exists: boolean;
  readonly isQuarantined: boolean;
}): 'quarantine' | 'forget' {
  return !seen.isHeld && seen.exists && !seen.isQuarantined ? 'quarantine' : 'forget';
}

function quarantine(engine: Engine, row: Row, manifest: Id): Promise<Step> {
  return commit(engine, async (tx): Promise<Step> => {
    if ((await tx.get(row.key)) === undefined) return 'done';
    const holders = await tx.scan(under(holdersOf(manifest), 1));
    const rows = await tx.scan(only(manifestKey(manifest)));
    const quarantined = await tx.get(quarantineKey(manifest));
    const seen = { isHeld: holders.length > 0, exists: rows.length > 0, isQuarantined: quarantined !== undefined };
    if (decideQuarantine(seen) === 'quarantine') {
      const sinceMs = Math.floor(engine.clock.now());
      tx.put(quarantineKey(manifest), quarantineRecord.encode({ sinceMs, state: 'quarantined' }));
      tx.put(dueKey(sinceMs, manifest), dueRecord.encode({}));
    }
    tx.delete(row.key);
    return 'done';
  });
}

/** The rows are durable already; then owners, then `hold`, then the bytes, then the queue row: in this order (rules 16, 17 and 28). */
async function removeBlobs(engine: Engine, row: Row, blobs: readonly BlobName[]): Promise<Step> {
  const removed = await removeUnowned(engine, blobs);
  if (removed === 'held') return 'waiting';
  await commit(engine, async (tx) => {
    if ((await tx.get(row.key)) !== undefined) tx.delete(row.key);
  });
  return 'done';
}

/** Removes those of the blobs that have no owner. A blob without an owner will never have one again. */
export async function removeUnowned(engine: Engine, blobs: readonly BlobName[]): Promise<'removed' | 'held'> {
  const unowned: BlobName[] = [];
  for (const blob of blobs) {
    if ((await engine.kv.scan(under(ownersOf(blob), 1))).length === 0) unowned.push(blob);
  }
  if (unowned.length === 0) return 'removed';
  const [hold] = await engine.kv.get([holdKey()]);
  if (hold !== undefined) return 'held';
  await engine.blobs.remove(unowned);
  for (const blob of unowned) engine.digests.forget(blob);
  return 'removed';
}

/** Drops what an ended upload leaves: parts that its manifest does not list, and pins (rule 12). Looks again until there is nothing. */
function clearUpload(engine: Engine, row: Row, { upload, bucket }: Todo & { readonly kind: 'upload' }): Promise<Step> {
  return commit(engine, async (tx): Promise<Step> => {
    if ((await tx.get(row.key)) === undefined) return 'done';
    const [manifestRow] = await tx.scan(only(manifestKey(upload)));
    const listed = listedParts(manifestRow && decodeManifest(manifestRow));
    const dropped = await dropParts(tx, engine, upload, ({ partNumber }) => !listed.has(partNumber));
    if (dropped > 0) {
      putChange(tx, engine, bucket, uploadFigures(0, -dropped));
      return 'again';
    }
    const pins = await tx.scan(under(pinsOf(upload), pageRows));
    for (const pin of pins) {
      tx.check(pin);
      tx.delete(pin.key);
      dropHolder(tx, engine, pinRecord.decode(pin).manifest, lastIdOf(pin.key));
    }
    if (pins.length > 0) return 'again';
    tx.delete(row.key);
    return 'done';
  });
}

export type DueDecision = 'forget' | 'alarm' | 'remove' | 'mark-removing' | 'remove-parts';

/** What becomes of a manifest whose quarantine is over. */
export function decideDue(seen: {
  readonly quarantine: Quarantine | undefined;
  readonly isHeld: boolean;
  readonly manifest: Manifest | undefined;
}): DueDecision {
  if (seen.quarantine === undefined || seen.manifest === undefined) return 'forget';
  if (seen.isHeld) return 'alarm';
  // One commit removes it whole: there is no half of it that a point of no return would have to guard.
  if (seen.manifest.kind === 'pieces') return 'remove';
  return seen.quarantine.state === 'quarantined' ? 'mark-removing' : 'remove-parts';
}

export async function workOffDue(engine: Engine, row: Row): Promise<Step> {
  const manifest = lastIdOf(row.key);
  const { step, decision } = await commit(engine, (tx) => stepDue(tx, engine, row, manifest));
  if (decision === 'alarm') engine.alarm('a manifest in quarantine has a holder, which cannot be', { manifest });
  return step;
}

async function stepDue(
  tx: Transaction,
  engine: Engine,
  row: Row,
  id: Id,
): Promise<{ readonly step: Step; readonly decision: DueDecision | undefined }> {
  if ((await tx.get(row.key)) === undefined) return { step: 'done', decision: undefined };
  const quarantineRow = await tx.get(quarantineKey(id));
  const quarantine = quarantineRow && quarantineRecord.decode(quarantineRow);
  const [manifestRow] = await tx.scan(only(manifestKey(id)));
  const manifest = manifestRow && decodeManifest(manifestRow);
  const isHeld = (await tx.scan(under(holdersOf(id), 1))).length > 0;
  const decision = decideDue({ quarantine, isHeld, manifest });
  if (decision === 'mark-removing' && quarantine !== undefined) {
    tx.put(quarantineKey(id), quarantineRecord.encode({ ...quarantine, state: 'removing' }));
    return { step: 'again', decision };
  }
  if (decision === 'remove-parts') {
    const listed = listedParts(manifest);
    const dropped = await dropParts(tx, engine, id, ({ partNumber }) => listed.has(partNumber));
    if (dropped > 0) return { step: 'again', decision };
  }
  if (decision === 'remove' && manifest?.kind === 'pieces') {
    queueBlobs(tx, engine, dropOwners(tx, blobsOf(manifest.pieces), manifestOwner(id)));
  }
  if (decision === 'remove' || decision === 'remove-parts') tx.delete(manifestKey(id));
  if (quarantineRow !== undefined) tx.delete(quarantineRow.key);
  tx.delete(row.key);
  return { step: 'done', decision };
}

function listedParts(manifest: Manifest | undefined): ReadonlySet<number> {
  return new Set(manifest?.kind === 'parts' ? manifest.numbers : []);
}

/** Drops the first of the upload's parts that are wanted, as many as one commit takes. Nobody adds parts to an ended upload. */
async function dropParts(tx: Transaction, engine: Engine, upload: Id, isWanted: (part: PartRow) => boolean): Promise<number> {
  let { from, to } = under(partsOf(upload), 1);
  const blobs: BlobName[] = [];
  let dropped = 0;
  let removed = 0;
  for (;;) {
    const rows = await tx.scan({ from, to, limit: pageRows });
    for (const row of rows) {
      const part = decodePart(row);
      if (!isWanted(part)) continue;
      removed += 1 + blobsOf(part.pieces).length;
      if (removed > removedRows && dropped > 0) {
        queueBlobs(tx, engine, blobs);
        return dropped;
      }
      tx.check(row);
      tx.delete(row.key);
      blobs.push(...dropOwnersOfPart(tx, upload, part));
      dropped++;
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) break;
    from = Buffer.concat([last.key, Uint8Array.of(0)]);
  }
  queueBlobs(tx, engine, blobs);
  return dropped;
}
