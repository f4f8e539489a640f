import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, startTestServer, type TestRequest, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const key = 'k';
const dayMs = 86_400_000;

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket, 'plain'] });
  await send({ method: 'PUT', key: 'old', body: 'old' });
  await send({ method: 'POST', key: 'grown', query: { append: '', position: '0' }, body: 'abc' });
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
const iso = (timeMs: number) => new Date(timeMs).toISOString();

const enable = (period = '') =>
  send({
    method: 'PUT',
    query: { objectWorm: '' },
    body: `<ObjectWormConfiguration><ObjectWormEnabled>Enabled</ObjectWormEnabled>${
      period === '' ? '' : `<Rule><DefaultRetention><Mode>COMPLIANCE</Mode>${period}</DefaultRetention></Rule>`
    }</ObjectWormConfiguration>`,
  });

/** What HEAD tells of the retention: mode, date, hold. */
async function protectionOf(name: string): Promise<readonly (string | undefined)[]> {
  const { header } = await send({ method: 'HEAD', key: name });
  return ['mode', 'retain-until-date', 'legal-hold'].map((suffix) => header(`x-oss-object-worm-${suffix}`));
}

async function begin(headers: Readonly<Record<string, string>> = {}): Promise<() => Promise<Answer>> {
  const begun = await send({ method: 'POST', key, query: { uploads: '' }, headers });
  const uploadId = begun.element('UploadId') ?? '';
  const part = await send({ method: 'PUT', key, query: { partNumber: '1', uploadId }, body: 'part' });
  const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${part.header('etag')}</ETag></Part></CompleteMultipartUpload>`;
  return () => send({ method: 'POST', key, query: { uploadId }, body });
}

describe('the default of a bucket', () => {
  it('protects what comes later, from its own beginning, and nothing that was there', async () => {
    await enable('<Days>2</Days>');
    const complete = await begin();
    test.clock.nowMs += dayMs;
    const until = iso(test.clock.nowMs + 2 * dayMs);
    await send({ method: 'PUT', key: 'put', body: 'x' });
    await send({ method: 'PUT', key: 'copy', headers: { 'x-oss-copy-source': `/${bucket}/old` } });
    await send({ method: 'PUT', key: 'link', query: { symlink: '' }, headers: { 'x-oss-symlink-target': 'old' } });
    expect((await complete()).status).toBe(200);
    for (const name of ['put', 'copy', key]) expect(await protectionOf(name)).toEqual(['COMPLIANCE', until, undefined]);
    expect(await protectionOf('old')).toEqual([undefined, undefined, undefined]);
    const link = await send({ key: 'link', query: { retention: '' } });
    expect(link.element('RetainUntilDate')).toBe(until);
  });

  it('yields to what the request says, and a copy takes nothing from its source', async () => {
    await enable('<Years>1</Years>');
    const until = iso(test.clock.nowMs + dayMs);
    const own = {
      'x-oss-object-worm-mode': 'GOVERNANCE',
      'x-oss-object-worm-retain-until-date': until,
      'x-oss-object-worm-legal-hold': 'ON',
    };
    await send({ method: 'PUT', key: 'put', body: 'x', headers: own });
    expect(await protectionOf('put')).toEqual(['GOVERNANCE', until, 'ON']);
    await send({ method: 'PUT', key: 'copy', headers: { 'x-oss-copy-source': `/${bucket}/put` } });
    expect(await protectionOf('copy')).toEqual(['COMPLIANCE', '2025-05-01T08:00:00.000Z', undefined]);
    await send({ method: 'PUT', key: 'own', headers: { ...own, 'x-oss-copy-source': `/${bucket}/old` } });
    expect(await protectionOf('own')).toEqual(['GOVERNANCE', until, 'ON']);
    const complete = await begin(own);
    expect((await complete()).status).toBe(200);
    expect(await protectionOf(key)).toEqual(['GOVERNANCE', until, 'ON']);
  });
});

describe('headers of retention', () => {
  const later = '2030-01-01T00:00:00.000Z';
  it.each<[Readonly<Record<string, string>>, string]>([
    [{ 'x-oss-object-worm-mode': 'COMPLIANCE' }, 'InvalidArgument'],
    [{ 'x-oss-object-worm-retain-until-date': later }, 'InvalidArgument'],
    [{ 'x-oss-object-worm-mode': 'COMPLIANCE', 'x-oss-object-worm-retain-until-date': '2024-05-01T08:00:00.000Z' }, 'InvalidArgument'],
    [{ 'x-oss-object-worm-mode': 'SOMEHOW', 'x-oss-object-worm-retain-until-date': later }, 'InvalidArgument'],
    [{ 'x-oss-object-worm-legal-hold': 'MAYBE' }, 'InvalidArgument'],
  ])('%j are refused', async (headers, code) => {
    await enable();
    for (const request of [
      { method: 'PUT', key: 'new', body: 'x', headers },
      { method: 'PUT', key: 'new', headers: { ...headers, 'x-oss-copy-source': `/${bucket}/old` } },
      { method: 'POST', key: 'new', query: { uploads: '' }, headers },
    ] as const) {
      expect(told(await send(request))).toEqual([400, code]);
    }
    expect((await send({ key: 'new' })).status).toBe(404);
  });

  it('are refused where the bucket protects no single objects', async () => {
    const headers = { 'x-oss-object-worm-legal-hold': 'ON' };
    expect(told(await send({ method: 'PUT', key: 'new', body: 'x', headers }))).toEqual([404, 'ObjectWormConfigurationNotFound']);
    expect((await send({ key: 'new' })).status).toBe(404);
  });
});

describe('objects that grow', () => {
  it('have no place where single objects are protected', async () => {
    await enable();
    for (const [name, position] of [
      ['new', '0'],
      ['grown', '3'],
    ] as const) {
      const answer = await send({ method: 'POST', key: name, query: { append: '', position }, body: 'x' });
      expect(told(answer)).toEqual([400, 'OperationNotSupported']);
    }
    const body = '<LegalHold><Status>ON</Status></LegalHold>';
    expect(told(await send({ method: 'PUT', key: 'grown', query: { legalHold: '' }, body }))).toEqual([400, 'OperationNotSupported']);
    expect((await send({ key: 'grown' })).text).toBe('abc');
  });
});
