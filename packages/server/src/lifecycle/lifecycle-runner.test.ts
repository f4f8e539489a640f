import type { Bucket, Store } from '@ossature/store';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';
import { LifecycleRunner } from './lifecycle-runner.ts';
import { RuleBook } from './rule-book.ts';

let test: TestServer;
beforeEach(async () => {
  test = await startTestServer({ buckets: ['bkt', 'other'] });
});
afterEach(async () => {
  await test.server.close();
});

const bucket = 'bkt';
const nothing = { expired: 0, markers: 0, transitioned: 0, aborted: 0, kept: 0, failed: 0 };
const dayMs = 86_400_000;
const put = async (...rules: readonly string[]) => {
  const body = `<LifecycleConfiguration>${rules.map((rule) => `<Rule><Status>Enabled</Status>${rule}</Rule>`).join('')}</LifecycleConfiguration>`;
  const headers = { 'x-oss-allow-same-action-overlap': 'true' };
  expect(await test.send({ method: 'PUT', bucket, query: { lifecycle: undefined }, body, headers })).toMatchObject({ status: 200 });
};
const expire = (days: number, prefix = '') => `<Prefix>${prefix}</Prefix><Expiration><Days>${days}</Days></Expiration>`;
const write = (key: string, headers: Record<string, string> = {}) =>
  test.send({ method: 'PUT', bucket, key, body: `bytes of ${key}`, headers });
const keys = async () =>
  (await test.server.store.listObjects(bucket, { prefix: '', delimiter: '', after: '', limit: 1000 }))?.items.map(({ key }) => key);
const versions = async () =>
  (await test.server.store.listVersions(bucket, { prefix: '', delimiter: '', keyMarker: '', versionIdMarker: '', limit: 1000 }))?.items.map(
    (entry) =>
      `${entry.object === undefined ? 'marker' : 'version'} ${(entry.object ?? entry.marker).key}${entry.isLatest ? ' latest' : ''}`,
  );
