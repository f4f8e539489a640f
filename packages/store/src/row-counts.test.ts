/** Rule 30: how many rows each operation writes. The changes of the statistics, one row a commit at most, are counted by themselves. */
import { describe, expect, it } from 'vitest';
import {
  at,
  bytesOf,
  clean,
  complete,
  copy,
  get,
  openBucketWorld,
  properties,
  put,
  putParts,
  remove,
  setVersioning,
  takeCommits,
  type World,
} from './world.test.support.ts';

const blob = bytesOf(40_000);
const inline = bytesOf(100);

/** The blob calls since it was asked last. */
const takeBlobCalls = (world: World) => world.blobCalls.splice(0);

async function worldWith(...keys: readonly string[]): Promise<World> {
  const world = await openBucketWorld();
  for (const key of keys) await put(world, at(key), blob);
  takeCommits(world);
  takeBlobCalls(world);
  return world;
}

async function upload(world: World, key = 'm') {
  const { id: uploadId } = await world.store.initiateUpload(at(key), () => properties);
  takeCommits(world);
  return { ...at(key), uploadId };
}

describe('rows written', () => {
  it('put: 4, inline 3', async () => {
    const world = await worldWith();
    await put(world, at('k'), blob);
    await put(world, at('i'), inline);
    expect(takeCommits(world)).toEqual(['+H +M +O +R', '+H +M +R']);
  });

  it('put over an object: 6, inline 5', async () => {
    const world = await worldWith('k');
    await put(world, at('k'), blob);
    await put(world, at('k'), inline);
    expect(takeCommits(world)).toEqual(['+H +M +O +R +T -R', '+H +M +R +T -R']);
  });

  it('copy: 2, over an object or onto itself 4, whatever the size, and no byte is moved', async () => {
    const world = await worldWith('k');
    await putParts(
      world,
      at('large'),
      Array.from({ length: 30 }, (_, i) => bytesOf(17_000, i)),
    );
    takeCommits(world);
    takeBlobCalls(world);
    for (const key of ['k', 'large']) {
      await copy(world, at(key), at('new'));
      await copy(world, at(key), at('new'));
      await copy(world, at(key), at(key));
      await remove(world, at('new'));
    }
    const each = ['+H +R', '+H +R +T -R', '+H +R +T -R', '+T -H -R'];
    expect(takeCommits(world)).toEqual([...each, ...each]);
    expect(takeBlobCalls(world)).toEqual([]);
  });

  it('change of metadata: 1', async () => {
    const world = await worldWith('k');
    await world.store.updateObject(at('k'), () => properties);
    expect(takeCommits(world)).toEqual(['+H']);
  });

  it('delete: 3', async () => {
    const world = await worldWith('k');
    await remove(world, at('k'));
    expect(takeCommits(world)).toEqual(['+T -H -R']);
  });

  it('versions: put 5, inline 4; copy 3, onto itself too; link 4; complete 6', async () => {
    const world = await worldWith('k', 's');
    const uploading = await upload(world, 'k');
    await world.store.uploadPart({ ...uploading, partNumber: 1 }, inline, () => {});
    await setVersioning(world, 'Enabled');
    takeCommits(world);
    takeBlobCalls(world);
    await put(world, at('k'), blob);
    await put(world, at('k'), inline);
    expect(takeBlobCalls(world)).toEqual(['put']);
    await copy(world, at('s'), at('k'));
    await copy(world, at('k'), at('k'));
    await world.store.putSymlink(at('k'), 's', () => properties);
    await complete(world, uploading);
    expect(takeCommits(world)).toEqual(['+H +M +O +R +V', '+H +M +R +V', '+H +R +V', '+H +R +V', '+H +M +R +V', '+H +M +R +T +V -U']);
    expect(takeBlobCalls(world)).toEqual([]);
  });

  it('versions: delete marker 2, over nothing 1; an old version 4, the current one 4, a marker 2, the last one 3', async () => {
    const world = await worldWith();
    await setVersioning(world, 'Enabled');
    const [first, second] = [await put(world, at('k'), blob), await put(world, at('k'), blob)];
    const third = await put(world, at('k'), blob);
    takeCommits(world);
    const { marker } = await remove(world, at('k'));
    await remove(world, at('nothing'));
    for (const version of [first, marker, third, second]) await remove(world, { ...at('k'), versionId: version?.versionId });
    const removals = ['+H +T -R -V', '+H -V', '+H +T -R -V', '+T -H -R'];
    expect(takeCommits(world)).toEqual(['+H +V', '+H', ...removals]);
  });

  it('suspended: in place of the null version as if there were none, 7 where that is an older one; its marker takes the same place', async () => {
    const world = await worldWith('k');
    await setVersioning(world, 'Suspended');
    takeCommits(world);
    await put(world, at('k'), inline);
    await copy(world, at('k'), at('k'));
    await setVersioning(world, 'Enabled');
    await put(world, at('k'), inline);
    await setVersioning(world, 'Suspended');
    const first = takeCommits(world);
    await put(world, at('k'), inline);
    await remove(world, at('k'));
    await remove(world, at('k'));
    // Between the first two: versioning that is switched, and a version over the null one.
    expect(first).toEqual(['+H +M +R +T -R', '+H +R +T -R', '+B', '+H +M +R +V', '+B']);
    expect(takeCommits(world)).toEqual(['+H +M +R +T +V -R -V', '+H +T -R', '+H']);
  });

  it('a version is read, changed, and copied from without its head being written: 1, and 2', async () => {
    const world = await worldWith('k');
    await setVersioning(world, 'Enabled');
    await put(world, at('k'), blob);
    takeCommits(world);
    await world.store.updateObject({ ...at('k'), versionId: 'null' }, () => properties);
    await copy(world, { ...at('k'), versionId: 'null' }, at('d'));
    expect(takeCommits(world)).toEqual(['+V', '+H +R']);
  });

  it('initiate: 1, abort: 2', async () => {
    const world = await worldWith();
    const { id: uploadId } = await world.store.initiateUpload(at('m'), () => properties);
    await world.store.abortUpload({ ...at('m'), uploadId }, () => {});
    expect(takeCommits(world)).toEqual(['+U', '+T -U']);
  });

  it('upload part: 2, again 4', async () => {
    const world = await worldWith();
    const to = { ...(await upload(world)), partNumber: 1 };
    await world.store.uploadPart(to, blob, () => {});
    await world.store.uploadPart(to, blob, () => {});
    expect(takeCommits(world)).toEqual(['+O +P', '+O +P +T -O']);
  });

  it('part copy: 1 + b, again 1 + b + b old + 1, and no byte is written', async () => {
    const world = await worldWith('k');
    await putParts(world, at('m'), [bytesOf(20_000, 1), bytesOf(20_000, 2), bytesOf(20_000, 3)]);
    takeCommits(world);
    takeBlobCalls(world);
    const to = { ...(await upload(world, 'n')), partNumber: 1 };
    // Whole objects: their MD5 is known.
    await world.store.uploadPartCopy(at('k'), to, () => undefined);
    await world.store.uploadPartCopy(at('k'), to, () => undefined);
    expect(takeCommits(world)).toEqual(['+O +P', '+O +P +T -O']);
    expect(takeBlobCalls(world)).toEqual([]);
    // A range over three blobs: pinned and digested the first time, remembered the second.
    const range = () => ({ offsetBytes: 10, lengthBytes: 59_000 });
    await world.store.uploadPartCopy(at('m'), to, range);
    await world.store.uploadPartCopy(at('m'), to, range);
    expect(takeCommits(world)).toEqual(['+N +R', '+O*3 +P +T*2 -N -O -R', '+O*3 +P +T -O*3']);
    expect(takeBlobCalls(world)).not.toContain('put');
  });

  it('part copy of inline bytes: 1', async () => {
    const world = await worldWith();
    await put(world, at('i'), inline);
    const to = { ...(await upload(world)), partNumber: 1 };
    await world.store.uploadPartCopy(at('i'), to, () => ({ offsetBytes: 3, lengthBytes: 50 }));
    await world.store.uploadPartCopy(at('i'), { ...to, partNumber: 2 }, () => ({ offsetBytes: 3, lengthBytes: 0 }));
    expect(takeCommits(world)).toEqual(['+P', '+P']);
    await complete(world, to);
    expect(Buffer.compare(await get(world, at('m')), inline.subarray(3, 53))).toBe(0);
  });

  it('complete: 5, and of 10,000 parts over an object 7, with 10,003 checks; its delete 3, and the collector clears it in some tens', async () => {
    const world = await worldWith('source', 'k');
    const few = await upload(world);
    await world.store.uploadPart({ ...few, partNumber: 1 }, inline, () => {});
    takeCommits(world);
    await complete(world, few);
    expect(takeCommits(world)).toEqual(['+H +M +R +T -U']);

    const many = await upload(world, 'k');
    for (let from = 1; from <= 10_000; from += 500) {
      const numbers = Array.from({ length: 500 }, (_, i) => from + i);
      await Promise.all(numbers.map((partNumber) => world.store.uploadPartCopy(at('source'), { ...many, partNumber }, () => undefined)));
    }
    world.commits.length = 0;
    await complete(world, many);
    expect(world.commits.map(({ checks }) => checks.length)).toEqual([10_003]);
    expect(takeCommits(world)).toEqual(['+H +M +R +T*2 -R -U']);
    expect((await world.store.headObject(at('k'))).existing?.sizeBytes).toBe(10_000 * blob.length);

    await remove(world, at('k'));
    expect(takeCommits(world)).toEqual(['+T -H -R']);
    await world.collectAll();
    const removals = takeCommits(world).filter((rows) => rows.includes('-P*'));
    expect(removals).toEqual(Array.from({ length: 10 }, () => '+T -O*1000 -P*1000'));
    expect(await world.audit()).toEqual(clean);
  });

  it('statistics: one row a commit, none where no figure changes', async () => {
    const world = await worldWith('k');
    const changes = () => world.commits.splice(0).map(({ writes }) => writes.filter(({ key }) => key[0] === 'C'.charCodeAt(0)).length);
    await put(world, at('k'), bytesOf(50_000));
    await copy(world, at('k'), at('k'));
    await copy(world, at('k'), at('l'));
    expect(changes()).toEqual([1, 0, 1]);
    const to = await upload(world);
    await world.store.uploadPart({ ...to, partNumber: 1 }, blob, () => {});
    await world.store.uploadPart({ ...to, partNumber: 1 }, blob, () => {});
    await complete(world, to);
    expect(changes()).toEqual([1, 0, 1]);
  });
});
