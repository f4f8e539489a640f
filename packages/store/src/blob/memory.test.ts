import { describe, expect, it } from 'vitest';
import { chunkBytes } from './blob-store.ts';
import { describeBlobStore } from './conformance.ts';
import { inChunks, patterned } from './conformance-bytes.ts';
import { memoryBlobStore } from './memory.ts';

const inMemory = 'nothing in memory outlives its store; see the same test in filesystem.test.ts';

describeBlobStore('memory', {
  open: async () => memoryBlobStore(),
  reopen: { skip: inMemory },
  shorten: { skip: 'its bytes cannot be reached from outside; see the same test in filesystem.test.ts' },
  remove: async () => {},
});

describe('memoryBlobStore', () => {
  it('spoils a chunk when the next is asked for, so that tests find who holds on to one', async () => {
    const store = memoryBlobStore();
    const bytes = patterned(3 * chunkBytes);
    await store.put('a', inChunks(bytes, 65_536));
    const held: Uint8Array[] = [];
    for await (const chunk of store.get('a', { offsetBytes: 0, lengthBytes: bytes.length })) held.push(chunk);
    expect(Buffer.concat(held).equals(bytes)).toBe(false);
  });
});
