import { describe, expect, it } from 'vitest';
import { nodeDigests } from '../digests-node.ts';
import { isServiceError, type ServiceError } from '../errors.ts';
import type { RequestMessage } from '../message.ts';
import { unknownAccessKey } from './authentication-errors.ts';
import { computeSignature } from './compute-signature.ts';
import { constantTimeEqual } from './constant-time-equal.ts';
import type { SignatureVersion } from './credentials.ts';
import { presignRequest } from './presign.ts';
import { readClaim } from './read-claim.ts';
import { signRequest } from './sign.ts';
import { type VerifyOptions, verifyClaim } from './verify.ts';

const versions: readonly SignatureVersion[] = ['V1', 'V2', 'V4'];
const accessKeySecret = 'a-secret-of-some-length';
const signedAtMs = Date.UTC(2024, 6, 23, 13, 1, 6);
const minuteMs = 60_000;
const unsigned: RequestMessage = {
  method: 'PUT',
  bucket: 'bucket',
  key: 'key é',
  query: [['partNumber', '1']],
  headers: [['x-oss-meta-a', 'b']],
};

function optionsOf(version: SignatureVersion, region = 'cn-hangzhou') {
  return { version, credentials: { accessKeyId: 'ak', accessKeySecret }, region, nowMs: signedAtMs };
}
const inHeader = (version: SignatureVersion, region?: string) => signRequest(nodeDigests, unsigned, optionsOf(version, region));
const inQuery = (version: SignatureVersion, region?: string) =>
  presignRequest(nodeDigests, unsigned, { ...optionsOf(version, region), expiresInSeconds: 600 });

function faultOf(message: RequestMessage, options: Partial<VerifyOptions>): ServiceError | undefined {
  const claim = readClaim(message);
  if (claim === undefined) throw new Error('The request counts as anonymous.');
  try {
    verifyClaim(nodeDigests, message, claim, { secret: accessKeySecret, nowMs: signedAtMs, ...options });
    return undefined;
  } catch (error) {
    if (isServiceError(error)) return error;
    throw error;
  }
}

describe('the time of a request', () => {
  it.each(versions)('may differ from the clock by 15 minutes: %s', (version) => {
    const message = inHeader(version);
    for (const sign of [-1, 1]) {
      expect(faultOf(message, { nowMs: signedAtMs + sign * 15 * minuteMs })).toBeUndefined();
      const nowMs = signedAtMs + sign * (15 * minuteMs + 1000);
      expect(faultOf(message, { nowMs })).toMatchObject({
        code: 'RequestTimeTooSkewed',
        statusCode: 403,
        message: 'The difference between the request time and the current time is too large.',
        ec: '0002-00000504',
        elements: {
          MaxAllowedSkewMilliseconds: '900000',
          RequestTime: '2024-07-23T13:01:06.000Z',
          ServerTime: sign < 0 ? '2024-07-23T12:46:05.000Z' : '2024-07-23T13:16:07.000Z',
        },
      });
    }
  });

  it.each([
    ['V1', '0002-00000069'],
    ['V2', '0002-00000069'],
    ['V4', '0002-00000236'],
  ] as const)('a presigned URL ends with its expiry: %s', (version, ec) => {
    const message = inQuery(version);
    expect(faultOf(message, { nowMs: signedAtMs + 10 * minuteMs })).toBeUndefined();
    expect(faultOf(message, { nowMs: signedAtMs + 10 * minuteMs + 1000 })).toMatchObject({
      code: 'AccessDenied',
      statusCode: 403,
      message: 'Request has expired.',
      ec,
      elements: { Expires: '2024-07-23T13:11:06.000Z', ServerTime: '2024-07-23T13:11:07.000Z' },
    });
  });

  it('a presigned URL of V4 is not good long before it was made', () => {
    const message = inQuery('V4');
    expect(faultOf(message, { nowMs: signedAtMs - 15 * minuteMs })).toBeUndefined();
    expect(faultOf(message, { nowMs: signedAtMs - 15 * minuteMs - 1000 })).toMatchObject({ code: 'AccessDenied', ec: '0002-00000235' });
    for (const version of ['V1', 'V2'] as const) expect(faultOf(inQuery(version), { nowMs: 0 })).toBeUndefined();
  });

  it('is looked at before the signature', () => {
    const wrong = { secret: 'another', nowMs: signedAtMs + 60 * minuteMs };
    for (const version of versions) {
      expect(faultOf(inHeader(version), wrong)?.code).toBe('RequestTimeTooSkewed');
      expect(faultOf(inQuery(version), wrong)?.code).toBe('AccessDenied');
    }
  });

  it('may be an expiry that no calendar knows', () => {
    const query = inQuery('V1').query.map(([name, value]) => [name, name === 'Expires' ? '9999999999999999' : value] as const);
    expect(faultOf({ ...unsigned, query }, {})?.code).toBe('SignatureDoesNotMatch');
    expect(faultOf({ ...unsigned, query }, { nowMs: 8.64e15 })?.code).toBe('SignatureDoesNotMatch');
  });
});

