import { AssertionError } from 'node:assert/strict';
import { type FileHandle, link, open, readdir, rm, stat, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from '../durable-directory.ts';
import { StoreError } from '../store-error.ts';
import { type BlobName, type BlobRange, type BlobStore, chunkBytes } from './blob-store.ts';
import { BufferPool } from './buffer-pool.ts';
import { codeOf, isAbsent, onFiles, storeErrorOf } from './file-error.ts';
import { FileTree } from './file-tree.ts';
import { FileWriter } from './file-writer.ts';
import { judgeName } from './judge-name.ts';
import { judgeRange } from './judge-range.ts';
import { readFile } from './read-file.ts';
import { untilAborted } from './until-aborted.ts';

const writeBytes = 1024 * 1024;
/** Buffers that are kept while nobody uses them: 32 MiB for writing, 16 MiB for reading. */
const keptBuffers = 32;
/** Names that are removed at the same time; the system's file operations run in few threads anyway. */
const removedTogether = 16;
const judgeRoomEveryBytes = 16 * 1024 * 1024;

export interface FilesystemOptions {
  /** A directory of the adapter's own, made where it is missing. On a local file system with hard links. */
  readonly path: string;
  /**
   * Room that blobs leave free: without it the rows, which must be written also to delete something, would be stuck on a full disk.
   * Default 64 MiB.
   */
  readonly reserveBytes?: number;
}

/**
 * Blobs as files. `tree/` has those that exist, see `FileTree`; `unfinished/` has those that are being written, and is emptied at open. A system
 * that refuses room makes a put reject with StoreError `full`, and what it wrote is removed. After a sync that failed nobody knows what is
 * on disk, and asking again would hide it: from then on every put and remove rejects with `unavailable`, until the store is opened again.
 */
export async function openFilesystem({ path, reserveBytes = 64 * 1024 * 1024 }: FilesystemOptions): Promise<BlobStore> {
  const tree = join(path, 'tree');
  const unfinished = join(path, 'unfinished');
  await onFiles(async () => {
    await makeDirectory(tree);
    await makeDirectory(unfinished);
    // Left by a process that died while it wrote: no row names them, and no name leads to them.
    for (const name of await readdir(unfinished)) await unlink(join(unfinished, name));
    await judgeLinks(unfinished);
  });
  return new FilesystemBlobStore(new FileTree(tree), unfinished, reserveBytes);
}

/** A file system without hard links is refused here, and not when the first blob has been written. */
async function judgeLinks(directory: string): Promise<void> {
  const [file, name] = [join(directory, 'file'), join(directory, 'name')];
  await (await open(file, 'wx')).close();
  await link(file, name);
  await unlink(name);
  await unlink(file);
}

class FilesystemBlobStore implements BlobStore {
  readonly #tree: FileTree;
  readonly #unfinished: string;
  readonly #reserveBytes: number;
  readonly #writeBuffers = new BufferPool(writeBytes, keptBuffers);
  readonly #readBuffers = new BufferPool(chunkBytes, keptBuffers);
  #count = 0;
  #closed = false;
  #failure: StoreError | undefined;
  readonly #changes = new Set<Promise<unknown>>();

  constructor(tree: FileTree, unfinished: string, reserveBytes: number) {
    this.#tree = tree;
    this.#unfinished = unfinished;
    this.#reserveBytes = reserveBytes;
  }

  async put(name: BlobName, bytes: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<{ readonly sizeBytes: number }> {
    judgeName(name);
    this.#judgeWritable();
    return this.#changing(async () => {
      await this.#judgeRoom();
      // A name of its own, where no listing looks: half a blob is never seen under a blob's name.
      const temporary = join(this.#unfinished, `${process.pid}-${this.#count++}`);
      const handle = await this.#onDisk(() => open(temporary, 'wx'));
      try {
        const sizeBytes = await this.#write(handle, untilAborted(bytes, signal));
        signal?.throwIfAborted();
        await this.#onDisk(() => this.#tree.holding(name, (path) => this.#publish(temporary, name, path)));
        return { sizeBytes };
      } finally {
        // Neither synced nor insisted on: what is left, or comes back after a power cut, is removed at open.
        await unlink(temporary).catch(() => {});
      }
    });
  }

  get(name: BlobName, range: BlobRange, signal?: AbortSignal): AsyncIterable<Uint8Array> {
    judgeName(name);
    judgeRange(range);
    this.#judgeOpen();
    return readFile(this.#tree.pathOf(name), name, range, this.#readBuffers, signal);
  }

  async head(name: BlobName): Promise<{ readonly sizeBytes: number } | undefined> {
    judgeName(name);
    this.#judgeOpen();
    try {
      return { sizeBytes: (await stat(this.#tree.pathOf(name))).size };
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw storeErrorOf(error);
    }
  }

  async remove(names: readonly BlobName[]): Promise<void> {
    names.forEach(judgeName);
    this.#judgeWritable();
    await this.#changing(async () => {
      for (let from = 0; from < names.length; from += removedTogether) {
        await Promise.all(names.slice(from, from + removedTogether).map((name) => this.#unlink(name)));
      }
      const folders = [...new Map(names.map((name) => [name.slice(0, name.lastIndexOf('/') + 1), name])).values()];
      for (const name of folders) {
        // Also where nothing was there to remove: somebody else may have removed it, and not synced it yet.
        await this.#onDisk(() => this.#tree.sync(name));
        await this.#tree.prune(name);
      }
    });
  }

  async *list(prefix: string): AsyncGenerator<BlobName, void, undefined> {
    this.#judgeOpen();
    const names = this.#tree.list(prefix);
    for (;;) {
      this.#judgeOpen();
      const step = await onFiles(() => names.next());
      if (step.done) return;
      yield step.value;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#changes);
  }

  /** Writes the bytes and makes them durable; closes the file in any case. */
  async #write(handle: FileHandle, bytes: AsyncIterable<Uint8Array>): Promise<number> {
    const writer = new FileWriter(handle, this.#writeBuffers, (operate) => this.#onDisk(operate));
    let unjudged = 0;
    try {
      for await (const chunk of bytes) {
        await writer.write(chunk);
        unjudged += chunk.length;
        if (unjudged < judgeRoomEveryBytes) continue;
        unjudged = 0;
        await this.#judgeRoom();
      }
      // Before the name: a name must never lead to bytes that a power cut could still take.
      return await writer.end();
    } finally {
      await writer.dispose();
      await this.#onDisk(() => handle.close());
    }
  }

  /** Gives durable bytes their name, durably. */
  async #publish(temporary: string, name: BlobName, path: string): Promise<void> {
    try {
      // A link and not a rename: a rename would replace a blob that is there, a link fails. It is atomic too: all of the bytes, or no name.
      await link(temporary, path);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') throw new AssertionError({ message: `blob ${name} exists` });
      throw error;
    }
    try {
      // The name is an entry of its folder: without this a power cut could take it after a row has named it.
      await this.#tree.sync(name);
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
  }

  async #unlink(name: BlobName): Promise<void> {
    try {
      await unlink(this.#tree.pathOf(name));
    } catch (error) {
      if (!isAbsent(error)) throw storeErrorOf(error);
    }
  }

  async #judgeRoom(): Promise<void> {
    if (this.#reserveBytes === 0) return;
    const { bavail, bsize } = await this.#onDisk(() => statfs(this.#unfinished));
    if (bavail * bsize < this.#reserveBytes) throw new StoreError('full', `fewer than ${this.#reserveBytes} bytes are left on the disk`);
  }

  /** Runs file operations, and nothing of the caller's; notes a disk that failed. */
  async #onDisk<T>(operate: () => Promise<T>): Promise<T> {
    try {
      return await operate();
    } catch (error) {
      const fault = storeErrorOf(error);
      if (fault instanceof StoreError && codeOf(fault.cause) === 'EIO') this.#failure = fault;
      throw fault;
    }
  }

  /** Counts a change as under way: `close` waits for it. */
  async #changing<T>(change: () => Promise<T>): Promise<T> {
    const running = change();
    this.#changes.add(running);
    try {
      return await running;
    } finally {
      this.#changes.delete(running);
    }
  }

  #judgeWritable(): void {
    this.#judgeOpen();
    if (this.#failure !== undefined) throw this.#failure;
  }

  #judgeOpen(): void {
    if (this.#closed) throw new StoreError('closed', 'the blob store is closed');
  }
}
