import type { FileHandle } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { BufferPool } from './buffer-pool.ts';
import { patterned } from './conformance-bytes.ts';
import { FileWriter } from './file-writer.ts';

/** A file in memory that takes at most `mostBytes` in one write, as a system may, and notes what was asked of it. */
function fileOf(mostBytes: number, faults: Partial<Record<'write' | 'datasync' | 'sync', Error>> = {}) {
  const content: number[] = [];
  const calls: string[] = [];
  const call = async (name: 'write' | 'datasync' | 'sync') => {
    calls.push(name);
    if (faults[name] !== undefined) throw faults[name];
  };
  const handle = {
    write: async (buffer: Uint8Array, from: number, length: number, at: number) => {
      await call('write');
      const written = Math.min(length, mostBytes);
      for (let i = 0; i < written; i++) content[at + i] = buffer[from + i] as number;
      return { bytesWritten: written };
    },
    datasync: () => call('datasync'),
    sync: () => call('sync'),
  };
  return { handle: handle as unknown as FileHandle, content, calls };
}

describe('FileWriter', () => {
  it('writes pieces of the size of its buffers, also where the system takes less at a time, and syncs last', async () => {
    const { handle, content, calls } = fileOf(700);
    const writer = new FileWriter(handle, new BufferPool(1_000, 4), (operate) => operate());
    const bytes = patterned(2_345);
    for (let from = 0; from < bytes.length; from += 13) await writer.write(bytes.subarray(from, from + 13));
    expect(await writer.end()).toBe(2_345);
    await writer.dispose();
    expect(Buffer.from(content).equals(bytes)).toBe(true);
    expect(calls).toEqual(['write', 'write', 'write', 'write', 'write', 'sync']);
  });

  it('syncs a file as it grows', async () => {
    const { handle, calls } = fileOf(Number.POSITIVE_INFINITY);
    const sparse = {
      ...handle,
      write: async (_: Uint8Array, __: number, length: number) => ({ bytesWritten: length }),
    } as unknown as FileHandle;
    const writer = new FileWriter(sparse, new BufferPool(1024 * 1024, 4), (operate) => operate());
    for (let i = 0; i < 100; i++) await writer.write(new Uint8Array(1024 * 1024));
    expect(await writer.end()).toBe(100 * 1024 * 1024);
    expect(calls).toEqual(['datasync', 'datasync', 'datasync', 'sync']);
  });

  it.each(['write', 'datasync', 'sync'] as const)(
    'tells of a %s that failed, and waits for what is under way before it is done',
    async (name) => {
      const fault = new Error('disk');
      const { handle } = fileOf(Number.POSITIVE_INFINITY, { [name]: fault });
      const file =
        name === 'write' ? handle : { ...handle, write: async (_: Uint8Array, __: number, length: number) => ({ bytesWritten: length }) };
      const writer = new FileWriter(file as FileHandle, new BufferPool(1024 * 1024, 4), (operate) => operate());
      const writing = async () => {
        for (let i = 0; i < 40; i++) await writer.write(new Uint8Array(1024 * 1024));
        return writer.end();
      };
      await expect(writing()).rejects.toBe(fault);
      await writer.dispose();
    },
  );
});
