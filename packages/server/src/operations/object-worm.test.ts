import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const key = 'k';
const dayMs = 86_400_000;
const secondMs = 1000;

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket, 'plain'] });
  await send({
    method: 'PUT',
    query: { versioning: '' },
    body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
  });
});
afterEach(async () => {
  await test.server.close();
});

const send = (request: TestRequest): Promise<Answer> => test.send({ bucket, ...request });
const told = ({ status, code }: Answer) => [status, code];
const immutable = [409, 'FileImmutable'];

const enable = (rule = '') =>
  send({
    method: 'PUT',
    query: { objectWorm: '' },
    body: `<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled>${rule}</ObjectWormConfiguration>`,
  });
const ruleOf = (mode: string, period: string) => `<Rule><DefaultRetention><Mode>${mode}</Mode>${period}</DefaultRetention></Rule>`;
const inSeconds = (seconds: number) => new Date(test.clock.nowMs + seconds * secondMs).toISOString();

interface RetentionRequest {
  readonly versionId?: string;
  readonly bypass?: boolean;
}
const retain = (mode: string, until: string, { versionId, bypass = false }: RetentionRequest = {}) =>
  send({
    method: 'PUT',
    key,
    query: { retention: '', ...(versionId === undefined ? {} : { versionId }) },
    headers: bypass ? { 'x-oss-bypass-governance-retention': 'true' } : {},
    body: `<Retention><Mode>${mode}</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`,
  });
const retention = () => send({ key, query: { retention: '' } });
const hold = (status: string) =>
  send({ method: 'PUT', key, query: { legalHold: '' }, body: `<LegalHold><Status>${status}</Status></LegalHold>` });
const held = async () => (await send({ key, query: { legalHold: '' } })).element('Status');

/** The id of the current version. */
async function currentVersion(name = key): Promise<string> {
  return (await send({ method: 'HEAD', key: name })).header('x-oss-version-id') ?? '';
}
const remove = (versionId: string, headers: Readonly<Record<string, string>> = {}) =>
  send({ method: 'DELETE', key, query: { versionId }, headers });

describe('the configuration of a bucket', () => {
  it('is set once and stays; its default may change', async () => {
    expect(told(await send({ query: { objectWorm: '' } }))).toEqual([404, 'ObjectWormConfigurationNotFound']);
    expect((await enable()).status).toBe(200);
    const bare = await send({ query: { objectWorm: '' } });
    expect(bare.text).toContain('<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled></ObjectWormConfiguration>');
    for (const rule of [ruleOf('GOVERNANCE', '<Days>1</Days>'), ruleOf('COMPLIANCE', '<Years>100</Years>')]) {
      expect((await enable(rule)).status).toBe(200);
      expect((await send({ query: { objectWorm: '' } })).text).toContain(rule);
    }
    const suspended = '<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>';
    expect(told(await send({ method: 'PUT', query: { versioning: '' }, body: suspended }))).toEqual([409, 'InvalidBucketState']);
    expect((await send({ method: 'DELETE', query: { objectWorm: '' } })).status).toBe(405);
  });

  it('needs versions', async () => {
    const body = '<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled></ObjectWormConfiguration>';
    expect(told(await send({ method: 'PUT', bucket: 'plain', query: { objectWorm: '' }, body }))).toEqual([409, 'InvalidBucketState']);
    expect(told(await send({ method: 'PUT', bucket: 'nope', query: { objectWorm: '' }, body }))).toEqual([404, 'NoSuchBucket']);
  });

  it.each([
    [ruleOf('COMPLIANCE', ''), 'MalformedXML'],
    [ruleOf('COMPLIANCE', '<Days>1</Days><Years>1</Years>'), 'MalformedXML'],
    [ruleOf('COMPLIANCE', '<Days>0</Days>'), 'InvalidArgument'],
    [ruleOf('COMPLIANCE', '<Days>36501</Days>'), 'InvalidArgument'],
    [ruleOf('COMPLIANCE', '<Years>101</Years>'), 'InvalidArgument'],
    [ruleOf('MAYBE', '<Days>1</Days>'), 'InvalidArgument'],
    ['<Rule><DefaultRetention><Days>1</Days></DefaultRetention></Rule>', 'MalformedXML'],
    ['<Rule', 'MalformedXML'],
  ])('refuses %s', async (rule, code) => {
    expect(told(await enable(rule))).toEqual([400, code]);
    expect((await send({ query: { objectWorm: '' } })).status).toBe(404);
  });

  it('refuses to be anything but enabled', async () => {
    const body = '<ObjectWormConfiguration><ObjectWormEnabled>Disabled</ObjectWormEnabled></ObjectWormConfiguration>';
    expect(told(await send({ method: 'PUT', query: { objectWorm: '' }, body }))).toEqual([400, 'InvalidArgument']);
  });
});

