import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDirectory, syncDirectory } from './durable-directory.ts';

describe('makeDirectory', () => {
  let path: string;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'ossature-directory-'));
  });
  afterEach(() => rm(path, { recursive: true, force: true }));

  it('makes a directory and those above it, and is content with one that is there', async () => {
    await makeDirectory(join(path, 'a', 'b', 'c'));
    await makeDirectory(join(path, 'a', 'b', 'c'));
    await makeDirectory(join(path, 'a', 'd', '..', 'e'));
    for (const name of ['a/b/c', 'a/e']) expect((await stat(join(path, name))).isDirectory()).toBe(true);
  });

  it('makes one of a relative path and of the root', async () => {
    await makeDirectory('.');
    await makeDirectory('/');
  });

  it('makes what is its owner\u2019s alone', async () => {
    await makeDirectory(join(path, 'mine'));
    expect((await stat(join(path, 'mine'))).mode & 0o077).toBe(0);
  });

  it('says so where a file has the name', async () => {
    await writeFile(join(path, 'file'), '');
    for (const name of ['file', 'file/below']) {
      await expect(makeDirectory(join(path, name))).rejects.toMatchObject({ name: 'StoreError', fault: 'unavailable' });
    }
  });

  it('rejects where it cannot', async () => {
    await expect(makeDirectory(join(path, 'a\0b'))).rejects.toThrow();
    await expect(syncDirectory(join(path, 'none'))).rejects.toThrow('ENOENT');
  });
});
