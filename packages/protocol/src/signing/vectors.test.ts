import { describe, expect, it } from 'vitest';
import { nodeDigests } from '../digests-node.ts';
import { type HeaderField, headerOf, type QueryField, queryOf, type RequestMessage } from '../message.ts';
import { stringToSignV1 } from './canonical-v1.ts';
import { stringToSignV2 } from './canonical-v2.ts';
import { type PresignOptions, presignRequest } from './presign.ts';
import { readClaim } from './read-claim.ts';
import { type SignOptions, signRequest } from './sign.ts';
import { verifyClaim } from './verify.ts';

/** A request whose signature is known, and the string to sign where it is. */
interface Vector {
  readonly name: string;
  readonly message: RequestMessage;
  readonly options?: Partial<SignOptions> & { readonly expiresInSeconds?: number };
  readonly at: string | number;
  readonly stringToSign?: string;
  readonly signature: string;
}

const md5 = 'eB5eJF1ptWaXm4bijSPyxw==';
const documentedSecret = 'OtxrzxIsfpFjA7SwPzILwy8Bw21TLhquhboDYROV';
const dated = (date: string): readonly HeaderField[] => [['x-oss-date', date]];

const december = 'Wed, 28 Dec 2022 10:27:41 GMT';
const nelsonHeaders: readonly HeaderField[] = [
  ['Content-MD5', md5],
  ['Content-Type', 'text/html'],
  ['x-oss-meta-magic', 'abracadabra'],
  ['X-OSS-Meta-Author', ' alice '],
  ['User-Agent', 'not signed'],
  ...dated(december),
];
const nelson: RequestMessage = { method: 'PUT', bucket: 'examplebucket', key: 'nelson', query: [], headers: nelsonHeaders };
const nelsonHead = `PUT\n${md5}\ntext/html\n${december}\nx-oss-date:${december}\nx-oss-meta-author:alice\nx-oss-meta-magic:abracadabra\n`;
const listing: RequestMessage = { method: 'GET', bucket: 'examplebucket', query: [], headers: dated(december) };
const listingHead = `GET\n\n\n${december}\nx-oss-date:${december}\n`;
const version: QueryField = ['versionId', 'versionId'];
const get = (key: string, query: readonly QueryField[]): RequestMessage => ({ method: 'GET', bucket: 'bucket', key, query, headers: [] });

const headerVectorsV1: readonly Vector[] = [
  {
    name: 'V1-1',
    message: nelson,
    at: december,
    stringToSign: `${nelsonHead}/examplebucket/nelson`,
    signature: 'kSHKmLxlyEAKtZPkJhG9bZb5k7M=',
  },
  {
    name: 'V1-2',
    message: { ...nelson, query: [['acl', undefined]] },
    at: december,
    stringToSign: `${nelsonHead}/examplebucket/nelson?acl`,
    signature: '/afkugFbmWDQ967j1vr6zygBLQk=',
  },
  {
    name: 'V1-3',
    message: {
      ...listing,
      query: [
        ['resourceGroup', ''],
        ['non-resousce', 'null'],
      ],
    },
    at: december,
    stringToSign: `${listingHead}/examplebucket/?resourceGroup`,
    signature: 'vkQmfuUDyi1uDi3bKt67oemssIs=',
  },
  {
    name: 'V1-4',
    message: {
      ...listing,
      query: [
        ['resourceGroup', undefined],
        ['acl', ''],
      ],
    },
    at: december,
    stringToSign: `${listingHead}/examplebucket/?acl&resourceGroup`,
    signature: 'x3E5TgOvl/i7PN618s5mEvpJDYk=',
  },
  {
    name: 'V1-5',
    message: {
      method: 'PUT',
      bucket: 'oss-example',
      key: 'nelson',
      query: [],
      headers: [
        ['Content-Md5', 'ODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM='],
        ['Content-Type', 'text/html'],
        ['Date', 'Thu, 17 Nov 2005 18:49:58 GMT'],
        ['X-OSS-Meta-Author', 'foo@bar.com'],
        ['X-OSS-Magic', 'abracadabra'],
      ],
    },
    options: { credentials: { accessKeyId: 'ak', accessKeySecret: documentedSecret } },
    at: 'Thu, 17 Nov 2005 18:49:58 GMT',
    stringToSign:
      'PUT\nODBGOERFMDMzQTczRUY3NUE3NzA5QzdFNUYzMDQxNEM=\ntext/html\nThu, 17 Nov 2005 18:49:58 GMT\nx-oss-magic:abracadabra\nx-oss-meta-author:foo@bar.com\n/oss-example/nelson',
    signature: '26NBxoKdsyly4EDv6inkoDft/yA=',
  },
  {
    name: 'V1-10',
    message: {
      ...get('key é', [['response-content-type', 'a/b c'], version, ['foo', 'bar']]),
      headers: [['date', 'Sat, 16 Dec 2023 16:20:57 GMT']],
    },
    at: 'Sat, 16 Dec 2023 16:20:57 GMT',
    stringToSign: 'GET\n\n\nSat, 16 Dec 2023 16:20:57 GMT\n/bucket/key é?response-content-type=a/b c&versionId=versionId',
    signature: 'XeU2JZFmBps+3z1KAG6hj3ygxc8=',
  },
];

