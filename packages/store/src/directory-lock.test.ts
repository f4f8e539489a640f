import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDirectory } from './directory-lock.ts';
import { StoreError } from './store-error.ts';

const inUse = expect.objectContaining({ name: 'StoreError', fault: 'unavailable', message: expect.stringContaining('in use') });

/** A process that locks the directory and says so, and keeps it until it is killed; it says `refused` and ends where it is in use. */
function lockInChild(path: string): ChildProcess {
  const module = JSON.stringify(new URL('./directory-lock.js', import.meta.url).href);
  const script = `
    const { lockDirectory } = await import(${module});
    try {
      await lockDirectory(process.argv[1]);
      console.log('owner');
      setInterval(() => {}, 1000);
    } catch (error) {
      console.log(error.fault === 'unavailable' ? 'refused' : error);
    }`;
  return spawn(process.execPath, ['--input-type=module', '-e', script, path], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function firstWord(child: ChildProcess): Promise<string> {
  const [said] = await once(child.stdout as NonNullable<typeof child.stdout>, 'data');
  return String(said).trim();
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('lockDirectory', () => {
  let path: string;
  beforeEach(async () => {
    path = await mkdtemp(join(tmpdir(), 'ossature-lock-'));
  });
  afterEach(() => rm(path, { recursive: true, force: true }));

  it('lets one own the directory at a time, and the next one after it was released', async () => {
    const lock = await lockDirectory(path);
    await expect(lockDirectory(path)).rejects.toEqual(inUse);
    await expect(lockDirectory(path)).rejects.toThrow(`process ${process.pid}`);
    await lock.release();
    await lock.release();
    const next = await lockDirectory(path);
    await next.release();
    expect(await readdir(path)).toEqual([]);
  });

  it('refuses a directory that a living process owns, and has it when that was killed', async () => {
    const child = lockInChild(path);
    try {
      expect(await firstWord(child)).toBe('owner');
      await expect(lockDirectory(path)).rejects.toEqual(inUse);
      await kill(child);
      expect(await readdir(path)).toHaveLength(1);
      const lock = await lockDirectory(path);
      // The stale one is gone, and only ours is left.
      expect(await readdir(path)).toHaveLength(1);
      await lock.release();
    } finally {
      await kill(child);
    }
  });

  it('refuses a directory whose owner is stopped and cannot answer', async () => {
    const child = lockInChild(path);
    try {
      expect(await firstWord(child)).toBe('owner');
      child.kill('SIGSTOP');
      await expect(lockDirectory(path, { patienceMs: 100 })).rejects.toEqual(inUse);
    } finally {
      await kill(child);
    }
  });

  it('works where the path is longer than a socket allows', async (context) => {
    if (process.platform !== 'linux') return context.skip('only Linux has a short path for an open directory; others refuse the long one');
    const long = join(path, 'd'.repeat(120));
    await mkdir(long);
    const child = lockInChild(long);
    try {
      expect(await firstWord(child)).toBe('owner');
      await expect(lockDirectory(long)).rejects.toEqual(inUse);
    } finally {
      await kill(child);
    }
    await (await lockDirectory(long)).release();
    expect(await readdir(long)).toEqual([]);
  });

  it('lets exactly one of many that start together own it, stale sockets or not', async () => {
    for (let round = 0; round < 20; round++) {
      const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockDirectory(path)));
      const locks = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      const refusals = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
      expect(locks).toHaveLength(1);
      expect(refusals.every((reason) => reason instanceof StoreError && reason.fault === 'unavailable')).toBe(true);
      for (const lock of locks) await lock.release();
    }
  });

  it('lets exactly one of several processes that start together own it, over a killed one', async () => {
    const killed = lockInChild(path);
    expect(await firstWord(killed)).toBe('owner');
    await kill(killed);
    const children = Array.from({ length: 4 }, () => lockInChild(path));
    try {
      const words = await Promise.all(children.map(firstWord));
      expect(words.filter((word) => word === 'owner')).toHaveLength(1);
      expect(words.filter((word) => word === 'refused')).toHaveLength(3);
    } finally {
      await Promise.all(children.map(kill));
    }
  });

  it('says what is wrong where there is no directory', async () => {
    await expect(lockDirectory(join(path, 'none'))).rejects.toThrow('could not be locked');
  });
});