describe('a retention', () => {
  beforeEach(async () => {
    await enable();
    await send({ method: 'PUT', key, body: 'kept' });
  });

  it('is read as it was written, and protects to the second', async () => {
    const empty = await retention();
    expect(empty.text).toContain('<Retention><Mode></Mode><RetainUntilDate></RetainUntilDate></Retention>');
    const until = inSeconds(5);
    expect(until).toMatch(/\.000Z$/);
    expect((await retain('COMPLIANCE', until)).status).toBe(200);
    expect((await retention()).text).toContain(`<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>${until}</RetainUntilDate></Retention>`);
    const head = await send({ method: 'HEAD', key });
    expect([head.header('x-oss-object-worm-mode'), head.header('x-oss-object-worm-retain-until-date')]).toEqual(['COMPLIANCE', until]);
    const id = await currentVersion();
    test.clock.nowMs += 5 * secondMs - 1;
    expect(told(await remove(id))).toEqual(immutable);
    test.clock.nowMs += 1;
    expect((await remove(id)).status).toBe(204);
  });

  it('lets new versions and delete markers in', async () => {
    const id = await currentVersion();
    await retain('COMPLIANCE', inSeconds(5));
    expect((await send({ method: 'PUT', key, body: 'new' })).status).toBe(200);
    expect((await send({ method: 'DELETE', key })).status).toBe(204);
    expect((await send({ key, query: { versionId: id } })).text).toBe('kept');
    expect(told(await remove(id, { 'x-oss-bypass-governance-retention': 'true' }))).toEqual(immutable);
  });

  it('in GOVERNANCE mode yields to those who ask', async () => {
    await retain('GOVERNANCE', inSeconds(5));
    const id = await currentVersion();
    expect(told(await remove(id))).toEqual(immutable);
    expect(told(await remove(id, { 'x-oss-bypass-governance-retention': 'false' }))).toEqual(immutable);
    expect(told(await retain('GOVERNANCE', inSeconds(4)))).toEqual(immutable);
    expect((await retain('GOVERNANCE', inSeconds(4), { bypass: true })).status).toBe(200);
    expect(told(await retain('', ''))).toEqual(immutable);
    expect((await remove(id, { 'x-oss-bypass-governance-retention': 'true' })).status).toBe(204);
  });

  it('can be taken away where it yields', async () => {
    await retain('GOVERNANCE', inSeconds(5));
    expect((await retain('', '', { bypass: true })).status).toBe(200);
    expect((await retention()).element('Mode')).toBe('');
    expect((await remove(await currentVersion())).status).toBe(204);
  });

  it('in COMPLIANCE mode only becomes longer', async () => {
    await retain('COMPLIANCE', inSeconds(5));
    for (const [mode, until] of [
      ['COMPLIANCE', inSeconds(4)],
      ['GOVERNANCE', inSeconds(9)],
      ['', ''],
    ] as const) {
      expect(told(await retain(mode, until, { bypass: true }))).toEqual(immutable);
    }
    expect((await retain('COMPLIANCE', inSeconds(6))).status).toBe(200);
    expect((await retention()).element('RetainUntilDate')).toBe(inSeconds(6));
  });

  it('is of one version', async () => {
    const first = await currentVersion();
    await send({ method: 'PUT', key, body: 'second' });
    await retain('COMPLIANCE', inSeconds(5), { versionId: first });
    expect((await retention()).element('Mode')).toBe('');
    expect((await send({ key, query: { retention: '', versionId: first } })).element('Mode')).toBe('COMPLIANCE');
    expect((await remove(await currentVersion())).status).toBe(204);
    expect(told(await remove(first))).toEqual(immutable);
  });

  it.each([
    ['COMPLIANCE', '2024-05-01T07:59:59.000Z', 'InvalidArgument'],
    ['COMPLIANCE', '2024-05-01T08:00:00.000Z', 'InvalidArgument'],
    ['COMPLIANCE', '2024-05-01 09:00:00', 'InvalidArgument'],
    ['compliance', '2030-05-01T08:00:00.000Z', 'InvalidArgument'],
    ['', '2030-05-01T08:00:00.000Z', 'MalformedXML'],
    ['COMPLIANCE', '', 'MalformedXML'],
  ])('refuses %j until %j', async (mode, until, code) => {
    expect(told(await retain(mode, until))).toEqual([400, code]);
    expect((await retention()).element('Mode')).toBe('');
  });

  it('refuses what is not there, and a bucket that protects none', async () => {
    const body = `<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>${inSeconds(5)}</RetainUntilDate></Retention>`;
    const of = (request: TestRequest) => send({ method: 'PUT', query: { retention: '' }, body, ...request });
    expect(told(await of({ key: 'nope' }))).toEqual([404, 'NoSuchKey']);
    expect(told(await of({ key, query: { retention: '', versionId: 'nope' } }))).toEqual([404, 'NoSuchVersion']);
    await send({ method: 'PUT', bucket: 'plain', key, body: 'x' });
    expect(told(await of({ bucket: 'plain', key }))).toEqual([404, 'ObjectWormConfigurationNotFound']);
    expect(told(await of({ bucket: 'nope', key }))).toEqual([404, 'NoSuchBucket']);
    expect(told(await send({ key: 'nope', query: { retention: '' } }))).toEqual([404, 'NoSuchKey']);
    expect(told(await send({ bucket: 'nope', key, query: { retention: '' } }))).toEqual([404, 'NoSuchBucket']);
    await send({ method: 'DELETE', key: 'gone' });
    const marker = (await send({ method: 'DELETE', key })).header('x-oss-version-id') ?? '';
    expect(told(await of({ key, query: { retention: '', versionId: marker } }))).toEqual([405, 'MethodNotAllowed']);
  });
});

