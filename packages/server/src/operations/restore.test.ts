import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ServerOptions } from '../config.ts';
import { startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const start = async (options: Partial<ServerOptions> = {}) => {
  test = await startTestServer({ buckets: [bucket], ...options });
};
beforeEach(() => start());
afterEach(async () => {
  await test.server.close();
});

const send = (request: TestRequest) => test.send({ bucket, key: 'k', ...request });
const put = (storageClass: string, key = 'k') =>
  send({ method: 'PUT', key, body: 'hello', headers: { 'x-oss-storage-class': storageClass } });
const restore = (inner?: string, query: TestRequest['query'] = {}) =>
  send({
    method: 'POST',
    query: { restore: undefined, ...query },
    ...(inner === undefined ? {} : { body: `<RestoreRequest>${inner}</RestoreRequest>` }),
  });
const tier = (name: string, days = 1) => `<Days>${days}</Days><JobParameters><Tier>${name}</Tier></JobParameters>`;
const clean = () => send({ method: 'POST', query: { cleanRestoredObject: undefined } });
const header = async () => (await send({ method: 'HEAD' })).header('x-oss-restore');

describe('archived objects', () => {
  it.each(['Archive', 'ColdArchive', 'DeepColdArchive'])('of %s tell what they are, and not what they hold', async (storageClass) => {
    await put(storageClass);
    const got = await send({});
    expect([got.status, got.code, got.header('x-oss-ec')]).toEqual([403, 'InvalidObjectState', '0016-00000330']);
    const head = await send({ method: 'HEAD' });
    expect([head.status, head.header('x-oss-storage-class'), head.header('x-oss-restore')]).toEqual([200, storageClass, undefined]);
    expect((await send({ method: 'HEAD', query: { objectMeta: undefined } })).header('content-length')).toBe('5');
    expect((await send({ method: 'DELETE' })).status).toBe(204);
  });

  it('are told apart from missing ones before conditions are', async () => {
    await put('Archive');
    expect((await send({ headers: { 'If-Match': '"0"' } })).code).toBe('InvalidObjectState');
    expect((await send({ key: 'none' })).code).toBe('NoSuchKey');
  });
});

describe('RestoreObject', () => {
  it.each([
    ['Archive', undefined, minuteMs, 1, undefined],
    ['Archive', '<Days>7</Days>', minuteMs, 7, undefined],
    ['ColdArchive', undefined, 5 * hourMs, 1, 'Standard'],
    ['ColdArchive', tier('Expedited', 365), hourMs, 365, 'Expedited'],
    ['ColdArchive', tier('Bulk'), 12 * hourMs, 1, 'Bulk'],
    ['DeepColdArchive', tier('Expedited'), 12 * hourMs, 1, 'Expedited'],
    ['DeepColdArchive', '<Days>2</Days>', 48 * hourMs, 2, 'Standard'],
  ] as const)('restores %s by %s in its time, for its days', async (storageClass, body, takesMs, days, priority) => {
    await put(storageClass);
    const begun = test.clock.nowMs;
    const first = await restore(body);
    expect([first.status, first.bytes.length, first.header('x-oss-object-restore-priority')]).toEqual([202, 0, priority]);
    expect(first.header('x-oss-version-id')).toBeUndefined();
    test.clock.nowMs = begun + takesMs - 1;
    expect(await header()).toBe('ongoing-request="true"');
    expect((await send({})).code).toBe('InvalidObjectState');
    const again = await restore(body);
    expect([again.status, again.code, again.element('Message')]).toEqual([
      409,
      'RestoreAlreadyInProgress',
      'The restore operation is in progress.',
    ]);
    test.clock.nowMs = begun + takesMs;
    const expires = new Date(begun + takesMs + days * dayMs).toUTCString();
    expect(await header()).toBe(`ongoing-request="false", expiry-date="${expires}"`);
    expect((await send({})).text).toBe('hello');
    expect((await send({ headers: { Range: 'bytes=1-2' } })).status).toBe(206);
    for (const query of [{ prefix: '' }, { 'list-type': '2' }, { versions: undefined }] as const) {
      const listed = await test.send({ bucket, query });
      expect(listed.element('RestoreInfo')?.replaceAll('&quot;', '"')).toBe(await header());
    }
    test.clock.nowMs = begun + takesMs + days * dayMs;
    expect([(await send({})).code, await header()]).toEqual(['InvalidObjectState', undefined]);
    expect((await restore(body)).status).toBe(202);
  });

  it('prolongs what is restored, and never shortens it', async () => {
    await put('ColdArchive');
    await restore(tier('Expedited', 10));
    test.clock.nowMs += hourMs;
    const expires = new Date(test.clock.nowMs + 10 * dayMs).toUTCString();
    const shorter = await restore(tier('Bulk', 1));
    expect([shorter.status, shorter.header('x-oss-object-restore-priority')]).toEqual([200, 'Expedited']);
    expect(await header()).toContain(expires);
    test.clock.nowMs += dayMs;
    expect((await restore('<Days>20</Days>')).status).toBe(200);
    expect(await header()).toContain(new Date(test.clock.nowMs + 20 * dayMs).toUTCString());
    expect((await send({})).text).toBe('hello');
  });

  it.each(['Standard', 'IA'])('has nothing to do for %s', async (storageClass) => {
    await put(storageClass);
    for (const answer of [await restore(), await clean()]) {
      expect([answer.status, answer.code, answer.header('x-oss-ec')]).toEqual([400, 'OperationNotSupported', '0016-00000702']);
      expect(answer.element('Detail')).toMatch(/does not support this object storage class$/);
    }
  });

  it.each([
    ['Archive', '<Days>8</Days>', 'InvalidArgument', 'Days'],
    ['Archive', '<Days>0</Days>', 'InvalidArgument', 'Days'],
    ['ColdArchive', '<Days>366</Days>', 'InvalidArgument', 'Days'],
    ['ColdArchive', '<Days>two</Days>', 'InvalidArgument', 'Days'],
    ['ColdArchive', tier('Fast'), 'InvalidArgument', 'Tier'],
    ['DeepColdArchive', tier('Bulk'), 'InvalidArgument', 'Tier'],
    ['Archive', '<Days>1</Days><Days>2</Days>', 'MalformedXML', undefined],
  ])('of %s refuses %s, and nothing changes', async (storageClass, body, code, argument) => {
    await put(storageClass);
    const answer = await restore(body);
    expect([answer.status, answer.code, answer.element('ArgumentName')]).toEqual([400, code, argument]);
    expect(await header()).toBeUndefined();
  });

  it('is for those who may, of objects that are', async () => {
    await put('Archive');
    expect((await send({ method: 'POST', query: { restore: undefined }, sign: 'none' })).status).toBe(403);
    expect((await send({ method: 'POST', key: 'none', query: { restore: undefined } })).code).toBe('NoSuchKey');
    expect(await header()).toBeUndefined();
  });

  it('restores the version that is named, and tells it', async () => {
    const body = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
    await test.send({ method: 'PUT', bucket, query: { versioning: undefined }, body });
    const versionId = (await put('Archive')).header('x-oss-version-id') ?? '';
    await put('Standard');
    expect((await restore()).code).toBe('OperationNotSupported');
    const begun = await restore(undefined, { versionId });
    expect([begun.status, begun.header('x-oss-version-id')]).toEqual([202, versionId]);
    test.clock.nowMs += minuteMs;
    expect((await send({ query: { versionId } })).text).toBe('hello');
  });

  it('takes as long as the server is told to, whatever the class', async () => {
    await test.server.close();
    await start({ restoreMs: 2000 });
    await put('DeepColdArchive');
    await restore();
    test.clock.nowMs += 1999;
    expect((await send({})).code).toBe('InvalidObjectState');
    test.clock.nowMs += 1;
    expect((await send({})).text).toBe('hello');
    await put('Archive', 'other');
    await test.server.close();
    await start({ restoreMs: 0 });
    await put('ColdArchive');
    expect((await restore()).status).toBe(202);
    expect((await send({})).text).toBe('hello');
  });

  it('is over for what is written in its place', async () => {
    await put('Archive');
    await restore();
    test.clock.nowMs += minuteMs;
    await put('Archive');
    expect([(await send({})).code, await header()]).toEqual(['InvalidObjectState', undefined]);
  });
});

describe('CleanRestoredObject', () => {
  it('ends the restored state, and nothing else', async () => {
    await put('Archive');
    const early = await clean();
    expect([early.status, early.code, early.header('x-oss-ec')]).toEqual([409, 'ArchiveRestoreNotFinished', '0016-00000719']);
    await restore();
    expect((await clean()).code).toBe('ArchiveRestoreNotFinished');
    expect(await header()).toBe('ongoing-request="true"');
    test.clock.nowMs += minuteMs;
    expect((await clean()).status).toBe(200);
    expect([(await send({})).code, await header()]).toEqual(['InvalidObjectState', undefined]);
    expect((await restore()).status).toBe(202);
  });
});

describe('SealAppendObject', () => {
  const append = (position: number, body = 'hello') =>
    send({ method: 'POST', query: { append: undefined, position: String(position) }, body });
  const seal = (position: number | string, key = 'k') =>
    send({ method: 'POST', key, query: { seal: undefined, position: String(position) } });

  it('ends an appendable object, once', async () => {
    await append(0);
    const sealed = await seal(5);
    expect([sealed.status, sealed.header('x-oss-sealed-time')]).toEqual([200, 'Wed, 01 May 2024 08:00:00 GMT']);
    test.clock.nowMs += hourMs;
    expect((await seal(5)).header('x-oss-sealed-time')).toBe('Wed, 01 May 2024 08:00:00 GMT');
    for (const method of ['GET', 'HEAD'] as const) {
      expect((await send({ method })).header('x-oss-sealed-time')).toBe('Wed, 01 May 2024 08:00:00 GMT');
    }
    expect((await send({ method: 'HEAD', query: { objectMeta: undefined } })).header('x-oss-sealed-time')).toBeDefined();
    const refused = await append(5);
    expect([refused.status, refused.code]).toEqual([409, 'AppendSealedObjectNotAllowed']);
    expect((await send({})).text).toBe('hello');
  });

  it('refuses another length, other objects and what is not there', async () => {
    await append(0);
    const other = await seal(4);
    expect([other.status, other.code, other.header('x-oss-next-append-position')]).toEqual([409, 'PositionNotEqualToLength', '5']);
    expect((await seal('end')).code).toBe('InvalidArgument');
    expect((await send({ method: 'POST', query: { seal: undefined } })).code).toBe('InvalidArgument');
    expect((await seal(0, 'none')).code).toBe('NoSuchKey');
    expect((await send({ method: 'HEAD' })).header('x-oss-sealed-time')).toBeUndefined();
    expect((await append(5)).status).toBe(200);
    await put('Standard');
    expect(await seal(5)).toMatchObject({ status: 409, code: 'AppendSealedObjectNotAllowed' });
  });
});
