import { mkdir, open } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { StoreError } from './store-error.ts';

/** Makes the entries of a directory durable: names that were made, linked or removed in it. What a file holds is synced by itself. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a directory and those above it that are missing, durably: a power cut after it resolves leaves none of them away. What is made is its owner's
 * alone. Throws StoreError `unavailable` where something else has the name.
 */
export async function makeDirectory(path: string): Promise<void> {
  const target = resolve(path);
  const firstMade = (await made(target)) ?? target;
  // Each name is an entry of the directory above it; from the top down, so that what is reachable is always durable. One that was there
  // is synced all the same: who made it may have died before it did so.
  let above = dirname(resolve(firstMade));
  await syncDirectory(above);
  for (const name of relative(above, target).split(sep).slice(0, -1)) {
    above = resolve(above, name);
    await syncDirectory(above);
  }
}

async function made(path: string): Promise<string | undefined> {
  try {
    return await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'EEXIST' && code !== 'ENOTDIR') throw cause;
    throw new StoreError('unavailable', `${path} is not a directory, and none can be made there`, { cause });
  }
}
