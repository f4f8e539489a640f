import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';

let test: TestServer;
const bucket = 'bkt';
const listOf = (headers: Readonly<Record<string, string>>) => ({
  'x-oss-persistent-headers': Object.entries(headers)
    .map(([name, value]) => `${name}:${Buffer.from(value).toString('base64')}`)
    .join(','),
});
const own = listOf({ MyHeader1: 'myvalue', 'x-more': '值' });

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
});
afterEach(async () => {
  await test.server.close();
});

async function shown(key: string, method: 'GET' | 'HEAD' = 'HEAD') {
  const answer = await test.send({ method, bucket, key });
  const of = (name: string) => {
    const value = answer.header(name);
    return value === undefined ? undefined : Buffer.from(value, 'latin1').toString('utf8');
  };
  return [of('myheader1'), of('x-more')];
}
const both = ['myvalue', '值'];
const none = [undefined, undefined];

describe('persistent headers', () => {
  it('are served with objects that were put, appended or completed with them', async () => {
    await test.send({ method: 'PUT', bucket, key: 'put', body: 'x', headers: own });
    await test.send({ method: 'POST', bucket, key: 'append', query: { append: undefined, position: '0' }, body: 'x', headers: own });
    expect([await shown('put'), await shown('put', 'GET'), await shown('append')]).toEqual([both, both, both]);
    for (const [key, atBegin, atEnd, expected] of [
      ['begun', own, {}, both],
      ['ended', {}, own, both],
      ['changed', own, listOf({ 'x-more': 'other' }), [undefined, 'other']],
    ] as const) {
      const uploadId =
        (await test.send({ method: 'POST', bucket, key, query: { uploads: undefined }, headers: atBegin })).element('UploadId') ?? '';
      await test.send({ method: 'PUT', bucket, key, query: { uploadId, partNumber: '1' }, body: 'x' });
      await test.send({ method: 'POST', bucket, key, query: { uploadId }, headers: { 'x-oss-complete-all': 'yes', ...atEnd } });
      expect([key, await shown(key)]).toEqual([key, expected]);
    }
  });

  it('travel with a copy, and are replaced with its metadata', async () => {
    await test.send({ method: 'PUT', bucket, key: 'a', body: 'x', headers: own });
    const copy = (headers: Readonly<Record<string, string>>, key = 'b') =>
      test.send({ method: 'PUT', bucket, key, headers: { 'x-oss-copy-source': `/${bucket}/a`, ...headers } });
    await copy(listOf({ 'x-more': 'ignored' }));
    expect(await shown('b')).toEqual(both);
    await copy({ 'x-oss-metadata-directive': 'REPLACE', ...listOf({ 'x-more': 'new' }) });
    expect(await shown('b')).toEqual([undefined, 'new']);
    await copy({ 'x-oss-metadata-directive': 'REPLACE' });
    expect(await shown('b')).toEqual(none);
    await copy({}, 'a');
    expect(await shown('a')).toEqual(none);
  });

  it.each(['ETag:dg==', 'x-oss-request-id:dg==', 'Access-Control-Allow-Origin:Kg==', 'a:Cg==', 'a', 'a b:dg=='])(
    'are refused where they are not such headers: %j; nothing is written',
    async (list) => {
      const answer = await test.send({ method: 'PUT', bucket, key: 'a', body: 'x', headers: { 'x-oss-persistent-headers': list } });
      expect([answer.status, answer.code, answer.element('ArgumentName')]).toEqual([400, 'InvalidArgument', 'x-oss-persistent-headers']);
      expect((await test.send({ method: 'HEAD', bucket, key: 'a' })).status).toBe(404);
    },
  );
});
