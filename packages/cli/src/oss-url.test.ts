import { describe, expect, it } from 'vitest';
import { formatOssUrl, parseBucketUrl, parseObjectUrl, parseOssUrl } from './oss-url.ts';
import { UsageError } from './usage-error.ts';

describe('oss:// URLs', () => {
  it.each([
    ['oss://bkt', { bucket: 'bkt', key: '' }],
    ['oss://bkt/', { bucket: 'bkt', key: '' }],
    ['oss://bkt/a/b', { bucket: 'bkt', key: 'a/b' }],
    // Nothing is decoded: a key is what stands there.
    ['oss://bkt/a%20b?x#y 世//', { bucket: 'bkt', key: 'a%20b?x#y 世//' }],
  ])('%s', (text, url) => {
    expect(parseOssUrl(text)).toEqual(url);
  });

  it('come back as they were', () => {
    expect(formatOssUrl(parseOssUrl('oss://bkt/a/../b'))).toBe('oss://bkt/a/../b');
  });

  it.each(['', 'bkt/key', 'oss://', 'oss://UPPER/x', 'oss:///key', 's3://bkt/x', 'oss://a'])('refuses %j', (text) => {
    expect(() => parseOssUrl(text)).toThrow(UsageError);
  });

  it('tell buckets from objects', () => {
    expect(parseBucketUrl('oss://bkt/')).toBe('bkt');
    expect(() => parseBucketUrl('oss://bkt/key')).toThrow(UsageError);
    expect(() => parseObjectUrl('oss://bkt')).toThrow(UsageError);
    expect(() => parseObjectUrl('oss://bkt//key')).toThrow(UsageError);
    expect(() => parseObjectUrl(`oss://bkt/${'x'.repeat(1024)}`)).toThrow(UsageError);
  });
});
