import { describe, expect, it } from 'vitest';
import { inChunks, patterned } from './blob/conformance-bytes.ts';
import { faultyBlobStore } from './blob/faulty.ts';
import { memoryBlobStore } from './blob/memory.ts';
import { crashAt, type FaultPlan, Faults, faultsBySeed } from './faults.ts';
import { bytes } from './kv/conformance-tools.ts';
import { faultyKeyValue } from './kv/faulty.ts';
import { memoryKeyValue } from './kv/memory.ts';
import { seededRandom } from './seeded-random.ts';

const unavailable = expect.objectContaining({ name: 'StoreError', fault: 'unavailable' });
const crashed = expect.objectContaining({ name: 'StoreError', fault: 'closed' });
const range = { from: bytes(''), to: bytes('\xff'), limit: 10 };

function world(plan: FaultPlan) {
  const [kv, blobs, faults] = [memoryKeyValue(), memoryBlobStore(), new Faults(plan)];
  const put = (key: string) => faultyKeyValue(kv, faults).commit({ checks: [], writes: [{ key: bytes(key), value: bytes('') }] });
  return { kv, blobs, faults, put, faultyKv: faultyKeyValue(kv, faults), faultyBlobs: faultyBlobStore(blobs, faults) };
}

describe('faults', () => {
  it('fails before and after a step as planned', async () => {
    const { kv, put } = world(({ index }) => (['fail-before', 'fail-after', 'ok'] as const)[index] ?? 'ok');
    await expect(put('a')).rejects.toEqual(unavailable);
    expect(await kv.scan(range)).toEqual([]);
    await expect(put('b')).rejects.toEqual(unavailable);
    expect(await kv.scan(range)).toHaveLength(1);
    expect(await put('c')).toBe('committed');
  });

  it.each(['before', 'after'] as const)('lets nothing happen any more %s a crash, in both stores, also in what was open', async (when) => {
    const { kv, blobs, faults, put, faultyKv, faultyBlobs } = world(crashAt(3, when));
    const snapshot = await faultyKv.snapshot();
    await snapshot.get([bytes('a')]);
    await put('a');
    await expect(put('b')).rejects.toEqual(crashed);
    expect(faults.hasCrashed).toBe(true);
    await expect(put('c')).rejects.toEqual(crashed);
    await expect(faultyKv.get([bytes('a')])).rejects.toEqual(crashed);
    await expect(snapshot.scan(range)).rejects.toEqual(crashed);
    await expect(faultyBlobs.put('x', inChunks(patterned(1), 1))).rejects.toEqual(crashed);
    await expect(faultyBlobs.remove(['x'])).rejects.toEqual(crashed);
    await faultyKv.close();
    expect(await kv.scan(range)).toHaveLength(when === 'before' ? 1 : 2);
    expect(await blobs.head('x')).toBeUndefined();
  });

  it('cuts a put at a chunk and leaves nothing', async () => {
    const { blobs, faults, faultyBlobs } = world(({ index }) => (index === 3 ? 'fail-before' : 'ok'));
    await expect(faultyBlobs.put('x', inChunks(patterned(100), 10))).rejects.toEqual(unavailable);
    expect(await blobs.head('x')).toBeUndefined();
    await faultyBlobs.put('x', inChunks(patterned(100), 10));
    expect(faults.steps).toBe(4 + 11);
  });

  it('cuts a get and a listing at a chunk', async () => {
    const { faultyBlobs } = world(({ index, call }) => (call === 'blob.chunk' && [4, 7].includes(index) ? 'fail-before' : 'ok'));
    await faultyBlobs.put('x', inChunks(patterned(20), 10));
    const drain = async (items: AsyncIterable<unknown>) => {
      for await (const _item of items);
    };
    await expect(drain(faultyBlobs.get('x', { offsetBytes: 0, lengthBytes: 20 }))).rejects.toEqual(unavailable);
    await expect(drain(faultyBlobs.get('none', { offsetBytes: 0, lengthBytes: 20 }))).rejects.toThrow('missing');
    await expect(drain(faultyBlobs.list(''))).rejects.toEqual(unavailable);
  });

  it('holds a step at a gate, and a crash meanwhile undoes it', async () => {
    const gates: ((outcome: 'ok') => void)[] = [];
    const { kv, faults, put } = world(() => new Promise((open) => gates.push(open)));
    const [first, second] = [put('a'), put('b')];
    gates[0]?.('ok');
    expect(await first).toBe('committed');
    faults.crash();
    gates[1]?.('ok');
    await expect(second).rejects.toEqual(crashed);
    expect(await kv.scan(range)).toHaveLength(1);
  });

  it('plans the same faults for the same seed', async () => {
    const planned = (seed: number) => Promise.all(Array.from({ length: 200 }, (_, index) => plans[seed]?.({ index, call: '' })));
    const plans = [faultsBySeed(seededRandom(5), 4), faultsBySeed(seededRandom(5), 4), faultsBySeed(seededRandom(6), 4)];
    const [a, b, c] = [await planned(0), await planned(1), await planned(2)];
    expect(a).toEqual(b);
    expect(a).not.toEqual(c);
    expect(new Set(a)).toEqual(new Set(['ok', 'fail-before', 'fail-after']));
  });
});
