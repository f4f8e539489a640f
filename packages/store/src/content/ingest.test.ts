import { crc64 } from '@ossature/protocol';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { type BlobStore, chunkBytes } from '../blob/blob-store.ts';
import { memoryBlobStore } from '../blob/memory.ts';
import { DigestPool } from './digest-pool.ts';
import { dyingWorkers } from './dying-workers.test.support.ts';
import { type IngestOptions, ingest } from './ingest.ts';
import { readExtents } from './read.ts';
import { collected, edgeSizes, hexOf, md5Of, piecesOf, sampleBytes } from './sample-content.test.support.ts';

const digests = new DigestPool();
afterAll(() => digests.close());
const signal = new AbortController().signal;

function ingestInto(blobs: BlobStore, body: IngestOptions['body'], options: Partial<IngestOptions> = {}) {
  return ingest({ blobs, mintName: () => 'minted', body, inlineLimitBytes: 1000, digests, ...options });
}

async function namesIn(blobs: BlobStore): Promise<string[]> {
  const names: string[] = [];
  for await (const name of blobs.list('')) names.push(name);
  return names;
}

/** A body that gives the bytes, and then hangs until it is let go on. */
function hangingBody(bytes: Uint8Array) {
  let letGo = () => {};
  const hanging = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let reached = () => {};
  const hung = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const body = (async function* () {
    yield bytes;
    reached();
    await hanging;
    yield bytes;
  })();
  return { body, letGo, hung };
}

