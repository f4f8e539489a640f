import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { browserDigests } from '../digests-browser.ts';
import { nodeDigests } from '../digests-node.ts';
import { isServiceError } from '../errors.ts';
import { type HeaderField, headerBytes, type QueryField, type RequestMessage } from '../message.ts';
import { decodeQuery, encodeQuery } from '../query-string.ts';
import type { Claim } from './claim.ts';
import type { SignatureVersion } from './credentials.ts';
import { presignRequest } from './presign.ts';
import { readClaim } from './read-claim.ts';
import { type SignOptions, signRequest } from './sign.ts';
import { verifyClaim } from './verify.ts';

/** Any character but half a surrogate pair; half of them ASCII, signs that canonical forms use among them. */
const character = fc
  .oneof(
    fc.integer({ min: 0x20, max: 0x7e }),
    fc.constantFrom(...[...'+/%&=?;: ,\n'].map((sign) => sign.charCodeAt(0))),
    fc.integer({ min: 0x80, max: 0xd7ff }),
    fc.integer({ min: 0xe000, max: 0x10ffff }),
  )
  .map((codePoint) => String.fromCodePoint(codePoint));
const text = fc.string({ unit: character, minLength: 1, maxLength: 12 });
const headerValue = text.map((value) => headerBytes(value.replaceAll('\n', '')));

const signedName = fc.constantFrom('x-oss-meta-a', 'X-Oss-Meta-B', 'Content-Type', 'Content-MD5', 'x-oss-object-acl');
const otherName = fc.constantFrom('User-Agent', 'Range', 'Host', 'Accept');
const headers: fc.Arbitrary<HeaderField[]> = fc.array(fc.tuple(fc.oneof(signedName, otherName), headerValue), { maxLength: 6 });
const queryName = fc.oneof(fc.constantFrom('acl', 'uploads', 'partNumber', 'x-oss-process', 'prefix', 'response-expires'), text);
const query: fc.Arbitrary<QueryField[]> = fc.array(fc.tuple(queryName, fc.option(text, { nil: undefined })), { maxLength: 5 });

/** A message on an object, with one parameter and one header that every version signs. */
const message: fc.Arbitrary<RequestMessage> = fc.record({
  method: fc.constantFrom('GET', 'PUT', 'POST', 'DELETE', 'HEAD'),
  bucket: fc.stringMatching(/^[a-z0-9]{3,8}$/),
  key: text,
  query: query.map((fields): QueryField[] => [...fields.filter(([name]) => name !== 'versionId'), ['versionId', 'a version']]),
  headers: headers.map((fields): HeaderField[] => [...fields, ['x-oss-meta-signed', 'a value']]),
});

const secret = fc.string({ minLength: 1, maxLength: 30 });
const nowMs = Date.UTC(2024, 6, 23, 13, 1, 6);

interface Mode {
  readonly version: SignatureVersion;
  readonly place: 'header' | 'query';
}
const modes: readonly Mode[] = (['V1', 'V2', 'V4'] as const).flatMap((version) => [
  { version, place: 'header' as const },
  { version, place: 'query' as const },
]);

function sign(mode: Mode, unsigned: RequestMessage, accessKeySecret: string, securityToken: string | undefined): RequestMessage {
  const options: SignOptions = {
    version: mode.version,
    credentials: { accessKeyId: 'LTAI.test', accessKeySecret, securityToken },
    nowMs,
    region: 'cn-hangzhou',
    additionalHeaders: ['Host', 'range'],
  };
  return mode.place === 'header' ? signRequest(nodeDigests, unsigned, options) : presignRequest(nodeDigests, unsigned, options);
}

/** The message as the other end gets it: its query over the wire. */
function receive(sent: RequestMessage): RequestMessage {
  return { ...sent, query: decodeQuery(encodeQuery(sent.query)) ?? [] };
}

function verify(received: RequestMessage, accessKeySecret: string): Claim {
  const claim = readClaim(received);
  if (claim === undefined) throw new Error('The request counts as anonymous.');
  verifyClaim(nodeDigests, received, claim, { secret: accessKeySecret, nowMs, regions: ['cn-hangzhou'] });
  return claim;
}

