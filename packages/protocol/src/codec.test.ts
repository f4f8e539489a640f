import { describe, expect, it } from 'vitest';
import {
  anyCaseBoolean,
  anyCaseChoice,
  boolean,
  boundedText,
  choice,
  constant,
  count,
  integer,
  known,
  orWhenEmpty,
  text,
} from './codec.ts';
import { conditionDate, httpDate, isoDate } from './codec-dates.ts';
import { contentMd5, hashCrc64 } from './codec-digests.ts';
import { judgeMetadata } from './codec-metadata.ts';
import { name } from './codec-names.ts';
import {
  bucketAcl,
  forbidOverwrite,
  listedPartNumber,
  metadataDirective,
  misplaced,
  objectAcl,
  partNumber,
  range,
  serverSideEncryption,
  storageClass,
  symlinkTarget,
  taggingDirective,
  trafficLimit,
  versionId,
  versionIdMarker,
} from './codec-object.ts';
import { type Codec, Malformed } from './operation.ts';

function faultOf(action: () => unknown): Partial<Malformed> {
  try {
    action();
  } catch (error) {
    if (error instanceof Malformed) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function refusal<T>(codec: Codec<T>, given: string): Partial<Malformed> {
  const { message, code, ec } = faultOf(() => codec.decode(given, {}));
  return { message: message ?? '', code: code ?? 'InvalidArgument', ...(ec === undefined ? {} : { ec }) };
}

describe('plain values', () => {
  it('keeps text as it is', () => {
    for (const value of ['', ' a ', '中文', 'a,b']) expect(text.decode(text.encode(value, {}), {})).toBe(value);
  });

  it('bounds text by its bytes', () => {
    const codec = boundedText(6);
    expect(codec.decode('中文', {})).toBe('中文');
    expect(refusal(codec, '中文a')).toMatchObject({ code: 'InvalidArgument' });
  });

  it('reads integers within their bounds, and nothing else', () => {
    const codec = integer(1, 1000);
    expect(codec.decode('1', {})).toBe(1);
    expect(codec.decode('1000', {})).toBe(1000);
    expect(codec.decode('007', {})).toBe(7);
    for (const given of ['', '0', '1001', '-1', '+1', '1.0', '1e2', ' 1', '0x1', 'ten', '99999999999999999999']) {
      expect(refusal(codec, given)).toMatchObject({
        code: 'InvalidArgument',
        message: 'Must be an integer between 1 and 1000, inclusive.',
      });
    }
    expect(count.decode('5368709120', {})).toBe(5_368_709_120);
  });

  it('lets the empty text stand for a value where SDKs send it', () => {
    const codec = orWhenEmpty(integer(0, 10), 0);
    expect(codec.decode('', {})).toBe(0);
    expect(codec.decode('3', {})).toBe(3);
    expect(refusal(codec, 'x')).toMatchObject({ code: 'InvalidArgument' });
  });

  it('reads booleans', () => {
    expect(boolean().decode('true', {})).toBe(true);
    expect(boolean().decode('false', {})).toBe(false);
    expect(boolean().encode(true, {})).toBe('true');
    for (const given of ['', 'True', 'yes', '1']) expect(refusal(boolean(), given)).toMatchObject({ code: 'InvalidArgument' });
    expect(anyCaseBoolean.decode('True', {})).toBe(true);
    expect(anyCaseBoolean.decode('FALSE', {})).toBe(false);
    expect(refusal(anyCaseBoolean, 'yes')).toMatchObject({ code: 'InvalidArgument' });
  });

  it('reads words of a set', () => {
    const refused = { message: 'No.', code: 'InvalidTag', ec: '0001-00000001' } as const;
    expect(choice(['a', 'b']).decode('b', {})).toBe('b');
    expect(refusal(choice(['a', 'b'], refused), 'A')).toEqual(refused);
    expect(anyCaseChoice(['Copy', 'Replace']).decode('REPLACE', {})).toBe('Replace');
    expect(refusal(anyCaseChoice(['Copy'], refused), 'Cop')).toEqual(refused);
    // What a service says in years to come is no error of its client.
    expect(known('Standard').decode('FrozenArchive', {})).toBe('FrozenArchive');
  });

  it('sends a constant and insists on it', () => {
    expect(constant('2').encode({}, {})).toBe('2');
    expect(constant('2').decode('2', {})).toEqual({});
    expect(refusal(constant('2', { ec: '0015-00000401' }), '3')).toMatchObject({ ec: '0015-00000401' });
  });
});

describe('dates', () => {
  const date = new Date('2015-11-13T14:47:53.000Z');

  it('stand in headers as RFC 1123 and in bodies as ISO 8601', () => {
    expect(httpDate.encode(date, {})).toBe('Fri, 13 Nov 2015 14:47:53 GMT');
    expect(httpDate.decode('Fri, 13 Nov 2015 14:47:53 GMT', {})).toEqual(date);
    expect(isoDate.encode(new Date(date.getTime() + 999), {})).toBe('2015-11-13T14:47:53.000Z');
    expect(isoDate.decode('2015-11-13T14:47:53.000Z', {})).toEqual(date);
    expect(refusal(httpDate, 'yesterday')).toMatchObject({ code: 'InvalidArgument', message: 'Bad date format.' });
    expect(refusal(isoDate, 'Fri, 13 Nov 2015 14:47:53 GMT')).toMatchObject({ code: 'InvalidArgument' });
  });

  it('of conditions are never malformed', () => {
    expect(conditionDate.encode(date, {})).toBe('Fri, 13 Nov 2015 14:47:53 GMT');
    expect(conditionDate.encode('2019-04-09T07:01:56.000Z', {})).toBe('2019-04-09T07:01:56.000Z');
    expect(conditionDate.decode('yesterday', {})).toBe('yesterday');
    expect(() => conditionDate.encode(new Date(Number.NaN), {})).toThrow(Malformed);
  });
});

describe('checksums', () => {
  it('writes CRC-64 as an unsigned decimal', () => {
    expect(hashCrc64.encode(11051210869376104954n, {})).toBe('11051210869376104954');
    expect(hashCrc64.decode('18446744073709551615', {})).toBe((1n << 64n) - 1n);
    for (const given of ['', '-1', '0x1', '18446744073709551616', '1.5', 'abc']) {
      expect(refusal(hashCrc64, given)).toMatchObject({ code: 'InvalidCRC64' });
    }
  });

  it('takes base64 of 16 bytes as Content-MD5, and nothing else', () => {
    expect(contentMd5.decode('1B2M2Y8AsgTpgAmY7PhCfg==', {})).toBe('1B2M2Y8AsgTpgAmY7PhCfg==');
    for (const given of ['', 'abc', '1B2M2Y8AsgTpgAmY7PhCfg', '1B2M2Y8AsgTpgAmY7PhCfh==', 'd41d8cd98f00b204e9800998ecf8427e', 'AAAA']) {
      expect(refusal(contentMd5, given)).toEqual({
        message: 'The Content-MD5 you specified was invalid.',
        code: 'InvalidDigest',
        ec: '0017-00000502',
      });
    }
  });
});

describe('names', () => {
  const key = 'demo/100% +中.txt';

  it('are percent-encoded where the request asks for it, slashes too', () => {
    expect(name.encode(key, { encodingType: 'url' })).toBe('demo%2F100%25%20%2B%E4%B8%AD.txt');
    expect(name.decode('demo%2F100%25%20%2B%E4%B8%AD.txt', { encodingType: 'url' })).toBe(key);
    expect(name.encode('\x01\x1f', { encodingType: 'url' })).toBe('%01%1F');
    expect(() => name.decode('%zz', { encodingType: 'url' })).toThrow(Malformed);
  });

  it('are themselves where it does not', () => {
    expect(name.encode(key, {})).toBe(key);
    expect(name.decode('100%25', {})).toBe('100%25');
  });
});

describe('what OSS says about objects', () => {
  it('has documented errors for ACLs, classes and others', () => {
    const acl = 'no such bucket access control exists';
    expect(refusal(bucketAcl, 'default')).toEqual({ message: acl, code: 'InvalidArgument', ec: '0015-00000204' });
    expect(objectAcl.decode('default', {})).toBe('default');
    expect(refusal(objectAcl, 'Private')).toEqual({ message: acl, code: 'InvalidArgument' });
    expect(refusal(storageClass, 'standard')).toEqual({ message: 'No such bucket storage class exists.', code: 'InvalidArgument' });
    expect(refusal(forbidOverwrite, 'yes')).toMatchObject({ code: 'InvalidArgument', ec: '0017-00000279' });
    expect(refusal(serverSideEncryption, 'DES')).toMatchObject({ code: 'InvalidEncryptionAlgorithmError' });
    expect(refusal(trafficLimit, '1')).toMatchObject({ code: 'InvalidArgument', ec: '0004-00000502' });
  });

  it('takes directives in any letter case', () => {
    for (const given of ['REPLACE', 'replace', 'Replace']) {
      expect(metadataDirective.decode(given, {})).toBe('REPLACE');
      expect(taggingDirective.decode(given, {})).toBe('Replace');
    }
    expect(refusal(metadataDirective, 'MERGE')).toMatchObject({ code: 'InvalidArgument' });
  });

  it('numbers parts from 1 to 10000', () => {
    expect(partNumber.decode('10000', {})).toBe(10_000);
    for (const given of ['', '0', '10001', 'x', '-1', '1.5']) {
      expect(refusal(partNumber, given)).toEqual({
        message: 'Part number must be an integer between 1 and 10000, inclusive.',
        code: 'InvalidArgument',
        ec: '0017-00000220',
      });
    }
    expect(refusal(listedPartNumber, '0')).toMatchObject({ code: 'InvalidPartOrder' });
  });

  it('knows versions by their alphabet', () => {
    const id = 'CAEQNhiBgMDJgZCA0BYiIDc4MGZjZGI2OTBjOTRmNTE5NmU5NmFhZjhjYmY0ZmVh';
    expect(versionId.decode(id, {})).toBe(id);
    expect(versionId.decode('null', {})).toBe('null');
    expect(refusal(versionId, '')).toMatchObject({ message: 'Version id can not be the empty string.', ec: '0012-00000201' });
    expect(refusal(versionId, '%%%')).toMatchObject({ message: 'Invalid version id specified.', ec: '0012-00000202' });
  });

  it('knows version id markers by the same alphabet, under their own number', () => {
    expect(versionIdMarker.decode('CAEQ._-', {})).toBe('CAEQ._-');
    for (const given of ['', 'a b', '%'])
      expect(refusal(versionIdMarker, given)).toMatchObject({ code: 'InvalidArgument', ec: '0012-00000105' });
  });

  it('takes the target of a link percent-encoded, slashes or not', () => {
    expect(symlinkTarget.encode('a b/中+', {})).toBe('a%20b/%E4%B8%AD%2B');
    for (const given of ['a%20b/%E4%B8%AD%2B', 'a+b%2F%E4%B8%AD%2B']) expect(symlinkTarget.decode(given, {})).toBe('a b/中+');
    for (const given of ['', '%', '%zz', '%ff', '/a', '%2Fa', 'a%00', 'a'.repeat(1024)]) {
      expect(refusal(symlinkTarget, given)).toMatchObject({ code: 'InvalidArgument' });
    }
  });

  it('refuses to send a range that the service would take as none, and reads any', () => {
    for (const given of ['bytes=0-9', 'bytes=9-', 'bytes=-9', 'bytes=5-5']) expect(range.encode(given, {})).toBe(given);
    for (const given of ['0-9', 'bytes=9-0', 'bytes=0~9', 'bytes=-', 'bytes=0-1,3-4', '']) {
      expect(() => range.encode(given, {})).toThrow(Malformed);
      expect(range.decode(given, {})).toBe(given);
    }
  });

  it('refuses what stands in the wrong place', () => {
    expect(refusal(misplaced('Not here.'), 'AES256')).toEqual({ message: 'Not here.', code: 'InvalidArgument' });
  });
});

describe('user metadata', () => {
  it('may be any printable text under names of letters, digits and hyphens', () => {
    judgeMetadata({ 'a-1': '1.01', title: '中文 title', empty: '' });
    expect(faultOf(() => judgeMetadata({ a_b: 'x' }))).toMatchObject({ ec: '0011-00000004', argument: ['x-oss-meta-a_b', 'x'] });
    expect(faultOf(() => judgeMetadata({ '': 'x' }))).toMatchObject({ ec: '0011-00000004' });
    expect(faultOf(() => judgeMetadata({ a: 'x\ty' }))).toMatchObject({ ec: '0011-00000005' });
  });

  it('has at most 8 KB of names and values together, in bytes', () => {
    judgeMetadata({ abcd: `${'中'.repeat(2729)}x` });
    expect(faultOf(() => judgeMetadata({ abcd: `${'中'.repeat(2729)}xx` }))).toMatchObject({
      code: 'InvalidArgument',
      message: 'Meta is too large.',
      ec: '0011-00000002',
    });
  });
});
