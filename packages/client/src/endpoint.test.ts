import { describe, expect, it } from 'vitest';
import { addressOf, parseEndpoint } from './endpoint.ts';
import { InvalidRequestError } from './invalid-request-error.ts';

const region = 'cn-hangzhou';

describe('parseEndpoint', () => {
  it('takes https where no scheme is given, and the public endpoint of the region where nothing is', () => {
    expect(parseEndpoint({ endpoint: 'oss.example.com', region }).origin).toEqual({ scheme: 'https', host: 'oss.example.com', port: 443 });
    expect(parseEndpoint({ region }).origin.host).toBe('oss-cn-hangzhou.aliyuncs.com');
  });

  it.each([
    ['http://127.0.0.1:9720', 'path'],
    ['http://[::1]:9720', 'path'],
    ['http://localhost:9720', 'path'],
    ['https://oss-cn-hangzhou.aliyuncs.com', 'virtual'],
    ['http://oss.test/', 'virtual'],
  ])('addresses buckets of %s by %s', (endpoint, addressing) => {
    expect(parseEndpoint({ endpoint, region }).addressing).toBe(addressing);
  });

  it('keeps what the caller says', () => {
    expect(parseEndpoint({ endpoint: 'http://127.0.0.1', region, addressing: 'virtual' }).addressing).toBe('virtual');
  });

  it.each(['', 'ftp://x', 'http://user@host', 'http://host/path', 'http://host:99999', 'http://host?x', 'a b', 'http://host:1:2'])(
    'refuses %j',
    (endpoint) => {
      expect(() => parseEndpoint({ endpoint, region })).toThrow(InvalidRequestError);
    },
  );
});

describe('addressOf', () => {
  const path = parseEndpoint({ endpoint: 'http://127.0.0.1:9720', region });
  const virtual = parseEndpoint({ endpoint: 'https://oss.example.com', region });

  it('names the bucket in the path, with a slash behind it on bucket level', () => {
    expect(addressOf(path, { bucket: 'bkt', query: [] })).toMatchObject({ host: '127.0.0.1:9720', target: '/bkt/' });
    expect(addressOf(path, { bucket: 'bkt', key: 'a/b c+d', query: [] }).target).toBe('/bkt/a/b%20c%2Bd');
    expect(addressOf(path, { query: [] }).target).toBe('/');
  });

  it('names the bucket in the host, and leaves out the standard port', () => {
    const address = addressOf(virtual, {
      bucket: 'bkt',
      key: '中/文?',
      query: [
        ['acl', undefined],
        ['a b', '1/2'],
      ],
    });
    expect(address.host).toBe('bkt.oss.example.com');
    expect(address.origin).toEqual({ scheme: 'https', host: 'bkt.oss.example.com', port: 443 });
    expect(address.target).toBe('/%E4%B8%AD/%E6%96%87%3F?acl&a%20b=1%2F2');
  });

  it('names the bucket nowhere for a bound domain', () => {
    const cname = parseEndpoint({ endpoint: 'https://static.example.com', region, addressing: 'cname' });
    expect(addressOf(cname, { bucket: 'bkt', key: 'k', query: [] })).toMatchObject({ host: 'static.example.com', target: '/k' });
  });

  it('keeps dot segments, which are ordinary in keys', () => {
    expect(addressOf(path, { bucket: 'bkt', key: 'a/../b/./c', query: [] }).target).toBe('/bkt/a/../b/./c');
  });

  it.each([
    ['bucket', { bucket: 'evil.com/', key: 'k' }],
    ['bucket', { bucket: 'UPPER', key: 'k' }],
    // Without the check, deleting the object '' would delete the bucket.
    ['key', { bucket: 'bkt', key: '' }],
    ['key', { bucket: 'bkt', key: '/x' }],
    ['key', { bucket: 'bkt', key: '\ud800' }],
  ])('refuses a bad %s, which could reach something else', (member, names) => {
    expect(() => addressOf(virtual, { ...names, query: [] })).toThrow(expect.objectContaining({ name: 'InvalidRequestError', member }));
  });
});