describe('a sub-resource that SDKs disagree about', () => {
  const query = [['regions', 'oss-cn-hangzhou']] as const;
  const plain: RequestMessage = { method: 'GET', query: [], headers: [] };

  it('may be signed by V1 or left out', () => {
    expect(faultOf(signRequest(nodeDigests, { ...plain, query }, optionsOf('V1')), {})).toBeUndefined();
    expect(faultOf({ ...signRequest(nodeDigests, plain, optionsOf('V1')), query }, {})).toBeUndefined();
  });

  it('is always signed by V2 and V4', () => {
    for (const version of ['V2', 'V4'] as const) {
      expect(faultOf({ ...signRequest(nodeDigests, plain, optionsOf(version)), query }, {})?.code).toBe('SignatureDoesNotMatch');
    }
  });
});

describe('an empty query value in V4', () => {
  const listing: RequestMessage = {
    method: 'GET',
    bucket: 'bucket',
    query: [['prefix', '']],
    headers: [['x-oss-date', '20240723T130106Z']],
  };

  it('may be signed with its sign or without', () => {
    const facts = { ...optionsOf('V4'), additionalHeaders: [], scope: { date: '20240723', region: 'cn-hangzhou', product: 'oss' } };
    for (const keepEmptyValues of [false, true]) {
      const signing = { ...facts, version: 'V4' as const, date: '20240723T130106Z', keepEmptyValues };
      const message = { ...listing, headers: [...listing.headers, ['x-oss-content-sha256', 'UNSIGNED-PAYLOAD'] as const] };
      const { signature } = computeSignature(nodeDigests, message, signing, accessKeySecret);
      const authorization = `OSS4-HMAC-SHA256 Credential=ak/20240723/cn-hangzhou/oss/aliyun_v4_request,Signature=${signature}`;
      expect(faultOf({ ...message, headers: [...message.headers, ['authorization', authorization]] }, {})).toBeUndefined();
    }
  });
});

