import { mkdtemp, rm, stat } from 'node:fs/promises';
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

  it('rejects where it cannot', async () => {
    await expect(makeDirectory(join(path, 'a\0b'))).rejects.toThrow();
    await expect(syncDirectory(join(path, 'none'))).rejects.toThrow('ENOENT');
  });
});
