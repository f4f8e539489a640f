import { describe, expect, it } from 'vitest';
import { count, text } from './codec.ts';
import { name } from './codec-names.ts';
import { isServiceError } from './errors.ts';
import type { HeaderField } from './message.ts';
import { element, header, headers, many, objectKey, operation, optional, required, stream, struct, xml } from './operation.ts';
import { operations } from './operations/index.ts';
import { decodeResult, encodeResult, hasBody } from './result.ts';

const sample = operation({
  name: 'Sample',
  method: 'GET',
  level: 'object',
  marks: {},
  request: { key: objectKey },
  results: {
    200: {
      root: 'Result',
      members: {
        etag: required(header('ETag', text)),
        metadata: headers('x-oss-meta-', text),
        encodingType: xml(optional(element('EncodingType', text))),
        names: xml(many(struct('Item', { key: element('Key', name) }))),
      },
    },
    203: { root: 'Quiet', noEmptyRoot: true, members: { names: xml(optional(many(element('Key', text)))) } },
    206: { members: { size: header('Content-Length', count), body: stream() } },
    304: { members: { etag: header('ETag', text) } },
  },
  errors: [],
  permissions: () => [],
  retry: 'idempotent',
  bodyLimitBytes: 0,
});

const head = operation({ ...sample, method: 'HEAD', request: { key: objectKey }, permissions: () => [] });

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const ETAG: HeaderField = ['ETag', '"A"'];

describe('encodeResult', () => {
  it('writes the members of the status', () => {
    const result = { statusCode: 200, etag: '"A"', metadata: { author: '中' }, names: [{ key: 'a/b' }] } as const;
    const { body, ...rest } = encodeResult(sample, result, {});
    expect(rest).toEqual({
      status: 200,
      headers: [ETAG, ['x-oss-meta-author', '\xe4\xb8\xad'], ['Content-Type', 'application/xml']],
    });
    expect(new TextDecoder().decode(body as Uint8Array)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Result><Item><Key>a/b</Key></Item></Result>',
    );
  });

  it('encodes names where the request asked for it', () => {
    const result = { statusCode: 200, etag: '"A"', encodingType: 'url', names: [{ key: 'a/ b\x01' }] } as const;
    const { body } = encodeResult(sample, result, { encodingType: 'url' });
    expect(new TextDecoder().decode(body as Uint8Array)).toContain('<EncodingType>url</EncodingType><Item><Key>a%2F%20b%01</Key></Item>');
  });

  it('passes bodies of bytes through, and gives none where there is none', () => {
    const body = bytes('hello');
    expect(encodeResult(sample, { statusCode: 206, size: 5, body }, {})).toEqual({ status: 206, headers: [['Content-Length', '5']], body });
    expect(encodeResult(head, { statusCode: 206, size: 5, body }, {})).toEqual({ status: 206, headers: [['Content-Length', '5']] });
    expect(encodeResult(sample, { statusCode: 304, etag: '"A"' }, {})).toEqual({ status: 304, headers: [ETAG] });
    expect(encodeResult(head, { statusCode: 200, etag: '"A"', names: [] }, {})).toEqual({ status: 200, headers: [ETAG] });
    expect(encodeResult(sample, { statusCode: 203 }, {})).toEqual({ status: 203, headers: [] });
  });

  it('refuses what the definition does not allow', () => {
    expect(() => encodeResult(sample, { statusCode: 201 } as never, {})).toThrow('Sample has no result of status 201');
    expect(() => encodeResult(sample, { statusCode: 200, names: [] } as never, {})).toThrow('etag is missing');
    expect(() => encodeResult(sample, { statusCode: 200, etag: 'a\r\nb', names: [] }, {})).toThrow(TypeError);
  });

  it('has types that refuse members of another status', () => {
    // @ts-expect-error: size is a member of 206
    encodeResult(sample, { statusCode: 304, size: 5 }, {});
    // @ts-expect-error: names is required
    expect(() => encodeResult(sample, { statusCode: 200, etag: '"A"' }, {})).not.toThrow();
  });
});

