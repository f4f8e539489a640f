import { crc64 } from '@ossature/protocol';
import { describe, expect, it } from 'vitest';
import {
  copyAs,
  isKeyFault,
  kms,
  md5,
  names,
  nothing,
  openKeyWorld,
  pairs,
  putAs,
  putPartsAs,
  taken,
  wanted,
} from './encrypted-world.test.support.ts';
import type { StoredObject } from './store.ts';
import { at, blobNames, bytesOf, clean, get, head, properties, put, remove, type World } from './world.test.support.ts';

describe('copyObject', () => {
  it.each(pairs)('%s to %s: the bytes and facts of the source, under the key that was asked for', async (from, to) => {
    const { world, ring } = await openKeyWorld();
    const bodies = [bytesOf(600_000, 3), bytesOf(900, 4), new Uint8Array(), bytesOf(20_000, 5)];
    const sources: Record<string, Uint8Array> = {
      empty: new Uint8Array(),
      inline: bytesOf(16_384, 1),
      blob: bytesOf(1_300_000, 2),
      parts: Buffer.concat(bodies),
    };
    for (const [key, bytes] of Object.entries(sources)) {
      if (key === 'parts') await putPartsAs(world, at(key), bodies, wanted[from]);
      else await putAs(world, at(key), bytes, wanted[from]);
    }
    for (const [key, bytes] of Object.entries(sources)) {
      taken(world);
      const source = (await head(world, at(key))) as StoredObject;
      const copied = await copyAs(world, at(key), at(`${key}-copy`), wanted[to]);
      expect(copied.source).toEqual(source);
      const { sizeBytes, etag, hashCrc64, type } = source;
      expect(copied.object).toMatchObject({ sizeBytes, etag, hashCrc64, type });
      expect(copied.object.encryption?.algorithm).toBe(wanted[to]?.algorithm);
      expect(copied.object.encryption?.keyId).toBe(wanted[to]?.keyId);
      const { commits, blobCalls } = taken(world);
      const isSameKind = (wanted[from] === undefined) === (wanted[to] === undefined);
      if (isSameKind) {
        expect({ commits, blobCalls }).toEqual({ commits: ['+H +R'], blobCalls: [] });
        expect(copied.object.manifest).toBe(source.manifest);
      } else {
        const isBlob = bytes.length > 16_384;
        expect(commits).toEqual(['+N +R', isBlob ? '+H +M +O +R +T -N -R' : '+H +M +R +T -N -R']);
        expect(blobCalls.filter((call) => call === 'put')).toHaveLength(isBlob ? 1 : 0);
        expect(copied.object.manifest).not.toBe(source.manifest);
      }
      expect(Buffer.compare(await get(world, at(`${key}-copy`)), bytes), key).toBe(0);
      expect(Buffer.compare(await get(world, at(key)), bytes), key).toBe(0);
    }
    // What becomes of the source is nothing to the copy.
    for (const key of Object.keys(sources)) await remove(world, at(key));
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
    if (from !== to && from !== 'plain') ring.disable(from === 'aes' ? 'service' : from);
    for (const [key, bytes] of Object.entries(sources)) {
      expect(Buffer.compare(await get(world, at(`${key}-copy`)), bytes), key).toBe(0);
      await remove(world, at(`${key}-copy`));
    }
    await world.collectAll();
    expect(await blobNames(world)).toEqual([]);
    expect(await world.audit()).toEqual(clean);
    expect(world.alarms).toEqual([]);
  });

  it.each([
    ['the copy', 'two', 'd', 's'],
    ['the source', 'one', 's', 'd'],
  ])("disabling the key of %s leaves the other's bytes readable", async (_, keyId, locked, open) => {
    const { world, ring } = await openKeyWorld();
    await putAs(world, at('s'), bytesOf(700_000), kms('one'));
    await copyAs(world, at('s'), at('d'), kms('two'));
    expect(await blobNames(world)).toHaveLength(1);
    ring.disable(keyId);
    await expect(get(world, at(locked))).rejects.toEqual(isKeyFault('disabled'));
    expect(Buffer.compare(await get(world, at(open)), bytesOf(700_000))).toBe(0);
    await copyAs(world, at(open), at('third'), wanted['aes']);
    taken(world);
    await expect(copyAs(world, at(locked), at('fourth'), wanted['aes'])).rejects.toEqual(isKeyFault('disabled'));
    await expect(copyAs(world, at(locked), at('fourth'), undefined)).rejects.toEqual(isKeyFault('disabled'));
    await expect(copyAs(world, at(open), at('fourth'), kms(keyId))).rejects.toEqual(isKeyFault('disabled'));
    expect(taken(world)).toEqual(nothing);
    expect(await head(world, at('fourth'))).toBeUndefined();
    ring.enable(keyId);
    expect(await get(world, at(locked))).toHaveLength(700_000);
  });

  it('onto itself under a rotated key wraps anew, moves no byte, and plain onto itself as it is asks no ring', async () => {
    const { world, ring } = await openKeyWorld();
    const before = await putAs(world, at('k'), bytesOf(100_000), kms('one'));
    ring.rotate('one');
    taken(world);
    const { object } = await copyAs(world, at('k'), at('k'), kms('one'));
    expect(taken(world)).toEqual({ commits: ['+H +R +T -R'], blobCalls: [] });
    expect(object.encryption?.wrapped).not.toEqual(before.encryption?.wrapped);
    expect(Buffer.compare(await get(world, at('k')), bytesOf(100_000))).toBe(0);

    await put(world, at('p'), bytesOf(100_000));
    ring.calls.length = 0;
    await copyAs(world, at('p'), at('p'), undefined);
    expect(ring.calls).toEqual([]);
    // Encrypting in place: the plain bytes go.
    await copyAs(world, at('p'), at('p'), kms('one'));
    await world.collectAll();
    expect(await blobNames(world)).toHaveLength(2);
    expect(Buffer.compare(await get(world, at('p')), bytesOf(100_000))).toBe(0);
    expect(await world.audit()).toEqual(clean);
  });

  it('of a link asks for no key: it has no bytes', async () => {
    const { world, ring } = await openKeyWorld();
    await world.store.putSymlink(at('l'), 'target', () => properties);
    taken(world);
    const { object } = await copyAs(world, at('l'), at('d'), kms('one'));
    expect(object).toMatchObject({ type: 'Symlink', symlinkTarget: 'target' });
    expect([object.encryption, ring.calls, taken(world).commits]).toEqual([undefined, [], ['+H +R']]);
  });

  it('throws what decide throws, before a key is asked for, and again in the commit', async () => {
    const { world, ring } = await openKeyWorld();
    await putAs(world, at('s'), bytesOf(100_000), kms('one'));
    await put(world, at('p'), bytesOf(100_000));
    taken(world);
    ring.calls.length = 0;
    const refused = new Error('AccessDenied');
    for (const key of ['s', 'p']) {
      const refuse = () => {
        throw refused;
      };
      await expect(world.store.copyObject(at(key), at('d'), refuse, { encryption: kms('two') })).rejects.toBe(refused);
      expect(ring.calls).toEqual([]);
      let judged = 0;
      const refuseLast = () => {
        if (++judged > (key === 's' ? 1 : 2)) throw refused;
        return properties;
      };
      await expect(world.store.copyObject(at(key), at('d'), refuseLast, { encryption: kms('two') })).rejects.toBe(refused);
      ring.calls.length = 0;
    }
    expect(await head(world, at('d'))).toBeUndefined();
    await world.collectAll();
    expect(await blobNames(world)).toHaveLength(2);
    expect(await world.audit()).toEqual(clean);
  });

  it.each(names)('gives way to a source that is replaced by one that is %s while its key is unwrapped', async (kind) => {
    const { world, ring } = await openKeyWorld();
    await putAs(world, at('s'), bytesOf(100_000, 1), kms('one'));
    ring.during = async () => {
      ring.during = undefined;
      await putAs(world, at('s'), bytesOf(100_000, 2), wanted[kind]);
    };
    const { object, source } = await copyAs(world, at('s'), at('d'), kms('two'));
    expect(source.etag).toBe(md5(bytesOf(100_000, 2)));
    expect(object.etag).toBe(source.etag);
    await remove(world, at('s'));
    await world.collectAll();
    expect(Buffer.compare(await get(world, at('d')), bytesOf(100_000, 2))).toBe(0);
    expect(await world.audit()).toEqual(clean);
  });

  it('that writes anew is not made of a source that was removed and collected meanwhile', async () => {
    const { world } = await openKeyWorld();
    await put(world, at('s'), bytesOf(900_000));
    world.beforeBlobGet = async () => {
      world.beforeBlobGet = undefined;
      await remove(world, at('s'));
      await world.collectAll();
    };
    await expect(copyAs(world, at('s'), at('d'), kms('one'))).rejects.toThrow('NoSuchKey');
    await world.collectAll();
    expect(await blobNames(world)).toEqual([]);
    expect(await world.audit()).toEqual(clean);
  });

  it.each(['s', 'd'])(
    'to %s that writes anew, of a source that changes each time it is read, loses nothing that was put there',
    async (key) => {
      const { world } = await openKeyWorld();
      await put(world, at('s'), bytesOf(100_000, 0));
      let seed = 0;
      world.beforeBlobGet = async () => {
        if (seed < 5) await put(world, at('s'), bytesOf(100_000, ++seed));
      };
      const { object, source } = await copyAs(world, at('s'), at(key), kms('one'));
      // Elsewhere it is the third that it looked at; onto itself, the last.
      const wantedSeed = key === 's' ? 5 : 2;
      expect(source.etag).toBe(md5(bytesOf(100_000, wantedSeed)));
      expect(object.etag).toBe(source.etag);
      expect((await head(world, at('s')))?.etag).toBe(md5(bytesOf(100_000, key === 's' ? 5 : 3)));
      await world.collectAll();
      world.beforeBlobGet = undefined;
      expect(Buffer.compare(await get(world, at(key)), bytesOf(100_000, wantedSeed))).toBe(0);
      expect(await world.audit()).toEqual(clean);
    },
  );

  it('onto itself of a source that never rests is given up, and the source stands', async () => {
    const { world } = await openKeyWorld();
    await put(world, at('s'), bytesOf(100_000, 0));
    let seed = 0;
    world.beforeBlobGet = async () => {
      await put(world, at('s'), bytesOf(100_000, ++seed));
    };
    await expect(copyAs(world, at('s'), at('s'), kms('one'))).rejects.toMatchObject({ fault: 'unavailable' });
    world.beforeBlobGet = undefined;
    await world.collectAll();
    expect(await blobNames(world)).toHaveLength(1);
    expect(Buffer.compare(await get(world, at('s')), bytesOf(100_000, seed))).toBe(0);
    expect(await world.audit()).toEqual(clean);
  });

  it('that writes anew leaves nothing where the source is damaged, or its blob gone', async () => {
    const { world } = await openKeyWorld();
    await put(world, at('s'), bytesOf(900_000));
    await putAs(world, at('e'), bytesOf(900_000, 2), kms('one'));
    await world.blobs.remove(await blobNames(world));
    await expect(copyAs(world, at('s'), at('d'), kms('one'))).rejects.toMatchObject({ fault: 'corrupt' });
    await expect(copyAs(world, at('e'), at('d'), undefined)).rejects.toMatchObject({ fault: 'corrupt' });
    expect(world.alarms).toHaveLength(2);
    expect(await head(world, at('d'))).toBeUndefined();
    await world.collectAll();
    expect((await world.audit()).extra).toEqual([]);
    expect(await blobNames(world)).toEqual([]);
  });

  it('that writes anew is fenced by a later opening, which sweeps its pin and its blob', async () => {
    const { world } = await openKeyWorld();
    await put(world, at('s'), bytesOf(900_000));
    let later: World | undefined;
    world.beforeBlobGet = async () => {
      world.beforeBlobGet = undefined;
      later = await world.reopen();
      await later.collectAll();
    };
    await expect(copyAs(world, at('s'), at('d'), kms('one'))).rejects.toMatchObject({ fault: 'unavailable' });
    await later?.collectAll();
    expect(await blobNames(world)).toHaveLength(1);
    expect(await world.audit()).toEqual(clean);
    expect(Buffer.compare(await get(later as World, at('s')), bytesOf(900_000))).toBe(0);
  });

  it('of an appendable object is a Normal one under its own key, whose ETag is the MD5', async () => {
    const { world } = await openKeyWorld();
    for (const [from, to] of pairs) {
      const key = `${from}-${to}`;
      const parts = [bytesOf(30_000, 1), bytesOf(5_000, 2), bytesOf(300_000, 3)];
      for (const body of parts) await world.store.appendObject(at(key), body, () => properties, { encryption: wanted[from] });
      const { object } = await copyAs(world, at(key), at(`${key}-copy`), wanted[to]);
      const whole = Buffer.concat(parts);
      expect(object, key).toMatchObject({ type: 'Normal', etag: md5(whole), hashCrc64: crc64(whole) });
      expect(object.encryption?.keyId).toBe(wanted[to]?.keyId);
      expect(Buffer.compare(await get(world, at(`${key}-copy`)), whole), key).toBe(0);
      const { object: same } = await copyAs(world, at(key), at(key), wanted[to]);
      expect(same.type, key).toBe('Appendable');
      const more = await world.store.appendObject(at(key), bytesOf(10, 4), () => properties);
      expect(more.encryption, key).toEqual(same.encryption);
      expect(Buffer.compare(await get(world, at(key)), Buffer.concat([whole, bytesOf(10, 4)])), key).toBe(0);
    }
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
  });
});