const withToken = { credentials: { accessKeyId: 'ak', accessKeySecret: 'sk', securityToken: 'token' } };

const queryVectorsV1: readonly Vector[] = [
  {
    name: 'V1-6',
    message: get('key', [version]),
    at: 1699807420 - 900,
    stringToSign: 'GET\n\n\n1699807420\n/bucket/key?versionId=versionId',
    signature: 'dcLTea+Yh9ApirQ8o8dOPqtvJXQ=',
  },
  {
    name: 'V1-7',
    message: get('key+123', [version]),
    options: withToken,
    at: 1699808204 - 900,
    stringToSign: 'GET\n\n\n1699808204\n/bucket/key+123?security-token=token&versionId=versionId',
    signature: 'jzKYRrM5y6Br0dRFPaTGOsbrDhY=',
  },
  {
    name: 'V1-8',
    message: {
      ...get('key', [
        ['response-content-disposition', 'attachment; filename=example.txt'],
        ['versionId', 'versionId?param1=value1'],
      ]),
      headers: [
        ['Content-Type', 'application/octet-stream'],
        ['x-oss-head1', 'value'],
      ],
    },
    options: withToken,
    at: 1699808204 - 900,
    stringToSign:
      'GET\n\napplication/octet-stream\n1699808204\nx-oss-head1:value\n/bucket/key?response-content-disposition=attachment; filename=example.txt&security-token=token&versionId=versionId?param1=value1',
    signature: '3GJoEOv5LX2ASp0HJk/hAk+qLJc=',
  },
  {
    name: 'V1-9',
    message: { method: 'GET', bucket: 'oss-example', key: 'oss-api.pdf', query: [], headers: [] },
    options: { credentials: { accessKeyId: 'ak', accessKeySecret: documentedSecret } },
    at: 1141889120 - 900,
    stringToSign: 'GET\n\n\n1141889120\n/oss-example/oss-api.pdf',
    signature: 'EwaNTn1erJGkimiJ9WmXgwnANLc=',
  },
];

const saturday = 'Sat, 16 Dec 2023 16:20:57 GMT';
const sixParameters: readonly QueryField[] = [
  ['param1', 'value1'],
  ['+param1', 'value3'],
  ['|param1', 'value4'],
  ['+param2', ''],
  ['|param2', undefined],
  ['param2', ''],
];
const putOddKey = (headers: readonly HeaderField[]): RequestMessage => ({
  method: 'PUT',
  bucket: 'bucket',
  key: '1234+-/123/1.txt',
  query: sixParameters,
  headers,
});
const resourceV2 = '%2Fbucket%2F1234%2B-%2F123%2F1.txt?%2Bparam1=value3&%2Bparam2&%7Cparam1=value4&%7Cparam2&param1=value1&param2';
const abc: readonly HeaderField[] = [
  ['abc', 'value'],
  ['ZAbc', 'value'],
];

