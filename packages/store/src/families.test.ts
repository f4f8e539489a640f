/**
 * The families of histories that have cost other stores data, each by its name, and the holes of the engine's rules that one embedded process can meet.
 * What another process or request does in the middle of an operation is done in `beforeCommit`, between its look and its commit.
 */
import { describe, expect, it } from 'vitest';
import {
  at,
  blobNames,
  bytesOf,
  clean,
  complete,
  copy,
  get,
  head,
  meanwhile,
  openBucketWorld,
  properties,
  put,
  putParts,
  readAll,
  remove,
  type World,
} from './world.test.support.ts';

async function initiate(world: World, key = 'm') {
  const { id: uploadId } = await world.store.initiateUpload(at(key), () => properties);
  return { ...at(key), uploadId };
}

const isSame = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

describe('copy onto itself', () => {
  it.each(['a single blob', 'parts', 'inline bytes'])('keeps its bytes: %s', async (what) => {
    const world = await openBucketWorld();
    const bytes = bytesOf(what === 'inline bytes' ? 100 : 60_000);
    if (what === 'parts') await putParts(world, at('k'), [bytes.subarray(0, 20_000), bytes.subarray(20_000)]);
    else await put(world, at('k'), bytes);
    for (let i = 0; i < 3; i++) {
      await copy(world, at('k'), at('k'));
      await world.collectAll();
    }
    expect(isSame(await get(world, at('k')), bytes)).toBe(true);
    expect(await world.audit()).toEqual(clean);
    await remove(world, at('k'));
    await world.collectAll();
    expect(await blobNames(world)).toEqual([]);
  });

  it('many at a time leave one holder', async () => {
    const world = await openBucketWorld();
    await put(world, at('k'), bytesOf(60_000));
    await Promise.all(Array.from({ length: 12 }, () => copy(world, at('k'), at('k'))));
    await world.collectAll();
    expect(isSame(await get(world, at('k')), bytesOf(60_000))).toBe(true);
    expect(await world.audit()).toEqual(clean);
  });

  it('two names that are copied over each other at the same time end with what one of them had', async () => {
    const world = await openBucketWorld();
    await put(world, at('x'), bytesOf(60_000, 1));
    await put(world, at('y'), bytesOf(60_000, 2));
    await Promise.all([copy(world, at('x'), at('y')), copy(world, at('y'), at('x'))]);
    await world.collectAll();
    expect(isSame(await get(world, at('x')), await get(world, at('y')))).toBe(true);
    expect(await world.audit()).toEqual(clean);
  });
});

describe('a copy whose source goes away', () => {
  it('between look and commit does not come about, and decide hears of it', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    await put(world, at('s'), bytesOf(60_000));
    meanwhile(world, async () => {
      await remove(world, at('s'));
      await world.collectAll();
    });
    await expect(copy(world, at('s'), at('d'))).rejects.toThrow('NoSuchKey');
    expect(await world.audit()).toEqual(clean);
  });

  it('and comes again under its name copies the new one', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    await put(world, at('s'), bytesOf(60_000, 1));
    meanwhile(world, async () => {
      await remove(world, at('s'));
      await world.collectAll();
      await put(world, at('s'), bytesOf(60_000, 2));
    });
    await copy(world, at('s'), at('d'));
    await world.collectAll();
    expect(isSame(await get(world, at('d')), bytesOf(60_000, 2))).toBe(true);
    expect(await world.audit()).toEqual(clean);
  });
});

