import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from './key-value.ts';
import { SortedRows } from './sorted-rows.ts';

const rowOf = (number: number, revision: number): Row => {
  const key = new Uint8Array(4);
  new DataView(key.buffer).setUint32(0, number);
  return { key, value: new Uint8Array(0), revision: BigInt(revision) };
};
const keyOf = (number: number) => rowOf(number, 0).key;
const revisionsOf = (rows: SortedRows, from: number, to: number, limit = 100_000, reverse = false) =>
  rows.scan({ from: keyOf(from), to: keyOf(to), limit, reverse }).map(({ revision }) => Number(revision));

describe('SortedRows', () => {
  it('agrees with a sorted array through growth, removal and forks', () => {
    // Many keys in a run, so that nodes split and run empty.
    const change = fc.record({
      from: fc.nat(3_000),
      count: fc.integer({ min: 1, max: 600 }),
      step: fc.constantFrom(1, -1, 7),
      does: fc.constantFrom('put', 'delete'),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 12 }), fc.nat(3_000), fc.nat(3_000), fc.nat(300), (changes, from, to, limit) => {
        const rows = new SortedRows();
        const model = new Map<number, number>();
        const forks: { readonly rows: SortedRows; readonly model: Map<number, number> }[] = [];
        for (const [revision, made] of changes.entries()) {
          forks.push({ rows: rows.fork(), model: new Map(model) });
          for (let i = 0; i < made.count; i++) {
            const number = Math.abs(made.from + i * made.step);
            if (made.does === 'put') {
              rows.put(rowOf(number, revision));
              model.set(number, revision);
            } else {
              rows.delete(keyOf(number));
              model.delete(number);
            }
          }
        }
        for (const state of [{ rows, model }, ...forks]) {
          const inside = [...state.model].sort(([a], [b]) => a - b).filter(([number]) => number >= from && number < to);
          const revisions = inside.map(([, revision]) => revision);
          expect(revisionsOf(state.rows, from, to, limit)).toEqual(revisions.slice(0, limit));
          expect(revisionsOf(state.rows, from, to, limit, true)).toEqual([...revisions].reverse().slice(0, limit));
          expect(state.rows.get(keyOf(from))?.revision).toBe(state.model.has(from) ? BigInt(state.model.get(from) ?? -1) : undefined);
        }
      }),
    );
  });

  it('keeps a fork apart from its origin when both are changed', () => {
    const rows = new SortedRows();
    for (let i = 0; i < 1_000; i++) rows.put(rowOf(i, 1));
    const fork = rows.fork();
    fork.put(rowOf(5, 2));
    rows.put(rowOf(5, 3));
    fork.delete(keyOf(6));
    rows.delete(keyOf(7));
    const grandchild = fork.fork();
    fork.put(rowOf(8, 4));
    expect(revisionsOf(rows, 5, 9)).toEqual([3, 1, 1]);
    expect(revisionsOf(fork, 5, 9)).toEqual([2, 1, 4]);
    expect(revisionsOf(grandchild, 5, 9)).toEqual([2, 1, 1]);
  });

  it('holds 200,000 rows, put in any order, and gives them up again', () => {
    const rows = new SortedRows();
    const count = 200_000;
    // A step without a common divisor visits every number once.
    for (let i = 0; i < count; i++) rows.put(rowOf((i * 77_773) % count, 1));
    expect(rows.scan({ from: keyOf(0), to: keyOf(count), limit: count })).toHaveLength(count);
    const fork = rows.fork();
    for (let i = 0; i < count; i++) rows.delete(keyOf((i * 31_337) % count));
    expect(revisionsOf(rows, 0, count)).toEqual([]);
    expect(fork.scan({ from: keyOf(0), to: keyOf(count), limit: count })).toHaveLength(count);
    rows.put(rowOf(1, 9));
    expect(revisionsOf(rows, 0, count)).toEqual([9]);
  });
});
