/** What is read under a pin, and what may become of the pin meanwhile: it goes with its upload, and with a process that was fenced. */
import { describe, expect, it } from 'vitest';
import { copyAs, initiateAs, kms, openKeyWorld, putAs } from './encrypted-world.test.support.ts';
import type { Commit } from './kv/key-value.ts';
import {
  at,
  blobNames,
  bytesOf,
  clean,
  complete,
  copy,
  get,
  head,
  openBucketWorld,
  properties,
  put,
  remove,
  type World,
} from './world.test.support.ts';

const range = { offsetBytes: 1, lengthBytes: 700_000 };

async function initiate(world: World) {
  const { id: uploadId } = await world.store.initiateUpload(at('u'), () => properties);
  return { ...at('u'), uploadId, partNumber: 1 };
}

/** Does it once, while the next blob is read. */
function whileRead(world: World, what: () => Promise<unknown>): void {
  world.beforeBlobGet = async () => {
    world.beforeBlobGet = undefined;
    await what();
  };
}

/** Does it once, before the first commit that puts a row of this tag. */
function beforePut(world: World, tag: string, what: () => Promise<unknown>): void {
  const puts = ({ writes }: Commit) => writes.some(({ key, value }) => value !== undefined && key[0] === tag.charCodeAt(0));
  world.beforeCommit = async (commit) => {
    if (!puts(commit)) return;
    world.beforeCommit = undefined;
    await what();
  };
}

const pinsOf = (world: World) => world.kv.scan({ from: Buffer.from('N'), to: Buffer.from('O'), limit: 10 });

async function removeAndCollect(world: World, key: string): Promise<void> {
  await remove(world, at(key));
  await world.collectAll();
  await world.collectAll();
}

describe('a pin that goes while its source is read', () => {
  it.each(['aborted', 'completed'])('with an upload that was %s: that is the answer, and no alarm', async (how) => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    await put(world, at('s'), bytesOf(900_000));
    const to = await initiate(world);
    await world.store.uploadPart({ ...to, partNumber: 2 }, bytesOf(10), () => {});
    whileRead(world, async () => {
      if (how === 'aborted') await world.store.abortUpload(to, () => {});
      else await complete(world, to, [2]);
      await removeAndCollect(world, 's');
    });
    const copying = world.store.uploadPartCopy(at('s'), to, ({ upload }) => {
      if (upload === undefined) throw new Error('NoSuchUpload');
      return range;
    });
    await expect(copying).rejects.toThrow('NoSuchUpload');
    await world.collectAll();
    expect([await world.audit(), world.alarms, await blobNames(world)]).toEqual([clean, [], []]);
  });

  it.each(['a copy', 'a part copy'])('with a process that was fenced: %s is unavailable, and there is no alarm', async (what) => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    await world.store.appendObject(at('s'), bytesOf(900_000), () => properties);
    const to = await initiate(world);
    whileRead(world, async () => removeAndCollect(await world.reopen(), 's'));
    const copying = what === 'a copy' ? copy(world, at('s'), at('d')) : world.store.uploadPartCopy(at('s'), to, () => range);
    await expect(copying).rejects.toMatchObject({ fault: 'unavailable' });
    expect([world.alarms, await head(world, at('d')), await blobNames(world)]).toEqual([[], undefined, []]);
  });

  it('between digest and commit: the part does not name what was collected', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    await put(world, at('s'), bytesOf(900_000));
    const to = await initiate(world);
    let later = world;
    beforePut(world, 'P', async () => {
      later = await world.reopen();
      await removeAndCollect(later, 's');
    });
    await expect(world.store.uploadPartCopy(at('s'), to, () => range)).rejects.toMatchObject({ fault: 'unavailable' });
    await later.collectAll();
    expect([await later.audit(), await blobNames(later)]).toEqual([clean, []]);
  });
});

describe('bytes that were written anew under a pin', () => {
  it.each(['a copy', 'a part copy'])('are not published by a process that was fenced, before anything of it is swept: %s', async (what) => {
    const { world } = await openKeyWorld();
    await putAs(world, at('s'), bytesOf(900_000), undefined);
    const to = { ...(await initiateAs(world, at('d'), kms('one'))), partNumber: 1 };
    let later = world;
    // Its pin stands still, and so does its blob; but the sweep may be between the two.
    beforePut(world, what === 'a copy' ? 'H' : 'P', async () => {
      later = await world.reopen();
    });
    const copying = what === 'a copy' ? copyAs(world, at('s'), at('d'), kms('one')) : world.store.uploadPartCopy(at('s'), to, () => range);
    await expect(copying).rejects.toMatchObject({ fault: 'unavailable' });
    expect(await head(later, at('d'))).toBeUndefined();
    await later.collectAll();
    expect(await blobNames(later)).toHaveLength(1);
    expect([await later.audit(), later.alarms]).toEqual([clean, []]);
  });
});

it('the sweep of an earlier process leaves the pins of this one', async () => {
  const earlier = await openBucketWorld({ quarantineMs: 0 });
  await earlier.store.appendObject(at('s'), bytesOf(900_000), () => properties);
  const world = await earlier.reopen();
  whileRead(world, async () => {
    await removeAndCollect(world, 'nothing');
    expect(await pinsOf(world)).toHaveLength(1);
  });
  await copy(world, at('s'), at('d'));
  expect(await pinsOf(world)).toEqual([]);
  expect(await get(world, at('d'))).toHaveLength(900_000);
});
