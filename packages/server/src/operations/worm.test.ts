import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, startTestServer, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const dayMs = 86_400_000;
beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
});
afterEach(async () => {
  await test.server.close();
});

const days = (root: string, value: string) => `<${root}><RetentionPeriodInDays>${value}</RetentionPeriodInDays></${root}>`;
const initiate = (value = '3') =>
  test.send({ method: 'POST', bucket, query: { worm: '' }, body: days('InitiateWormConfiguration', value) });
const abort = () => test.send({ method: 'DELETE', bucket, query: { worm: '' } });
const complete = (wormId: string) => test.send({ method: 'POST', bucket, query: { wormId } });
const extend = (wormId: string, value: string) =>
  test.send({ method: 'POST', bucket, query: { wormExtend: '', wormId }, body: days('ExtendWormConfiguration', value) });
const get = () => test.send({ bucket, query: { worm: '' } });
const told = ({ status, code }: Answer) => [status, code];

async function initiated(value?: string): Promise<string> {
  const answer = await initiate(value);
  expect(answer.status).toBe(200);
  const id = answer.header('x-oss-worm-id') ?? '';
  expect(id).toMatch(/^[0-9A-F]{32}$/);
  return id;
}

describe('the retention policy of a bucket', () => {
  it('is in progress for a day, and none after that', async () => {
    const id = await initiated('3');
    const answer = await get();
    expect(answer.text).toContain(
      `<WormId>${id}</WormId><State>InProgress</State><RetentionPeriodInDays>3</RetentionPeriodInDays><CreationDate>2024-05-01T08:00:00.000Z</CreationDate>`,
    );
    expect(told(await initiate())).toEqual([409, 'WORMConfigurationAlreadyExists']);
    test.clock.nowMs += dayMs - 1;
    expect((await get()).status).toBe(200);
    test.clock.nowMs += 1;
    expect(told(await get())).toEqual([404, 'NoSuchWORMConfiguration']);
    expect(told(await complete(id))).toEqual([404, 'NoSuchWORMConfiguration']);
    expect(told(await abort())).toEqual([404, 'NoSuchWORMConfiguration']);
    expect(await initiated()).not.toBe(id);
  });

  it('can be taken back while it is in progress', async () => {
    const id = await initiated();
    expect((await abort()).status).toBe(204);
    for (const answer of [await get(), await abort(), await complete(id), await extend(id, '9')]) {
      expect(told(answer)).toEqual([404, 'NoSuchWORMConfiguration']);
    }
  });

  it('is locked for good, and then only becomes longer', async () => {
    const id = await initiated('3');
    expect((await complete(id)).status).toBe(200);
    test.clock.nowMs += 1000 * dayMs;
    expect((await get()).element('State')).toBe('Locked');
    expect(told(await abort())).toEqual([403, 'WORMConfigurationLocked']);
    expect(told(await complete(id))).toEqual([403, 'WORMConfigurationLocked']);
    expect(told(await initiate())).toEqual([409, 'WORMConfigurationAlreadyExists']);
    for (const value of ['3', '2']) expect(told(await extend(id, value))).toEqual([400, 'InvalidWORMConfiguration']);
    expect((await extend(id, '4')).status).toBe(200);
    expect((await get()).element('RetentionPeriodInDays')).toBe('4');
    expect((await get()).element('CreationDate')).toBe('2024-05-01T08:00:00.000Z');
  });

  it('is completed and extended by its own id alone, and extended only once it is locked', async () => {
    const id = await initiated();
    const other = await complete('0'.repeat(32));
    expect([...told(other), other.element('Message')]).toEqual([404, 'NoSuchWORMConfiguration', 'The specified WORM ID does not exist.']);
    expect(told(await extend('x', '9'))).toEqual([404, 'NoSuchWORMConfiguration']);
    expect(told(await extend(id, '9'))).toEqual([400, 'InvalidWORMConfiguration']);
    expect((await get()).element('State')).toBe('InProgress');
  });
});

describe('bad input', () => {
  it.each(['0', '25551', '-1', '1.5', 'x', ''])('a period of %j days', async (value) => {
    expect(told(await initiate(value))).toEqual([400, 'InvalidWORMConfiguration']);
    expect(told(await get())).toEqual([404, 'NoSuchWORMConfiguration']);
  });

  it.each(['<InitiateWormConfiguration/>', '<Other/>', 'x', ''])('the document %j', async (body) => {
    expect(told(await test.send({ method: 'POST', bucket, query: { worm: '' }, body }))).toEqual([400, 'InvalidWORMConfiguration']);
    expect(told(await get())).toEqual([404, 'NoSuchWORMConfiguration']);
  });

  it('the longest period is 70 years', async () => {
    await initiated('25550');
    expect((await get()).element('RetentionPeriodInDays')).toBe('25550');
  });

  it('a missing bucket, and an id that is empty', async () => {
    for (const [method, query] of [
      ['POST', { worm: '' }],
      ['DELETE', { worm: '' }],
      ['POST', { wormId: 'x' }],
      ['GET', { worm: '' }],
    ] as const) {
      expect(told(await test.send({ method, bucket: 'nope', query, body: '' }))).toEqual([404, 'NoSuchBucket']);
    }
    expect(told(await complete(''))).toEqual([400, 'InvalidArgument']);
  });

  it('is nobody else’s to set', async () => {
    for (const method of ['POST', 'GET', 'DELETE'] as const) {
      expect(told(await test.send({ method, bucket, query: { worm: '' }, body: '', sign: 'none' }))).toEqual([403, 'AccessDenied']);
    }
  });
});

describe('with versions', () => {
  const versioning = (status: string) =>
    test.send({
      method: 'PUT',
      bucket,
      query: { versioning: '' },
      body: `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`,
    });
  const objectWorm = () =>
    test.send({
      method: 'PUT',
      bucket,
      query: { objectWorm: '' },
      body: '<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled></ObjectWormConfiguration>',
    });

  it('stands while they are enabled, and keeps them from being suspended', async () => {
    await versioning('Enabled');
    const id = await initiated();
    expect(told(await versioning('Suspended'))).toEqual([409, 'InvalidBucketState']);
    await complete(id);
    expect(told(await versioning('Suspended'))).toEqual([409, 'InvalidBucketState']);
    expect((await versioning('Enabled')).status).toBe(200);
  });

  it('does not begin while they are suspended; one that lapsed keeps nobody from that', async () => {
    await initiated();
    expect(told(await versioning('Suspended'))).toEqual([409, 'InvalidBucketState']);
    test.clock.nowMs += dayMs;
    expect((await versioning('Suspended')).status).toBe(200);
    expect(told(await initiate())).toEqual([409, 'InvalidBucketState']);
  });

  it('and the retention of single objects exclude each other', async () => {
    await versioning('Enabled');
    await initiated();
    expect(told(await objectWorm())).toEqual([409, 'InvalidBucketState']);
    await abort();
    expect((await objectWorm()).status).toBe(200);
    expect(told(await initiate())).toEqual([409, 'InvalidBucketState']);
  });
});