describe('the scope of V4', () => {
  const regions = ['cn-beijing', 'cn-hangzhou'];

  it('is one of the regions served here', () => {
    expect(faultOf(inHeader('V4'), { regions })).toBeUndefined();
    expect(faultOf(inQuery('V4'), { regions })).toBeUndefined();
    expect(faultOf(inHeader('V4', 'mars-1'), {})).toBeUndefined();
  });

  it.each(['cn-shanghai', 'oss-cn-hangzhou', 'CN-HANGZHOU'])('is refused with the region %s', (region) => {
    const signed = inHeader('V4', region);
    expect(faultOf(signed, { regions })).toMatchObject({
      code: 'InvalidArgument',
      message: 'Invalid signing region in Authorization header.',
      ec: '0002-00000226',
      elements: { Authorization: expect.stringContaining(`/${region}/`) },
    });
    expect(faultOf(inQuery('V4', region), { regions })).toMatchObject({
      code: 'InvalidArgument',
      message: 'The signing region in credential is invalid.',
      ec: '0002-00000228',
      elements: { ArgumentName: 'x-oss-credential', ArgumentValue: `ak/20240723/${region}/oss/aliyun_v4_request` },
    });
  });

  it('is refused with a product that is not served here', () => {
    const options = { ...optionsOf('V4'), product: 'oss-cloudbox' };
    const signed = signRequest(nodeDigests, unsigned, options);
    expect(faultOf(signed, {})).toMatchObject({ code: 'InvalidArgument', ec: '0002-00000213' });
    expect(faultOf(presignRequest(nodeDigests, unsigned, options), {})).toMatchObject({ code: 'InvalidArgument', ec: '0002-00000224' });
    expect(faultOf(signed, { products: ['oss', 'oss-cloudbox'] })).toBeUndefined();
  });
});

describe('a wrong signature', () => {
  it.each([
    ['V1', '0002-00000040'],
    ['V2', undefined],
    ['V4', '0002-00000201'],
  ] as const)('is answered with what was signed, and without what would be right: %s', (version, ec) => {
    for (const message of [inHeader(version), inQuery(version)]) {
      const claim = readClaim(message);
      if (claim === undefined) throw new Error('The request counts as anonymous.');
      const secret = 'the-secret-on-file';
      const right = computeSignature(nodeDigests, message, claim, secret);
      const fault = faultOf(message, { secret });
      expect(fault).toMatchObject({
        code: 'SignatureDoesNotMatch',
        statusCode: 403,
        message: 'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
        ec,
      });
      expect(fault?.elements).toEqual({
        OSSAccessKeyId: 'ak',
        SignatureProvided: claim.signature,
        StringToSign: right.stringToSign,
        StringToSignBytes: [...new TextEncoder().encode(right.stringToSign)]
          .map((byte) => `${byte.toString(16).toUpperCase().padStart(2, '0')} `)
          .join(''),
        ...(version === 'V4' ? { CanonicalRequest: right.canonicalRequest } : {}),
      });
      const everything = `${fault?.message} ${fault?.stack} ${JSON.stringify(fault)}`;
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(right.signature);
    }
  });

  it('has the documented form of the bytes', () => {
    const elements = faultOf(inHeader('V1'), { secret: 'another' })?.elements ?? {};
    expect(elements['StringToSignBytes']).toMatch(/^50 55 54 0A 0A 0A .*C3 A9 .* $/);
  });

  it('is not the same as an unknown access key', () => {
    expect(unknownAccessKey('nobody')).toMatchObject({
      code: 'InvalidAccessKeyId',
      statusCode: 403,
      message: 'The OSS Access Key Id you provided does not exist in our records.',
      ec: '0002-00000902',
      elements: { OSSAccessKeyId: 'nobody' },
    });
  });
});

describe('constantTimeEqual', () => {
  it('compares every byte and the length', () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, i) => i);
    expect(constantTimeEqual(bytes, bytes.slice())).toBe(true);
    expect(constantTimeEqual(new Uint8Array(), new Uint8Array())).toBe(true);
    expect(constantTimeEqual(bytes, bytes.slice(1))).toBe(false);
    for (let i = 0; i < bytes.length; i++) {
      const other = bytes.slice();
      other[i] = (other[i] as number) ^ 0x80;
      expect(constantTimeEqual(bytes, other)).toBe(false);
    }
  });

  it('goes on after a difference', () => {
    const touched: number[] = [];
    const spy = new Proxy(new Uint8Array(8), {
      get: (target, name) => {
        if (typeof name === 'string' && /^\d+$/.test(name)) touched.push(Number(name));
        return Reflect.get(target, name, target);
      },
    });
    expect(constantTimeEqual(spy, Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1))).toBe(false);
    expect(touched).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});