function isRefused(received: RequestMessage, accessKeySecret: string): boolean {
  try {
    verify(received, accessKeySecret);
    return false;
  } catch (error) {
    return isServiceError(error) && error.code === 'SignatureDoesNotMatch';
  }
}

/** Changes to a received message that every version must notice. */
const changes: Readonly<Record<string, (received: RequestMessage) => RequestMessage>> = {
  method: (received) => ({ ...received, method: received.method === 'PUT' ? 'GET' : 'PUT' }),
  bucket: (received) => ({ ...received, bucket: `${received.bucket}0` }),
  'one character of the key': (received) => {
    const [first, ...rest] = received.key ?? '';
    return { ...received, key: (first === 'b' ? 'c' : 'b') + rest.join('') };
  },
  'the end of the key': (received) => ({ ...received, key: `${received.key}/` }),
  'a signed parameter': (received) => changeQuery(received, 'versionId', 'another version'),
  'a signed parameter that is gone': (received) => ({ ...received, query: received.query.filter(([name]) => name !== 'versionId') }),
  'a signed parameter more': (received) => ({ ...received, query: [...received.query, ['x-oss-traffic-limit', '819200']] }),
  'a signed header': (received) => changeHeader(received, 'x-oss-meta-signed', 'another value'),
  'a signed header that is gone': (received) => ({
    ...received,
    headers: received.headers.filter(([name]) => name !== 'x-oss-meta-signed'),
  }),
  'a signed header more': (received) => ({ ...received, headers: [...received.headers, ['x-oss-forbid-overwrite', 'true']] }),
};

function changeQuery(received: RequestMessage, name: string, value: string): RequestMessage {
  return { ...received, query: received.query.map((field) => (field[0] === name ? [name, value] : field)) };
}

function changeHeader(received: RequestMessage, name: string, value: string): RequestMessage {
  return { ...received, headers: received.headers.map((field) => (field[0].toLowerCase() === name ? [name, value] : field)) };
}

