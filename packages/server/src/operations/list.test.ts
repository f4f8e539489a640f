import { compareKeys } from '@ossature/protocol';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../sender.test.support.ts';
import { decodeToken, encodeToken } from './continuation-token.ts';

let test: TestServer;
const bucket = 'bkt';
const names = ['a', 'b/1', 'b/2', 'c', 'd/e/f', 'é', '\u{10400}', '\uffee'];

beforeEach(async () => {
  test = await startTestServer({ buckets: [bucket] });
  for (const key of names) await test.send({ method: 'PUT', bucket, key, body: 'x', headers: { 'x-oss-storage-class': 'IA' } });
});
afterEach(async () => {
  await test.server.close();
});

const keysOf = (text: string) => [...text.matchAll(/<Contents>\s*<Key>(.*?)<\/Key>/gs)].map(([, key]) => key);
const prefixesOf = (text: string) => [...text.matchAll(/<CommonPrefixes>\s*<Prefix>(.*?)<\/Prefix>/gs)].map(([, prefix]) => prefix);

describe('ListObjects', () => {
  it('lists in byte order of UTF-8', async () => {
    const listed = await test.send({ bucket });
    expect(keysOf(listed.text)).toEqual(names.toSorted(compareKeys));
    expect([listed.element('Name'), listed.element('MaxKeys'), listed.element('IsTruncated')]).toEqual([bucket, '100', 'false']);
    expect([listed.element('StorageClass'), listed.element('Type'), listed.element('Size'), listed.element('ID')]).toEqual([
      'IA',
      'Normal',
      '1',
      '1234567890123456',
    ]);
    expect(listed.element('LastModified')).toBe('2024-05-01T08:00:00.000Z');
  });

  it('folds, pages and passes what is under a common prefix', async () => {
    const first = await test.send({ bucket, query: { delimiter: '/', 'max-keys': '2' } });
    expect([keysOf(first.text), prefixesOf(first.text), first.element('NextMarker')]).toEqual([['a'], ['b/'], 'b/']);
    const second = await test.send({ bucket, query: { delimiter: '/', 'max-keys': '2', marker: 'b/' } });
    expect([keysOf(second.text), prefixesOf(second.text)]).toEqual([['c'], ['d/']]);
    const under = await test.send({ bucket, query: { delimiter: '/', prefix: 'd/' } });
    expect([keysOf(under.text), prefixesOf(under.text), under.element('Prefix')]).toEqual([[], ['d/e/'], 'd/']);
  });

  it('encodes names where that is asked for', async () => {
    const listed = await test.send({ bucket, query: { 'encoding-type': 'url', prefix: 'b/' } });
    expect([keysOf(listed.text), listed.element('Prefix'), listed.element('EncodingType')]).toEqual([['b%2F1', 'b%2F2'], 'b%2F', 'url']);
    expect((await test.send({ bucket, query: { 'encoding-type': 'base64' } })).code).toBe('InvalidArgument');
  });

  it.each(['0', '1001', '-1', 'ten', ''])('refuses max-keys=%s', async (maxKeys) => {
    expect(await test.send({ bucket, query: { 'max-keys': maxKeys } })).toMatchObject({ status: 400, code: 'InvalidArgument' });
  });
});

describe('ListObjectsV2', () => {
  it('pages by tokens to the end, in any page size', async () => {
    for (const size of [1, 2, 3, 5, 8]) {
      const seen: (string | undefined)[] = [];
      let token: string | undefined;
      do {
        const query = { 'list-type': '2', 'max-keys': String(size), ...(token === undefined ? {} : { 'continuation-token': token }) };
        const page = await test.send({ bucket, query });
        expect(page.status).toBe(200);
        seen.push(...keysOf(page.text));
        expect(page.element('KeyCount')).toBe(String(keysOf(page.text).length));
        token = page.element('NextContinuationToken');
        expect(page.element('IsTruncated')).toBe(String(token !== undefined));
      } while (token !== undefined);
      expect(seen).toEqual(names.toSorted(compareKeys));
    }
  });

  it('starts after a name, and tells owners only where that is asked for', async () => {
    const listed = await test.send({ bucket, query: { 'list-type': '2', 'start-after': 'c', delimiter: '/' } });
    expect([keysOf(listed.text)[0], prefixesOf(listed.text), listed.element('StartAfter')]).toEqual(['é', ['d/'], 'c']);
    expect(listed.element('Owner')).toBeUndefined();
    expect(listed.text).not.toContain('<ID>');
    expect((await test.send({ bucket, query: { 'list-type': '2', 'fetch-owner': 'true' } })).element('ID')).toBe('1234567890123456');
  });

  it('refuses other list types and foreign tokens', async () => {
    expect((await test.send({ bucket, query: { 'list-type': '3' } })).header('x-oss-ec')).toBe('0015-00000401');
    const bad = await test.send({ bucket, query: { 'list-type': '2', 'continuation-token': '2' } });
    expect([bad.status, bad.code, bad.header('x-oss-ec')]).toEqual([400, 'InvalidArgument', '0015-00000404']);
  });
});

describe('continuation tokens', () => {
  it('have the form of the documented samples', () => {
    expect(encodeToken('bc')).toBe('CgJiYw--');
    expect(decodeToken('CgJiYw--')).toBe('bc');
  });

  it('are read back for every name, and nothing else is read', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), (name) => {
        expect(decodeToken(encodeToken(name))).toBe(name);
        expect(encodeToken(name)).toMatch(/^[A-Za-z0-9._-]+$/);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (token) => {
        let name: string;
        try {
          name = decodeToken(token);
        } catch {
          return;
        }
        expect(encodeToken(name)).toBe(token);
      }),
    );
  });
});
