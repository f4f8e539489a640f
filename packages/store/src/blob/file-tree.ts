import { mkdir, readdir, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { BlobName } from './blob-store.ts';
import { DirectorySyncs } from './directory-syncs.ts';
import { codeOf, isAbsent } from './file-error.ts';

/** Ends the names of files, and is no character of a name: so a blob `a` and a blob `a/b` do not meet. */
const fileEnd = '_';
/** What is remembered of folders is only a saving; it is dropped rather than let grow. */
const mostKnown = 1_024;

/**
 * Where blobs lie: `process/window/n` in the file `process/window/n_`. The folders are those of the name, not of a hash: a folder has what one
 * process made in one minute, runs empty when that is gone, and is removed then; and a listing in byte order reads one folder after
 * another, with the names of one in memory at a time.
 */
export class FileTree {
  readonly #root: string;
  readonly #syncs = new DirectorySyncs();
  /** Folders that exist durably. */
  readonly #known = new Set<string>();
  /** Folders in which a name is being made, and those above them: they are not removed. */
  readonly #used = new Map<string, number>();
  /** Folders are made and removed one at a time. */
  #turn: Promise<void> = Promise.resolve();

  /** The root exists durably. */
  constructor(root: string) {
    this.#root = root;
  }

  pathOf(name: BlobName): string {
    return join(this.#root, `${name}${fileEnd}`);
  }

  /** Runs `fn` while the folder of a name exists, durably, and stays. */
  async holding<T>(name: BlobName, fn: (path: string) => Promise<T>): Promise<T> {
    const path = this.pathOf(name);
    const folders = this.#upwards(dirname(path));
    // Counted before the first wait: from here on nobody removes the folder.
    for (const folder of folders) this.#used.set(folder, (this.#used.get(folder) ?? 0) + 1);
    try {
      if (!this.#known.has(dirname(path))) await this.#inTurn(() => this.#make(folders));
      return await fn(path);
    } finally {
      for (const folder of folders) {
        const left = (this.#used.get(folder) ?? 0) - 1;
        if (left > 0) this.#used.set(folder, left);
        else this.#used.delete(folder);
      }
    }
  }

  /** Makes the entries of the folder of a name durable, made ones and removed ones. */
  async sync(name: BlobName): Promise<void> {
    try {
      await this.#syncs.sync(dirname(this.pathOf(name)));
    } catch (error) {
      // A folder that is gone has no names left; it was removed after they were, and durably.
      if (!isAbsent(error)) throw error;
    }
  }

  /** Removes the folder of a name and those above it as far as they are empty. One that comes back after a power cut does no harm. */
  async prune(name: BlobName): Promise<void> {
    await this.#inTurn(async () => {
      for (const folder of this.#upwards(dirname(this.pathOf(name)))) {
        if (this.#used.has(folder)) return;
        this.#known.delete(folder);
        try {
          await rmdir(folder);
        } catch (error) {
          if (!isAbsent(error)) return;
        }
      }
    });
  }

  /** Names that begin with the prefix, in byte order. */
  async *list(prefix: string): AsyncGenerator<BlobName, void, undefined> {
    const base = prefix.slice(0, prefix.lastIndexOf('/') + 1);
    yield* this.#walk(base, prefix);
  }

  async *#walk(base: string, prefix: string): AsyncGenerator<BlobName, void, undefined> {
    for (const entry of await this.#entries(base)) {
      const name = `${base}${entry}`;
      if (!name.startsWith(prefix)) continue;
      if (entry.endsWith('/')) yield* this.#walk(name, prefix);
      else yield name;
    }
  }

  /** What is under a folder, in the byte order of whole names: folders end in the slash that follows in them. */
  async #entries(base: string): Promise<string[]> {
    try {
      const entries = await readdir(join(this.#root, base), { withFileTypes: true });
      return entries
        .flatMap((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name.endsWith(fileEnd) ? entry.name.slice(0, -1) : []))
        .sort((a, b) => (a < b ? -1 : 1));
    } catch (error) {
      if (isAbsent(error)) return [];
      throw error;
    }
  }

  /** A folder and those above it, without the root. */
  #upwards(folder: string): string[] {
    const folders: string[] = [];
    for (let above = folder; above !== this.#root; above = dirname(above)) folders.push(above);
    return folders;
  }

  /** From the top down: a folder is only made in one that exists durably. */
  async #make(folders: readonly string[]): Promise<void> {
    for (const folder of [...folders].reverse()) {
      if (this.#known.has(folder)) continue;
      try {
        await mkdir(folder);
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      await this.#syncs.sync(dirname(folder));
      if (this.#known.size >= mostKnown) this.#known.clear();
      this.#known.add(folder);
    }
  }

  #inTurn(fn: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(fn);
    this.#turn = turn.catch(() => {});
    return turn;
  }
}
