import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, type TestContext } from 'vitest';
import { BlobMissing, type BlobRange, type BlobStore, chunkBytes } from './blob-store.ts';
import { inChunks, patterned } from './conformance-bytes.ts';

/** An adapter under test. */
export interface BlobStoreSubject {
  /** Opens a store with no blobs. */
  open(): Promise<BlobStore>;
  /** Opens what `open` opened once more, after it was closed. Or the reason why the adapter cannot. */
  readonly reopen: (() => Promise<BlobStore>) | { readonly skip: string };
  /** Makes the stored bytes of a blob one shorter, behind the adapter's back. Or the reason why that cannot be. */
  readonly shorten: ((name: string) => Promise<void>) | { readonly skip: string };
  /** Removes what `open` made, after it was closed. */
  remove(): Promise<void>;
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(Uint8Array.from(chunk));
  return Buffer.concat(parts);
}

async function namesOf(store: BlobStore, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for await (const name of store.list(prefix)) names.push(name);
  return names;
}

const closed = expect.objectContaining({ name: 'StoreError', fault: 'closed' });

/** The suite that every adapter of the port passes. */
export function describeBlobStore(name: string, subject: BlobStoreSubject): void {
  describe(`${name} as BlobStore`, () => {
    let store: BlobStore;
    const tools: Tools = {
      store: () => store,
      put: (blob, bytes, chunkLength = 65_536) => store.put(blob, inChunks(bytes, chunkLength)),
      read: (blob, range) => collect(store.get(blob, range)),
      skipUnlessKept: (context) => {
        if (typeof subject.reopen !== 'function') context.skip(subject.reopen.skip);
      },
      reopen: async () => {
        if (typeof subject.reopen !== 'function') return;
        await store.close();
        store = await subject.reopen();
      },
    };
    beforeEach(async () => {
      store = await subject.open();
    });
    afterEach(async () => {
      await store.close();
      await subject.remove();
    });
    describePuts(tools);
    describeCutPuts(tools);
    describeGets(tools);
    describeBrokenGets(tools, subject);
    describeNames(tools);
    describeRemovals(tools);
  });
}

interface Tools {
  store(): BlobStore;
  put(name: string, bytes: Uint8Array, chunkLength?: number): Promise<{ readonly sizeBytes: number }>;
  read(name: string, range: BlobRange): Promise<Buffer>;
  /** For tests of nothing but what is kept. */
  skipUnlessKept(context: TestContext): void;
  /** Closes and opens again, where the adapter can; where it cannot the test goes on with what is open. */
  reopen(): Promise<void>;
}