describe('a legal hold', () => {
  beforeEach(async () => {
    await enable();
    await send({ method: 'PUT', key, body: 'kept' });
  });

  it('protects until it is taken back', async () => {
    expect(await held()).toBe('OFF');
    expect((await send({ method: 'HEAD', key })).header('x-oss-object-worm-legal-hold')).toBeUndefined();
    expect((await hold('ON')).status).toBe(200);
    expect(await held()).toBe('ON');
    expect((await send({ key })).header('x-oss-object-worm-legal-hold')).toBe('ON');
    test.clock.nowMs += 1000 * dayMs;
    const id = await currentVersion();
    expect(told(await remove(id, { 'x-oss-bypass-governance-retention': 'true' }))).toEqual(immutable);
    expect((await hold('OFF')).status).toBe(200);
    expect(await held()).toBe('OFF');
    expect((await remove(id)).status).toBe(204);
  });

  it('refuses other words, and what is not there', async () => {
    for (const status of ['', 'on', 'YES']) expect((await hold(status)).status).toBe(400);
    expect(await held()).toBe('OFF');
    const body = '<LegalHold><Status>ON</Status></LegalHold>';
    const of = (request: TestRequest) => send({ method: 'PUT', query: { legalHold: '' }, body, ...request });
    expect(told(await of({ key: 'nope' }))).toEqual([404, 'NoSuchKey']);
    expect(told(await of({ bucket: 'nope', key }))).toEqual([404, 'NoSuchBucket']);
    expect(told(await send({ bucket: 'nope', key, query: { legalHold: '' } }))).toEqual([404, 'NoSuchBucket']);
  });
});
