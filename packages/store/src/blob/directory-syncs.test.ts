import { describe, expect, it } from 'vitest';
import { DirectorySyncs } from './directory-syncs.ts';

interface Started {
  readonly path: string;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

function gated() {
  const started: Started[] = [];
  const syncs = new DirectorySyncs((path) => new Promise((resolve, reject) => started.push({ path, resolve, reject })));
  const settled: string[] = [];
  const sync = (name: string, path = 'a') =>
    syncs.sync(path).then(
      () => settled.push(name),
      (error: Error) => settled.push(`${name}: ${error.message}`),
    );
  return { started, settled, sync, turn: () => new Promise(setImmediate) };
}

describe('DirectorySyncs', () => {
  it('lets who comes during a sync wait for the next, all in one', async () => {
    const { started, settled, sync, turn } = gated();
    for (const name of ['first', 'second', 'third']) void sync(name);
    void sync('other', 'b');
    expect(started.map(({ path }) => path)).toEqual(['a', 'b']);
    started[0]?.resolve();
    await turn();
    expect(settled).toEqual(['first']);
    expect(started).toHaveLength(3);
    void sync('fourth');
    started[2]?.resolve();
    await turn();
    expect(settled).toEqual(['first', 'second', 'third']);
    expect(started).toHaveLength(4);
    started[3]?.resolve();
    await turn();
    void sync('fifth');
    // Nobody waited any more: it starts at once.
    expect(started).toHaveLength(5);
  });

  it('tells of a sync that failed those who waited for it, and only those', async () => {
    const { started, settled, sync, turn } = gated();
    void sync('first');
    void sync('second');
    started[0]?.reject(new Error('disk'));
    await turn();
    started[1]?.resolve();
    await turn();
    expect(settled).toEqual(['first: disk', 'second']);
  });
});
