import { BlobNames, prefixOfWindow, windowsFrom } from './blob-names.ts';
import { commit, type Engine } from './engine.ts';
import { removeUnowned, type Step } from './gc.ts';
import { type Id, type Minting, mintId } from './ids.ts';
import type { KeyValue, Row } from './kv/key-value.ts';
import { transact } from './kv/transact.ts';
import { dropHolder } from './references.ts';
import { allOf, fencedKey, justAfter, lastIdOf, layoutKey, leaseKey, under, windowsKey } from './rows/keys.ts';
import { layoutRecord, leaseRecord, windowsRecord } from './rows/process-row.ts';
import { pinRecord } from './rows/reference-row.ts';
import { StoreError } from './store-error.ts';

const layout = 1;

/** Processes that one opening fences; more than one is left only where openings were cut short. */
const fencedLimit = 500;
const sweptNames = 1_000;
const pageRows = 500;

/**
 * Begins a process: fences all earlier ones in the same commit (rule 24), so that a paused one can publish nothing any more, and reserves windows for its
 * own blob names.
 */
export async function openProcess(kv: KeyValue, minting: Minting): Promise<BlobNames> {
  const { clock } = minting;
  const process = mintId(minting);
  const windows = windowsFrom(clock.now());
  await transact(
    kv,
    async (tx) => {
      const layoutRow = await tx.get(layoutKey());
      judgeLayout(layoutRow);
      if (layoutRow === undefined) tx.put(layoutKey(), layoutRecord.encode({ layout }));
      for (const lease of await tx.scan(under(allOf('lease'), fencedLimit))) {
        const earlier = lastIdOf(lease.key);
        const row = await tx.get(windowsKey(earlier));
        const { low } = windowsFrom(leaseRecord.decode(lease).startedMs);
        tx.check(lease);
        tx.delete(lease.key);
        tx.delete(windowsKey(earlier));
        tx.put(fencedKey(earlier), row?.value ?? windowsRecord.encode({ low, high: windows.high }));
      }
      tx.put(leaseKey(process), leaseRecord.encode({ startedMs: clock.now() }));
      tx.put(windowsKey(process), windowsRecord.encode(windows));
    },
    minting,
  );
  return new BlobNames(process, windows, clock);
}

/** Ends a process that leaves nothing behind: the next opening has nothing to sweep. */
export async function closeProcess(engine: Engine): Promise<void> {
  if (!engine.names.isSettled) return;
  // None stands, unless dropping it failed: then nobody would look for it again.
  await dropPins(engine, engine.names.process);
  await commit(engine, async (tx) => {
    const { process } = engine.names;
    if ((await tx.get(leaseKey(process))) === undefined) return;
    tx.delete(leaseKey(process));
    tx.delete(windowsKey(process));
  });
}

/**
 * Removes what a fenced process wrote and nobody names, and drops its pins. It was fenced first, then its names are listed, then their owners looked
 * for: a name without owner stays without (rule 21).
 */
export async function sweepFenced(engine: Engine, row: Row): Promise<Step> {
  const process = lastIdOf(row.key);
  const { low, high } = windowsRecord.decode(row);
  for (let window = low; window <= high; window++) {
    if ((await sweepWindow(engine, process, window)) === 'held') return 'waiting';
  }
  await dropPins(engine, process);
  await commit(engine, async (tx) => {
    if ((await tx.get(row.key)) !== undefined) tx.delete(row.key);
  });
  return 'done';
}

async function sweepWindow(engine: Engine, process: Id, window: number): Promise<'removed' | 'held'> {
  let names: string[] = [];
  for await (const name of engine.blobs.list(prefixOfWindow(process, window))) {
    names.push(name);
    if (names.length < sweptNames) continue;
    if ((await removeUnowned(engine, names)) === 'held') return 'held';
    names = [];
  }
  return removeUnowned(engine, names);
}

/** Pins of copies that will never go on. */
async function dropPins(engine: Engine, process: Id): Promise<void> {
  let { from, to } = under(allOf('pin'), 1);
  for (;;) {
    const rows = await engine.kv.scan({ from, to, limit: pageRows });
    const orphans = rows.filter((row) => pinRecord.decode(row).process === process);
    await commit(engine, async (tx) => {
      for (const { key } of orphans) {
        const row = await tx.get(key);
        if (row === undefined) continue;
        tx.delete(key);
        dropHolder(tx, engine, pinRecord.decode(row).manifest, lastIdOf(key));
      }
    });
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    from = justAfter(last.key);
  }
}

function judgeLayout(row: Row | undefined): void {
  const found = row === undefined ? layout : layoutRecord.decode(row).layout;
  if (found !== layout) throw new StoreError('unavailable', `the store has layout ${found}; this program knows layout ${layout}`);
}