describe('a part sent or copied again while Complete runs', () => {
  it.each(['sent', 'copied'])('%s: the object has the bytes whose ETags were listed, or Complete sees the new part', async (how) => {
    const world = await openBucketWorld();
    const address = await initiate(world);
    await put(world, at('s'), bytesOf(30_000, 9));
    for (const partNumber of [1, 2]) await world.store.uploadPart({ ...address, partNumber }, bytesOf(30_000, partNumber), () => {});
    const before = (await world.store.listParts(address, { after: 0, limit: 10 })).parts;
    meanwhile(world, async () => {
      if (how === 'sent') await world.store.uploadPart({ ...address, partNumber: 1 }, bytesOf(30_000, 9), () => {});
      else await world.store.uploadPartCopy(at('s'), { ...address, partNumber: 1 }, () => undefined);
    });
    const completing = world.store.completeUpload(address, ({ parts, upload }) => {
      if (upload === undefined) throw new Error('NoSuchUpload');
      // The client listed the ETags that it was told first.
      if (parts.some(({ etag }, i) => etag !== before[i]?.etag)) throw new Error('InvalidPart');
      return { partNumbers: [1, 2], etag: 'E-2', properties };
    });
    await expect(completing).rejects.toThrow('InvalidPart');
    const object = await complete(world, address);
    expect(isSame(await get(world, at('m')), Buffer.concat([bytesOf(30_000, 9), bytesOf(30_000, 2)]))).toBe(true);
    expect(object.sizeBytes).toBe(60_000);
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
  });

  it.each(['sent', 'copied'])('%s after Complete has committed: it is refused, and the object stays', async (how) => {
    const world = await openBucketWorld();
    const address = await initiate(world);
    await put(world, at('s'), bytesOf(30_000, 9));
    await world.store.uploadPart({ ...address, partNumber: 1 }, bytesOf(30_000, 1), () => {});
    meanwhile(world, () => complete(world, address));
    const decide = ({ upload }: { readonly upload: unknown }): undefined => {
      if (upload === undefined) throw new Error('NoSuchUpload');
    };
    const again =
      how === 'sent'
        ? world.store.uploadPart({ ...address, partNumber: 1 }, bytesOf(30_000, 9), decide)
        : world.store.uploadPartCopy(at('s'), { ...address, partNumber: 1 }, decide);
    await expect(again).rejects.toThrow('NoSuchUpload');
    await world.collectAll();
    expect(isSame(await get(world, at('m')), bytesOf(30_000, 1))).toBe(true);
    expect(await world.audit()).toEqual(clean);
  });

  it('many at a time: every acknowledged state is whole, and nothing leaks', async () => {
    const world = await openBucketWorld();
    await put(world, at('s'), bytesOf(20_000, 50));
    for (let round = 0; round < 10; round++) {
      const address = await initiate(world);
      for (const partNumber of [1, 2]) await world.store.uploadPart({ ...address, partNumber }, bytesOf(20_000, partNumber), () => {});
      const results = await Promise.allSettled([
        world.store.uploadPart({ ...address, partNumber: 1 }, bytesOf(20_000, 40 + round), () => {}),
        complete(world, address),
        world.store.uploadPartCopy(at('s'), { ...address, partNumber: 2 }, () => undefined),
        complete(world, address),
      ]);
      expect(results[1]?.status).toBe('fulfilled');
      const object = await head(world, at('m'));
      expect((await get(world, at('m'))).length).toBe(object?.sizeBytes);
    }
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
    expect(world.alarms).toEqual([]);
  });
});

