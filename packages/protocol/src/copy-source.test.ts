import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copySource } from './copy-source.ts';
import { bucketNameFault, objectKeyFault } from './names.ts';
import { Malformed } from './operation.ts';

const INCOMPLETE = 'Copy Source must mention the source bucket and key: /sourcebucket/sourcekey.';

function decode(text: string) {
  return copySource.decode(text, {});
}

function faultOf(text: string): Pick<Malformed, 'message' | 'code' | 'ec'> {
  try {
    decode(text);
  } catch (error) {
    if (error instanceof Malformed) return { message: error.message, code: error.code, ec: error.ec };
    throw error;
  }
  throw new Error(`${text} was read`);
}

describe('what SDKs send', () => {
  it.each([
    ['/src-bucket/a.txt', 'src-bucket', 'a.txt'],
    // The v2 SDKs leave slashes, Python v1, Java and ali-oss encode them.
    ['/src-bucket/dir/a%20b.txt', 'src-bucket', 'dir/a b.txt'],
    ['/src-bucket/dir%2Fa%20b.txt', 'src-bucket', 'dir/a b.txt'],
    ['/src-bucket/%E4%B8%AD%E6%96%87.txt', 'src-bucket', '中文.txt'],
    ['/src-bucket/a%2Bb', 'src-bucket', 'a+b'],
    // Go's SDK v1, and with it ossutil, escapes keys as the values of forms are.
    ['/src-bucket/dir%2Fa+b%2Bc', 'src-bucket', 'dir/a b+c'],
    ['/src-bucket/what%3F', 'src-bucket', 'what?'],
    ['/src-bucket/100%25', 'src-bucket', '100%'],
    // Decoded once, and no more.
    ['/src-bucket/%252F', 'src-bucket', '%2F'],
    ['/src-bucket/a//b/../c', 'src-bucket', 'a//b/../c'],
    ['/src-bucket/dir/', 'src-bucket', 'dir/'],
  ])('%s', (text, sourceBucket, sourceKey) => {
    expect(decode(text)).toEqual({ sourceBucket, sourceKey });
  });

  it('takes UTF-8 that was not encoded', () => {
    expect(decode('/src-bucket/中文.txt')).toEqual({ sourceBucket: 'src-bucket', sourceKey: '中文.txt' });
  });

  it('has a version behind the key', () => {
    const sourceVersionId = 'CAEQNhiBgMDJgZCA0BYiIDc4MGZjZGI2OTBjOTRmNTE5NmU5NmFhZjhjYmY0ZmVh';
    expect(decode(`/src-bucket/a?versionId=${sourceVersionId}`)).toEqual({ sourceBucket: 'src-bucket', sourceKey: 'a', sourceVersionId });
    expect(decode('/src-bucket/a?versionId=null')).toMatchObject({ sourceVersionId: 'null' });
  });
});

describe('malformed', () => {
  it('is empty', () => {
    expect(faultOf('')).toEqual({ message: INCOMPLETE, code: 'InvalidArgument', ec: '0042-00000302' });
  });

  it.each(['src-bucket/a.txt', 'a.txt', '%2Fsrc-bucket%2Fa.txt', '?versionId=null'])('does not begin with a slash: %s', (text) => {
    expect(faultOf(text)).toEqual({ message: INCOMPLETE, code: 'InvalidArgument', ec: '0042-00000301' });
  });

  it.each(['/', '/src-bucket', '/src-bucket/', '//a.txt', '/src-bucket?versionId=null', '/src-bucket/?versionId=null'])(
    'lacks bucket or key: %s',
    (text) => {
      expect(faultOf(text)).toEqual({ message: INCOMPLETE, code: 'InvalidArgument', ec: undefined });
    },
  );

  it.each(['/src-bucket/%', '/src-bucket/%zz', '/src-bucket/%E4%B8', '/src-bucket/%ff'])('is not percent-encoded UTF-8: %s', (text) => {
    expect(faultOf(text)).toMatchObject({ code: 'InvalidArgument' });
  });

  it.each([
    '/src-bucket/a?',
    '/src-bucket/a?x=1',
    '/src-bucket/a?versionid=null',
    '/src-bucket/a?versionId=null&x=1',
    '/src-bucket/a?versionIds=1',
  ])('has another query: %s', (text) => {
    expect(faultOf(text)).toMatchObject({ code: 'InvalidArgument', ec: '0016-00000304' });
  });

  it.each(['/src-bucket/a?versionId', '/src-bucket/a?versionId='])('has an empty version: %s', (text) => {
    expect(faultOf(text)).toEqual({ message: 'Version id can not be the empty string.', code: 'InvalidArgument', ec: '0016-00000305' });
  });

  it.each(['/src-bucket/a?versionId=%25%25', '/src-bucket/a?versionId=a b', '/src-bucket/a?versionId=a/b'])(
    'has a version that is none: %s',
    (text) => {
      expect(faultOf(text)).toMatchObject({ message: 'Invalid version id specified.', code: 'InvalidArgument' });
    },
  );

  it('names what can be no bucket, or no object', () => {
    expect(faultOf('/UPPER/a')).toMatchObject({ code: 'InvalidBucketName' });
    expect(faultOf('/src-bucket//a')).toMatchObject({ code: 'InvalidObjectName' });
    expect(faultOf(`/src-bucket/${'k'.repeat(1024)}`)).toMatchObject({ code: 'InvalidObjectName' });
    expect(faultOf('/src-bucket/a%00')).toMatchObject({ code: 'InvalidObjectName' });
  });
});

it('writes what every SDK and the service read: slashes bare, everything else encoded', () => {
  expect(copySource.encode({ sourceBucket: 'src-bucket', sourceKey: "dir/中 +?%&'().txt" }, {})).toBe(
    '/src-bucket/dir/%E4%B8%AD%20%2B%3F%25%26%27%28%29.txt',
  );
  expect(copySource.encode({ sourceBucket: 'src-bucket', sourceKey: 'a', sourceVersionId: 'CAEQ.a_b-' }, {})).toBe(
    '/src-bucket/a?versionId=CAEQ.a_b-',
  );
});

it('reads back every source that it writes', () => {
  const bucket = fc.stringMatching(/^[a-z0-9][a-z0-9-]{1,20}[a-z0-9]$/).filter((name) => bucketNameFault(name) === undefined);
  const key = fc.string({ unit: 'binary', minLength: 1, maxLength: 200 }).filter((name) => objectKeyFault(name) === undefined);
  const version = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/);
  fc.assert(
    fc.property(bucket, key, fc.option(version, { nil: undefined }), (sourceBucket, sourceKey, sourceVersionId) => {
      const source = { sourceBucket, sourceKey, ...(sourceVersionId === undefined ? {} : { sourceVersionId }) };
      const text = copySource.encode(source, {});
      expect(text).toMatch(/^[\x21-\x7e]+$/);
      expect(decode(text)).toEqual(source);
    }),
  );
});

it('never throws anything but Malformed', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (tail) => {
      for (const text of [tail, `/${tail}`, `/src-bucket/${tail}`, `/src-bucket/a?${tail}`]) {
        try {
          decode(text);
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed);
        }
      }
    }),
  );
});

it('reads a percent-encoded version id as the codec does', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/), (id) => {
      const escaped = [...id].map((sign) => `%${sign.charCodeAt(0).toString(16)}`).join('');
      const text = `/src-bucket/a?versionId=${escaped}`;
      expect(decode(text).sourceVersionId).toBe(id);
    }),
  );
  expect(decode('/src-bucket/a?versionId=nul%6C').sourceVersionId).toBe('null');
});