function describePuts({ store, put, read, reopen, skipUnlessKept }: Tools): void {
  const sizes = [0, 1, 65_536, chunkBytes - 1, chunkBytes, chunkBytes + 1, 2 * chunkBytes, 1024 * 1024, 3 * 1024 * 1024 + 17];
  it.each(sizes)('keeps a blob of %d bytes', async (length) => {
    const bytes = patterned(length, length);
    expect(await put('p/w/1', bytes)).toEqual({ sizeBytes: length });
    expect(await store().head('p/w/1')).toEqual({ sizeBytes: length });
    expect((await read('p/w/1', { offsetBytes: 0, lengthBytes: length })).equals(bytes)).toBe(true);
  });

  it('keeps it whatever the size of the chunks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(3_000_000), fc.integer({ min: 1_000, max: 3_000_000 }), fc.nat(1_000), async (length, chunkLength, seed) => {
        const bytes = patterned(length, seed);
        await put('p/w/x', bytes, chunkLength);
        expect((await read('p/w/x', { offsetBytes: 0, lengthBytes: length })).equals(bytes)).toBe(true);
        await store().remove(['p/w/x']);
      }),
      { numRuns: 12 },
    );
  });

  it('keeps blobs that are put at the same time', async () => {
    const bytes = Array.from({ length: 24 }, (_, i) => patterned(i * 50_000, i));
    await Promise.all(bytes.map((content, i) => put(`p/${i % 3}/${i}`, content)));
    for (const [i, content] of bytes.entries()) {
      expect((await read(`p/${i % 3}/${i}`, { offsetBytes: 0, lengthBytes: content.length })).equals(content)).toBe(true);
    }
  });

  it('shows what it has kept when it is opened again', async (context) => {
    skipUnlessKept(context);
    const bytes = patterned(700_000);
    await put('p/w/1', bytes);
    await put('p/w/2', patterned(5));
    await store().remove(['p/w/2']);
    await reopen();
    expect(await namesOf(store(), '')).toEqual(['p/w/1']);
    expect((await read('p/w/1', { offsetBytes: 0, lengthBytes: bytes.length })).equals(bytes)).toBe(true);
  });

  it('never replaces a blob that is there', async () => {
    await put('p/w/1', patterned(1_000, 1));
    await expect(put('p/w/1', patterned(2_000, 2))).rejects.toThrow('exists');
    expect((await read('p/w/1', { offsetBytes: 0, lengthBytes: 1_000 })).equals(patterned(1_000, 1))).toBe(true);
    const outcomes = await Promise.allSettled([
      put('p/w/2', patterned(10, 1)),
      put('p/w/2', patterned(10, 2)),
      put('p/w/2', patterned(10, 3)),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled') + 1;
    expect((await read('p/w/2', { offsetBytes: 0, lengthBytes: 10 })).equals(patterned(10, winner))).toBe(true);
  });

  it.each(['', 'A', 'a b', 'a/../b', './a', '/a', 'a/', 'a//b', 'ä', 'a_', '.', 'a\0', 'x'.repeat(201)])(
    'refuses the name %j',
    async (name) => {
      await expect((async () => put(name, patterned(1)))()).rejects.toThrow('no blob name');
      await expect((async () => store().remove([name]))()).rejects.toThrow('no blob name');
      expect(await namesOf(store(), '')).toEqual([]);
    },
  );
}

function describeCutPuts({ store, put, reopen }: Tools): void {
  const nothingLeft = async () => {
    expect(await store().head('p/w/1')).toBeUndefined();
    expect(await namesOf(store(), '')).toEqual([]);
    expect(await put('p/w/1', patterned(10))).toEqual({ sizeBytes: 10 });
    await reopen();
    expect(await namesOf(store(), '')).toEqual(['p/w/1']);
  };

  it.each([0, 1, 40])('leaves nothing when the stream throws after %d chunks, and passes on what it threw', async (chunks) => {
    const gone = Object.assign(new Error('the client has gone'), { code: 'ECONNRESET', syscall: 'read' });
    const bytes = async function* () {
      for (let i = 0; i < chunks; i++) yield patterned(65_536, i);
      throw gone;
    };
    await expect(store().put('p/w/1', bytes())).rejects.toBe(gone);
    expect(await store().head('p/w/1')).toBeUndefined();
    expect(await namesOf(store(), '')).toEqual([]);
    expect(await put('p/w/1', patterned(10))).toEqual({ sizeBytes: 10 });
  });

  it('leaves nothing when it is aborted, also while the stream makes it wait', async () => {
    const controller = new AbortController();
    let ended = false;
    const bytes = async function* () {
      try {
        yield patterned(2_000_000);
        queueMicrotask(() => controller.abort(new Error('enough')));
        await new Promise<never>(() => {});
      } finally {
        ended = true;
      }
    };
    await expect(store().put('p/w/1', bytes(), controller.signal)).rejects.toThrow('enough');
    expect(ended).toBe(false); // It hangs; nobody waited for it.
    await nothingLeft();
  });

  it('takes no byte where it was aborted before', async () => {
    let asked = false;
    const bytes = async function* () {
      asked = true;
      yield patterned(1);
    };
    await expect(store().put('p/w/1', bytes(), AbortSignal.abort(new Error('never mind')))).rejects.toThrow('never mind');
    expect(asked).toBe(false);
  });

  it('ends a stream that it stops reading', async () => {
    const controller = new AbortController();
    let ended = false;
    const bytes = async function* () {
      try {
        for (let i = 0; ; i++) {
          if (i === 3) controller.abort(new Error('enough'));
          yield patterned(1_000);
        }
      } finally {
        ended = true;
      }
    };
    await expect(store().put('p/w/1', bytes(), controller.signal)).rejects.toThrow('enough');
    await new Promise(setImmediate);
    expect(ended).toBe(true);
  });
}

function describeGets({ store, put, read }: Tools): void {
  it('gives any range, in chunks counted from its start', async () => {
    const bytes = patterned(2 * chunkBytes + 1_234);
    await put('p/w/1', bytes);
    const range = fc
      .tuple(fc.nat(bytes.length), fc.nat(bytes.length))
      .map(([a, b]) => ({ offsetBytes: Math.min(a, b), lengthBytes: Math.abs(a - b) }));
    await fc.assert(
      fc.asyncProperty(range, async ({ offsetBytes, lengthBytes }) => {
        const lengths: number[] = [];
        const parts: Uint8Array[] = [];
        for await (const chunk of store().get('p/w/1', { offsetBytes, lengthBytes })) {
          lengths.push(chunk.length);
          parts.push(Uint8Array.from(chunk));
        }
        expect(Buffer.concat(parts).equals(bytes.subarray(offsetBytes, offsetBytes + lengthBytes))).toBe(true);
        expect(lengths.slice(0, -1).every((length) => length === chunkBytes)).toBe(true);
        expect(lengths.at(-1) ?? 1).toBeGreaterThan(0);
      }),
      { numRuns: 30 },
    );
  });

  it('keeps a chunk as it is until the next is asked for, however long that takes', async () => {
    const bytes = patterned(4 * chunkBytes);
    await put('p/w/1', bytes);
    let offset = 0;
    for await (const chunk of store().get('p/w/1', { offsetBytes: 0, lengthBytes: bytes.length })) {
      // Time for whatever reads ahead to do harm.
      await collect(store().get('p/w/1', { offsetBytes: 0, lengthBytes: 2 * chunkBytes }));
      expect(Buffer.compare(chunk, bytes.subarray(offset, offset + chunk.length))).toBe(0);
      offset += chunk.length;
    }
    expect(offset).toBe(bytes.length);
  });

  it('gives the right bytes to many readers, some of which stop', async () => {
    const bytes = patterned(3 * chunkBytes + 5);
    await put('p/w/1', bytes);
    const readers = Array.from({ length: 30 }, async (_, i) => {
      const offsetBytes = i * 1_000;
      const range = { offsetBytes, lengthBytes: bytes.length - offsetBytes };
      if (i % 3 !== 0) return expect((await read('p/w/1', range)).equals(bytes.subarray(offsetBytes))).toBe(true);
      for await (const chunk of store().get('p/w/1', range)) {
        expect(Buffer.compare(chunk, bytes.subarray(offsetBytes, offsetBytes + chunk.length))).toBe(0);
        break;
      }
    });
    await Promise.all(readers);
  });
}

function describeBrokenGets({ store, put, read }: Tools, subject: BlobStoreSubject): void {
  it('says what is missing', async () => {
    await expect(read('p/w/1', { offsetBytes: 0, lengthBytes: 1 })).rejects.toEqual(
      expect.objectContaining({ name: 'BlobMissing', blob: 'p/w/1' }),
    );
    await expect(read('p/w/1', { offsetBytes: 0, lengthBytes: 0 })).rejects.toBeInstanceOf(BlobMissing);
    expect(await store().head('p/w/1')).toBeUndefined();
    await put('p/w', patterned(1));
    await expect(read('p/w/1', { offsetBytes: 0, lengthBytes: 1 })).rejects.toBeInstanceOf(BlobMissing);
  });

  it('calls a blob corrupt that is shorter than the range', async () => {
    const corrupt = expect.objectContaining({ name: 'StoreError', fault: 'corrupt' });
    await put('p/w/1', patterned(chunkBytes + 10));
    await expect(read('p/w/1', { offsetBytes: 0, lengthBytes: chunkBytes + 11 })).rejects.toEqual(corrupt);
    await expect(read('p/w/1', { offsetBytes: chunkBytes + 10, lengthBytes: 1 })).rejects.toEqual(corrupt);
    await expect(read('p/w/1', { offsetBytes: 5 * chunkBytes, lengthBytes: 1 })).rejects.toEqual(corrupt);
    expect(await read('p/w/1', { offsetBytes: chunkBytes + 10, lengthBytes: 0 })).toHaveLength(0);
  });

  it('calls a blob corrupt that has lost a byte', async (context) => {
    if (typeof subject.shorten !== 'function') return context.skip(subject.shorten.skip);
    await put('p/w/1', patterned(chunkBytes + 10));
    await subject.shorten('p/w/1');
    await expect(read('p/w/1', { offsetBytes: 0, lengthBytes: chunkBytes + 10 })).rejects.toEqual(
      expect.objectContaining({ fault: 'corrupt' }),
    );
  });

  it('stops reading when it is aborted', async () => {
    await put('p/w/1', patterned(3 * chunkBytes));
    const controller = new AbortController();
    let chunks = 0;
    const reading = (async () => {
      for await (const _chunk of store().get('p/w/1', { offsetBytes: 0, lengthBytes: 3 * chunkBytes }, controller.signal)) {
        chunks++;
        controller.abort(new Error('enough'));
      }
    })();
    await expect(reading).rejects.toThrow('enough');
    expect(chunks).toBe(1);
  });

  it.each([
    { offsetBytes: -1, lengthBytes: 1 },
    { offsetBytes: 0, lengthBytes: -1 },
    { offsetBytes: 0.5, lengthBytes: 1 },
    { offsetBytes: 0, lengthBytes: Number.NaN },
  ])('refuses the range %j', async (range) => {
    await put('p/w/1', patterned(10));
    await expect((async () => read('p/w/1', range))()).rejects.toThrow('no range');
  });
}

function describeNames({ store, put }: Tools): void {
  it('lists by prefix, in byte order', async () => {
    const names = [
      'a',
      'a-b',
      'a.b',
      'a/b',
      'a/b/c',
      'a0',
      'ab',
      'b/1',
      'b/10',
      'b/2',
      'p1/w/1',
      'p1/w-/1',
      'p1/w.x/1',
      'p1/w0/1',
      'p2/w/1',
    ];
    const sorted = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    await Promise.all([...names].reverse().map((name) => put(name, patterned(3))));
    for (const prefix of ['', 'a', 'a/', 'a/b', 'a/b/', 'b/1', 'p1/', 'p1/w', 'p1/w/', 'p', 'c', 'p1/w/1', 'p1/w/1/', 'x/y/']) {
      expect(await namesOf(store(), prefix)).toEqual(sorted.filter((name) => name.startsWith(prefix)));
    }
  });

  it('lists any names in byte order', async () => {
    const segment = fc.stringMatching(/^[0-1a-b-][0-1a-b.-]{0,2}$/);
    const name = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { maxLength: 20 }), fc.oneof(name, fc.constant('')), async (names, prefix) => {
        await Promise.all(names.map((made) => put(made, patterned(1))));
        const sorted = [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(await namesOf(store(), prefix)).toEqual(sorted.filter((made) => made.startsWith(prefix)));
        await store().remove(names);
        expect(await namesOf(store(), '')).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });
}

function describeRemovals({ store, put, read }: Tools): void {
  it('removes what is there, and takes what is not for removed', async () => {
    await put('p/w/1', patterned(10));
    await put('p/w/2', patterned(10));
    await put('p/v/1', patterned(10));
    await store().remove(['p/w/1', 'p/w/3', 'x/y/z', 'p/v/1', 'p/w/1']);
    await store().remove(['p/w/1']);
    await store().remove([]);
    expect(await namesOf(store(), '')).toEqual(['p/w/2']);
    expect(await store().head('p/w/1')).toBeUndefined();
    await expect(read('p/w/1', { offsetBytes: 0, lengthBytes: 1 })).rejects.toBeInstanceOf(BlobMissing);
  });

  it('puts and removes in the same folder at the same time', async () => {
    const round = async (i: number) => {
      const name = `p/w/${i}`;
      for (let n = 0; n < 10; n++) {
        await put(name, patterned(100, i));
        expect((await read(name, { offsetBytes: 0, lengthBytes: 100 })).equals(patterned(100, i))).toBe(true);
        await store().remove([name]);
      }
    };
    await Promise.all(Array.from({ length: 6 }, (_, i) => round(i)));
    expect(await namesOf(store(), '')).toEqual([]);
  });

  it('refuses everything after it was closed, and to close it again is no fault', async () => {
    await put('p/w/1', patterned(1));
    const last = store();
    await last.close();
    await last.close();
    await expect(last.put('p/w/2', inChunks(patterned(1), 1))).rejects.toEqual(closed);
    await expect(last.head('p/w/1')).rejects.toEqual(closed);
    await expect(last.remove(['p/w/1'])).rejects.toEqual(closed);
    await expect((async () => collect(last.get('p/w/1', { offsetBytes: 0, lengthBytes: 1 })))()).rejects.toEqual(closed);
    await expect(namesOf(last, '')).rejects.toEqual(closed);
  });
}
