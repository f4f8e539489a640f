import { createHash } from 'node:crypto';
import type { BlobName, BlobStore } from '../blob/blob-store.ts';
import { StoreError } from '../store-error.ts';
import { abortable } from './abortable.ts';
import type { ContentKey } from './content-key.ts';
import { digestExtents } from './digest-extents.ts';
import { createDigestMachine, type DigestMachine, defaultSlotCount } from './digest-machine.ts';
import type { StartWorker } from './digest-workers.ts';
import type { Extent } from './extent.ts';
import { RememberedDigests } from './remembered-digests.ts';

export interface DigestPoolOptions {
  /** Bounds the memory of bodies on their way and of digests: half a mebibyte each. */
  readonly slotCount?: number;
  /** How another worker is started; tests give workers that they can end. */
  readonly startWorker?: StartWorker;
  /** One that others use too; it is not closed with this pool, and the options above are not looked at. */
  readonly machine?: DigestMachine;
}

interface Flight {
  readonly digest: Promise<Uint8Array>;
  readonly cancel: AbortController;
  waiting: number;
}

/** Digests for a whole store: the threads that compute them, the memory that they compute on, and what was digested before. */
export class DigestPool {
  readonly #options: DigestPoolOptions;
  readonly #flights = new Map<string, Flight>();
  readonly #remembered = new RememberedDigests();
  #machine: DigestMachine | undefined;
  #closed = false;

  constructor(options: DigestPoolOptions = {}) {
    this.#options = options;
  }

  /** Made at first need: small bodies never need it. */
  machine(): DigestMachine {
    if (this.#closed) throw new StoreError('closed', 'the digests are closed');
    this.#machine ??= this.#options.machine ?? createDigestMachine(this.#options.slotCount ?? defaultSlotCount, this.#options.startWorker);
    return this.#machine;
  }

  /**
   * The MD5 of the extents after each other, remembered. Whoever asks for what is just being digested waits for the same work, which goes on
   * until nobody waits any more. `key`: of the object, where it is encrypted; the bytes of a blob are the same under any. Rejects with StoreError `corrupt`, as `BlobStore.get` does, and with the signal's reason.
   */
  async md5OfExtents(blobs: BlobStore, extents: readonly Extent[], signal: AbortSignal, key?: ContentKey | undefined): Promise<Uint8Array> {
    signal.throwIfAborted();
    const name = nameOf(extents);
    const known = this.#remembered.get(name);
    if (known !== undefined) return known;
    const flight = this.#flights.get(name) ?? this.#depart(name, blobs, extents, key);
    flight.waiting++;
    try {
      return await abortable(flight.digest, signal);
    } finally {
      flight.waiting--;
      if (flight.waiting === 0) {
        if (this.#flights.get(name) === flight) this.#flights.delete(name);
        flight.cancel.abort(new StoreError('unavailable', 'nobody waits for this digest'));
      }
    }
  }

  /** What `md5OfExtents` would answer at once, without reading a byte. */
  known(extents: readonly Extent[]): Uint8Array | undefined {
    return this.#remembered.get(nameOf(extents));
  }

  /** Lets go of what is remembered of a blob that is gone. Names are never reused: this is for memory only. */
  forget(blob: BlobName): void {
    this.#remembered.forget(blob);
  }

  /** Fails what is under way with StoreError `closed`, and ends the workers. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const { cancel } of this.#flights.values()) cancel.abort(new StoreError('closed', 'the digests are closed'));
    if (this.#options.machine === undefined) await this.#machine?.workers.close();
  }

  #depart(name: string, blobs: BlobStore, extents: readonly Extent[], key: ContentKey | undefined): Flight {
    const cancel = new AbortController();
    const digest = digestExtents(this.machine(), blobs, extents, cancel.signal, key).then((md5) => {
      this.#remembered.set(name, md5, new Set(extents.map(({ blob }) => blob)));
      return md5;
    });
    const flight: Flight = { digest, cancel, waiting: 0 };
    this.#flights.set(name, flight);
    // Those who wait hear of a failure; those who come later begin again.
    const land = () => {
      if (this.#flights.get(name) === flight) this.#flights.delete(name);
    };
    digest.then(land, land);
    return flight;
  }
}

/** Which bytes, in 32 bytes: a list of a thousand extents is too long to keep. */
function nameOf(extents: readonly Extent[]): string {
  const hash = createHash('sha256');
  for (const { blob, offsetBytes, lengthBytes } of extents) hash.update(`${blob} ${offsetBytes} ${lengthBytes}\n`);
  return hash.digest('base64');
}
