import { describe, expect, it } from 'vitest';
import { nodeDigests } from '../digests-node.ts';
import { type HeaderField, headerBytes, type RequestMessage } from '../message.ts';
import { stringToSignV1 } from './canonical-v1.ts';
import type { Claim } from './claim.ts';
import { readClaim } from './read-claim.ts';
import { verifyClaim } from './verify.ts';

// The same signatures as among the vectors, in headers as clients other than ours write them.

function verify(message: RequestMessage, at: string): Claim | undefined {
  const claim = readClaim(message);
  if (claim !== undefined) verifyClaim(nodeDigests, message, claim, { secret: 'sk', nowMs: Date.parse(at), regions: ['cn-hangzhou'] });
  return claim;
}

const odd: RequestMessage = {
  method: 'PUT',
  bucket: 'bucket',
  key: '1234+-/123/1.txt',
  query: [
    ['param1', 'value1'],
    ['+param1', 'value3'],
    ['|param1', 'value4'],
    ['+param2', ''],
    ['|param2', ''],
    ['param2', ''],
  ],
  headers: [
    ['Content-Type', 'text/plain'],
    ['x-oss-head1', 'value'],
    ['abc', 'value'],
    ['ZAbc', 'value'],
  ],
};
const withHeaders = (message: RequestMessage, ...headers: readonly HeaderField[]): RequestMessage => ({
  ...message,
  headers: [...message.headers, ...headers],
});
const december = 'Wed, 28 Dec 2022 10:27:41 GMT';
const saturday = 'Sat, 16 Dec 2023 16:20:57 GMT';

describe('V4', () => {
  const signature = 'e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe';
  const additional = '4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f';
  const credential = 'Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request';
  const payload: HeaderField = ['x-oss-content-sha256', 'UNSIGNED-PAYLOAD'];

  it.each([
    ['20231216T162057Z', `${credential},Signature=${signature}`],
    ['20231216T162057Z', `${credential}, Signature=${signature}`],
    ['20231216T162057Z', `Signature=${signature}, ${credential}`],
    // The order and the spaces of oss2, the letter case of somebody else.
    ['20231216T172512Z', `${credential}, Signature=${additional}, AdditionalHeaders=ZAbc;abc`],
  ])('at %s: %s', (date, items) => {
    const message = withHeaders(odd, payload, ['X-Oss-Date', date], ['authorization', `OSS4-HMAC-SHA256 ${items}`]);
    const at = date.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z');
    expect(verify(message, at)).toMatchObject({ version: 'V4', scope: { date: '20231216', region: 'cn-hangzhou', product: 'oss' } });
  });

  it('with a date in Date alone', () => {
    const message = withHeaders(odd, payload, ['Date', saturday], ['Authorization', `OSS4-HMAC-SHA256 ${credential},Signature=00`]);
    expect(readClaim(message)).toMatchObject({ date: saturday, requestTimeMs: Date.parse(saturday) });
  });
});

describe('V2', () => {
  it('with the spaces of Java', () => {
    const authorization = 'OSS2 AccessKeyId:ak, AdditionalHeaders:abc;zabc, Signature:PpSxuLC5t5Z/F6Yv0WyxcXiarvJwfJxZ/1Sw9u8WO0g=';
    const claim = verify(withHeaders(odd, ['Date', saturday], ['Authorization', authorization]), saturday);
    expect(claim).toMatchObject({ version: 'V2', additionalHeaders: ['abc', 'zabc'] });
  });
});

describe('V1', () => {
  const nelson: RequestMessage = { method: 'PUT', bucket: 'examplebucket', key: 'nelson', query: [], headers: [['x-oss-date', december]] };

  it('with the token header of the Python SDK, which nobody signs', () => {
    const message = withHeaders(
      nelson,
      ['Content-MD5', 'eB5eJF1ptWaXm4bijSPyxw=='],
      ['Content-Type', 'text/html'],
      ['x-oss-meta-author', 'alice'],
      ['x-oss-meta-magic', 'abracadabra'],
      ['security-token', 'token'],
      ['Authorization', 'OSS ak:kSHKmLxlyEAKtZPkJhG9bZb5k7M='],
    );
    expect(verify(message, december)).toMatchObject({ version: 'V1', token: 'token' });
  });

  it('with a date of V4 in x-oss-date', () => {
    const message: RequestMessage = {
      ...nelson,
      headers: [
        ['x-oss-date', '20231216T162057Z'],
        ['Authorization', 'OSS ak:sig'],
      ],
    };
    expect(readClaim(message)).toMatchObject({ date: '20231216T162057Z', requestTimeMs: Date.parse(saturday) });
  });

  it('reads UTF-8 and latin-1 values as the text that was signed', () => {
    const expected = `PUT\n\n\n${december}\nx-oss-date:${december}\nx-oss-meta-name:é\n/examplebucket/nelson`;
    expect(stringToSignV1(withHeaders(nelson, ['x-oss-meta-name', headerBytes('é')]), december)).toBe(expected);
    expect(stringToSignV1(withHeaders(nelson, ['x-oss-meta-name', '\xe9']), december)).toBe(expected);
  });

  it('joins several headers of one name', () => {
    const message = withHeaders(nelson, ['x-oss-meta-a', ' 1 '], ['X-Oss-Meta-A', '2']);
    expect(stringToSignV1(message, december)).toContain('\nx-oss-meta-a:1,2\n');
  });
});
