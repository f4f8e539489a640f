import type { Clock } from '@ossature/protocol';
import type { BlobName } from './blob/blob-store.ts';
import type { Id } from './ids.ts';
import type { KeyValue } from './kv/key-value.ts';
import { transact } from './kv/transact.ts';
import type { Random } from './random.ts';
import { leaseKey, windowsKey } from './rows/keys.ts';
import { type Windows, windowsRecord } from './rows/process-row.ts';
import { StoreError } from './store-error.ts';

const windowMs = 60_000;
/** Windows are reserved an hour ahead, and again when fewer than ten minutes of it are left. */
const reservedWindows = 60;
const leastReservedWindows = 10;

/** Names of one process lie under this. */
export function prefixOfWindow(process: Id, window: number): string {
  return `${process.toLowerCase()}/${window.toString(16).padStart(8, '0')}/`;
}

/** The windows that a process which starts now may use. */
export function windowsFrom(nowMs: number): Windows {
  const low = Math.max(0, Math.floor(nowMs / windowMs));
  return { low, high: low + reservedWindows };
}

/**
 * Mints blob names for one process: `process/window/n`. A window is a minute; names are only minted in windows that the process's row has
 * reserved durably, so that the sweep of a dead process knows where to look. Minting never waits: while no further window is reserved, names
 * go into the last one.
 */
export class BlobNames {
  readonly process: Id;
  readonly #clock: Clock;
  #windows: Windows;
  #current: number;
  #count = 0;
  /** Names that are neither published nor removed yet, by window. */
  readonly #unsettled = new Map<number, number>();

  constructor(process: Id, windows: Windows, clock: Clock) {
    this.process = process;
    this.#windows = windows;
    this.#current = windows.low;
    this.#clock = clock;
  }

  mint(): BlobName {
    // A clock that is set back does not lead below a window that is settled.
    this.#current = Math.min(Math.max(this.#current, this.#now()), this.#windows.high);
    this.#unsettled.set(this.#current, (this.#unsettled.get(this.#current) ?? 0) + 1);
    return `${prefixOfWindow(this.process, this.#current)}${(this.#count++).toString(36)}`;
  }

  /** The blob is published by a commit, or was removed or never made: the sweep has nothing to do with it. */
  settle(name: BlobName): void {
    const window = Number.parseInt(name.split('/')[1] ?? '', 16);
    const left = (this.#unsettled.get(window) ?? 0) - 1;
    if (left > 0) this.#unsettled.set(window, left);
    else this.#unsettled.delete(window);
  }

  get isSettled(): boolean {
    return this.#unsettled.size === 0;
  }

  /** Whether names are soon to go into a window that is not reserved. */
  get needsReserve(): boolean {
    return this.#current + leastReservedWindows > this.#windows.high;
  }

  /** Moves both ends of the reserved windows. StoreError `unavailable` where the process was fenced. */
  async reserve(kv: KeyValue, random: Random): Promise<void> {
    const low = Math.min(this.#current, ...this.#unsettled.keys());
    const windows = { low, high: Math.max(this.#current, this.#now()) + reservedWindows };
    await transact(
      kv,
      async (tx) => {
        const lease = await tx.get(leaseKey(this.process));
        if (lease === undefined) throw fenced(this.process);
        tx.put(windowsKey(this.process), windowsRecord.encode(windows));
      },
      { random, clock: this.#clock },
    );
    this.#windows = windows;
  }

  #now(): number {
    return windowsFrom(this.#clock.now()).low;
  }
}

/** Another opening of the store has declared this one dead: it may publish nothing any more. */
export function fenced(process: Id): StoreError {
  return new StoreError('unavailable', `process ${process} was fenced by a later opening of the store`);
}