const headerVectorsV2: readonly Vector[] = [
  {
    name: 'V2-1',
    message: putOddKey([['Content-MD5', md5], ['Content-Type', 'text/plain'], ['x-oss-head1', 'value'], ...abc]),
    at: saturday,
    stringToSign: `PUT\n${md5}\ntext/plain\n${saturday}\nx-oss-head1:value\n\n${resourceV2}`,
    signature: 'oZggNApyGOemwY0742d5JdMLkddl+crKr/thj7PC++0=',
  },
  {
    name: 'V2-2',
    message: putOddKey([['Content-Type', 'text/plain'], ['x-oss-head1', 'value'], ...abc]),
    options: { additionalHeaders: ['ZAbc', 'abc', 'absent', 'x-oss-head1'] },
    at: saturday,
    stringToSign: `PUT\n\ntext/plain\n${saturday}\nabc:value\nx-oss-head1:value\nzabc:value\nabc;zabc\n${resourceV2}`,
    signature: 'PpSxuLC5t5Z/F6Yv0WyxcXiarvJwfJxZ/1Sw9u8WO0g=',
  },
  {
    name: 'V2-3',
    message: {
      method: 'GET',
      query: [
        ['max-keys', '100'],
        ['prefix', ''],
      ],
      headers: [],
    },
    at: saturday,
    stringToSign: `GET\n\n\n${saturday}\n\n%2F?max-keys=100&prefix`,
    signature: 'pszZW0BnuT8sJNWrVwVxMx5ZeaiNjKS3smdDZpe7eqM=',
  },
  {
    name: 'V2-4',
    message: { ...get('key é', []), headers: [['Range', 'bytes=0-9']] },
    options: { additionalHeaders: ['range', 'if-modified-since'] },
    at: saturday,
    stringToSign: `GET\n\n\n${saturday}\nrange:bytes=0-9\nrange\n%2Fbucket%2Fkey%20%C3%A9`,
    signature: 'mEJbcFAXjZ3NABjglAXy7V7fHwufVDNBcOPexGwlZIs=',
  },
  {
    name: 'V2-7',
    message: { method: 'PUT', bucket: 'bucket', key: 'key', query: [], headers: [['Content-Type', 'text/plain']] },
    options: withToken,
    at: saturday,
    stringToSign: `PUT\n\ntext/plain\n${saturday}\nx-oss-security-token:token\n\n%2Fbucket%2Fkey`,
    signature: 'RB6Db9aHEftCzlXwfq6CpbUFX+GRc+LUqLCvthQ3ZZQ=',
  },
];

const life = { expiresInSeconds: 600 };
const queryVectorsV2: readonly Vector[] = [
  {
    name: 'V2-5',
    message: get('key', [version]),
    options: life,
    at: saturday,
    stringToSign:
      'GET\n\n\n1702744257\n\n%2Fbucket%2Fkey?versionId=versionId&x-oss-access-key-id=ak&x-oss-expires=1702744257&x-oss-signature-version=OSS2',
    signature: 'ersiTZuzerDO2CBH5E50Z1T82KomXznkxRD1J41F9Kg=',
  },
  {
    name: 'V2-6',
    message: get('key', [version]),
    options: { ...life, ...withToken },
    at: saturday,
    signature: 'HAVg0dW+u0E03gJ/FZjP6saCMWZxUy0y0ImGcAhQVd0=',
  },
  {
    name: 'V2-8',
    message: { ...get('key', []), method: 'PUT', headers: [['Host', 'bucket.oss-cn-hangzhou.aliyuncs.com']] },
    options: { ...life, additionalHeaders: ['host'] },
    at: saturday,
    stringToSign:
      'PUT\n\n\n1702744257\nhost:bucket.oss-cn-hangzhou.aliyuncs.com\nhost\n%2Fbucket%2Fkey?x-oss-access-key-id=ak&x-oss-additional-headers=host&x-oss-expires=1702744257&x-oss-signature-version=OSS2',
    signature: 'C71mL09L1p+joBYMcfDJM1SceY0B19u0/l9YXI1yRts=',
  },
];

const fourHeaders: readonly HeaderField[] = [['x-oss-head1', 'value'], ...abc, ['XYZ', 'value']];
const plain = putOddKey([...fourHeaders, ['content-type', 'text/plain']]);
const binary = putOddKey([...fourHeaders, ['content-type', 'application/octet-stream']]);
const asked = ['ZAbc', 'abc', 'x-oss-head1', 'x-oss-no-exist'];
const box = { region: 'cb-123', product: 'oss-cloudbox' };
const headerV4 = (name: string, at: string, signature: string, options: Vector['options'] = {}): Vector => ({
  name,
  message: plain,
  at,
  options,
  signature,
});
const queryV4 = (name: string, at: string, signature: string, options: Vector['options'] = {}): Vector => ({
  name,
  message: binary,
  at,
  options: { expiresInSeconds: 599, ...options },
  signature,
});

