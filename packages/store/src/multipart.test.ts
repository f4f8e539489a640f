import { createHash } from 'node:crypto';
import { crc64 } from '@ossature/protocol';
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
  openBucketWorld,
  properties,
  put,
  putParts,
  readAll,
  remove,
  takeCommits,
  type World,
} from './world.test.support.ts';

async function initiate(world: World, key = 'm') {
  const { id: uploadId } = await world.store.initiateUpload(at(key), () => properties);
  return { ...at(key), uploadId };
}

describe('an upload', () => {
  it('is initiated with its properties, listed, and found by its whole address only', async () => {
    const world = await openBucketWorld();
    const upload = await world.store.initiateUpload(at('m'), ({ bucket, existing }) => {
      expect([bucket?.name, existing]).toEqual(['b', undefined]);
      return { ...properties, storageClass: 'IA' };
    });
    expect(upload).toMatchObject({ key: 'm', initiatedMs: world.clock.now(), properties: { storageClass: 'IA' } });
    const address = { ...at('m'), uploadId: upload.id };
    expect((await world.store.getUpload(address)).upload).toEqual(upload);
    for (const wrong of [{ key: 'n' }, { bucket: 'c' }, { uploadId: upload.id.toLowerCase() }, { uploadId: 'x' }, { key: '' }]) {
      expect((await world.store.getUpload({ ...address, ...wrong })).upload).toBeUndefined();
    }
  });

  it('lists its parts in order, page after page', async () => {
    const world = await openBucketWorld();
    const address = await initiate(world);
    for (const partNumber of [10_000, 2, 300]) await world.store.uploadPart({ ...address, partNumber }, bytesOf(10, partNumber), () => {});
    const list = async (after: number, limit: number) => {
      const { parts, truncated } = await world.store.listParts(address, { after, limit });
      return [parts.map(({ partNumber }) => partNumber), truncated];
    };
    expect(await list(0, 1_000)).toEqual([[2, 300, 10_000], false]);
    expect(await list(0, 2)).toEqual([[2, 300], true]);
    expect(await list(300, 2)).toEqual([[10_000], false]);
    expect(await list(10_000, 2)).toEqual([[], false]);
    expect(await list(100_000, 2)).toEqual([[], false]);
    const gone = await world.store.listParts({ ...address, uploadId: 'x' }, { after: 0, limit: 1 });
    expect(gone).toMatchObject({ upload: undefined, parts: [], bucket: { name: 'b' } });
  });

  it('refuses a part of an upload that is gone before it reads the body', async () => {
    const world = await openBucketWorld();
    let read = false;
    const body = (async function* () {
      read = true;
      yield bytesOf(3);
    })();
    const uploading = world.store.uploadPart({ ...at('m'), uploadId: '0'.repeat(32), partNumber: 1 }, body, ({ upload }) => {
      if (upload === undefined) throw new Error('NoSuchUpload');
    });
    await expect(uploading).rejects.toThrow('NoSuchUpload');
    expect(read).toBe(false);
  });

  it('shows decide the facts of a part, and keeps nothing of one that it refuses', async () => {
    const world = await openBucketWorld();
    const address = await initiate(world);
    const bytes = bytesOf(30_000);
    const seen: unknown[] = [];
    const uploading = world.store.uploadPart({ ...address, partNumber: 1 }, bytes, ({ content }) => {
      seen.push(content);
      if (content !== undefined) throw new Error('InvalidDigest');
    });
    await expect(uploading).rejects.toThrow('InvalidDigest');
    const etag = createHash('md5').update(bytes).digest('hex').toUpperCase();
    expect(seen).toEqual([undefined, { sizeBytes: 30_000, etag, hashCrc64: crc64(bytes), type: 'Normal' }]);
    expect(await blobNames(world)).toEqual([]);
  });

  it('aborted, loses its parts, and their blobs are removed', async () => {
    const world = await openBucketWorld();
    const address = await initiate(world);
    for (const partNumber of [1, 2]) await world.store.uploadPart({ ...address, partNumber }, bytesOf(30_000, partNumber), () => {});
    await put(world, at('s'), bytesOf(30_000));
    await world.store.uploadPartCopy(at('s'), { ...address, partNumber: 3 }, () => undefined);
    expect(await world.store.getBucketStatistics('b')).toMatchObject({ multipartUploadCount: 1, multipartPartCount: 3 });
    await world.store.abortUpload(address, () => {});
    await world.store.collect();
    expect(await blobNames(world)).toHaveLength(1);
    expect(await world.store.getBucketStatistics('b')).toMatchObject({ multipartUploadCount: 0, multipartPartCount: 0 });
    expect(await world.audit()).toEqual(clean);
  });
});

describe('an upload of more parts than one commit clears', () => {
  it.each(['aborted', 'completed with none of them'])('loses them all when it is %s', async (how) => {
    const world = await openBucketWorld();
    await put(world, at('s'), bytesOf(30_000));
    const address = await initiate(world);
    const numbers = Array.from({ length: 2_500 }, (_, i) => i + 1);
    await Promise.all(numbers.map((partNumber) => world.store.uploadPartCopy(at('s'), { ...address, partNumber }, () => undefined)));
    if (how === 'aborted') await world.store.abortUpload(address, () => {});
    else await complete(world, address, []);
    await remove(world, at('s'));
    await world.collectAll();
    expect(await blobNames(world)).toEqual([]);
    expect(await world.kv.scan({ from: Buffer.from('O'), to: Buffer.from('Q'), limit: 10 })).toEqual([]);
    expect(await world.store.getBucketStatistics('b')).toMatchObject({ multipartUploadCount: 0, multipartPartCount: 0 });
    expect(await world.audit()).toEqual(clean);
  });
});

