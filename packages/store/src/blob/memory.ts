import { ok } from 'node:assert/strict';
import { StoreError } from '../store-error.ts';
import { BlobMissing, type BlobRange, type BlobStore, chunkBytes } from './blob-store.ts';
import { judgeName } from './judge-name.ts';
import { judgeRange } from './judge-range.ts';
import { untilAborted } from './until-aborted.ts';

/**
 * A BlobStore in memory, for tests and for `data: 'memory'`. It keeps the port's promises to the letter and none beyond: like an
 * adapter on files it hands out two buffers in turn, so that a caller that holds on to a chunk sees wrong bytes here too.
 */
export function memoryBlobStore(): BlobStore {
  const blobs = new Map<string, Pages>();
  let closed = false;
  const judgeOpen = () => {
    if (closed) throw new StoreError('closed', 'the blob store is closed');
  };

  return {
    put: async (name, bytes, signal) => {
      judgeName(name);
      judgeOpen();
      ok(!blobs.has(name), `blob ${name} exists`);
      const pages = await pagesOf(untilAborted(bytes, signal));
      signal?.throwIfAborted();
      judgeOpen();
      ok(!blobs.has(name), `blob ${name} exists`);
      blobs.set(name, pages);
      return { sizeBytes: pages.sizeBytes };
    },
    get: (name, range, signal) => {
      judgeName(name);
      judgeRange(range);
      judgeOpen();
      return chunksOf(
        () => {
          judgeOpen();
          const pages = blobs.get(name);
          if (pages === undefined) throw new BlobMissing(name);
          if (range.offsetBytes + range.lengthBytes > pages.sizeBytes) {
            throw new StoreError('corrupt', `blob ${name} has ${pages.sizeBytes} bytes and not ${range.offsetBytes + range.lengthBytes}`);
          }
          return pages;
        },
        range,
        signal,
      );
    },
    head: async (name) => {
      judgeName(name);
      judgeOpen();
      const pages = blobs.get(name);
      return pages && { sizeBytes: pages.sizeBytes };
    },
    remove: async (names) => {
      names.forEach(judgeName);
      judgeOpen();
      for (const name of names) blobs.delete(name);
    },
    list: async function* (prefix) {
      judgeOpen();
      // Names are ASCII: the order of code units is the order of bytes.
      const names = [...blobs.keys()].filter((name) => name.startsWith(prefix)).sort((a, b) => (a < b ? -1 : 1));
      for (const name of names) {
        judgeOpen();
        if (blobs.has(name)) yield name;
      }
    },
    close: async () => {
      closed = true;
      blobs.clear();
    },
  };
}

/** A blob's bytes in pages of `chunkBytes`, the last one shorter: a large blob needs no large buffer. */
interface Pages {
  readonly sizeBytes: number;
  readonly pages: readonly Uint8Array[];
}

async function pagesOf(bytes: AsyncIterable<Uint8Array>): Promise<Pages> {
  const pages: Uint8Array[] = [];
  let page = new Uint8Array(chunkBytes);
  let filled = 0;
  for await (const chunk of bytes) {
    for (let taken = 0; taken < chunk.length; ) {
      const piece = chunk.subarray(taken, taken + chunkBytes - filled);
      page.set(piece, filled);
      filled += piece.length;
      taken += piece.length;
      if (filled < chunkBytes) continue;
      pages.push(page);
      page = new Uint8Array(chunkBytes);
      filled = 0;
    }
  }
  if (filled > 0) pages.push(page.slice(0, filled));
  return { sizeBytes: pages.reduce((sum, { length }) => sum + length, 0), pages };
}

async function* chunksOf(find: () => Pages, range: BlobRange, signal: AbortSignal | undefined): AsyncIterable<Uint8Array> {
  const end = range.offsetBytes + range.lengthBytes;
  const buffers = [
    new Uint8Array(Math.min(chunkBytes, range.lengthBytes)),
    new Uint8Array(Math.min(chunkBytes, range.lengthBytes)),
  ] as const;
  find();
  for (let offset = range.offsetBytes, turn = 0; offset < end; offset += chunkBytes, turn++) {
    signal?.throwIfAborted();
    const { pages } = find();
    const chunk = (buffers[turn % 2] as Uint8Array).subarray(0, Math.min(chunkBytes, end - offset));
    const first = Math.floor(offset / chunkBytes);
    const start = offset - first * chunkBytes;
    const piece = (pages[first] as Uint8Array).subarray(start, start + chunk.length);
    chunk.set(piece);
    if (piece.length < chunk.length) chunk.set((pages[first + 1] as Uint8Array).subarray(0, chunk.length - piece.length), piece.length);
    // What was handed out before is overwritten now: it was valid until this chunk was asked for.
    (buffers[(turn + 1) % 2] as Uint8Array).fill(0xdb);
    yield chunk;
  }
}