describe('abort after Complete', () => {
  const abort = (world: World, address: { bucket: string; key: string; uploadId: string }) =>
    world.store.abortUpload(address, ({ upload }) => {
      if (upload === undefined) throw new Error('NoSuchUpload');
    });

  it('is refused, and the object stays', async () => {
    const world = await openBucketWorld();
    const address = await initiate(world);
    await world.store.uploadPart({ ...address, partNumber: 1 }, bytesOf(30_000, 1), () => {});
    await complete(world, address);
    await expect(abort(world, address)).rejects.toThrow('NoSuchUpload');
    await world.collectAll();
    expect(isSame(await get(world, at('m')), bytesOf(30_000, 1))).toBe(true);
  });

  it.each(['abort', 'complete'])('between look and commit of the other: %s wins alone', async (winner) => {
    const world = await openBucketWorld();
    const address = await initiate(world);
    await world.store.uploadPart({ ...address, partNumber: 1 }, bytesOf(30_000, 1), () => {});
    meanwhile(world, () => (winner === 'abort' ? abort(world, address) : complete(world, address)));
    if (winner === 'abort') {
      await expect(complete(world, address)).rejects.toThrow('NoSuchUpload');
      expect(await head(world, at('m'))).toBeUndefined();
    } else {
      await expect(abort(world, address)).rejects.toThrow('NoSuchUpload');
      expect(isSame(await get(world, at('m')), bytesOf(30_000, 1))).toBe(true);
    }
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
    expect(await blobNames(world)).toHaveLength(winner === 'abort' ? 0 : 1);
  });

  it('a part that lands while its upload is aborted does not leak', async () => {
    const world = await openBucketWorld();
    const address = await initiate(world);
    // The part commits between the look and the commit of the abort.
    meanwhile(world, () => world.store.uploadPart({ ...address, partNumber: 1 }, bytesOf(30_000, 1), () => {}));
    await abort(world, address);
    await world.store.collect();
    expect(await blobNames(world)).toEqual([]);
    expect(await world.audit()).toEqual(clean);
  });
});

describe('the collector against a fresh reference', () => {
  it('a copy made while the source is removed keeps the bytes', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    await put(world, at('s'), bytesOf(60_000));
    meanwhile(world, () => copy(world, at('s'), at('d')));
    await remove(world, at('s'));
    await world.collectAll();
    expect(isSame(await get(world, at('d')), bytesOf(60_000))).toBe(true);
    expect(await world.audit()).toEqual(clean);
  });

  it('a manifest that is held again before the collector commits is looked at anew', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    await put(world, at('s'), bytesOf(60_000));
    await copy(world, at('s'), at('d'));
    await remove(world, at('s'));
    // The queue says that the manifest lost a holder; the other one goes while the collector looks at it.
    meanwhile(world, () => remove(world, at('d')));
    await world.collectAll();
    await world.collectAll();
    expect(await blobNames(world)).toEqual([]);
    expect(await world.audit()).toEqual(clean);
  });

  it('a part replaced while another part of the same blob stays keeps the blob', async () => {
    const world = await openBucketWorld();
    await put(world, at('s'), bytesOf(60_000));
    const address = await initiate(world);
    for (const partNumber of [1, 2]) {
      await world.store.uploadPartCopy(at('s'), { ...address, partNumber }, () => ({ offsetBytes: partNumber, lengthBytes: 30_000 }));
    }
    await world.store.uploadPart({ ...address, partNumber: 1 }, bytesOf(10), () => {});
    await remove(world, at('s'));
    await world.collectAll();
    await complete(world, address);
    const expected = Buffer.concat([bytesOf(10), bytesOf(60_000).subarray(2, 30_002)]);
    expect(isSame(await get(world, at('m')), expected)).toBe(true);
    expect(await world.audit()).toEqual(clean);
  });

  it('a part copied again from the same blob keeps it, when its source goes', async () => {
    const world = await openBucketWorld();
    await put(world, at('s'), bytesOf(60_000));
    const address = await initiate(world);
    for (let again = 0; again < 3; again++) await world.store.uploadPartCopy(at('s'), { ...address, partNumber: 1 }, () => undefined);
    await remove(world, at('s'));
    await world.collectAll();
    await complete(world, address);
    expect(isSame(await get(world, at('m')), bytesOf(60_000))).toBe(true);
    expect(await world.audit()).toEqual(clean);
  });

  it('two collectors and writers at the same time agree', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    await put(world, at('s'), bytesOf(60_000, 1));
    for (let round = 0; round < 15; round++) {
      await Promise.allSettled([
        copy(world, at('s'), at(`d${round % 3}`)),
        remove(world, at(`d${(round + 1) % 3}`)),
        world.store.collect(),
        copy(world, at(`d${(round + 2) % 3}`), at('s')),
        world.store.collect(),
        put(world, at(`d${round % 2}`), bytesOf(60_000, round)),
      ]);
      for (const { key } of (await world.store.listObjects('b', { prefix: '', delimiter: '', after: '', limit: 10 }))?.items ?? []) {
        expect(await get(world, at(key))).toHaveLength(60_000);
      }
    }
    await world.collectAll();
    expect(await world.audit()).toEqual(clean);
    expect(world.alarms).toEqual([]);
  });
});

