import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkAgainstModel } from './conformance-model.ts';
import { describeReads } from './conformance-reads.ts';
import { all, bytes, put, remove, type Tools, text } from './conformance-tools.ts';
import { type Commit, type KeyValue, keyValueLimits } from './key-value.ts';

/** An adapter under test. */
export interface KeyValueSubject {
  /** Opens a store with no rows. */
  open(): Promise<KeyValue>;
  /** Closes nothing itself: opens what `open` opened once more, after it was closed. Or the reason why the adapter cannot. */
  readonly reopen: (() => Promise<KeyValue>) | { readonly skip: string };
  /** Removes what `open` made, after it was closed. */
  remove(): Promise<void>;
}

/** The suite that every adapter of the port passes. */
export function describeKeyValue(name: string, subject: KeyValueSubject): void {
  describe(`${name} as KeyValue`, () => {
    let kv: KeyValue;
    const tools: Tools = {
      kv: () => kv,
      commit: (commit) => kv.commit({ checks: [], writes: [], ...commit }),
      get: async (key) => (await kv.get([bytes(key)]))[0],
      keys: async () => (await kv.scan(all)).map((row) => text(row.key)),
      skipUnlessKept: (context) => {
        if (typeof subject.reopen !== 'function') context.skip(subject.reopen.skip);
      },
      reopen: async () => {
        if (typeof subject.reopen !== 'function') return;
        await kv.close();
        kv = await subject.reopen();
      },
    };
    beforeEach(async () => {
      kv = await subject.open();
    });
    afterEach(async () => {
      await kv.close();
      await subject.remove();
    });
    describeCommits(tools);
    describeLimits(tools);
    describeRefusals(tools);
    describeRevisions(tools);
    describeReads(tools);
    describeConcurrency(tools);
    it('agrees with a plain map, whatever the commands', async () => {
      await checkAgainstModel(
        async () => {
          await kv.close();
          await subject.remove();
          kv = await subject.open();
          return kv;
        },
        async () => {
          if (typeof subject.reopen !== 'function') return kv;
          await kv.close();
          kv = await subject.reopen();
          return kv;
        },
      );
    });
  });
}

function describeCommits({ commit, get, keys, reopen, skipUnlessKept }: Tools): void {
  it('keeps what was committed when it is opened again', async (context) => {
    skipUnlessKept(context);
    expect(await commit({ writes: [put('a', '1'), put('b', '')] })).toBe('committed');
    expect(text((await get('a'))?.value)).toBe('1');
    expect(text((await get('b'))?.value)).toBe('');
    expect(await get('c')).toBeUndefined();
    await reopen();
    expect(await keys()).toEqual(['a', 'b']);
  });

  it('overwrites and deletes, and a delete of nothing is no fault', async () => {
    await commit({ writes: [put('a', '1'), put('b', '2')] });
    await commit({ writes: [put('a', '3'), remove('b'), remove('c')] });
    expect(await keys()).toEqual(['a']);
    expect(text((await get('a'))?.value)).toBe('3');
  });

  it('shows what was committed', async () => {
    expect(await commit({ writes: [put('a', '1'), put('b', '')] })).toBe('committed');
    expect(text((await get('a'))?.value)).toBe('1');
    expect(text((await get('b'))?.value)).toBe('');
    expect(await get('c')).toBeUndefined();
  });

  it('writes nothing when the last check fails and the others hold', async () => {
    await commit({ writes: [put('a', '1'), put('b', '2')] });
    const [a, b] = [await get('a'), await get('b')];
    await commit({ writes: [put('b', '3')] });
    const checks = [
      { key: bytes('n'), revision: undefined },
      { key: bytes('a'), revision: a?.revision },
      { key: bytes('b'), revision: b?.revision },
    ];
    expect(await commit({ checks, writes: [put('n', ''), remove('a'), put('b', '4')] })).toBe('conflict');
    expect(await keys()).toEqual(['a', 'b']);
    expect(text((await get('b'))?.value)).toBe('3');
    await reopen();
    expect(await keys()).toEqual(['a', 'b']);
  });

  it('judges absence: it creates once', async () => {
    const create = (value: string) => commit({ checks: [{ key: bytes('a'), revision: undefined }], writes: [put('a', value)] });
    expect(await create('1')).toBe('committed');
    expect(await create('2')).toBe('conflict');
    await commit({ writes: [remove('a')] });
    expect(await create('3')).toBe('committed');
    expect(text((await get('a'))?.value)).toBe('3');
  });

  it('judges a commit that only checks', async () => {
    await commit({ writes: [put('a', '1')] });
    const revision = (await get('a'))?.revision;
    expect(await commit({ checks: [{ key: bytes('a'), revision }] })).toBe('committed');
    await commit({ writes: [put('a', '1')] });
    expect(await commit({ checks: [{ key: bytes('a'), revision }] })).toBe('conflict');
    expect(await commit({ checks: [{ key: bytes('b'), revision: 1n }] })).toBe('conflict');
    expect(await commit({})).toBe('committed');
  });
}