const setVersioning = (status: 'Enabled' | 'Suspended') =>
  test.send({
    method: 'PUT',
    bucket,
    query: { versioning: undefined },
    body: `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
  });
const run = () => test.server.runLifecycle();

describe('a pass of the lifecycle runner', () => {
  it('removes what has expired, and nothing else', async () => {
    await write('logs/old');
    await write('keep');
    await test.send({ method: 'PUT', bucket: 'other', key: 'logs/old', body: 'x' });
    await put(expire(3, 'logs/'));
    test.clock.nowMs += 2 * dayMs;
    await write('logs/new');
    expect(await run()).toEqual(nothing);
    test.clock.nowMs += 2 * dayMs;
    expect(await run()).toEqual({ ...nothing, expired: 1 });
    expect(await keys()).toEqual(['keep', 'logs/new']);
    expect((await test.send({ bucket: 'other', key: 'logs/old' })).status).toBe(200);
    expect(await run()).toEqual(nothing);
  });

  it('spares an object that was written again', async () => {
    await write('k');
    await put(expire(1));
    test.clock.nowMs += 10 * dayMs;
    await write('k');
    expect(await run()).toEqual(nothing);
    expect(await keys()).toEqual(['k']);
  });

  it('goes through more than a page, under each prefix once', async () => {
    const link = (i: number) => test.server.store.putSymlink({ bucket, key: `a/${i}` }, 'x', () => linkProperties);
    await Promise.all(Array.from({ length: 1005 }, (_, i) => link(i)));
    await write('b');
    await put(expire(1, 'a/'), expire(2, 'a/1'), '<Prefix>b</Prefix><AbortMultipartUpload><Days>1</Days></AbortMultipartUpload>');
    test.clock.nowMs += 5 * dayMs;
    expect(await run()).toEqual({ ...nothing, expired: 1005 });
    expect(await keys()).toEqual(['b']);
  });

  it('moves objects to the class that is due; their time of modification stays', async () => {
    await write('k');
    await put(
      '<Transition><Days>1</Days><StorageClass>IA</StorageClass></Transition><Transition><Days>10</Days><StorageClass>Archive</StorageClass></Transition>',
    );
    const before = (await test.send({ method: 'HEAD', bucket, key: 'k' })).header('last-modified');
    test.clock.nowMs += 3 * dayMs;
    expect(await run()).toEqual({ ...nothing, transitioned: 1 });
    const head = await test.send({ method: 'HEAD', bucket, key: 'k' });
    expect([head.header('x-oss-storage-class'), head.header('last-modified'), head.header('x-oss-transition-time')]).toEqual([
      'IA',
      before,
      new Date(test.clock.nowMs).toUTCString(),
    ]);
    const statistics = await test.server.store.getBucketStatistics(bucket);
    expect(statistics?.byStorageClass).toEqual({ IA: { storageBytes: 10, objectCount: 1 } });
    expect(await run()).toEqual(nothing);
    test.clock.nowMs += 10 * dayMs;
    expect(await run()).toEqual({ ...nothing, transitioned: 1 });
    expect((await test.send({ method: 'HEAD', bucket, key: 'k' })).header('x-oss-storage-class')).toBe('Archive');
    expect((await test.send({ bucket, key: 'k' })).code).toBe('InvalidObjectState');
  });

  it('ends stale uploads', async () => {
    const begun = await test.send({ method: 'POST', bucket, key: 'big', query: { uploads: undefined } });
    const uploadId = begun.element('UploadId') ?? '';
    await put('<AbortMultipartUpload><Days>2</Days></AbortMultipartUpload>');
    test.clock.nowMs += 2 * dayMs;
    expect(await run()).toEqual(nothing);
    await test.send({ method: 'POST', bucket, key: 'big', query: { uploads: undefined } });
    test.clock.nowMs += dayMs;
    expect(await run()).toEqual({ ...nothing, aborted: 1 });
    expect(await test.send({ bucket, key: 'big', query: { uploadId } })).toMatchObject({ code: 'NoSuchUpload' });
    expect(
      (await test.server.store.listUploads(bucket, { prefix: '', delimiter: '', keyMarker: '', uploadIdMarker: '', limit: 10 }))?.items
        .length,
    ).toBe(1);
  });

  it('puts a delete marker where there are versions, removes older ones by the day a newer one came, and then the marker', async () => {
    await setVersioning('Enabled');
    await write('k');
    test.clock.nowMs += dayMs;
    await write('k');
    await put(
      `${expire(2)}<NoncurrentVersionExpiration><NoncurrentDays>5</NoncurrentDays></NoncurrentVersionExpiration>`,
      '<Prefix>k</Prefix><Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>',
    );
    test.clock.nowMs += 3 * dayMs;
    expect(await run()).toEqual({ ...nothing, expired: 1 });
    expect(await versions()).toEqual(['marker k latest', 'version k', 'version k']);
    // The first version is older by a newer one that came three days before the marker did.
    test.clock.nowMs += 3 * dayMs;
    expect(await run()).toEqual({ ...nothing, expired: 1 });
    expect(await versions()).toEqual(['marker k latest', 'version k']);
    test.clock.nowMs += 3 * dayMs;
    expect(await run()).toEqual({ ...nothing, expired: 1 });
    expect(await run()).toEqual({ ...nothing, markers: 1 });
    expect(await versions()).toEqual([]);
  });

  it('moves older versions, and takes the null version away where versions are suspended', async () => {
    await setVersioning('Enabled');
    await write('k');
    await write('k');
    await put(
      '<NoncurrentVersionTransition><NoncurrentDays>1</NoncurrentDays><StorageClass>IA</StorageClass></NoncurrentVersionTransition>',
      expire(3, 's'),
    );
    await setVersioning('Suspended');
    await write('s');
    test.clock.nowMs += 4 * dayMs;
    expect(await run()).toEqual({ ...nothing, transitioned: 1, expired: 1 });
    expect(await versions()).toEqual(['version k latest', 'version k', 'marker s latest']);
    const listed = await test.send({ bucket, query: { versions: undefined, prefix: 'k' } });
    expect([...listed.text.matchAll(/<StorageClass>(.*?)</g)].map(([, name]) => name)).toEqual(['Standard', 'IA']);
  });

  it('leaves what a retention protects', async () => {
    await write('k');
    const worm = await test.send({
      method: 'POST',
      bucket,
      query: { worm: undefined },
      body: '<InitiateWormConfiguration><RetentionPeriodInDays>365</RetentionPeriodInDays></InitiateWormConfiguration>',
    });
    await test.send({ method: 'POST', bucket, query: { wormId: worm.header('x-oss-worm-id') ?? '' } });
    await put(expire(1));
    test.clock.nowMs += 5 * dayMs;
    expect(await run()).toEqual({ ...nothing, kept: 1 });
    expect(await keys()).toEqual(['k']);
    test.clock.nowMs += 365 * dayMs;
    expect(await run()).toEqual({ ...nothing, expired: 1 });
  });

  it('does nothing by rules that are disabled', async () => {
    await write('k');
    await put(expire(1));
    const body =
      '<LifecycleConfiguration><Rule><Status>Disabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>';
    await test.send({ method: 'PUT', bucket, query: { lifecycle: undefined }, body });
    test.clock.nowMs += 5 * dayMs;
    expect(await run()).toEqual(nothing);
    expect(await keys()).toEqual(['k']);
  });

  it('forgets the rules of buckets that are gone', async () => {
    const { store } = test.server;
    await put(expire(1));
    await store.putDocument('lifecycle/FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF', () => '[]');
    const runner = await ownRunner(store);
    expect(await runner.run()).toEqual(nothing);
    expect(await store.listDocuments('lifecycle/')).toHaveLength(1);
    await runner.stop();
  });

  it.each<[title: string, change: () => Promise<unknown>, left: readonly string[]]>([
    ['is written again', () => write('k'), ['k']],
    ['loses its tag', () => test.send({ method: 'DELETE', bucket, key: 'k', query: { tagging: undefined } }), ['k']],
    ['is removed', () => test.send({ method: 'DELETE', bucket, key: 'k' }), []],
    ['comes to stand in a bucket without rules', () => test.send({ method: 'DELETE', bucket, query: { lifecycle: undefined } }), ['k']],
  ])('leaves an object alone that %s between the look and the deed', async (_, change, left) => {
    const { store } = test.server;
    await write('k', { 'x-oss-tagging': 'temporary' });
    await put(`<Tag><Key>temporary</Key><Value></Value></Tag><Expiration><Days>1</Days></Expiration>`);
    test.clock.nowMs += 5 * dayMs;
    const book = await RuleBook.open(store);
    const late = withRemoval(store, async (...given) => {
      await change();
      // The server has a book of its own: this one learns what it says now.
      const { id } = await bucketOf(store);
      if ((await RuleBook.open(store)).rulesOf({ id }) === undefined) await book.remove(id);
      return store.removeObject(...given);
    });
    const runner = await ownRunner(late, book);
    expect(await runner.run()).toEqual({ ...nothing, kept: 1 });
    expect(await keys()).toEqual(left);
    await runner.stop();
  });
});

describe('a version between the look and the deed', () => {
  const remove = (key: string, versionId?: string) =>
    test.send({ method: 'DELETE', bucket, key, query: versionId === undefined ? {} : { versionId } });
  const latestId = async () => (await test.send({ method: 'HEAD', bucket, key: 'k' })).header('x-oss-version-id');
  const noncurrent = '<Prefix></Prefix><NoncurrentVersionExpiration><NoncurrentDays>1</NoncurrentDays></NoncurrentVersionExpiration>';
  const moves = (text: string) => `<Prefix></Prefix>${text}`;

  it.each<[title: string, rule: string, removesMarker: boolean]>([
    ['an older version that becomes the current one is not removed', noncurrent, false],
    ['an older version behind a marker that goes is not removed', noncurrent, true],
    [
      'an older version that becomes the current one is not moved',
      moves('<NoncurrentVersionTransition><NoncurrentDays>1</NoncurrentDays><StorageClass>IA</StorageClass></NoncurrentVersionTransition>'),
      false,
    ],
  ])('%s', async (_, rule, removesMarker) => {
    const { store } = test.server;
    await setVersioning('Enabled');
    await write('k');
    const first = await latestId();
    const newer = removesMarker ? (await remove('k')).header('x-oss-version-id') : (await write('k')).header('x-oss-version-id');
    await put(rule);
    test.clock.nowMs += 5 * dayMs;
    const runner = await ownRunner(before(store, () => remove('k', newer)));
    expect(await runner.run()).toEqual({ ...nothing, kept: 1 });
    expect(await versions()).toEqual(['version k latest']);
    expect(await latestId()).toBe(first);
    expect((await test.send({ method: 'HEAD', bucket, key: 'k' })).header('x-oss-storage-class')).toBe('Standard');
    await runner.stop();
  });

  it('the current one is not moved by its rule where it is an older one by then', async () => {
    const { store } = test.server;
    await setVersioning('Enabled');
    await write('k');
    const first = await latestId();
    await put(moves('<Transition><Days>1</Days><StorageClass>IA</StorageClass></Transition>'));
    test.clock.nowMs += 5 * dayMs;
    const runner = await ownRunner(before(store, () => write('k')));
    expect(await runner.run()).toEqual({ ...nothing, kept: 1 });
    const older = await test.send({ method: 'HEAD', bucket, key: 'k', query: { versionId: first ?? '' } });
    expect(older.header('x-oss-storage-class')).toBe('Standard');
    await runner.stop();
  });

  it('a marker that becomes the current one stays: its removal would bring an object back', async () => {
    const { store } = test.server;
    await setVersioning('Enabled');
    await write('k');
    await remove('k');
    const newer = (await write('k')).header('x-oss-version-id');
    await put(`${noncurrent.replace('<NoncurrentDays>1', '<NoncurrentDays>4')}`);
    test.clock.nowMs += 6 * dayMs;
    let isFirst = true;
    const runner = await ownRunner(
      before(store, async () => {
        if (isFirst) await remove('k', newer);
        isFirst = false;
      }),
    );
    expect(await runner.run()).toMatchObject({ markers: 0, kept: 1 });
    expect((await versions())?.[0]).toBe('marker k latest');
    await runner.stop();
  });
});

/** The store, where something happens before each removal and each change of an object. */
function before(store: Store, act: () => Promise<unknown>): Store {
  return new Proxy(store, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name !== 'removeObject' && name !== 'updateObject') return value.bind(target);
      return async (...given: readonly unknown[]) => {
        await act();
        return value.apply(target, given) as unknown;
      };
    },
  });
}

async function ownRunner(store: Store, book?: RuleBook): Promise<LifecycleRunner> {
  return new LifecycleRunner({ store, book: book ?? (await RuleBook.open(store)), clock: test.clock, log: pino({ enabled: false }) });
}

async function bucketOf(store: Store): Promise<Bucket> {
  const found = await store.getBucket(bucket);
  if (found === undefined) throw new Error('the bucket is missing');
  return found;
}

/** The store, with another way to remove objects. */
function withRemoval(store: Store, removeObject: Store['removeObject']): Store {
  return new Proxy(store, {
    get: (target, name) => {
      if (name === 'removeObject') return removeObject;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

const linkProperties = {
  contentHeaders: {},
  userMetadata: {},
  tags: [],
  acl: 'default',
  storageClass: 'Standard',
  ownerId: '1234567890123456',
} as const;
