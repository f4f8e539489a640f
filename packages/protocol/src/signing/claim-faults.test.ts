import { describe, expect, it } from 'vitest';
import { isServiceError, type ServiceError } from '../errors.ts';
import type { HeaderField, QueryField } from '../message.ts';
import type { Claim } from './claim.ts';
import { readClaim } from './read-claim.ts';

const read = (headers: readonly HeaderField[], query: readonly QueryField[] = []): Claim | undefined => readClaim({ headers, query });

function faultOf(headers: readonly HeaderField[], query: readonly QueryField[] = []): ServiceError {
  try {
    read(headers, query);
  } catch (error) {
    if (isServiceError(error)) return error;
    throw error;
  }
  throw new Error('Nothing was thrown.');
}

const invalidArgument = (message: string, name: string, value: string | undefined, ec?: string) => ({
  code: 'InvalidArgument',
  statusCode: 400,
  message,
  ec,
  elements: value === undefined ? { ArgumentName: name } : { ArgumentName: name, ArgumentValue: value },
});

describe('anonymous requests', () => {
  it('have no claim', () => {
    expect(read([])).toBeUndefined();
    expect(
      read(
        [
          ['Date', 'nonsense'],
          ['x-oss-security-token', 'token'],
        ],
        [
          ['acl', undefined],
          ['x-oss-expires', '1'],
        ],
      ),
    ).toBeUndefined();
  });
});

const date: HeaderField = ['Date', 'Sat, 16 Dec 2023 16:20:57 GMT'];
const malformed = 'Authorization header is invalid.';
const wrongCount = 'Authorization header is invalid, bad num of Items in Authorization header.';
const incomplete = 'AccessKeyId or Signature is missing in Authorization header value.';
const unknown = 'Unknown parameter in Authorization header.';
const unsupported = 'Unsupported Authorization Type';
const algorithm = 'OSS4-HMAC-SHA256';
const credential = 'Credential=ak/20231216/cn-hangzhou/oss/aliyun_v4_request';
const badCredential = 'Invalid credential in Authorization header.';

const badAuthorizations: readonly (readonly [authorization: string, message: string, ec: string | undefined])[] = [
  ['', 'Authorization header value is empty.', undefined],
  ['Basic dXNlcjpwYXNz', unsupported, '0002-00000002'],
  ['AWS ak:sig', unsupported, '0002-00000002'],
  ['oss ak:sig', unsupported, '0002-00000002'],
  ['OSS', unsupported, '0002-00000002'],
  ['OSS\tak:sig', unsupported, '0002-00000002'],
  ['OSS3 AccessKeyId:ak,Signature:sig', unsupported, '0002-00000002'],
  ['OSS ak', wrongCount, '0002-00000062'],
  ['OSS ak:sig:more', wrongCount, '0002-00000062'],
  ['OSS :sig', incomplete, undefined],
  ['OSS ak:', incomplete, undefined],
  ['OSS  ak:sig', malformed, '0002-00000064'],
  ['OSS a\tk:sig', malformed, '0002-00000064'],
  ['OSS2 AccessKeyId:ak,', wrongCount, '0002-00000102'],
  ['OSS2 AccessKeyId:ak', wrongCount, '0002-00000102'],
  ['OSS2 AccessKeyId:ak,Signature:sig,UnknownKey:ABC', unknown, '0002-00000104'],
  ['OSS2 AdditionalHeaders:host,Signature:sig', incomplete, '0002-00000105'],
  ['OSS2 AccessKeyId:,Signature:sig', incomplete, '0002-00000106'],
  ['OSS2 AccessKeyId:ak,AdditionalHeaders:host', incomplete, '0002-00000108'],
  ['OSS2 AccessKeyId:ak,Signature:', incomplete, '0002-00000109'],
  ['OSS2 AccessKeyId:ak,AdditionalHeaders:,Signature:sig', malformed, '0002-00000110'],
  ['OSS2 AccessKeyId:ak,AdditionalHeaders:host;,Signature:sig', malformed, '0002-00000110'],
  ['OSS2 AccessKeyId:ak,AccessKeyId:other,Signature:sig', malformed, undefined],
  ['OSS2 AccessKeyId:a k,Signature:sig', malformed, undefined],
  [`${algorithm} nonsense`, malformed, '0002-00000202'],
  [`${algorithm} ${credential},`, malformed, '0002-00000202'],
  [`${algorithm} ${credential}`, incomplete, '0002-00000202'],
  [`${algorithm} ${credential},${credential},Signature=00`, malformed, '0002-00000202'],
  [`${algorithm} ${credential},SignedHeaders=host,Signature=00`, unknown, '0002-00000202'],
  [`${algorithm} Signature=00`, incomplete, '0002-00000205'],
  [`${algorithm} ${credential},Signature=`, incomplete, '0002-00000208'],
  [`${algorithm} ${credential},AdditionalHeaders=,Signature=00`, malformed, '0002-00000209'],
  [`${algorithm} Credential=ak/20231216/cn-hangzhou/oss/aws4_request,Signature=00`, badCredential, '0002-00000213'],
  [`${algorithm} Credential=ak/20231216/cn-hangzhou/oss,Signature=00`, badCredential, '0002-00000213'],
  [`${algorithm} Credential=a/k/20231216/cn-hangzhou/oss/aliyun_v4_request,Signature=00`, badCredential, '0002-00000213'],
  [`${algorithm} Credential=/20231216/cn-hangzhou/oss/aliyun_v4_request,Signature=00`, badCredential, '0002-00000213'],
  [`${algorithm} Credential=ak/20231216//oss/aliyun_v4_request,Signature=00`, badCredential, '0002-00000213'],
];