describe('ingest', () => {
  it('keeps any body, however it is cut, with the digests of its bytes', async () => {
    const size = fc.oneof(fc.constantFrom(0, 999, 1000, 1001, 128 * 1024, 128 * 1024 + 1, ...edgeSizes), fc.nat({ max: 3 * chunkBytes }));
    const cuts = fc.array(fc.oneof(fc.integer({ min: 1000, max: 70_000 }), fc.constantFrom(65_536, chunkBytes, 2 * chunkBytes + 1)), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(), size, cuts, fc.constantFrom('whole', 'stream', 'announced'), async (seed, sizeBytes, sizes, form) => {
        const bytes = sampleBytes(seed, sizeBytes);
        const blobs = memoryBlobStore();
        const expectedBytes = form === 'announced' ? sizeBytes : undefined;
        const kept = await ingestInto(blobs, form === 'whole' ? bytes : piecesOf(bytes, sizes), { expectedBytes });
        expect(kept.sizeBytes).toBe(sizeBytes);
        expect(hexOf(kept.md5)).toBe(md5Of(bytes));
        expect(kept.crc64).toBe(crc64(bytes));
        expect(kept.kind).toBe(sizeBytes <= 1000 ? 'inline' : 'blob');
        if (kept.kind === 'inline') {
          expect(Buffer.compare(kept.bytes, bytes)).toBe(0);
          expect(await namesIn(blobs)).toEqual([]);
          return;
        }
        const { extent } = kept;
        expect(extent).toMatchObject({ blob: 'minted', offsetBytes: 0, lengthBytes: sizeBytes, blobBytes: sizeBytes });
        const chunks = Array.from({ length: Math.ceil(sizeBytes / chunkBytes) }, (_, i) =>
          bytes.subarray(i * chunkBytes, (i + 1) * chunkBytes),
        );
        expect([...extent.crc64]).toEqual(chunks.map((chunk) => crc64(chunk)));
        // Reading verifies CRC-32 of every chunk.
        const read = await collected(readExtents(blobs, [extent], { offsetBytes: 0, lengthBytes: sizeBytes }, signal));
        expect(Buffer.compare(read, bytes)).toBe(0);
        expect(digests.machine().slots.heldCount).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps an empty body inline, also where nothing else is', async () => {
    const blobs = memoryBlobStore();
    for (const body of [new Uint8Array(), piecesOf(new Uint8Array(), [1])]) {
      expect(await ingestInto(blobs, body, { inlineLimitBytes: 0 })).toMatchObject({ kind: 'inline', sizeBytes: 0, crc64: 0n });
    }
    expect(await namesIn(blobs)).toEqual([]);
  });

  it('leaves nothing of a body that throws, and throws the same', async () => {
    const failure = new Error('the line was cut');
    for (const afterBytes of [0, 10, 200_000, chunkBytes, 3 * chunkBytes + 7]) {
      const blobs = memoryBlobStore();
      const body = (async function* () {
        yield* piecesOf(sampleBytes(5, afterBytes), [65_536]);
        throw failure;
      })();
      await expect(ingestInto(blobs, body), `after ${afterBytes}`).rejects.toBe(failure);
      expect(await namesIn(blobs)).toEqual([]);
    }
    expect(digests.machine().slots.heldCount).toBe(0);
  });

  it('leaves nothing of a body whose request is aborted, also while it hangs', async () => {
    for (const sizeBytes of [10, 200_000, 2 * chunkBytes + 5]) {
      const blobs = memoryBlobStore();
      const abort = new AbortController();
      const { body, hung } = hangingBody(sampleBytes(6, sizeBytes));
      const kept = ingestInto(blobs, body, { signal: abort.signal });
      await hung;
      abort.abort(new Error('gone'));
      await expect(kept).rejects.toThrow('gone');
      await expect(ingestInto(blobs, new Uint8Array(9), { signal: abort.signal })).rejects.toThrow('gone');
      expect(await namesIn(blobs)).toEqual([]);
    }
  });

  it('passes on what the blob store throws, and ends the body', async () => {
    const full = new Error('no space left');
    const blobs: BlobStore = {
      ...memoryBlobStore(),
      put: async (_name, bytes) => {
        for await (const _ of bytes) throw full;
        throw new Error('no byte came');
      },
    };
    let ended = false;
    const body = (async function* () {
      try {
        for (;;) yield new Uint8Array(100_000);
      } finally {
        ended = true;
      }
    })();
    await expect(ingestInto(blobs, body)).rejects.toBe(full);
    await new Promise(setImmediate);
    expect(ended).toBe(true);
    expect(digests.machine().slots.heldCount).toBe(0);
  });

  it('reads a body only as fast as it is written', async () => {
    let asked = 0;
    const body = (async function* () {
      for (; asked < 100; asked++) yield new Uint8Array(chunkBytes);
    })();
    const abort = new AbortController();
    let reached = () => {};
    const stalled = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const blobs: BlobStore = {
      ...memoryBlobStore(),
      put: async (_name, bytes, putSignal) => {
        await bytes[Symbol.asyncIterator]().next();
        reached();
        await new Promise((resolve) => putSignal?.addEventListener('abort', resolve, { once: true }));
        throw putSignal?.reason;
      },
    };
    const kept = ingestInto(blobs, body, { signal: abort.signal, expectedBytes: 100 * chunkBytes });
    await stalled;
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    expect(asked).toBeLessThan(12);
    abort.abort(new Error('gone'));
    await expect(kept).rejects.toThrow('gone');
    expect(digests.machine().slots.heldCount).toBe(0);
  });
});

describe('ingest with few slots', () => {
  it('brings any number of bodies through them', async () => {
    const few = new DigestPool({ slotCount: 3 });
    const blobs = memoryBlobStore();
    const sizes = Array.from({ length: 20 }, (_, index) => 150_000 + index * 60_000);
    const kept = await Promise.all(
      sizes.map((sizeBytes, index) =>
        ingestInto(blobs, piecesOf(sampleBytes(index, sizeBytes), [50_000]), { mintName: () => `b${index}`, digests: few }),
      ),
    );
    kept.forEach(({ md5, crc64: crc }, index) => {
      const bytes = sampleBytes(index, sizes[index] as number);
      expect(hexOf(md5)).toBe(md5Of(bytes));
      expect(crc).toBe(crc64(bytes));
    });
    expect(few.machine().slots.heldCount).toBe(0);
    await few.close();
  });

  it('does not let bodies that hang keep the slots from others', async () => {
    const few = new DigestPool({ slotCount: 3 });
    const blobs = memoryBlobStore();
    const bytes = sampleBytes(8, 200_000);
    const hanging = Array.from({ length: 7 }, () => hangingBody(bytes));
    const waiting = hanging.map(({ body }, index) => ingestInto(blobs, body, { mintName: () => `slow${index}`, digests: few }));
    await Promise.all(hanging.map(({ hung }) => hung));
    const quick = await ingestInto(blobs, piecesOf(sampleBytes(9, 3 * chunkBytes), [65_536]), { digests: few });
    expect(hexOf(quick.md5)).toBe(md5Of(sampleBytes(9, 3 * chunkBytes)));
    for (const { letGo } of hanging) letGo();
    const twice = Buffer.concat([bytes, bytes]);
    for (const kept of await Promise.all(waiting)) {
      expect(hexOf(kept.md5)).toBe(md5Of(twice));
      expect(kept.crc64).toBe(crc64(twice));
      if (kept.kind !== 'blob') throw new Error('not a blob');
      const read = await collected(readExtents(blobs, [kept.extent], { offsetBytes: 0, lengthBytes: twice.length }, signal));
      expect(Buffer.compare(read, twice)).toBe(0);
    }
    expect(few.machine().slots.heldCount).toBe(0);
    await few.close();
  });
});

describe('ingest with workers that die', () => {
  it('fails with unavailable, leaves nothing, and works again with the next worker', async () => {
    const dying = new DigestPool({ startWorker: dyingWorkers(2) });
    const blobs = memoryBlobStore();
    const bytes = sampleBytes(10, 2 * chunkBytes + 3);
    let failures = 0;
    for (;;) {
      const kept = await ingestInto(blobs, piecesOf(bytes, [65_536]), { digests: dying }).catch((error: unknown) => error);
      if (!(kept instanceof Error)) break;
      failures++;
      expect(kept).toMatchObject({ name: 'StoreError', fault: 'unavailable' });
      expect(await namesIn(blobs)).toEqual([]);
      expect(dying.machine().slots.heldCount).toBe(0);
    }
    expect(failures).toBeGreaterThanOrEqual(1);
    expect(failures).toBeLessThanOrEqual(2);
    await dying.close();
    await expect(ingestInto(memoryBlobStore(), piecesOf(bytes, [65_536]), { digests: dying })).rejects.toMatchObject({ fault: 'closed' });
  });
});
