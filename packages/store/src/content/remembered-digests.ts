import type { BlobName } from '../blob/blob-store.ts';

interface Remembered {
  readonly md5: Uint8Array;
  readonly blobs: ReadonlySet<BlobName>;
}

/** Digests by the name of what was digested; the one that was asked for least lately goes when there are too many. */
export class RememberedDigests {
  /** In the order of use. */
  readonly #digests = new Map<string, Remembered>();
  readonly #ofBlob = new Map<BlobName, Set<string>>();
  readonly #greatestLinks: number;
  #links = 0;

  /** Bounded by pairs of a digest and a blob in it, since a digest may span a thousand. */
  constructor(greatestLinks = 100_000) {
    this.#greatestLinks = greatestLinks;
  }

  get size(): number {
    return this.#digests.size;
  }

  get(name: string): Uint8Array | undefined {
    const found = this.#digests.get(name);
    if (found === undefined) return undefined;
    this.#digests.delete(name);
    this.#digests.set(name, found);
    return found.md5;
  }

  set(name: string, md5: Uint8Array, blobs: ReadonlySet<BlobName>): void {
    this.#drop(name);
    this.#digests.set(name, { md5, blobs });
    this.#links += blobs.size;
    for (const blob of blobs) {
      const names = this.#ofBlob.get(blob) ?? new Set();
      this.#ofBlob.set(blob, names.add(name));
    }
    for (const oldest of this.#digests.keys()) {
      if (this.#links <= this.#greatestLinks) return;
      this.#drop(oldest);
    }
  }

  forget(blob: BlobName): void {
    for (const name of this.#ofBlob.get(blob) ?? []) this.#drop(name);
  }

  #drop(name: string): void {
    const dropped = this.#digests.get(name);
    if (dropped === undefined) return;
    this.#digests.delete(name);
    this.#links -= dropped.blobs.size;
    for (const blob of dropped.blobs) {
      const names = this.#ofBlob.get(blob);
      names?.delete(name);
      if (names?.size === 0) this.#ofBlob.delete(blob);
    }
  }
}