describe('completeUpload', () => {
  it('makes an object of the listed parts, with the CRC-64 of all, and drops the others', async () => {
    const world = await openBucketWorld();
    const address = await initiate(world);
    const bodies = [bytesOf(200_000, 1), bytesOf(700_000, 2), bytesOf(5, 3)];
    for (const [i, body] of bodies.entries()) await world.store.uploadPart({ ...address, partNumber: 3 * i + 1 }, body, () => {});
    world.clock.advance(1_000);
    const object = await complete(world, address, [1, 7]);
    const bytes = Buffer.concat([bodies[0] as Uint8Array, bodies[2] as Uint8Array]);
    const facts = {
      sizeBytes: bytes.length,
      hashCrc64: crc64(bytes),
      type: 'Multipart',
      manifest: address.uploadId,
      lastModifiedMs: world.clock.now(),
    };
    expect(object).toMatchObject({ ...properties, ...facts, etag: `${'E'.repeat(32)}-2` });
    expect(Buffer.compare(await get(world, at('m')), bytes)).toBe(0);
    await world.store.collect();
    expect(await blobNames(world)).toHaveLength(1);
    expect(await world.store.getBucketStatistics('b')).toMatchObject({
      multipartUploadCount: 0,
      multipartPartCount: 0,
      storageBytes: bytes.length,
    });
    expect(await world.audit()).toEqual(clean);
  });

  it('reads ranges over the seams of parts', async () => {
    const world = await openBucketWorld();
    const bodies = Array.from({ length: 150 }, (_, i) => bytesOf(1_000 + i * 200, i));
    await putParts(world, at('m'), bodies);
    const bytes = Buffer.concat(bodies);
    for (const [offsetBytes, lengthBytes] of [
      [0, bytes.length],
      [999, 2],
      [50_000, 1_000_000],
      [bytes.length - 1, 1],
      [bytes.length, 0],
    ] as const) {
      const { body } = await world.store.openObject(at('m'), () => ({ offsetBytes, lengthBytes }));
      expect(Buffer.compare(await readAll(body), bytes.subarray(offsetBytes, offsetBytes + lengthBytes))).toBe(0);
    }
  });

  it('of no parts makes an empty object', async () => {
    const world = await openBucketWorld();
    const object = await complete(world, await initiate(world));
    expect(object).toMatchObject({ sizeBytes: 0, hashCrc64: 0n });
    expect(await get(world, at('m'))).toHaveLength(0);
  });

  it('repeated with the same list answers the same, also after a copy onto itself; with another list it is refused', async () => {
    const world = await openBucketWorld();
    const address = await initiate(world);
    for (const partNumber of [1, 2]) await world.store.uploadPart({ ...address, partNumber }, bytesOf(30_000, partNumber), () => {});
    const object = await complete(world, address);
    takeCommits(world);
    const seen: unknown[] = [];
    const again = await world.store.completeUpload(address, ({ parts, completed, upload }) => {
      seen.push([parts.map(({ partNumber }) => partNumber), completed, upload]);
      return { partNumbers: [1, 2], etag: object.etag, properties };
    });
    expect(again).toEqual(object);
    expect(seen).toEqual([[[1, 2], true, undefined]]);
    expect(takeCommits(world)).toEqual([]);

    const moved = await copy(world, at('m'), at('m'));
    expect(await complete(world, address)).toEqual(moved);

    const other = world.store.completeUpload(address, ({ completed }) => {
      if (!completed) throw new Error('NoSuchUpload');
      return { partNumbers: [1], etag: object.etag, properties };
    });
    await expect(other).rejects.toThrow('NoSuchUpload');
  });

  it('repeated after the object has gone is refused', async () => {
    const world = await openBucketWorld();
    const address = await initiate(world);
    await world.store.uploadPart({ ...address, partNumber: 1 }, bytesOf(30_000), () => {});
    await complete(world, address);
    await put(world, at('m'), bytesOf(5));
    await expect(complete(world, address)).rejects.toThrow('NoSuchUpload');
    await remove(world, at('m'));
    await expect(complete(world, address)).rejects.toThrow('NoSuchUpload');
  });

  it('is a bug where decide lists a part that is not there, or parts out of order', async () => {
    const world = await openBucketWorld();
    const address = await initiate(world);
    for (const partNumber of [1, 2]) await world.store.uploadPart({ ...address, partNumber }, bytesOf(3, partNumber), () => {});
    const completing = (partNumbers: readonly number[]) =>
      world.store.completeUpload(address, () => ({ partNumbers, etag: 'E', properties }));
    await expect(completing([1, 3])).rejects.toThrow('there is no part 3');
    await expect(completing([2, 1])).rejects.toThrow('ascending');
    await expect(completing([1, 1])).rejects.toThrow('ascending');
    expect(await head(world, at('m'))).toBeUndefined();
  });
});
