import { mkdir, open } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';

/** Makes the entries of a directory durable: names that were made, linked or removed in it. What a file holds is synced by itself. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a directory and those above it that are missing, durably: a power cut after it resolves leaves none of them away. */
export async function makeDirectory(path: string): Promise<void> {
  const target = resolve(path);
  const firstMade = (await mkdir(target, { recursive: true })) ?? target;
  // Each name is an entry of the directory above it; from the top down, so that what is reachable is always durable. One that was there
  // is synced all the same: who made it may have died before it did so.
  let above = dirname(resolve(firstMade));
  await syncDirectory(above);
  for (const name of relative(above, target).split(sep).slice(0, -1)) {
    above = resolve(above, name);
    await syncDirectory(above);
  }
}