const headerVectorsV4: readonly Vector[] = [
  headerV4('V4-1', '2023-12-16T16:20:57Z', 'e21d18daa82167720f9b1047ae7e7f1ce7cb77a31e8203a7d5f4624fa0284afe'),
  headerV4('V4-2', '2023-12-17T03:47:36Z', 'b94a3f999cf85bcdc00d332fbd3734ba03e48382c36fa4d5af5df817395bd9ea', withToken),
  headerV4('V4-3', '2023-12-16T17:25:12Z', '4a4183c187c07c8947db7620deb0a6b38d9fbdd34187b6dbaccb316fa251212f', {
    additionalHeaders: asked,
  }),
  headerV4('V4-8', '2023-12-16T16:20:57Z', '94ce1f12c17d148ea681030275a94449d3357f5b5b21133996eec80af3e08a43', box),
];

const queryVectorsV4: readonly Vector[] = [
  queryV4('V4-4', '2023-12-17T02:54:37Z', 'a39966c61718be0d5b14e668088b3fa07601033f6518ac7b523100014269c0fe'),
  queryV4('V4-5', '2023-12-17T03:56:28Z', '3817ac9d206cd6dfc90f1c09c00be45005602e55898f26f5ddb06d7892e1f8b5', withToken),
  queryV4('V4-6', '2023-12-17T03:30:09Z', '6bd984bfe531afb6db1f7550983a741b103a8c58e5e14f83ea474c2322dfa2b7', { additionalHeaders: asked }),
  queryV4('V4-7', '2023-12-17T02:54:37Z', '31029123dc7732d2d2cfd4006ea4fdb6cf86da6478f813e2bf8f87877c7b9fec', {
    expiresInSeconds: 432_000,
  }),
  queryV4('V4-9', '2023-12-17T02:54:37Z', '07284191b9b4978ac3520cd39ee2dea2747eda454089359371ff463a6c7ba20f', {
    ...box,
    additionalHeaders: ['abc', 'zabc'],
  }),
];

function optionsOf(vector: Vector, version: SignOptions['version']): PresignOptions & { readonly region: string } {
  const nowMs = typeof vector.at === 'number' ? vector.at * 1000 : Date.parse(vector.at);
  const common = { version, credentials: { accessKeyId: 'ak', accessKeySecret: 'sk' }, nowMs };
  return { ...common, ...vector.options, region: vector.options?.region ?? 'cn-hangzhou' };
}

/** Verifies as a server does, and gives the claim. */
function verify(message: RequestMessage, vector: Vector, version: SignOptions['version']) {
  const { credentials, nowMs, region } = optionsOf(vector, version);
  const claim = readClaim(message);
  if (claim === undefined) throw new Error('The request counts as anonymous.');
  const products = ['oss', 'oss-cloudbox'];
  verifyClaim(nodeDigests, message, claim, { secret: credentials.accessKeySecret, nowMs, regions: [region], products });
  expect(claim.accessKeyId).toBe('ak');
  expect(claim.token).toBe(credentials.securityToken);
  return claim;
}

describe.each([
  ['V1', headerVectorsV1],
  ['V2', headerVectorsV2],
  ['V4', headerVectorsV4],
] as const)('%s in the header', (version, vectors) => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const signed = signRequest(nodeDigests, vector.message, optionsOf(vector, version));
    expect(headerOf(signed.headers, 'authorization')).toContain(vector.signature);
    const claim = verify(signed, vector, version);
    expect(claim).toMatchObject({ version, place: 'header', signature: vector.signature });
    if (vector.stringToSign !== undefined && claim.version === 'V1') expect(stringToSignV1(signed, claim.date)).toBe(vector.stringToSign);
    if (vector.stringToSign !== undefined && claim.version === 'V2') {
      expect(stringToSignV2(signed, claim.date, claim.additionalHeaders)).toBe(vector.stringToSign);
    }
  });
});

describe.each([
  ['V1', queryVectorsV1],
  ['V2', queryVectorsV2],
  ['V4', queryVectorsV4],
] as const)('%s in the query', (version, vectors) => {
  it.each(vectors.map((vector) => [vector.name, vector] as const))('%s', (_, vector) => {
    const signed = presignRequest(nodeDigests, vector.message, optionsOf(vector, version));
    expect(queryOf(signed.query, version === 'V1' ? 'Signature' : 'x-oss-signature')).toBe(vector.signature);
    const claim = verify(signed, vector, version);
    expect(claim).toMatchObject({ version, place: 'query', signature: vector.signature });
    if (vector.stringToSign !== undefined && claim.version === 'V1') expect(stringToSignV1(signed, claim.date)).toBe(vector.stringToSign);
    if (vector.stringToSign !== undefined && claim.version === 'V2') {
      expect(stringToSignV2(signed, claim.date, claim.additionalHeaders)).toBe(vector.stringToSign);
    }
  });
});