describe('a malformed Authorization header', () => {
  it.each(badAuthorizations)('%j', (authorization, message, ec) => {
    const headers: readonly HeaderField[] = [['Authorization', authorization], date, ['x-oss-content-sha256', 'UNSIGNED-PAYLOAD']];
    expect(faultOf(headers)).toMatchObject(invalidArgument(message, 'Authorization', authorization, ec));
  });

  it.each(['20231217', '2023-12-16', ''])('with the signing date %j', (day) => {
    const authorization = `${algorithm} Credential=ak/${day}/cn-hangzhou/oss/aliyun_v4_request,Signature=00`;
    const headers: readonly HeaderField[] = [['Authorization', authorization], date, ['x-oss-content-sha256', 'UNSIGNED-PAYLOAD']];
    const message = 'Invalid signing date in Authorization header.';
    expect(faultOf(headers)).toMatchObject(invalidArgument(message, 'Authorization', authorization, '0002-00000212'));
  });

  it.each([undefined, '', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'])(
    'with the payload %j',
    (payload) => {
      const headers: HeaderField[] = [['Authorization', `${algorithm} ${credential},Signature=00`], date];
      if (payload !== undefined) headers.push(['x-oss-content-sha256', payload]);
      expect(faultOf(headers)).toMatchObject({
        code: 'InvalidArgument',
        ec: '0002-00000214',
        elements: { ArgumentName: 'x-oss-content-sha256', ArgumentValue: payload ?? '' },
      });
    },
  );

  const signed: readonly HeaderField[] = [
    ['OSS ak:sig', 'x-oss-date'],
    ['OSS2 AccessKeyId:ak,Signature:sig', 'date'],
    [`${algorithm} ${credential},Signature=00`, 'x-oss-date'],
  ];

  it.each(signed)('%s without a date, or with a bad one', (authorization, dateName) => {
    const headers: readonly HeaderField[] = [
      ['Authorization', authorization],
      ['x-oss-content-sha256', 'UNSIGNED-PAYLOAD'],
    ];
    const message = 'OSS authentication requires a valid Date.';
    expect(faultOf(headers)).toMatchObject({ code: 'AccessDenied', statusCode: 403, message, ec: '0002-00000503', elements: {} });
    for (const bad of ['', 'yesterday', 'Sat, 31 Feb 2023 16:20:57 GMT']) {
      expect(faultOf([...headers, [dateName, bad]])).toMatchObject(invalidArgument(message, dateName, bad));
    }
  });

  it('beside a signature in the query', () => {
    for (const name of ['Signature', 'x-oss-signature']) {
      const fault = faultOf([['Authorization', 'OSS ak:sig'], date], [[name, 'sig']]);
      expect(fault).toMatchObject({ code: 'InvalidArgument', elements: { ArgumentName: name, ArgumentValue: 'sig' } });
    }
  });
});

const v1: readonly QueryField[] = [
  ['OSSAccessKeyId', 'ak'],
  ['Expires', '1141889120'],
  ['Signature', 'sig'],
];
const v2: readonly QueryField[] = [
  ['x-oss-signature-version', 'OSS2'],
  ['x-oss-access-key-id', 'ak'],
  ['x-oss-expires', '1141889120'],
  ['x-oss-signature', 'sig'],
];
const v4: readonly QueryField[] = [
  ['x-oss-signature-version', 'OSS4-HMAC-SHA256'],
  ['x-oss-credential', 'ak/20231217/cn-hangzhou/oss/aliyun_v4_request'],
  ['x-oss-date', '20231217T025437Z'],
  ['x-oss-expires', '599'],
  ['x-oss-signature', '00'],
];
/** The query with one parameter changed, or gone. */
const but = (query: readonly QueryField[], name: string, value: string | undefined): readonly QueryField[] => {
  const others = query.filter(([field]) => field !== name);
  return value === undefined ? others : [...others, [name, value]];
};

describe('a malformed presigned URL', () => {
  it('is none while nothing is changed', () => {
    for (const query of [v1, v2, v4]) expect(read([], query)).toMatchObject({ place: 'query', accessKeyId: 'ak' });
  });

  it.each([
    ['Expires', undefined, '0002-00000067'],
    ['Expires', '', '0002-00000068'],
    ['OSSAccessKeyId', undefined, '0002-00000071'],
    ['OSSAccessKeyId', '', undefined],
    ['Signature', undefined, undefined],
    ['Signature', '', undefined],
  ])('V1 with %s %j', (name, value, ec) => {
    const message = 'Query-string authentication requires the Signature, Expires and OSSAccessKeyId parameters';
    expect(faultOf([], but(v1, name, value))).toMatchObject({ code: 'AccessDenied', statusCode: 403, message, ec, elements: {} });
  });

  it.each(['abc', '1.5', '-1', '+1', '1e9', ' 1', '99999999999999999'])('V1 and V2 with an expiry of %j', (value) => {
    const message = 'Invalid date (should be seconds since epoch).';
    for (const query of [but(v1, 'Expires', value), but(v2, 'x-oss-expires', value)]) {
      expect(faultOf([], query)).toMatchObject({ code: 'AccessDenied', statusCode: 403, message, ec: '0002-00000070' });
    }
  });

  it.each([
    ['x-oss-access-key-id', undefined, undefined],
    ['x-oss-access-key-id', '', '0002-00000116'],
    ['x-oss-expires', undefined, '0002-00000113'],
    ['x-oss-signature', undefined, '0002-00000117'],
    ['x-oss-signature', '', '0002-00000118'],
    ['x-oss-additional-headers', '', '0002-00000110'],
    ['x-oss-additional-headers', 'host;', '0002-00000110'],
  ])('V2 with %s %j', (name, value, ec) => {
    const elements = { ArgumentName: name, ArgumentValue: value ?? '' };
    expect(faultOf([], but(v2, name, value))).toMatchObject({ code: 'InvalidArgument', ec, elements });
  });

  it.each([
    ['x-oss-signature', undefined, '0002-00000219'],
    ['x-oss-signature', '', '0002-00000220'],
    ['x-oss-credential', undefined, '0002-00000217'],
    ['x-oss-credential', '', '0002-00000218'],
    ['x-oss-credential', 'ak/20231217/cn-hangzhou/oss/abc', '0002-00000224'],
    ['x-oss-credential', '\rabc/20231217/cn-hangzhou/oss/aliyun_v4_request', '0002-00000222'],
    ['x-oss-credential', 'ak/2023-12-17/cn-hangzhou/oss/aliyun_v4_request', '0002-00000223'],
    ['x-oss-credential', 'ak/20231218/cn-hangzhou/oss/aliyun_v4_request', '0002-00000223'],
    ['x-oss-date', undefined, undefined],
    ['x-oss-date', '2023-12-17', undefined],
    ['x-oss-expires', undefined, '0002-00000215'],
    ['x-oss-expires', '0', '0002-00000232'],
    ['x-oss-expires', '604801', '0002-00000232'],
    ['x-oss-expires', '-1', '0002-00000232'],
    ['x-oss-expires', '1.5', '0002-00000232'],
    ['x-oss-expires', 'abc', '0002-00000232'],
    ['x-oss-expires', '99999999999999999999', '0002-00000232'],
    ['x-oss-additional-headers', '', '0002-00000209'],
  ])('V4 with %s %j', (name, value, ec) => {
    const elements = { ArgumentName: name, ArgumentValue: value ?? '' };
    expect(faultOf([], but(v4, name, value))).toMatchObject({ code: 'InvalidArgument', ec, elements });
  });
});

describe('the other parameters of a presigned URL', () => {
  it('V4 may live from 1 to 604800 seconds', () => {
    const startMs = Date.UTC(2023, 11, 17, 2, 54, 37);
    for (const [life, seconds] of [
      ['1', 1],
      ['604800', 604_800],
      ['0599', 599],
    ] as const) {
      expect(read([], but(v4, 'x-oss-expires', life))).toMatchObject({ requestTimeMs: startMs, expiresAtMs: startMs + seconds * 1000 });
    }
  });

  it.each(['ABC', '', 'OSS', 'oss2', 'OSS4'])('with the signature version %j', (value) => {
    expect(faultOf([], but(v4, 'x-oss-signature-version', value))).toMatchObject({
      code: 'InvalidArgument',
      ec: '0002-00000066',
      elements: { ArgumentName: 'x-oss-signature-version', ArgumentValue: value },
    });
  });

  it('with a token in both places, or in the header alone', () => {
    const queries: readonly (readonly [readonly QueryField[], string])[] = [
      [v1, 'security-token'],
      [v2, 'security-token'],
      [v4, 'x-oss-security-token'],
    ];
    const header: readonly HeaderField[] = [['x-oss-security-token', 'topsecret']];
    for (const [query, name] of queries) {
      expect(read([], [...query, [name, 'topsecret']])?.token).toBe('topsecret');
      const both = faultOf(header, [...query, [name, 'topsecret']]);
      expect(both).toMatchObject({ code: 'InvalidArgument', elements: { ArgumentName: 'x-oss-security-token' } });
      expect(JSON.stringify([both.message, both.elements])).not.toContain('topsecret');
      expect(faultOf(header, query)).toMatchObject({
        code: 'InvalidRequest',
        message: 'Security-token must be provided by query string parameter.',
      });
    }
  });
});
