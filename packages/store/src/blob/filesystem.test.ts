import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlobStore } from './blob-store.ts';
import { describeBlobStore } from './conformance.ts';
import { inChunks, patterned } from './conformance-bytes.ts';
import { openFilesystem } from './filesystem.ts';

let path = '';
describeBlobStore('filesystem', {
  open: async () => {
    path = await mkdtemp(join(tmpdir(), 'ossature-blobs-'));
    return openFilesystem({ path });
  },
  reopen: () => openFilesystem({ path }),
  shorten: async (name) => {
    const file = join(path, 'tree', `${name}_`);
    await truncate(file, (await stat(file)).size - 1);
  },
  remove: () => rm(path, { recursive: true, force: true }),
});

describe('openFilesystem', () => {
  let store: BlobStore;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'ossature-blobs-'));
    store = await openFilesystem({ path: join(path, 'deep', 'down') });
    path = join(path, 'deep', 'down');
  });
  afterEach(async () => {
    await store.close();
    await rm(join(path, '..', '..'), { recursive: true, force: true });
  });

  it('has nothing in its directories but blobs, and no folder that is empty', async () => {
    await store.put('p/w/1', inChunks(patterned(100), 10));
    await store.put('p/v/1', inChunks(patterned(100), 10));
    expect(await readdir(join(path, 'unfinished'))).toEqual([]);
    expect((await readdir(join(path, 'tree', 'p'))).sort((a, b) => (a < b ? -1 : 1))).toEqual(['v', 'w']);
    expect(await readdir(join(path, 'tree', 'p', 'w'))).toEqual(['1_']);
    await store.remove(['p/w/1']);
    expect(await readdir(join(path, 'tree', 'p'))).toEqual(['v']);
    await store.remove(['p/v/1']);
    expect(await readdir(join(path, 'tree'))).toEqual([]);
  });

  it('removes what a killed process left unfinished', async () => {
    const module = JSON.stringify(new URL('./filesystem.js', import.meta.url).href);
    const script = `
      const { openFilesystem } = await import(${module});
      const store = await openFilesystem({ path: process.argv[1] });
      await store.put('p/w/done', (async function* () { yield new Uint8Array(3); })());
      const bytes = async function* () {
        for (let i = 0; i < 40; i++) yield new Uint8Array(65536);
        console.log('halfway');
        await new Promise((resolve) => setInterval(resolve, 1e9));
      };
      await store.put('p/w/half', bytes());`;
    await store.close();
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await readdir(join(path, 'unfinished'))).toHaveLength(1);
    store = await openFilesystem({ path });
    expect(await readdir(join(path, 'unfinished'))).toEqual([]);
    expect(await store.head('p/w/half')).toBeUndefined();
    expect(await store.head('p/w/done')).toEqual({ sizeBytes: 3 });
  });

  it('says full where the system refuses room, leaves nothing, and goes on', async () => {
    await store.close();
    const module = JSON.stringify(new URL('./filesystem.js', import.meta.url).href);
    const script = `
      const { openFilesystem } = await import(${module});
      const store = await openFilesystem({ path: process.argv[1] });
      const bytes = async function* (count) { for (let i = 0; i < count; i++) yield new Uint8Array(65536); };
      const outcome = async (name, count) => console.log(await store.put(name, bytes(count)).then(() => 'kept', (error) => error.fault));
      await outcome('p/w/1', 4);
      await outcome('p/w/2', 400);
      await outcome('p/w/2', 4);`;
    // The shell bounds the size of a file, in blocks of 512 bytes or of 1 KiB: 1 or 2 MiB.
    const child = spawn('sh', ['-c', 'ulimit -f 2048; exec "$0" --input-type=module -e "$1" "$2"', process.execPath, script, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += chunk;
    });
    await once(child, 'close');
    expect(said.trim().split('\n')).toEqual(['kept', 'full', 'kept']);
    expect(await readdir(join(path, 'unfinished'))).toEqual([]);
    store = await openFilesystem({ path });
    expect(await store.head('p/w/2')).toEqual({ sizeBytes: 262_144 });
  });

  it('leaves the reserve free', async () => {
    await store.close();
    store = await openFilesystem({ path, reserveBytes: Number.MAX_SAFE_INTEGER });
    await expect(store.put('p/w/1', inChunks(patterned(1), 1))).rejects.toEqual(expect.objectContaining({ fault: 'full' }));
    expect(await store.head('p/w/1')).toBeUndefined();
  });

  it('passes over files that are not blobs', async () => {
    await store.put('p/w/1', inChunks(patterned(1), 1));
    await writeFile(join(path, 'tree', 'p', 'notes.txt'), '');
    await mkdir(join(path, 'tree', 'lost+found'));
    const names: string[] = [];
    for await (const name of store.list('')) names.push(name);
    expect(names).toEqual(['p/w/1']);
  });
});