describe('decodeResult', () => {
  const decode = (status: number, fields: readonly HeaderField[], body?: string) =>
    decodeResult(sample, { status, headers: fields, body: body === undefined ? undefined : bytes(body) }, { encodingType: 'url' });

  it('reads the members of the status', () => {
    const body = '<Result><EncodingType>url</EncodingType><Item><Key>a%2Fb</Key></Item></Result>';
    expect(
      decode(
        200,
        [
          ['etag', '"A"'],
          ['X-Oss-Meta-Author', '\xe4\xb8\xad'],
          ['server', 'x'],
        ],
        body,
      ),
    ).toEqual({
      statusCode: 200,
      etag: '"A"',
      metadata: { author: '中' },
      encodingType: 'url',
      names: [{ key: 'a/b' }],
    });
  });

  it('decodes no names of a document that does not say that they are encoded', () => {
    expect(decode(200, [ETAG], '<Result><Item><Key>100%25</Key></Item></Result>')).toMatchObject({ names: [{ key: '100%25' }] });
    expect(decode(200, [ETAG], '<Result><Item><Key>&lt;EncodingType&gt;url&lt;%25</Key></Item></Result>')).toMatchObject({
      names: [{ key: '<EncodingType>url<%25' }],
    });
  });

  it('takes an empty body for a document without members where the definition says so', () => {
    expect(decode(203, [], '')).toEqual({ statusCode: 203 });
    expect(decode(203, [])).toEqual({ statusCode: 203 });
  });

  it('hands streams on, and reads no body where there is none', async () => {
    const body = bytes('hello');
    expect(decodeResult(sample, { status: 206, headers: [['content-length', '5']], body }, {})).toEqual({ statusCode: 206, size: 5, body });
    expect(decodeResult(head, { status: 200, headers: [ETAG], body: bytes('') }, {})).toEqual({ statusCode: 200, etag: '"A"' });
    expect(decode(304, [ETAG], 'x')).toEqual({ statusCode: 304, etag: '"A"' });
  });

  it('keeps an object readable whose metadata is not UTF-8', () => {
    expect(decodeResult(sample, { status: 304, headers: [['ETag', '\xff']] }, {})).toEqual({ statusCode: 304, etag: '\xff' });
  });

  it.each<[string, number, readonly HeaderField[], string]>([
    ['an undeclared status', 204, [], ''],
    ['a missing header', 200, [], '<Result/>'],
    ['a malformed header', 206, [['Content-Length', 'five']], ''],
    ['an empty body', 200, [ETAG], ''],
    ['another document', 200, [ETAG], '<html/>'],
    ['a broken document', 200, [ETAG], '<Result>'],
    ['a malformed name', 200, [ETAG], '<Result><EncodingType>url</EncodingType><Item><Key>%zz</Key></Item></Result>'],
  ])('says that %s is not what was promised', (_, status, fields, body) => {
    try {
      decode(status, [...fields, ['x-oss-request-id', '5C3D9175B6FC201293AD4890']], body);
      expect.unreachable();
    } catch (error) {
      expect(isServiceError(error, 'BadResponse')).toBe(true);
      expect(error).toMatchObject({ statusCode: status, requestId: '5C3D9175B6FC201293AD4890' });
    }
  });

  it('has the types of the definition', () => {
    const result = decodeResult(
      operations.getBucketLocation,
      { status: 200, headers: [], body: bytes('<LocationConstraint>x</LocationConstraint>') },
      {},
    );
    const location: string = result.location;
    expect(location).toBe('x');
    // @ts-expect-error: there is no such member
    expect(result.region).toBeUndefined();
  });
});

describe('hasBody', () => {
  it('is false for HEAD, 204 and 304', () => {
    expect([hasBody('GET', 200), hasBody('HEAD', 200), hasBody('DELETE', 204), hasBody('GET', 304)]).toEqual([true, false, false, false]);
  });
});
