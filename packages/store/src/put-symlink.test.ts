import { describe, expect, it } from 'vitest';
import {
  at,
  blobNames,
  bytesOf,
  clean,
  copy,
  get,
  head,
  openBucketWorld,
  properties,
  put,
  remove,
  setVersioning,
  takeCommits,
  type World,
} from './world.test.support.ts';

const link = (world: World, key: string, target: string) => world.store.putSymlink(at(key), target, () => properties);

describe('a link', () => {
  it('is an object of no bytes, with a target that nobody looks at and an opaque ETag', async () => {
    const world = await openBucketWorld();
    const object = await link(world, 'l', 'no/such key é');
    expect(object).toMatchObject({ ...properties, type: 'Symlink', sizeBytes: 0, hashCrc64: 0n, symlinkTarget: 'no/such key é' });
    expect(object.etag).toMatch(/^[0-9A-F]{32}$/);
    expect(await head(world, at('l'))).toEqual(object);
    expect(await get(world, at('l'))).toHaveLength(0);
    expect((await link(world, 'l', 'no/such key é')).etag).not.toBe(object.etag);
    expect(takeCommits(world)).toEqual(['+H +M +R', '+H +M +R +T -R']);
    expect(await world.audit()).toEqual(clean);
  });

  it('takes the place of an object, whose bytes go, and the other way round', async () => {
    const world = await openBucketWorld();
    await put(world, at('k'), bytesOf(30_000));
    await link(world, 'k', 'target');
    await world.collectAll();
    expect(await blobNames(world)).toEqual([]);
    const object = await put(world, at('k'), bytesOf(3));
    expect(object).not.toHaveProperty('symlinkTarget');
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
  });

  it('is copied as a link, and removed alone', async () => {
    const world = await openBucketWorld();
    await put(world, at('target'), bytesOf(30_000));
    const object = await link(world, 'l', 'target');
    expect(await copy(world, at('l'), at('copy'))).toMatchObject({ type: 'Symlink', symlinkTarget: 'target', etag: object.etag });
    await remove(world, at('l'));
    await world.collectAll();
    expect(await head(world, at('copy'))).toMatchObject({ symlinkTarget: 'target' });
    expect(await get(world, at('target'))).toHaveLength(30_000);
    expect(await world.audit()).toEqual(clean);
  });

  it('keeps its target when its metadata changes', async () => {
    const world = await openBucketWorld();
    await link(world, 'l', 'target');
    const changed = await world.store.updateObject(at('l'), () => ({ ...properties, acl: 'private' }));
    expect(changed).toMatchObject({ type: 'Symlink', symlinkTarget: 'target', acl: 'private' });
  });

  it('is a version like any other', async () => {
    const world = await openBucketWorld();
    await setVersioning(world, 'Enabled');
    const first = await link(world, 'l', 'one');
    const second = await link(world, 'l', 'two');
    expect((await head(world, { ...at('l'), versionId: first.versionId }))?.symlinkTarget).toBe('one');
    expect((await head(world, at('l')))?.versionId).toBe(second.versionId);
    expect(await world.audit()).toEqual(clean);
  });

  it('throws what decide throws, and keeps nothing', async () => {
    const world = await openBucketWorld();
    const refuse = () => {
      throw new Error('FileAlreadyExists');
    };
    takeCommits(world);
    await expect(world.store.putSymlink(at('l'), 't', refuse)).rejects.toThrow('FileAlreadyExists');
    expect(takeCommits(world)).toEqual([]);
  });
});