describe('a paused writer that wakes after it was fenced', () => {
  it('publishes nothing, and removes its blob', async () => {
    const world = await openBucketWorld();
    let later = world;
    meanwhile(world, async () => {
      later = await world.reopen();
      await later.store.collect();
    });
    await expect(put(world, at('k'), bytesOf(60_000))).rejects.toMatchObject({ fault: 'unavailable' });
    expect(await blobNames(later)).toEqual([]);
    expect(await head(later, at('k'))).toBeUndefined();
    expect(await later.audit()).toEqual(clean);
  });

  it.each(['a part', 'an append'])('also %s', async (what) => {
    const world = await openBucketWorld();
    const address = await initiate(world);
    meanwhile(world, () => world.reopen());
    const writing =
      what === 'a part'
        ? world.store.uploadPart({ ...address, partNumber: 1 }, bytesOf(60_000), () => {})
        : world.store.appendObject(at('k'), bytesOf(60_000), () => properties);
    await expect(writing).rejects.toMatchObject({ fault: 'unavailable' });
    const later = await world.reopen();
    await later.store.collect();
    expect(await blobNames(later)).toEqual([]);
    expect(await later.audit()).toEqual(clean);
  });

  it('may still copy, which writes no blob', async () => {
    const world = await openBucketWorld();
    await put(world, at('k'), bytesOf(60_000));
    const later = await world.reopen();
    await copy(world, at('k'), at('l'));
    await later.collectAll();
    expect(await later.audit()).toEqual(clean);
    expect(isSame(await get(later, at('l')), bytesOf(60_000))).toBe(true);
  });
});

describe('a reader of an object that goes away', () => {
  it('before its first byte gets the new one', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    await put(world, at('k'), bytesOf(60_000, 1));
    world.beforeBlobGet = async () => {
      world.beforeBlobGet = undefined;
      await put(world, at('k'), bytesOf(70_000, 2));
      await world.collectAll();
    };
    const seen: (number | undefined)[] = [];
    const { object, body } = await world.store.openObject(at('k'), ({ existing }) => {
      seen.push(existing?.sizeBytes);
      return undefined;
    });
    expect(isSame(await readAll(body), bytesOf(70_000, 2))).toBe(true);
    expect([object.sizeBytes, seen]).toEqual([70_000, [60_000, 70_000]]);
    expect(world.alarms).toEqual([]);
  });

  it('before its first byte is told so, where nothing came after it', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    await put(world, at('k'), bytesOf(60_000, 1));
    world.beforeBlobGet = async () => {
      await remove(world, at('k'));
      await world.collectAll();
    };
    const opening = world.store.openObject(at('k'), ({ existing }) => {
      if (existing === undefined) throw new Error('NoSuchKey');
      return undefined;
    });
    await expect(opening).rejects.toThrow('NoSuchKey');
  });

  it('after its first byte gets an error, and no other bytes', async () => {
    const world = await openBucketWorld({ quarantineMs: 0 });
    await putParts(world, at('k'), [bytesOf(60_000, 1), bytesOf(60_000, 2)]);
    const { body } = await world.store.openObject(at('k'), () => undefined);
    await put(world, at('k'), bytesOf(5));
    await world.collectAll();
    await expect(readAll(body)).rejects.toMatchObject({ fault: 'unavailable' });
    expect(world.alarms).toEqual([]);
  });

  it('whose row still stands is corrupt, with an alarm', async () => {
    const world = await openBucketWorld();
    await put(world, at('k'), bytesOf(60_000));
    await world.blobs.remove(await blobNames(world));
    await expect(get(world, at('k'))).rejects.toMatchObject({ fault: 'corrupt' });
    expect(world.alarms).toMatchObject([{ facts: { bucket: 'b', key: 'k' } }]);
  });
});
