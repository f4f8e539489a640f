import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer, testAccount } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const query = { overwriteConfig: undefined };

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
  for (const key of ['a/1.txt', 'a/2.jpg', 'b/1.txt', 'src']) await test.send({ method: 'PUT', bucket, key, body: 'first' });
});
afterEach(async () => {
  await test.server.close();
});

const rule = (inner: string, action = 'forbid') => `<Rule>${inner}<Action>${action}</Action></Rule>`;
const configure = (rules: string) =>
  test.send({ method: 'PUT', bucket, query, body: `<OverwriteConfiguration>${rules}</OverwriteConfiguration>` });
const stored = async () => (await test.send({ bucket, query })).text;

/** What every way to write an object is answered, where one stands. */
async function overwrites(key: string): Promise<Readonly<Record<string, string>>> {
  const upload = await test.send({ method: 'POST', bucket, key, query: { uploads: undefined } });
  const copy = (from: string) => test.send({ method: 'PUT', bucket, key, headers: { 'x-oss-copy-source': `/${bucket}/${from}` } });
  const link = { query: { symlink: undefined }, headers: { 'x-oss-symlink-target': 'src' } };
  const told = {
    put: await test.send({ method: 'PUT', bucket, key, body: 'second' }),
    initiate: upload,
    copy: await copy('src'),
    'copy onto itself': await copy(key),
    link: await test.send({ method: 'PUT', bucket, key, ...link }),
  };
  return Object.fromEntries(Object.entries(told).map(([how, { status, code }]) => [how, `${status} ${code}`.trim()]));
}
const refused = Object.fromEntries(['put', 'initiate', 'copy', 'copy onto itself', 'link'].map((how) => [how, '409 FileAlreadyExists']));
const done = Object.fromEntries(Object.keys(refused).map((how) => [how, '200']));

describe('overwrite rules of a bucket', () => {
  it('are put, told and removed', async () => {
    expect(await test.send({ bucket, query })).toMatchObject({ status: 404, code: 'NoSuchBucketOverwriteConfig' });
    expect((await configure(rule('<ID>one</ID><Prefix>a/</Prefix><Suffix>.txt</Suffix>') + rule(''))).status).toBe(200);
    const text = await stored();
    expect(text).toContain('<Rule><ID>one</ID><Action>forbid</Action><Prefix>a/</Prefix><Suffix>.txt</Suffix></Rule>');
    expect(text).toMatch(
      /<Rule><ID>[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}<\/ID><Action>forbid<\/Action><\/Rule>/,
    );
    for (const _ of [1, 2]) expect((await test.send({ method: 'DELETE', bucket, query })).status).toBe(204);
    expect((await test.send({ bucket, query })).status).toBe(404);
  });

  it('forbid every way to overwrite, for keys that begin and end so', async () => {
    await configure(rule('<Prefix>a/</Prefix><Suffix>.txt</Suffix>'));
    expect(await overwrites('a/1.txt')).toEqual(refused);
    expect((await test.send({ bucket, key: 'a/1.txt' })).text).toBe('first');
    expect(await overwrites('a/2.jpg')).toEqual(done);
    expect(await overwrites('b/1.txt')).toEqual(done);
    expect(await test.send({ method: 'PUT', bucket, key: 'a/new.txt', body: 'x' })).toMatchObject({ status: 200 });
    const again = await test.send({ method: 'PUT', bucket, key: 'a/new.txt', body: 'x' });
    expect([again.status, again.header('x-oss-ec')]).toEqual([409, '0026-00000002']);
    // A star is a star.
    await configure(rule('<Prefix>*</Prefix>'));
    expect(await overwrites('a/1.txt')).toEqual(done);
  });

  it('are judged when an upload is completed', async () => {
    const key = 'late';
    const uploadId = (await test.send({ method: 'POST', bucket, key, query: { uploads: undefined } })).element('UploadId') ?? '';
    await test.send({ method: 'PUT', bucket, key, query: { uploadId, partNumber: '1' }, body: 'part' });
    await test.send({ method: 'PUT', bucket, key, body: 'first' });
    await configure(rule(''));
    const complete = () => test.send({ method: 'POST', bucket, key, query: { uploadId }, headers: { 'x-oss-complete-all': 'yes' } });
    expect(await complete()).toMatchObject({ status: 409, code: 'FileAlreadyExists' });
    await test.send({ method: 'DELETE', bucket, query });
    expect((await complete()).status).toBe(200);
  });

  it('hold for whom they name', async () => {
    const named = (...names: readonly string[]) =>
      rule(`<Principals>${names.map((name) => `<Principal>${name}</Principal>`).join('')}</Principals>`);
    for (const [names, expected] of [
      [['6543210987654321'], done],
      [['6543210987654321', testAccount.ownerId], refused],
      [['*'], refused],
    ] as const) {
      await configure(named(...names));
      expect([names, await overwrites('b/1.txt')]).toEqual([names, expected]);
    }
  });

  it('have no effect where versions are kept', async () => {
    await configure(rule(''));
    for (const status of ['Enabled', 'Suspended']) {
      const body = `<VersioningConfiguration><Status>${status}</Status></VersioningConfiguration>`;
      await test.send({ method: 'PUT', bucket, query: { versioning: undefined }, body });
      expect(await overwrites('a/1.txt')).toEqual(done);
    }
  });

  it.each<[what: string, rules: string, code: string]>([
    ['no rule', '', 'MalformedXML'],
    ['another action', rule('', 'allow'), 'MalformedXML'],
    ['no action', '<Rule><ID>a</ID></Rule>', 'MalformedXML'],
    ['an id twice', rule('<ID>a</ID>') + rule('<ID>a</ID>'), 'InvalidArgument'],
    ['101 rules', rule('').repeat(101), 'InvalidArgument'],
    ['101 principals', rule(`<Principals>${'<Principal>1</Principal>'.repeat(101)}</Principals>`), 'InvalidArgument'],
    ['a long prefix', rule(`<Prefix>${'p'.repeat(1024)}</Prefix>`), 'InvalidArgument'],
  ])('are refused with %s, and what stood stays', async (_, rules, code) => {
    await configure(rule('<ID>kept</ID>'));
    expect(await configure(rules)).toMatchObject({ status: 400, code });
    expect(await stored()).toContain('<ID>kept</ID>');
    expect((await configure(rule('').repeat(100))).status).toBe(200);
  });

  it('are the owner\u2019s to set', async () => {
    expect(await test.send({ method: 'PUT', bucket, query, body: '<x/>', sign: 'none' })).toMatchObject({
      status: 403,
      code: 'AccessDenied',
    });
    expect(await test.send({ bucket, query, sign: 'none' })).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(await test.send({ method: 'DELETE', bucket, query, sign: 'none' })).toMatchObject({ status: 403, code: 'AccessDenied' });
  });
});
