import { isServiceError } from '@ossature/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Address, resolveAddress } from './address.ts';

const rules = { baseDomains: ['objects.example.test', 'localhost'], regions: ['cn-hangzhou', 'cn-shanghai'] };

function resolve(host: string | undefined, target: string, method = 'GET'): Address {
  return resolveAddress(method, target, host, rules);
}

function codeOf(host: string | undefined, target = '/', method = 'GET'): string {
  try {
    resolve(host, target, method);
    return 'none';
  } catch (error) {
    return isServiceError(error) ? error.code : String(error);
  }
}

describe('resolveAddress', () => {
  const cases: readonly (readonly [host: string, target: string, bucket: string | undefined, key: string | undefined, region?: string])[] =
    [
      ['127.0.0.1:9720', '/', undefined, undefined],
      ['127.0.0.1:9720', '/bkt', 'bkt', undefined],
      ['127.0.0.1:9720', '/bkt/', 'bkt', undefined],
      ['127.0.0.1', '/bkt/a/b%20c%2Bd', 'bkt', 'a/b c+d'],
      ['127.0.0.1', '/bkt/a%2Fb', 'bkt', 'a/b'],
      ['[::1]:9720', '/bkt/k', 'bkt', 'k'],
      ['[::1]', '/bkt/k', 'bkt', 'k'],
      ['localhost:9720', '/bkt/k', 'bkt', 'k'],
      ['LOCALHOST.', '/bkt/k', 'bkt', 'k'],
      ['bkt.localhost:9720', '/k', 'bkt', 'k'],
      ['bkt.localhost', '/', 'bkt', undefined],
      ['.localhost', '/', undefined, undefined],
      ['objects.example.test', '/bkt/k', 'bkt', 'k'],
      ['bkt.objects.example.test:80', '/k', 'bkt', 'k'],
      ['bkt.oss-cn-hangzhou.aliyuncs.com', '/a/b', 'bkt', 'a/b', 'cn-hangzhou'],
      ['bkt.oss-cn-shanghai-internal.aliyuncs.com', '/k', 'bkt', 'k', 'cn-shanghai'],
      ['oss-cn-hangzhou.aliyuncs.com', '/', undefined, undefined, 'cn-hangzhou'],
      ['.oss-cn-hangzhou.aliyuncs.com', '/', undefined, undefined, 'cn-hangzhou'],
      ['bkt.localhost', '/a//b/../c/.', 'bkt', 'a//b/../c/.'],
      ['bkt.localhost', '/%E4%B8%AD%E6%96%87', 'bkt', '中文'],
      ['bkt.localhost', '/\xe4\xb8\xad', 'bkt', '中'],
      ['bkt.localhost', '/%25', 'bkt', '%'],
      ['bkt.localhost', '/%3F?acl', 'bkt', '?'],
      ['bkt.localhost', '/%01%1f', 'bkt', '\x01\x1f'],
    ];
  for (const [host, target, bucket, key, region] of cases) {
    it(`${host} ${target}`, () => {
      const address = resolve(host, target);
      expect([address.bucket, address.key, address.hostRegion]).toEqual([bucket, key, region]);
    });
  }

  it('names the Host without its port', () => {
    expect(resolve('bkt.localhost:9720', '/').hostId).toBe('bkt.localhost');
    expect(resolve('[::1]:80', '/').hostId).toBe('::1');
  });

  it('takes the authority of an absolute target', () => {
    expect(resolve('elsewhere.test', 'http://bkt.localhost:1/k?acl')).toMatchObject({
      bucket: 'bkt',
      key: 'k',
      query: [['acl', undefined]],
    });
    expect(resolve('elsewhere.test', 'http://localhost')).toMatchObject({ bucket: undefined });
  });

  it('decodes the query once; plus is a space, and a name may stand alone', () => {
    expect(resolve('localhost', '/b-1?prefix=a%2Fb+c%2B&acl&x=&%E4%B8%AD=1&&a=b=c').query).toEqual([
      ['prefix', 'a/b c+'],
      ['acl', undefined],
      ['x', ''],
      ['中', '1'],
      ['a', 'b=c'],
    ]);
  });

  it('knows its own pages only where no bucket is in the Host', () => {
    expect(resolve('127.0.0.1', '/-/health').page).toBe('/-/health');
    expect(resolve('bkt.localhost', '/-/health')).toMatchObject({ page: undefined, key: '-/health' });
  });

  it.each([
    [undefined, '/', 'GET', 'NonStandardHostForbidden'],
    ['example.com', '/bkt/k', 'GET', 'NonStandardHostForbidden'],
    ['[::1', '/bkt/k', 'GET', 'NonStandardHostForbidden'],
    ['[::1]x', '/bkt/k', 'GET', 'NonStandardHostForbidden'],
    ['127.0.0.1,127.0.0.1', '/bkt/k', 'GET', 'NonStandardHostForbidden'],
    ['example.com', '/', 'PUT', 'InvalidHostPutBucket'],
    ['bkt.oss-cn-beijing.aliyuncs.com', '/k', 'GET', 'NonStandardHostForbidden'],
    ['bkt.oss-cn-hangzhou.aliyuncs.com.evil.test', '/k', 'GET', 'NonStandardHostForbidden'],
    ['oss-cn-hangzhou.aliyuncs.com', '/bkt/k', 'GET', 'SecondLevelDomainForbidden'],
    ['127.0.0.1', '/Bad_Name/k', 'GET', 'InvalidBucketName'],
    ['127.0.0.1', '/ab', 'GET', 'InvalidBucketName'],
    ['127.0.0.1', '/%ff/k', 'GET', 'InvalidBucketName'],
    ['a.b.localhost', '/k', 'GET', 'InvalidBucketName'],
    ['127.0.0.1', '/bkt//k', 'GET', 'InvalidObjectName'],
    ['127.0.0.1', '/bkt/%5Ck', 'GET', 'InvalidObjectName'],
    ['127.0.0.1', '/bkt/%00', 'GET', 'InvalidObjectName'],
    ['127.0.0.1', '/bkt/%ff', 'GET', 'InvalidObjectName'],
    ['127.0.0.1', '/bkt/%zz', 'GET', 'InvalidObjectName'],
    ['127.0.0.1', '/bkt/\xff', 'GET', 'InvalidObjectName'],
    ['127.0.0.1', `/bkt/${'k'.repeat(1024)}`, 'GET', 'InvalidObjectName'],
    ['127.0.0.1', '/bkt?prefix=%ff', 'GET', 'InvalidArgument'],
    ['127.0.0.1', 'bkt', 'GET', 'InvalidArgument'],
    ['127.0.0.1', '*', 'OPTIONS', 'InvalidArgument'],
  ] as const)('%s %s %s is %s', (host, target, method, code) => {
    expect(codeOf(host, target, method)).toBe(code);
  });

  it('gives back every key that a client encodes, in either style', () => {
    const keys = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 40 })
      .filter((key) => !/^[/\\]/.test(key) && !key.includes('\0') && Buffer.byteLength(key) < 1024);
    fc.assert(
      fc.property(keys, fc.boolean(), (key, keepSlash) => {
        const encoded = keepSlash ? key.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(key);
        expect(resolve('127.0.0.1', `/bkt/${encoded}`).key).toBe(key);
        expect(resolve('bkt.localhost', `/${encoded}`).key).toBe(key);
      }),
    );
  });

  it('never throws anything but errors of the service', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'binary-ascii' }), (host, target) => {
        expect(codeOf(host, target)).toMatch(/^\w+$/);
      }),
    );
  });
});
