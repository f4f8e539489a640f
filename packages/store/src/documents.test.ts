import { describe, expect, it } from 'vitest';
import { bucketLimits } from './store.ts';
import { clean, openBucketWorld, openWorld, takeCommits, type World } from './world.test.support.ts';

const set = (world: World, name: string, text: string | undefined) => world.store.putDocument(name, () => text);
const names = async (world: World, prefix: string) => (await world.store.listDocuments(prefix)).map(({ name }) => name);

describe('documents', () => {
  it('are put, changed, read and removed, each in one row', async () => {
    const world = await openBucketWorld();
    expect(await world.store.getDocument('users/ann')).toBeUndefined();
    await set(world, 'users/ann', 'é first');
    await world.store.putDocument('users/ann', (existing) => `${existing} and second`);
    expect(await world.store.getDocument('users/ann')).toBe('é first and second');
    await set(world, 'users/ann', undefined);
    expect(await world.store.getDocument('users/ann')).toBeUndefined();
    await set(world, 'users/ann', undefined);
    expect(takeCommits(world)).toEqual(['+E', '+E', '-E']);
  });

  it('are listed by prefix, in byte order, however many there are', async () => {
    const world = await openWorld();
    const many = Array.from({ length: 450 }, (_, i) => `keys/${String(i).padStart(4, '0')}`);
    for (const name of [...many, 'keys', 'kez', 'a', 'é']) await set(world, name, name.toUpperCase());
    expect(await names(world, 'keys/')).toEqual(many);
    expect(await names(world, 'keys/044')).toEqual(many.slice(440));
    expect(await names(world, 'nothing')).toEqual([]);
    const all = await world.store.listDocuments('');
    expect(all.map(({ name }) => name)).toEqual(['a', 'keys', ...many, 'kez', 'é']);
    expect(all[0]).toEqual({ name: 'a', text: 'A' });
  });

  it('see each other: of many changes at a time none is lost', async () => {
    const world = await openWorld();
    await Promise.all(Array.from({ length: 12 }, () => world.store.putDocument('n', (existing) => `${Number(existing ?? 0) + 1}`)));
    expect(await world.store.getDocument('n')).toBe('12');
  });

  it('come out of decide unchanged when it throws', async () => {
    const world = await openBucketWorld();
    await set(world, 'd', 'before');
    takeCommits(world);
    const refuse = () => {
      throw new Error('MalformedPolicy');
    };
    await expect(world.store.putDocument('d', refuse)).rejects.toThrow('MalformedPolicy');
    expect(await world.store.getDocument('d')).toBe('before');
    expect(takeCommits(world)).toEqual([]);
  });

  it('are bounded, and outlive an opening; the audit has nothing against them', async () => {
    const world = await openWorld();
    const largest = 'x'.repeat(bucketLimits.documentBytes);
    await set(world, 'large', largest);
    await expect(set(world, 'larger', `${largest}x`)).rejects.toThrow('4 MiB');
    for (const name of ['', 'a\0b', 'x'.repeat(513)]) await expect(set(world, name, 'text')).rejects.toThrow('a name is');
    const later = await world.reopen();
    await later.collectAll();
    expect((await later.store.getDocument('large'))?.length).toBe(largest.length);
    expect(await later.audit()).toEqual(clean);
  });
});