function describeLimits({ commit, get }: Tools): void {
  it('takes as much as the limits allow', async () => {
    const names = Array.from({ length: keyValueLimits.checks }, (_, i) => String(i).padStart(5, '0'));
    for (let i = 0; i < names.length; i += keyValueLimits.writes) {
      await commit({ writes: names.slice(i, i + keyValueLimits.writes).map((name) => put(name, 'x'.repeat(100))) });
    }
    const checks = await Promise.all(names.map(async (name) => ({ key: bytes(name), revision: (await get(name))?.revision })));
    const writes = names.slice(0, keyValueLimits.writes).map((name) => put(name, 'new'));
    expect(await commit({ checks, writes })).toBe('committed');
    expect(text((await get('00000'))?.value)).toBe('new');
    const key = 'k'.repeat(keyValueLimits.keyBytes);
    expect(await commit({ writes: [{ key: bytes(key), value: new Uint8Array(keyValueLimits.valueBytes).fill(7) }] })).toBe('committed');
    const row = await get(key);
    expect(row?.value.length).toBe(keyValueLimits.valueBytes);
    expect(row?.value.every((byte) => byte === 7)).toBe(true);
    expect(row?.key.length).toBe(keyValueLimits.keyBytes);
  });
}

function describeRefusals({ kv, commit, keys, reopen, skipUnlessKept }: Tools): void {
  const refused = async (wrong: Partial<Commit>) => {
    await commit({ writes: [put('z', '')] });
    await expect(commit(wrong)).rejects.toThrow();
    expect(await keys()).toEqual(['z']);
    expect(await commit({ writes: [put('y', '')] })).toBe('committed');
    await reopen();
    expect(await keys()).toEqual(['y', 'z']);
  };
  const many = (length: number) => Array.from({ length }, (_, i) => put(`k${i}`, ''));
  const wrong: Readonly<Record<string, () => Partial<Commit>>> = {
    'a key that is too long, as the last write': () => ({ writes: [put('a', ''), put('k'.repeat(keyValueLimits.keyBytes + 1), '')] }),
    'an empty key, as the last write': () => ({ writes: [put('a', ''), remove('')] }),
    'a value that is too long, as the last write': () => ({
      writes: [put('a', ''), { key: bytes('b'), value: new Uint8Array(keyValueLimits.valueBytes + 1) }],
    }),
    'a key written twice': () => ({ writes: [put('a', '1'), put('b', ''), put('a', '2')] }),
    'too many writes': () => ({ writes: many(keyValueLimits.writes + 1) }),
    'too many checks': () => ({
      checks: many(keyValueLimits.checks + 1).map(({ key }) => ({ key, revision: 1n })),
      writes: [put('a', '')],
    }),
    'a check of absence of a key that it does not put': () => ({
      checks: [{ key: bytes('b'), revision: undefined }],
      writes: [put('a', '')],
    }),
    'a check of absence of a key that it deletes': () => ({ checks: [{ key: bytes('a'), revision: undefined }], writes: [remove('a')] }),
    'a throw in the middle': () => ({ writes: [put('a', ''), throwing('b'), put('c', '')] }),
  };
  for (const [what, commitOf] of Object.entries(wrong)) {
    it(`refuses ${what}, and nothing of it is visible, also after it was opened again`, () => refused(commitOf()));
  }

  it('refuses everything after it was closed, and to close it again is no fault', async () => {
    const snapshot = await kv().snapshot();
    await kv().close();
    await kv().close();
    const closed = expect.objectContaining({ fault: 'closed' });
    await expect(commit({ writes: [put('a', '')] })).rejects.toEqual(closed);
    await expect(commit({})).rejects.toEqual(closed);
    await expect(kv().get([bytes('a')])).rejects.toEqual(closed);
    await expect(kv().scan(all)).rejects.toEqual(closed);
    await expect(kv().snapshot()).rejects.toEqual(closed);
    await expect(snapshot.get([bytes('a')])).rejects.toEqual(closed);
    snapshot.close();
  });

  it('ends commits under way before it closes', async (context) => {
    skipUnlessKept(context);
    const commits = Array.from({ length: 50 }, (_, i) => commit({ writes: [put(`k${i}`, '')] }));
    await kv().close();
    const kept = (await Promise.allSettled(commits)).filter(({ status }) => status === 'fulfilled').length;
    await reopen();
    expect(await keys()).toHaveLength(kept);
  });
}

