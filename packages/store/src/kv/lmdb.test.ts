import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeKeyValue } from './conformance.ts';
import { bytes, text } from './conformance-tools.ts';
import { openLmdb } from './lmdb.ts';

let path = '';
describeKeyValue('lmdb', {
  open: async () => {
    path = await mkdtemp(join(tmpdir(), 'ossature-lmdb-'));
    return openLmdb({ path });
  },
  reopen: () => openLmdb({ path }),
  remove: () => rm(path, { recursive: true, force: true }),
});

const module = JSON.stringify(new URL('./lmdb.js', import.meta.url).href);
const all = { from: bytes(''), to: bytes('\xff'), limit: 100_000 };

describe('openLmdb', () => {
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'ossature-lmdb-'));
  });
  afterEach(() => rm(path, { recursive: true, force: true }));

  it('has every commit that was acknowledged when its process is killed, whole ones only, and gives no revision again', async () => {
    const script = `
      const { openLmdb } = await import(${module});
      const kv = await openLmdb({ path: process.argv[1] });
      const put = (key) => ({ key: Buffer.from(key), value: Buffer.alloc(100) });
      const lane = async (name) => {
        for (let i = 0; ; i++) {
          await kv.commit({ checks: [], writes: [put('a/' + name + i), put('b/' + name + i), { key: Buffer.from('gone'), value: undefined }, ] });
          const [row] = await kv.get([Buffer.from('b/' + name + i)]);
          console.log(name + i + ' ' + row.revision);
        }
      };
      for (const name of ['w', 'x', 'y', 'z']) lane(name);`;
    let greatest = 0n;
    for (let round = 0; round < 3; round++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.on('data', (chunk) => {
        said += chunk;
        if (said.length > 2_000) child.kill('SIGKILL');
      });
      await once(child, 'close');
      const acknowledged = said
        .slice(0, said.lastIndexOf('\n'))
        .split('\n')
        .map((line) => line.split(' '));
      const kv = await openLmdb({ path });
      const rows = await kv.scan(all);
      const names = new Set(rows.map((row) => text(row.key)));
      for (const [name] of acknowledged) expect(names.has(`a/${name}`) && names.has(`b/${name}`)).toBe(true);
      for (const name of names) expect(names.has(name?.startsWith('a/') ? name.replace('a/', 'b/') : name?.replace('b/', 'a/'))).toBe(true);
      expect(acknowledged.length).toBeGreaterThan(50);
      for (const [, revision] of acknowledged) expect(BigInt(revision ?? 0)).toBeGreaterThan(greatest);
      for (const row of rows) greatest = row.revision > greatest ? row.revision : greatest;
      await kv.commit({ checks: [], writes: [{ key: bytes('c'), value: bytes('') }] });
      const revision = (await kv.get([bytes('c')]))[0]?.revision ?? 0n;
      expect(revision).toBeGreaterThan(greatest);
      await kv.commit({
        checks: [],
        writes: rows.concat({ key: bytes('c'), value: bytes(''), revision }).map(({ key }) => ({ key, value: undefined })),
      });
      greatest = revision;
      await kv.close();
    }
  });

  it('says full where the system refuses room, keeps nothing of such a commit, and goes on', async () => {
    const script = `
      const { openLmdb } = await import(${module});
      const kv = await openLmdb({ path: process.argv[1] });
      const put = (key, length) => ({ key: Buffer.from(key), value: Buffer.alloc(length) });
      const outcomes = {};
      for (let i = 0; i < 20; i++) {
        await Promise.all(Array.from({ length: 8 }, (_, j) => kv.commit({ checks: [], writes: [put('a/' + i + '/' + j, 30_000), put('b/' + i + '/' + j, 10)] }).then(
          (outcome) => { outcomes[outcome] = (outcomes[outcome] ?? 0) + 1; },
          (error) => { outcomes[error.fault] = (outcomes[error.fault] ?? 0) + 1; })));
      }
      const rows = await kv.scan({ from: Buffer.from('a/'), to: Buffer.from('b'), limit: 10 });
      outcomes.removed = await kv.commit({ checks: [], writes: rows.flatMap(({ key }) => [key, Buffer.from(Buffer.from(key).toString().replace('a/', 'b/'))]).map((key) => ({ key, value: undefined })) });
      outcomes.again = await kv.commit({ checks: [], writes: [put('a/again', 30_000), put('b/again', 10)] });
      console.log(JSON.stringify(outcomes));`;
    // The shell bounds the size of a file, in blocks of 512 bytes or of 1 KiB. LMDB itself prints what it met.
    const child = spawn('sh', ['-c', 'ulimit -f 2048; exec "$0" --input-type=module -e "$1" "$2"', process.execPath, script, path], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    await once(child, 'close');
    const outcomes = JSON.parse(said);
    expect(outcomes).toEqual({ committed: expect.any(Number), full: expect.any(Number), removed: 'committed', again: 'committed' });
    expect(outcomes.committed + outcomes.full).toBe(160);
    const kv = await openLmdb({ path });
    const names = (await kv.scan(all)).map((row) => text(row.key));
    expect(names.filter((name) => name?.startsWith('a/'))).toHaveLength(outcomes.committed - 10 + 1);
    expect(names.filter((name) => name?.startsWith('b/'))).toHaveLength(outcomes.committed - 10 + 1);
    await kv.close();
  });
});