describe.each(modes.map((mode) => [mode.version, mode.place, mode] as const))('%s in the %s', (version, place, mode) => {
  it('is verified as it was signed', () => {
    fc.assert(
      fc.property(message, secret, fc.option(text, { nil: undefined }), (unsigned, accessKeySecret, token) => {
        const claim = verify(receive(sign(mode, unsigned, accessKeySecret, token?.replaceAll(/\s/g, '_'))), accessKeySecret);
        expect(claim).toMatchObject({ version, place, accessKeyId: 'LTAI.test', token: token?.replaceAll(/\s/g, '_') });
      }),
    );
  });

  it.each(Object.entries(changes))('is refused after a change of: %s', (_, change) => {
    fc.assert(
      fc.property(message, secret, (unsigned, accessKeySecret) => {
        const received = receive(sign(mode, unsigned, accessKeySecret, undefined));
        // A change that another of the same name overrules is none: the first of several parameters counts.
        fc.pre(!unsigned.query.some(([name]) => name === 'x-oss-traffic-limit'));
        expect(isRefused(change(received), accessKeySecret)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('is refused under another secret', () => {
    fc.assert(
      fc.property(message, secret, secret, (unsigned, accessKeySecret, other) => {
        fc.pre(accessKeySecret !== other);
        expect(isRefused(receive(sign(mode, unsigned, accessKeySecret, undefined)), other)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('is refused with one character of the signature changed, and with a part of it', () => {
    fc.assert(
      fc.property(message, fc.nat(26), (unsigned, position) => {
        const received = receive(sign(mode, unsigned, 'sk', undefined));
        const { signature } = verify(received, 'sk');
        const flipped = signature.slice(0, position) + (signature[position] === '0' ? '1' : '0') + signature.slice(position + 1);
        for (const wrong of [flipped, signature.slice(0, -1), `${signature}0`, signature.slice(0, 1)]) {
          expect(isRefused(withSignature(received, signature, wrong), 'sk')).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });
});

function withSignature(received: RequestMessage, signature: string, wrong: string): RequestMessage {
  return {
    ...received,
    headers: received.headers.map(([name, value]) => [name, name === 'Authorization' ? value.replace(signature, wrong) : value]),
    query: received.query.map(([name, value]) => [name, value === signature ? wrong : value]),
  };
}

describe('signing', () => {
  it('is the same with the digests of a browser', () => {
    fc.assert(
      fc.property(message, secret, (unsigned, accessKeySecret) => {
        for (const version of ['V1', 'V2', 'V4'] as const) {
          const options = { version, credentials: { accessKeyId: 'ak', accessKeySecret }, nowMs, region: 'cn-hangzhou' };
          expect(signRequest(browserDigests, unsigned, options)).toEqual(signRequest(nodeDigests, unsigned, options));
        }
      }),
      { numRuns: 20 },
    );
  });

  it('again, at another time, takes the place of the first signature', () => {
    const unsigned: RequestMessage = { method: 'GET', bucket: 'bucket', key: 'key', query: [], headers: [] };
    const options = { version: 'V4', credentials: { accessKeyId: 'ak', accessKeySecret: 'sk' }, region: 'cn-hangzhou' } as const;
    const first = signRequest(nodeDigests, unsigned, { ...options, nowMs });
    const again = signRequest(nodeDigests, first, { ...options, nowMs: nowMs + 60_000 });
    expect(again).toEqual(signRequest(nodeDigests, unsigned, { ...options, nowMs: nowMs + 60_000 }));
    const url = presignRequest(nodeDigests, unsigned, { ...options, nowMs });
    expect(presignRequest(nodeDigests, url, { ...options, nowMs: nowMs + 60_000 })).toEqual(
      presignRequest(nodeDigests, unsigned, { ...options, nowMs: nowMs + 60_000 }),
    );
  });

  it('takes an empty token for none', () => {
    const unsigned: RequestMessage = { method: 'GET', query: [], headers: [] };
    for (const mode of modes) {
      expect(sign(mode, unsigned, 'sk', '')).toEqual(sign(mode, unsigned, 'sk', undefined));
      expect(verify(receive(sign(mode, unsigned, 'sk', '')), 'sk').token).toBeUndefined();
    }
  });

  it('needs a region in V4, and a life within bounds', () => {
    const unsigned: RequestMessage = { method: 'GET', query: [], headers: [] };
    const options = { credentials: { accessKeyId: 'ak', accessKeySecret: 'sk' }, nowMs };
    expect(() => signRequest(nodeDigests, unsigned, { ...options, version: 'V4' })).toThrow(TypeError);
    for (const expiresInSeconds of [0, -1, 1.5, Number.NaN, 604_801]) {
      expect(() => presignRequest(nodeDigests, unsigned, { ...options, version: 'V4', region: 'r', expiresInSeconds })).toThrow(RangeError);
    }
    expect(() =>
      presignRequest(nodeDigests, unsigned, { ...options, version: 'V4', region: 'r', expiresInSeconds: 604_800 }),
    ).not.toThrow();
    expect(() => presignRequest(nodeDigests, unsigned, { ...options, version: 'V1', expiresInSeconds: 10 ** 9 })).not.toThrow();
  });

  it('of V1 leaves unlisted parameters alone, that of V2 and V4 does not', () => {
    const unsigned: RequestMessage = { method: 'GET', bucket: 'bucket', query: [['prefix', 'a']], headers: [] };
    for (const mode of modes) {
      const changed = changeQuery(receive(sign(mode, unsigned, 'sk', undefined)), 'prefix', 'b');
      expect(isRefused(changed, 'sk')).toBe(mode.version !== 'V1');
    }
  });

  it('counts only the first of several parameters of one name', () => {
    const unsigned: RequestMessage = { method: 'GET', bucket: 'bucket', key: 'key', query: [['versionId', 'a']], headers: [] };
    for (const mode of modes) {
      const signed = receive(sign(mode, unsigned, 'sk', undefined));
      expect(isRefused({ ...signed, query: [...signed.query, ['versionId', 'b']] }, 'sk')).toBe(false);
      expect(isRefused({ ...signed, query: [['versionId', 'b'], ...signed.query] }, 'sk')).toBe(true);
    }
  });
});
