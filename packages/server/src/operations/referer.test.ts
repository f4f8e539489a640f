import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { allow, makeUser } from '../rpc/rpc.test.support.ts';
import { startTestServer, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const key = 'k';
beforeAll(async () => {
  test = await startTestServer();
  await test.send({ method: 'PUT', bucket, headers: { 'x-oss-acl': 'public-read' } });
  await test.send({ method: 'PUT', bucket, key, body: 'hello' });
});
afterAll(async () => {
  await test.server.close();
});
beforeEach(async () => {
  await setRules({});
});

interface Rules {
  readonly empty?: boolean;
  readonly query?: boolean;
  readonly path?: boolean;
  readonly allowed?: readonly string[];
  readonly denied?: readonly string[];
}
function setRules({ empty = true, query, path, allowed = [], denied }: Rules) {
  const list = (name: string, items: readonly string[]) =>
    `<${name}>${items.map((item) => `<Referer>${item}</Referer>`).join('')}</${name}>`;
  const body = [
    `<RefererConfiguration><AllowEmptyReferer>${empty}</AllowEmptyReferer>`,
    query === undefined ? '' : `<AllowTruncateQueryString>${query}</AllowTruncateQueryString>`,
    path === undefined ? '' : `<TruncatePath>${path}</TruncatePath>`,
    list('RefererList', allowed),
    denied === undefined ? '' : list('RefererBlacklist', denied),
    '</RefererConfiguration>',
  ].join('');
  return test.send({ method: 'PUT', bucket, query: { referer: '' }, body });
}

const from = (referer: string | undefined) =>
  test.send({ bucket, key, sign: 'none', ...(referer === undefined ? {} : { headers: { Referer: referer } }) });

describe('the Referers of a bucket', () => {
  it('are told as they were set, with their defaults', async () => {
    const told = (await test.send({ bucket, query: { referer: '' } })).text;
    expect(told).toContain(
      '<AllowEmptyReferer>true</AllowEmptyReferer><AllowTruncateQueryString>true</AllowTruncateQueryString><TruncatePath>false</TruncatePath><RefererList></RefererList>',
    );
    await setRules({ empty: false, query: false, path: true, allowed: ['http://a.com', 'http://*.b.com'], denied: ['http://c.com'] });
    expect((await test.send({ bucket, query: { referer: '' } })).text).toContain(
      '<AllowEmptyReferer>false</AllowEmptyReferer><AllowTruncateQueryString>false</AllowTruncateQueryString><TruncatePath>true</TruncatePath><RefererList><Referer>http://a.com</Referer><Referer>http://*.b.com</Referer></RefererList><RefererBlacklist><Referer>http://c.com</Referer></RefererBlacklist>',
    );
  });

  it.each([
    ['<RefererConfiguration/>', 'MalformedXML'],
    ['<RefererConfiguration><AllowEmptyReferer>no</AllowEmptyReferer></RefererConfiguration>', 'InvalidArgument'],
    [
      `<RefererConfiguration><AllowEmptyReferer>true</AllowEmptyReferer><RefererList><Referer>${'x'.repeat(2049)}</Referer></RefererList></RefererConfiguration>`,
      'InvalidArgument',
    ],
    ['', 'MalformedXML'],
  ])('are refused where they are none, and stay', async (body, code) => {
    await setRules({ empty: false, allowed: ['http://a.com'] });
    expect(await test.send({ method: 'PUT', bucket, query: { referer: '' }, body })).toMatchObject({ status: 400, code });
    expect((await from(undefined)).status).toBe(403);
  });

  it('are the owner\u2019s to set', async () => {
    const { credentials } = await makeUser(test, 'alice', [allow('oss:GetObject')]);
    expect((await test.send({ method: 'GET', bucket, query: { referer: '' }, credentials })).code).toBe('AccessDenied');
    const body = '<RefererConfiguration><AllowEmptyReferer>false</AllowEmptyReferer></RefererConfiguration>';
    expect((await test.send({ method: 'PUT', bucket, query: { referer: '' }, body, sign: 'none' })).code).toBe('AccessDenied');
  });

  /** What is set, the Referer that comes, and whether it passes. */
  const table: readonly (readonly [Rules, string | undefined, boolean])[] = [
    [{}, undefined, true],
    [{}, 'http://anything', true],
    [{ empty: false }, undefined, true],
    [{ empty: false, allowed: [''] }, undefined, true],
    [{ allowed: ['http://a.com'] }, undefined, true],
    [{ empty: false, allowed: ['http://a.com'] }, undefined, false],
    [{ empty: false, allowed: ['http://a.com'] }, '', false],
    [{ allowed: ['http://a.com'] }, 'http://a.com', true],
    [{ allowed: ['http://a.com'] }, 'http://a.com/page', true],
    [{ allowed: ['http://a.com'] }, 'https://a.com', false],
    [{ allowed: ['http://a.com'] }, 'http://b.com/http://a.com', false],
    [{ allowed: ['*a.com/'] }, 'https://a.com/', true],
    [{ allowed: ['http://*.a.com'] }, 'http://www.a.com/x', true],
    [{ allowed: ['http://*.a.com'] }, 'http://a.com', false],
    [{ allowed: ['http://a?.com'] }, 'http://ab.com', true],
    [{ allowed: ['http://a?.com'] }, 'http://abc.com', false],
    [{ denied: ['http://a.com'] }, 'http://a.com/x', false],
    [{ denied: ['http://a.com'] }, 'http://b.com', true],
    [{ denied: ['http://a.com'], empty: false }, undefined, true],
    [{ allowed: ['http://*'], denied: ['http://a.com'] }, 'http://a.com', false],
    [{ allowed: ['http://a.com/x?token=1'] }, 'http://a.com/x?token=1', false],
    [{ allowed: ['http://a.com/x?token=1'], query: false }, 'http://a.com/x?token=1', true],
    [{ denied: ['*?secret*'], query: false }, 'http://a.com/?secret', false],
    [{ allowed: ['*b.com'] }, 'http://a.com/?b.com', false],
    [{ allowed: ['*b.com'], query: false }, 'http://a.com/?b.com', true],
    [{ allowed: ['*b.com'], path: true }, 'http://a.com/b.com', false],
    [{ allowed: ['http://a.com/x'], path: true }, 'http://a.com/x', false],
    [{ allowed: ['http://a.com'], path: true }, 'http://a.com/x?y#z', true],
  ];
  it.each(table)('%j and %j: %s', async (rules, referer, passes) => {
    expect((await setRules(rules)).status).toBe(200);
    const answer = await from(referer);
    expect([answer.status, answer.element('Message')]).toEqual(
      passes ? [200, undefined] : [403, 'You are denied by bucket referer policy.'],
    );
  });

  it('are asked of links, and not of programs that sign in their header', async () => {
    await setRules({ empty: false, allowed: ['http://a.com'] });
    expect((await test.send({ bucket, key })).status).toBe(200);
    expect((await test.send({ bucket, key, headers: { Referer: 'http://bad.com' } })).status).toBe(200);
    const link = await test.send({ bucket, key, presignSeconds: 60 });
    expect([link.status, link.element('Message')]).toEqual([403, 'You are denied by bucket referer policy.']);
    expect((await test.send({ bucket, key, presignSeconds: 60, headers: { Referer: 'http://a.com/x' } })).status).toBe(200);
    expect((await test.send({ bucket, query: { acl: '' }, presignSeconds: 60 })).status).toBe(200);
  });
});
