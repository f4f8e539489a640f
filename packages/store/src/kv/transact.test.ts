import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../manual-clock.ts';
import { seededRandom } from '../seeded-random.ts';
import { StoreError } from '../store-error.ts';
import { bytes, text } from './conformance-tools.ts';
import type { KeyValue } from './key-value.ts';
import { memoryKeyValue } from './memory.ts';
import { read, type Transaction, transact, uncommitted } from './transact.ts';

const options = () => ({ random: seededRandom(1), clock: manualClock({ sleep: 'advance' }) });
const put = (kv: KeyValue, key: string, value: string) => kv.commit({ checks: [], writes: [{ key: bytes(key), value: bytes(value) }] });
const stored = async (kv: KeyValue, key: string) => text((await kv.get([bytes(key)]))[0]?.value);
const range = { from: bytes(''), to: bytes('\xff'), limit: 100 };

describe('transact', () => {
  it('sees its own writes and nobody else does before it commits', async () => {
    const kv = memoryKeyValue();
    await put(kv, 'a', 'old');
    await put(kv, 'b', 'old');
    const seen = await transact(
      kv,
      async (tx) => {
        tx.put(bytes('a'), bytes('new'));
        tx.delete(bytes('b'));
        tx.put(bytes('c'), bytes('1'));
        tx.put(bytes('c'), bytes('2'));
        expect(await stored(kv, 'a')).toBe('old');
        return tx.getMany(['a', 'b', 'c', 'd'].map(bytes));
      },
      options(),
    );
    expect(seen.map((row) => text(row?.value))).toEqual(['new', undefined, '2', undefined]);
    expect(seen[0]?.revision).toBe(uncommitted);
    expect([await stored(kv, 'a'), await stored(kv, 'b'), await stored(kv, 'c')]).toEqual(['new', undefined, '2']);
  });

  it('runs again when a row that it read has changed', async () => {
    const kv = memoryKeyValue();
    await put(kv, 'a', '0');
    let runs = 0;
    await transact(
      kv,
      async (tx) => {
        const row = await tx.get(bytes('a'));
        if (runs++ === 0) await put(kv, 'a', '7');
        tx.put(bytes('b'), bytes(`saw ${text(row?.value)}`));
      },
      options(),
    );
    expect(runs).toBe(2);
    expect(await stored(kv, 'b')).toBe('saw 7');
  });

  it('runs again when a key that it found absent and puts has come', async () => {
    const kv = memoryKeyValue();
    let runs = 0;
    const created = await transact(
      kv,
      async (tx) => {
        const row = await tx.get(bytes('a'));
        if (runs++ === 0) await put(kv, 'a', 'theirs');
        if (row === undefined) tx.put(bytes('a'), bytes('ours'));
        return row === undefined;
      },
      options(),
    );
    expect([runs, created, await stored(kv, 'a')]).toEqual([2, false, 'theirs']);
  });

  it('does not check the absence of a key that it does not put', async () => {
    const kv = memoryKeyValue();
    await transact(
      kv,
      async (tx) => {
        await tx.get(bytes('a'));
        await put(kv, 'a', 'meanwhile');
        tx.put(bytes('b'), bytes(''));
      },
      options(),
    );
    expect(await stored(kv, 'b')).toBe('');
  });

  it('takes the removal of what was absent for done', async () => {
    const kv = memoryKeyValue();
    await transact(
      kv,
      async (tx) => {
        await tx.get(bytes('a'));
        tx.put(bytes('a'), bytes('1'));
        tx.delete(bytes('a'));
        await put(kv, 'a', 'theirs');
        tx.put(bytes('b'), bytes(''));
      },
      options(),
    );
    expect(await stored(kv, 'a')).toBe('theirs');
  });

  it('reads one moment, however often it reads', async () => {
    const kv = memoryKeyValue();
    await put(kv, 'a', '1');
    await put(kv, 'b', '1');
    const seen = await transact(
      kv,
      async (tx) => {
        const a = await tx.get(bytes('a'));
        await kv.commit({ checks: [], writes: ['a', 'b'].map((key) => ({ key: bytes(key), value: bytes('2') })) });
        return [a, await tx.get(bytes('b')), ...(await tx.scan(range))].map((row) => text(row?.value));
      },
      options(),
    );
    expect(seen).toEqual(['1', '1', '1', '1']);
  });

  it('makes a scanned row a check when it is told to', async () => {
    const kv = memoryKeyValue();
    await put(kv, 'a', '1');
    let runs = 0;
    const scanAndPut = async (tx: Transaction, checked: boolean) => {
      const [row] = await tx.scan(range);
      if (checked && row !== undefined) tx.check(row);
      if (runs++ === 0) await put(kv, 'a', '2');
      tx.put(bytes('b'), row?.value ?? bytes(''));
    };
    await transact(kv, (tx) => scanAndPut(tx, true), options());
    expect([runs, await stored(kv, 'b')]).toEqual([2, '2']);
    runs = 0;
    await put(kv, 'a', '1');
    await transact(kv, (tx) => scanAndPut(tx, false), options());
    expect([runs, await stored(kv, 'b')]).toEqual([1, '1']);
  });

  it('commits a check alone, and gives up on one that can never hold', async () => {
    const kv = memoryKeyValue();
    await put(kv, 'a', '1');
    const [row] = await kv.get([bytes('a')]);
    if (row === undefined) throw new Error('no row');
    await transact(kv, (tx) => tx.check(row), options());
    await put(kv, 'a', '2');
    await expect(transact(kv, (tx) => tx.check(row), options())).rejects.toEqual(expect.objectContaining({ fault: 'unavailable' }));
  });

  it('writes nothing when its function throws, and passes on what it threw', async () => {
    const kv = memoryKeyValue();
    const thrown = { any: 'value' };
    const failing = transact(
      kv,
      async (tx) => {
        tx.put(bytes('a'), bytes('1'));
        await tx.get(bytes('b'));
        throw thrown;
      },
      options(),
    );
    await expect(failing).rejects.toBe(thrown);
    expect(await kv.scan(range)).toEqual([]);
  });

  it('gives up after as many runs as it may, with waits that grow between them', async () => {
    const kv = memoryKeyValue();
    await put(kv, 'a', '0');
    const clock = manualClock({ sleep: 'advance' });
    const startMs = clock.now();
    let runs = 0;
    const losing = transact(
      kv,
      async (tx) => {
        await tx.get(bytes('a'));
        await put(kv, 'a', String(runs++));
        tx.put(bytes('b'), bytes(''));
      },
      { random: seededRandom(3), clock, attempts: 12 },
    );
    await expect(losing).rejects.toEqual(expect.objectContaining({ name: 'StoreError', fault: 'unavailable' }));
    expect(runs).toBe(12);
    expect(clock.now() - startMs).toBeGreaterThan(12);
    expect(clock.now() - startMs).toBeLessThan(12 * 128);
    expect(await stored(kv, 'b')).toBeUndefined();
  });

  it('stops waiting when it is aborted', async () => {
    const kv = memoryKeyValue();
    await put(kv, 'a', '0');
    const clock = manualClock();
    const controller = new AbortController();
    const waiting = transact(
      kv,
      async (tx) => {
        await tx.get(bytes('a'));
        await put(kv, 'a', '');
        tx.put(bytes('b'), bytes(''));
      },
      { random: seededRandom(3), clock, signal: controller.signal },
    );
    while (clock.sleepers === 0) await new Promise(setImmediate);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    expect(clock.sleepers).toBe(0);
  });

  it('passes on faults of the store at once', async () => {
    const kv = memoryKeyValue();
    let runs = 0;
    const full: KeyValue = {
      ...kv,
      commit: async () => {
        throw new StoreError('full', 'no room');
      },
    };
    const write = (tx: Transaction) => {
      runs++;
      tx.put(bytes('a'), bytes(''));
    };
    await expect(transact(full, write, options())).rejects.toEqual(expect.objectContaining({ fault: 'full' }));
    expect(runs).toBe(1);
    await kv.close();
    await expect(transact(kv, write, options())).rejects.toEqual(expect.objectContaining({ fault: 'closed' }));
  });

  it('asserts that it is not used after its function has returned', async () => {
    const kv = memoryKeyValue();
    let kept: Transaction | undefined;
    await transact(
      kv,
      (tx) => {
        kept = tx;
      },
      options(),
    );
    expect(() => kept?.put(bytes('a'), bytes(''))).toThrow('after its function');
    expect(() => kept?.delete(bytes('a'))).toThrow('after its function');
    await expect(kept?.get(bytes('a'))).rejects.toThrow('after its function');
  });

  it('loses no increment, however many come at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 60 }), async (seed, count) => {
        const kv = memoryKeyValue();
        const random = seededRandom(seed);
        const add = async (tx: Transaction) => {
          const row = await tx.get(bytes('n'));
          await Promise.resolve();
          tx.put(bytes('n'), bytes(String(Number(text(row?.value) ?? 0) + 1)));
        };
        const clock = manualClock();
        let done = 0;
        const adding = Array.from({ length: count }, () => transact(kv, add, { random, clock, attempts: 1_000 }).then(() => done++));
        while (done < count) {
          await new Promise(setImmediate);
          clock.advance(1);
        }
        await Promise.all(adding);
        expect(await stored(kv, 'n')).toBe(String(count));
      }),
      { numRuns: 20 },
    );
  });
});

describe('read', () => {
  it('reads one moment and closes it, also after a throw', async () => {
    const kv = memoryKeyValue();
    await put(kv, 'a', '1');
    const open: unknown[] = [];
    const watched: KeyValue = {
      ...kv,
      snapshot: async () => {
        const snapshot = await kv.snapshot();
        open.push(snapshot);
        return { ...snapshot, close: () => open.pop() };
      },
    };
    const seen = await read(watched, async (reader) => {
      await put(kv, 'a', '2');
      return (await reader.get([bytes('a')])).map((row) => text(row?.value));
    });
    expect(seen).toEqual(['1']);
    expect(open).toEqual([]);
    await expect(
      read(watched, () => {
        throw new Error('enough');
      }),
    ).rejects.toThrow('enough');
    expect(open).toEqual([]);
  });
});
