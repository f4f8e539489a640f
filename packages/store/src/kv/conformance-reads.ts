import { expect, it } from 'vitest';
import { all, bytes, put, remove, type Tools, text } from './conformance-tools.ts';
import type { KeyValue } from './key-value.ts';

/** The part of the suite that is about reads: order, bounds, snapshots, and whose bytes they are. */
export function describeReads(tools: Tools): void {
  describeRows(tools);
  describeSnapshots(tools);
}

function describeRows({ kv, commit }: Tools): void {
  it('gets rows in the order asked for, a missing one and one asked for twice included', async () => {
    await commit({ writes: [put('a', '1'), put('c', '3')] });
    const rows = await kv().get(['c', 'b', 'a', 'c'].map(bytes));
    expect(rows.map((row) => row && `${text(row.key)}${text(row.value)}`)).toEqual(['c3', undefined, 'a1', 'c3']);
    expect(await kv().get([])).toEqual([]);
    await expect(kv().get([bytes('')])).rejects.toThrow();
  });

  it('scans in byte order, from the lower bound to before the upper one', async () => {
    const names = [
      '\x00',
      '\x00\x00',
      '\x00\xff',
      '\x01',
      'a',
      'a\x00',
      'ab',
      'a\xff',
      'b',
      '\x7f',
      '\x80',
      '\xfe\xff',
      '\xff',
      '\xff\x00',
      '\xff\xff',
    ];
    await commit({ writes: [...names].reverse().map((name) => put(name, name)) });
    const scan = async (from: string, to: string, limit = 100) => {
      const forth = (await kv().scan({ from: bytes(from), to: bytes(to), limit })).map((row) => text(row.key));
      const back = (await kv().scan({ from: bytes(from), to: bytes(to), limit, reverse: true })).map((row) => text(row.key));
      const inside = names.filter((name) => Buffer.compare(bytes(name), bytes(from)) >= 0 && Buffer.compare(bytes(name), bytes(to)) < 0);
      expect(back).toEqual([...inside].reverse().slice(0, limit));
      expect(forth).toEqual(inside.slice(0, limit));
      return forth;
    };
    expect(await scan('', '\xff\xff\xff')).toEqual(names);
    expect(await scan('a', 'b')).toEqual(['a', 'a\x00', 'ab', 'a\xff']);
    for (const from of ['', ...names, 'aa', '\xff\xff\xff']) for (const to of ['', ...names, 'aa', '\xff\xff\xff']) await scan(from, to, 3);
    await scan('', '\xff', 0);
    await scan('', '\xff', 1);
  });

  it('hands out bytes that stay as they are, and are not its own', async () => {
    await commit({ writes: [put('a', 'first')] });
    const [row] = await kv().get([bytes('a')]);
    const [scanned] = await kv().scan(all);
    await commit({ writes: [put('a', 'other')] });
    await kv().scan(all);
    expect([text(row?.value), text(scanned?.value), text(scanned?.key)]).toEqual(['first', 'first', 'a']);
    const [mine] = await kv().get([bytes('a')]);
    mine?.value.fill(0);
    mine?.key.fill(0);
    expect(text((await kv().get([bytes('a')]))[0]?.value)).toBe('other');
  });
}

function describeSnapshots({ kv, commit }: Tools): void {
  it('shows a snapshot as it was, whatever is committed later', async () => {
    await commit({ writes: [put('a', '1'), put('b', '1')] });
    const before = await kv().snapshot();
    await commit({ writes: [put('a', '2'), remove('b'), put('c', '2')] });
    const between = await kv().snapshot();
    await commit({ writes: Array.from({ length: 500 }, (_, i) => put(`k${i}`, 'x'.repeat(50))) });
    const shown = async (reader: Pick<KeyValue, 'scan'>) => (await reader.scan(all)).map((row) => `${text(row.key)}${text(row.value)}`);
    expect(await shown(before)).toEqual(['a1', 'b1']);
    expect(text((await before.get([bytes('b')]))[0]?.value)).toBe('1');
    expect(await shown(between)).toEqual(['a2', 'c2']);
    before.close();
    expect(await shown(between)).toEqual(['a2', 'c2']);
    between.close();
    between.close();
    await expect(between.get([bytes('a')])).rejects.toEqual(expect.objectContaining({ fault: 'closed' }));
    expect(await shown(kv())).toHaveLength(502);
  });

  it('holds many snapshots at the same time', async () => {
    const snapshots: Awaited<ReturnType<KeyValue['snapshot']>>[] = [];
    for (let i = 0; i < 200; i++) {
      await commit({ writes: [put('a', String(i))] });
      snapshots.push(await kv().snapshot());
    }
    for (const [i, snapshot] of snapshots.entries()) {
      expect(text((await snapshot.get([bytes('a')]))[0]?.value)).toBe(String(i));
      snapshot.close();
    }
  });
}
