import fc from 'fast-check';
import { expect } from 'vitest';
import type { KeyValue, Row, Snapshot } from './key-value.ts';

/** Few keys, and all the bytes that an order may get wrong: so commands meet each other. */
const key = fc
  .array(fc.constantFrom(0x00, 0x01, 0x61, 0x7f, 0x80, 0xff), { minLength: 1, maxLength: 3 })
  .map((bytes) => Uint8Array.from(bytes));
const bound = fc.oneof(key, fc.constant(new Uint8Array(0)));
/** A value by its length and its byte, short to print; the long one takes pages of its own in LMDB. Undefined: delete. */
const content = fc.record({ length: fc.constantFrom(0, 1, 8, 20_000), byte: fc.nat(255) });
const write = fc.record({ key, content: fc.option(content, { nil: undefined, freq: 3 }) });
const writes = fc.uniqueArray(write, { maxLength: 12, selector: (made) => nameOf(made.key) });

const command = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ does: fc.constant('commit' as const), writes, checked: fc.array(key, { maxLength: 6 }), stale: fc.nat(8) }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('get' as const), keys: fc.array(key, { maxLength: 6 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({ does: fc.constant('scan' as const), from: bound, to: bound, limit: fc.nat(8), reverse: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('snapshot' as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('release' as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('reopen' as const) }) },
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;
/** Rows by the text of their keys. */
type Model = ReadonlyMap<string, Row>;

/** A revision that no row gets in a test. */
const noRevision = 999_999_999n;
const nameOf = (key: Uint8Array): string => Buffer.from(key).toString('latin1');

/** Random commands on an adapter and on a plain map, which must agree on every answer, before and after it is opened again. */
export async function checkAgainstModel(open: () => Promise<KeyValue>, reopen: () => Promise<KeyValue>): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
      const world = new World(await open(), reopen);
      for (const made of commands) await world.run(made);
      await world.finish();
    }),
    { numRuns: 40 },
  );
}

class World {
  #kv: KeyValue;
  readonly #reopen: () => Promise<KeyValue>;
  #model: Model = new Map();
  #snapshots: { readonly snapshot: Snapshot; readonly model: Model }[] = [];
  readonly #revisions = new Set<bigint>();

  constructor(kv: KeyValue, reopen: () => Promise<KeyValue>) {
    this.#kv = kv;
    this.#reopen = reopen;
  }

  async run(made: Command): Promise<void> {
    switch (made.does) {
      case 'commit':
        return this.#commit(made);
      case 'get':
        for (const { reader, model } of this.#readers()) {
          expect((await reader.get(made.keys)).map(shown)).toEqual(made.keys.map((key) => shown(model.get(nameOf(key)))));
        }
        return;
      case 'scan':
        for (const { reader, model } of this.#readers()) {
          const inside = sorted(model).filter((row) => Buffer.compare(row.key, made.from) >= 0 && Buffer.compare(row.key, made.to) < 0);
          if (made.reverse) inside.reverse();
          expect((await reader.scan(made)).map(shown)).toEqual(inside.slice(0, made.limit).map(shown));
        }
        return;
      case 'snapshot':
        this.#snapshots.push({ snapshot: await this.#kv.snapshot(), model: this.#model });
        return;
      case 'release':
        this.#snapshots.shift()?.snapshot.close();
        return;
      case 'reopen':
        this.#snapshots = [];
        this.#kv = await this.#reopen();
    }
  }

  async finish(): Promise<void> {
    await this.run({ does: 'scan', from: new Uint8Array(0), to: new Uint8Array(4).fill(0xff), limit: 10_000, reverse: false });
    for (const { snapshot } of this.#snapshots) snapshot.close();
  }

  /** Checks the keys given, as far as the port can; the one at `stale` with a revision that it does not have. */
  async #commit(made: Extract<Command, { does: 'commit' }>): Promise<void> {
    const writes = made.writes.map(({ key, content }) => ({ key, value: content && new Uint8Array(content.length).fill(content.byte) }));
    const puts = new Set(writes.filter(({ value }) => value !== undefined).map(({ key }) => nameOf(key)));
    const checks = made.checked
      .map((key, index) => ({ key, revision: index === made.stale ? noRevision : this.#model.get(nameOf(key))?.revision }))
      .filter(({ key, revision }) => revision !== undefined || puts.has(nameOf(key)));
    const holds = checks.every(({ revision }) => revision !== noRevision);
    expect(await this.#kv.commit({ checks, writes })).toBe(holds ? 'committed' : 'conflict');
    if (!holds) return;
    const model = new Map(this.#model);
    for (const { key, value } of writes) {
      model.delete(nameOf(key));
      if (value === undefined) continue;
      const revision = (await this.#kv.get([key]))[0]?.revision ?? noRevision;
      expect(this.#revisions.has(revision)).toBe(false);
      this.#revisions.add(revision);
      model.set(nameOf(key), { key, value, revision });
    }
    this.#model = model;
  }

  #readers() {
    return [{ reader: this.#kv, model: this.#model }, ...this.#snapshots.map(({ snapshot, model }) => ({ reader: snapshot, model }))];
  }
}

function sorted(model: Model): Row[] {
  return [...model.values()].sort((a, b) => Buffer.compare(a.key, b.key));
}

/** A row in short, so that a difference can be read. */
function shown(row: Row | undefined): string {
  if (row === undefined) return 'absent';
  const value = Buffer.from(row.value);
  return `${Buffer.from(row.key).toString('hex')}@${row.revision}=${value.length}:${value.every((byte) => byte === value[0]) ? value[0] : 'mixed'}`;
}