/** A write whose value can be read once, by the judgement, and not a second time. */
function throwing(key: string) {
  let reads = 0;
  return {
    key: bytes(key),
    get value(): Uint8Array {
      if (reads++ > 0) throw new Error('the value is gone');
      return bytes('');
    },
  };
}

function describeRevisions({ kv, commit, get, reopen }: Tools): void {
  it('gives every put a revision that no put had before, also after a delete and after it was opened again', async () => {
    const seen = new Set<bigint | undefined>();
    const note = async (...names: string[]) => {
      for (const name of names) {
        const revision = (await get(name))?.revision;
        expect(revision).toBeGreaterThan(0n);
        expect(seen).not.toContain(revision);
        seen.add(revision);
      }
    };
    await commit({ writes: [put('a', 'same'), put('b', 'same')] });
    await note('a', 'b');
    await commit({ writes: [put('a', 'same')] });
    await note('a');
    await commit({ writes: [remove('a'), remove('b')] });
    await commit({ writes: [put('a', 'same')] });
    await note('a');
    await commit({ writes: [remove('a')] });
    await reopen();
    await commit({ writes: [put('a', 'same'), put('b', 'same')] });
    await note('a', 'b');
    await reopen();
    await reopen();
    await commit({ writes: [put('a', 'same')] });
    await note('a');
  });

  it('shows the same revision in every read, and leaves those of other rows alone', async () => {
    await commit({ writes: [put('a', '1'), put('b', '2')] });
    const [scanned] = await kv().scan({ ...all, limit: 1 });
    const snapshot = await kv().snapshot();
    await commit({ writes: [put('b', '3')] });
    const [snapped] = await snapshot.get([bytes('a')]);
    snapshot.close();
    expect(scanned?.revision).toBe((await get('a'))?.revision);
    expect(snapped?.revision).toBe(scanned?.revision);
  });
}

function describeConcurrency({ kv, commit, get, keys }: Tools): void {
  it('lets exactly one of many commits on the same key win', async () => {
    await commit({ writes: [put('a', '')] });
    const revision = (await get('a'))?.revision;
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, i) =>
        commit({ checks: [{ key: bytes('a'), revision }], writes: [put('a', `${i}`), put(`by${i}`, '')] }),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'committed')).toHaveLength(1);
    const winner = outcomes.indexOf('committed');
    expect(text((await get('a'))?.value)).toBe(`${winner}`);
    expect(await keys()).toEqual(['a', `by${winner}`]);
  });

  it('lands 1,000 commits that come at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 1_000 }, (_, i) => commit({ writes: [put(`a${i}`, ''), put(`b${i}`, '')] })));
    expect(outcomes.every((outcome) => outcome === 'committed')).toBe(true);
    const rows = await kv().scan(all);
    expect(rows).toHaveLength(2_000);
    expect(new Set(rows.map((row) => row.revision)).size).toBe(2_000);
  });

  it('keeps a commit that throws from the others that come with it', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 100 }, (_, i) => commit({ writes: [put(`a${i}`, ''), i % 3 === 0 ? throwing(`b${i}`) : put(`b${i}`, '')] })),
    );
    const landed = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [`a${i}`, `b${i}`] : []));
    expect(landed).toHaveLength(132);
    expect(await keys()).toEqual([...landed].sort((a, b) => Buffer.compare(bytes(a), bytes(b))));
  });

  it('shows every reader all of a commit or nothing of it', async () => {
    let done = false;
    const writing = (async () => {
      for (let i = 0; i < 200; i++) await commit({ writes: [put('a', `${i}`), put('b', `${i}`)] });
      done = true;
    })();
    while (!done) {
      const [a, b] = await kv().get([bytes('a'), bytes('b')]);
      expect(text(a?.value)).toBe(text(b?.value));
      await new Promise(setImmediate);
    }
    await writing;
  });
}
