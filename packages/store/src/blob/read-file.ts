import { type FileHandle, open } from 'node:fs/promises';
import { StoreError } from '../store-error.ts';
import { BlobMissing, type BlobName, type BlobRange } from './blob-store.ts';
import type { BufferPool } from './buffer-pool.ts';
import { isAbsent, onFiles, storeErrorOf } from './file-error.ts';

/**
 * The bytes of a range of a file, in chunks as large as the pool's buffers. Two buffers in turn: the read of the next chunk has begun when
 * one is handed out, and goes into the buffer whose chunk ended with the asking. The file is closed before the last chunk is handed out,
 * so that a reader who stops there keeps nothing open.
 */
export async function* readFile(
  path: string,
  name: BlobName,
  range: BlobRange,
  pool: BufferPool,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  signal?.throwIfAborted();
  const handle = await openBlob(path, name);
  let isOpen = true;
  const buffers: Buffer[] = [];
  let reading: Promise<Uint8Array> | undefined;
  try {
    const end = range.offsetBytes + range.lengthBytes;
    for (let offset = range.offsetBytes, turn = 0; offset < end; offset += pool.sizeBytes, turn++) {
      reading ??= readInto(handle, bufferOf(buffers, pool, turn), offset, end, name);
      const chunk = await reading;
      reading = undefined;
      signal?.throwIfAborted();
      const next = offset + pool.sizeBytes;
      if (next < end) {
        reading = readInto(handle, bufferOf(buffers, pool, turn + 1), next, end, name);
        // It is awaited when the reader asks for it.
        reading.catch(() => {});
      } else {
        isOpen = false;
        await handle.close();
      }
      yield chunk;
      signal?.throwIfAborted();
    }
  } finally {
    // A buffer that is still read into must not be used again, and a file that is read not be closed.
    await reading?.catch(() => {});
    if (isOpen) await handle.close();
    for (const buffer of buffers) pool.give(buffer);
  }
}

async function openBlob(path: string, name: BlobName): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw isAbsent(error) ? new BlobMissing(name) : storeErrorOf(error);
  }
}

/** The second buffer is only taken where there is a second chunk. */
function bufferOf(buffers: Buffer[], pool: BufferPool, turn: number): Buffer {
  const buffer = buffers[turn % 2] ?? pool.take();
  buffers[turn % 2] = buffer;
  return buffer;
}

async function readInto(handle: FileHandle, buffer: Buffer, offset: number, end: number, name: BlobName): Promise<Uint8Array> {
  const length = Math.min(buffer.length, end - offset);
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await onFiles(() => handle.read(buffer, filled, length - filled, offset + filled));
    if (bytesRead === 0) throw new StoreError('corrupt', `blob ${name} has ${offset + filled} bytes and not ${end}`);
    filled += bytesRead;
  }
  return buffer.subarray(0, length);
}
