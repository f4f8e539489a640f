import { describe, expect, it } from 'vitest';
import { nodeDigests } from '../digests-node.ts';
import { encodeHex } from '../hex.ts';
import { headerOf, type RequestMessage } from '../message.ts';
import { canonicalRequestV4, formatScope, parseCredential } from './canonical-v4.ts';
import { presignRequest } from './presign.ts';
import { type SignOptions, signRequest } from './sign.ts';
import { signingKeyV4 } from './signing-key.ts';

// The intermediate values of the vectors V4-1, V4-3 and V4-4.

const message = (contentType: string): RequestMessage => ({
  method: 'PUT',
  bucket: 'bucket',
  key: '1234+-/123/1.txt',
  query: [
    ['param1', 'value1'],
    ['+param1', 'value3'],
    ['|param1', 'value4'],
    ['+param2', ''],
    ['|param2', undefined],
    ['param2', ''],
  ],
  headers: [
    ['x-oss-head1', 'value'],
    ['abc', 'value'],
    ['ZAbc', 'value'],
    ['XYZ', 'value'],
    ['content-type', contentType],
  ],
});
const options = (at: string): SignOptions => ({
  version: 'V4',
  credentials: { accessKeyId: 'ak', accessKeySecret: 'sk' },
  region: 'cn-hangzhou',
  nowMs: Date.parse(at),
});
const parameters = '%2Bparam1=value3&%2Bparam2&%7Cparam1=value4&%7Cparam2&param1=value1&param2';

describe('the canonical request', () => {
  it('of a signed header', () => {
    const canonical = canonicalRequestV4(signRequest(nodeDigests, message('text/plain'), options('2023-12-16T16:20:57Z')), []);
    expect(canonical).toBe(
      [
        'PUT',
        '/bucket/1234%2B-/123/1.txt',
        parameters,
        'content-type:text/plain',
        'x-oss-content-sha256:UNSIGNED-PAYLOAD',
        'x-oss-date:20231216T162057Z',
        'x-oss-head1:value',
        '',
        '',
        'UNSIGNED-PAYLOAD',
      ].join('\n'),
    );
    expect(encodeHex(nodeDigests.hash('sha256', canonical))).toBe('f4613657f1b108998e8dbd10a1aa5da621dc2c6e02c9ddec0f163664848704c4');
  });

  it('of a presigned URL', () => {
    const signed = presignRequest(nodeDigests, message('application/octet-stream'), {
      ...options('2023-12-17T02:54:37Z'),
      expiresInSeconds: 599,
    });
    const canonical = canonicalRequestV4(signed, []);
    expect(canonical.split('\n')[2]).toBe(
      `${parameters}&x-oss-credential=ak%2F20231217%2Fcn-hangzhou%2Foss%2Faliyun_v4_request&x-oss-date=20231217T025437Z&x-oss-expires=599&x-oss-signature-version=OSS4-HMAC-SHA256`,
    );
    expect(encodeHex(nodeDigests.hash('sha256', canonical))).toBe('48814c11f278d51662015bf2f896b66ca10b6de0187ed8d952e341bbce0aa336');
  });

  it('of service and bucket level', () => {
    expect(canonicalRequestV4({ method: 'GET', query: [], headers: [] }, [])).toBe('GET\n/\n\n\n\nUNSIGNED-PAYLOAD');
    expect(canonicalRequestV4({ method: 'GET', bucket: 'b', query: [['acl', undefined]], headers: [] }, [])).toBe(
      'GET\n/b/\nacl\n\n\nUNSIGNED-PAYLOAD',
    );
  });
});

describe('the Authorization header', () => {
  it('lists the additional headers that are there', () => {
    const signed = signRequest(nodeDigests, message('text/plain'), {
      ...options('2023-12-16T17:25:12Z'),
      additionalHeaders: ['ZAbc', 'abc', 'x-oss-head1', 'x-oss-no-exist', 'Content-Type'],
    });
    expect(headerOf(signed.headers, 'authorization')).toBe(
      'OSS4-HMAC-SHA256 Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request,AdditionalHeaders=abc;zabc,Signature=4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f',
    );
  });
});

describe('the signing key', () => {
  it('is derived from the scope', () => {
    const first = signingKeyV4(nodeDigests, 'sk', { date: '20231216', region: 'cn-hangzhou', product: 'oss' });
    expect(encodeHex(first)).toBe('b412a03b134ebddd720f5167b5de6db66620ebb3b01cff4d49e3ccb09f8de97f');
    // That of the documented form policy.
    const second = signingKeyV4(nodeDigests, 'sk', { date: '20301201', region: 'cn-hangzhou', product: 'oss' });
    expect(encodeHex(second)).toBe('f6037db3e580a8c4c82fcbdc33ca2e4a9118dd2ecb1dbc227fe9d6ecc041d25a');
  });

  it('is the right one however many others came before', () => {
    const scope = { date: '20231216', region: 'cn-hangzhou', product: 'oss' };
    const keys = new Set<string>();
    for (let i = 0; i < 200; i++) keys.add(encodeHex(signingKeyV4(nodeDigests, `secret ${i}`, scope)));
    expect(keys.size).toBe(200);
    expect(encodeHex(signingKeyV4(nodeDigests, 'sk', scope))).toBe('b412a03b134ebddd720f5167b5de6db66620ebb3b01cff4d49e3ccb09f8de97f');
  });
});

describe('a credential', () => {
  it('has five parts', () => {
    const scope = { date: '20231216', region: 'cn-hangzhou', product: 'oss' };
    expect(parseCredential(`ak/${formatScope(scope)}`)).toEqual({ accessKeyId: 'ak', scope });
    for (const text of ['', 'ak', `/${formatScope(scope)}`, `ak/x/${formatScope(scope)}`, `ak/${formatScope(scope)}/`]) {
      expect(parseCredential(text)).toBeUndefined();
    }
  });
});
