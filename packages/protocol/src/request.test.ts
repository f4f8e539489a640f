import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count, text } from './codec.ts';
import { isServiceError, type ServiceError } from './errors.ts';
import { type HeaderField, headerBytes, type QueryField, type RequestMessage } from './message.ts';
import { bucketName, group, header, headers, judged, Malformed, objectKey, operation, query, required, stream } from './operation.ts';
import { operations } from './operations/index.ts';
import { contextOf, decodeHead, encodeRequest, streamField } from './request.ts';

/** One member of every kind. */
const sample = operation({
  name: 'Sample',
  method: 'PUT',
  level: 'object',
  marks: { query: ['sample', 'part'] },
  request: {
    bucket: bucketName,
    key: objectKey,
    part: required(query('part', count)),
    maxKeys: query('max-keys', count),
    size: header('x-oss-size', count),
    note: header('x-oss-note', text),
    callback: header('x-oss-callback', text, { refused: true }),
    versionId: query('versionId', text, { refused: (given) => given !== 'null' }),
    metadata: judged(headers('x-oss-meta-', text), (all) => {
      if (Object.keys(all).length > 2) throw new Malformed('Too many.', { ec: '0011-00000002' });
    }),
    range: group(
      header('x-oss-pair', {
        form: 'a-b',
        encode: ({ from, to }: { readonly from?: number; readonly to?: number }) => (from === undefined ? '' : `${from}-${to}`),
        decode: (given) => {
          const [, from, to] = /^(\d+)-(\d+)$/.exec(given) ?? [];
          if (from === undefined) throw new Malformed('Must be a pair.');
          return { from: Number(from), to: Number(to) };
        },
      }),
    ),
    body: stream(),
  },
  results: { 200: { members: {} } },
  errors: [],
  permissions: () => [],
  retry: 'idempotent',
  bodyLimitBytes: 10,
});

const at = { bucket: 'bkt', key: 'a/b' } as const;

function message(more: { readonly query?: readonly QueryField[]; readonly headers?: readonly HeaderField[] } = {}): RequestMessage {
  return { method: 'PUT', ...at, query: [['part', '1'], ...(more.query ?? [])], headers: more.headers ?? [] };
}

function faultOf(more: Parameters<typeof message>[0]): ServiceError {
  const { fault } = decodeHead(sample, message(more));
  if (fault === undefined) expect.unreachable('there should be a fault');
  return fault as ServiceError;
}

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('encodeRequest', () => {
  it('sends marks, members and body', () => {
    const body = bytes('hello');
    const request = { ...at, part: 7, size: 5, note: '中', metadata: { Author: 'a b' }, from: 1, to: 2, versionId: 'CAEQ', body };
    expect(encodeRequest(sample, request)).toEqual({
      method: 'PUT',
      ...at,
      query: [
        ['sample', undefined],
        ['part', '7'],
        ['versionId', 'CAEQ'],
      ],
      headers: [
        ['x-oss-size', '5'],
        ['x-oss-note', '\xe4\xb8\xad'],
        ['x-oss-meta-author', 'a b'],
        ['x-oss-pair', '1-2'],
      ],
      body,
    });
  });

  it('leaves out what is absent', () => {
    expect(encodeRequest(sample, { ...at, part: 0, note: undefined })).toEqual({
      method: 'PUT',
      ...at,
      query: [
        ['sample', undefined],
        ['part', '0'],
      ],
      headers: [],
    });
  });

  it('sends a mark alone where the member of its name has no value', () => {
    expect(encodeRequest(operations.describeRegions, {}).query).toEqual([['regions', undefined]]);
    expect(encodeRequest(operations.describeRegions, { regions: 'oss-cn-hangzhou' }).query).toEqual([['regions', 'oss-cn-hangzhou']]);
  });

  it('sends constants that nobody gives', () => {
    expect(encodeRequest(operations.listObjectsV2, { bucket: 'bkt' }).query).toEqual([['list-type', '2']]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    ['a missing bucket', { bucket: undefined }, /^bucket is missing$/],
    ['an empty bucket, which would address the service', { bucket: '' }, /^bucket must not be empty$/],
    ['an empty key, which would address the bucket', { key: '' }, /^key must not be empty$/],
    ['half of a surrogate pair in a key', { key: 'a\ud800' }, /^key is not well-formed/],
    ['a missing member', { part: undefined }, /^part is missing$/],
    ['a value of another type', { note: 5 }, /^note: not of the documented type$/],
    ['a line break in a header', { note: 'a\r\nx-oss-acl: public-read' }, /^note has control characters/],
    ['NUL in a header', { note: 'a\0' }, /^note has control characters/],
    ['a line break in metadata', { metadata: { a: 'x\ny' } }, /^metadata\.a has control characters/],
    ['a colon in the name of metadata', { metadata: { 'a:b': 'x' } }, /^metadata: "a:b" cannot be part/],
    ['a line break in the name of metadata', { metadata: { 'a\r\nb': 'x' } }, /^metadata: "a\\r\\nb" cannot be part/],
    ['metadata without a name', { metadata: { '': 'x' } }, /^metadata: "" cannot be part/],
    ['metadata of one name in two letter cases', { metadata: { a: 'x', A: 'y' } }, /^metadata: a stands twice/],
    ['metadata that is none', { metadata: 'a=b' }, /^metadata must be a record/],
    ['a body that is none', { body: 5 }, /^body must be bytes/],
  ])('refuses %s', (_, wrong, expected) => {
    const send = () => encodeRequest(sample, { ...at, part: 1, ...wrong } as never);
    expect(send).toThrow(TypeError);
    expect(send).toThrow(expected);
  });

  it('refuses in its own words what a codec of the client refuses', () => {
    const request = { ...at, uploadId: 'u', partNumber: 1, sourceBucket: 'src', sourceKey: 'k', sourceRange: '0~1023' };
    expect(() => encodeRequest(operations.uploadPartCopy, request)).toThrow(/^sourceRange: .*bytes=/);
  });

  it('has types that refuse what the definition does not have', () => {
    // @ts-expect-error: part is required
    expect(() => encodeRequest(sample, at)).toThrow(TypeError);
    // @ts-expect-error: the number of a part is a number
    encodeRequest(sample, { ...at, part: '1' });
    // @ts-expect-error: there is no such member
    encodeRequest(sample, { ...at, part: 1, partNumber: 1 });
  });
});

describe('decodeHead', () => {
  it('reads members from their places', () => {
    const { request, fault } = decodeHead(
      sample,
      message({
        query: [
          ['max-keys', '10'],
          ['part', '2'],
          ['other', 'x'],
          ['versionId', 'null'],
        ],
        headers: [
          ['X-OSS-Size', '5'],
          ['X-Oss-Meta-Author', '\xe4\xb8\xad'],
          ['x-oss-pair', '1-2'],
          ['x-oss-unknown', 'x'],
        ],
      }),
    );
    expect(fault).toBeUndefined();
    // The first of two parameters counts.
    expect(request).toEqual({ ...at, part: 1, maxKeys: 10, size: 5, metadata: { author: '中' }, from: 1, to: 2, versionId: 'null' });
  });

  it('joins headers of one name', () => {
    const { request } = decodeHead(
      sample,
      message({
        headers: [
          ['x-oss-note', 'a'],
          ['X-OSS-Note', 'b'],
          ['x-oss-meta-a', '1'],
          ['x-oss-meta-A', '2'],
        ],
      }),
    );
    expect(request).toMatchObject({ note: 'a,b', metadata: { a: '1,2' } });
  });

  it('keeps metadata of any name', () => {
    const { request } = decodeHead(sample, message({ headers: [['x-oss-meta-__proto__', 'x']] }));
    expect(Object.entries(request.metadata ?? {})).toEqual([['__proto__', 'x']]);
  });

  it('makes the first fault of the definition the fault, and decodes all others', () => {
    const { request, fault } = decodeHead(
      sample,
      message({
        query: [['max-keys', 'ten']],
        headers: [
          ['x-oss-callback', 'x'],
          ['x-oss-size', 'big'],
          ['x-oss-note', 'kept'],
          ['x-oss-pair', '3-4'],
        ],
      }),
    );
    expect(fault).toMatchObject({ code: 'InvalidArgument', statusCode: 400, elements: { ArgumentName: 'max-keys', ArgumentValue: 'ten' } });
    expect(request).toEqual({ ...at, part: 1, note: 'kept', from: 3, to: 4 });
  });

  it('tells a missing parameter, and one that marks the operation and is empty, as OSS does', () => {
    for (const query of [[], [['part', '']], [['part', undefined]]] as const) {
      const { fault } = decodeHead(sample, { method: 'PUT', ...at, query, headers: [] });
      expect(fault).toMatchObject({
        code: 'InvalidArgument',
        message: 'Unexpected query string parameter',
        ec: '0017-00000219',
        elements: { ArgumentName: 'ResourceType', ArgumentValue: 'part' },
      });
    }
  });

  it('judges a missing header as if it were empty', () => {
    const { fault } = decodeHead(operations.putBucketAcl, { method: 'PUT', bucket: 'bkt', query: [['acl', undefined]], headers: [] });
    expect(fault).toMatchObject({
      code: 'InvalidArgument',
      message: 'no such bucket access control exists',
      ec: '0015-00000204',
      elements: { ArgumentName: 'x-oss-acl', ArgumentValue: '' },
    });
  });

  it('refuses by name what is documented and not built', () => {
    expect(faultOf({ headers: [['X-Oss-Callback', 'x']] })).toMatchObject({
      code: 'NotImplemented',
      statusCode: 400,
      message: 'A header you provided implies functionality that is not implemented: x-oss-callback.',
      elements: { Header: 'x-oss-callback' },
    });
    expect(faultOf({ query: [['versionId', 'CAEQ']] })).toMatchObject({
      code: 'NotImplemented',
      elements: { ArgumentName: 'versionId', ArgumentValue: 'CAEQ' },
    });
  });

  it('refuses conditions on PutObject as OSS words it, and takes them on copies', () => {
    const conditions: readonly HeaderField[] = [['If-None-Match', '*']];
    const put = decodeHead(operations.putObject, { method: 'PUT', ...at, query: [], headers: conditions });
    expect(put.fault).toMatchObject({
      code: 'NotImplemented',
      message: 'A header you provided implies functionality that is not implemented.',
      ec: '0017-00000245',
      elements: { Header: 'If-None-Match' },
    });
    const copy = decodeHead(operations.copyObject, {
      method: 'PUT',
      ...at,
      query: [],
      headers: [...conditions, ['x-oss-copy-source', '/src/k'], ['x-oss-copy-source-cache-control', 'no-cache']],
    });
    expect(copy).toEqual({ request: { ...at, sourceBucket: 'src', sourceKey: 'k' }, fault: undefined });
  });

  it('refuses a header that OSS documents for the operation though no member names it', () => {
    const putObject = { ...sample, name: 'PutObject' };
    const { fault } = decodeHead(putObject, message({ headers: [['X-OSS-Server-Side-Encryption', 'AES256']] }));
    expect(fault).toMatchObject({ code: 'NotImplemented', elements: { Header: 'X-OSS-Server-Side-Encryption' } });
    expect(decodeHead(sample, message({ headers: [['x-oss-server-side-encryption', 'AES256']] })).fault).toBeUndefined();
  });

  it('refuses header values that are not UTF-8', () => {
    expect(faultOf({ headers: [['x-oss-note', '\xff']] })).toMatchObject({
      code: 'InvalidArgument',
      elements: { ArgumentName: 'x-oss-note' },
    });
    expect(faultOf({ headers: [['x-oss-meta-a', '\xe4\xb8']] })).toMatchObject({
      code: 'InvalidArgument',
      elements: { ArgumentName: 'x-oss-meta-a' },
    });
    expect(decodeHead(sample, message({ headers: [['x-foreign', '\xff']] })).fault).toBeUndefined();
  });

  it('judges whole values', () => {
    const three: readonly HeaderField[] = [
      ['x-oss-meta-a', '1'],
      ['x-oss-meta-b', '2'],
      ['x-oss-meta-c', '3'],
    ];
    expect(faultOf({ headers: three })).toMatchObject({ code: 'InvalidArgument', message: 'Too many.', ec: '0011-00000002' });
  });

  it('reads what encodeRequest sends', () => {
    const texts = fc.string({ unit: fc.constantFrom('a', 'Z', ' ', ',', '"', '中', '😀', 'é') }).map((value) => value.trim());
    const names = fc.string({ unit: fc.constantFrom('a', 'b', '-', '1'), minLength: 1, maxLength: 5 });
    const request = fc.record(
      {
        part: fc.nat(),
        maxKeys: fc.nat(),
        note: texts,
        metadata: fc.dictionary(names, texts, { minKeys: 1, maxKeys: 2, noNullPrototype: true }),
        bucket: fc.constant('bkt'),
        key: fc.string({ minLength: 1, unit: 'grapheme' }),
      },
      { requiredKeys: ['part', 'bucket', 'key'], noNullPrototype: true },
    );
    fc.assert(
      fc.property(request, (value) => {
        expect(decodeHead(sample, encodeRequest(sample, value)).request).toEqual(value);
      }),
    );
  });

  it('throws for no message', () => {
    const fields = fc.array(
      fc.tuple(
        fc.oneof(fc.string(), fc.constantFrom('x-oss-copy-source', 'x-oss-tagging', 'x-oss-meta-a', 'x-oss-hash-crc64ecma', 'content-md5')),
        fc.string({ unit: 'binary' }).map((value) => (value.length % 2 === 0 ? headerBytes(value) : value.replace(/[^\0-\xff]/g, '\xff'))),
      ),
    );
    const definitions = fc.constantFrom(...Object.values(operations));
    fc.assert(
      fc.property(definitions, fields, fields, (definition, query, headers) => {
        const { fault } = decodeHead(definition, { method: definition.method, ...at, query, headers });
        expect(fault === undefined || isServiceError(fault)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('contextOf', () => {
  it('is that of encoding-type=url alone', () => {
    expect(contextOf([['encoding-type', 'url']])).toEqual({ encodingType: 'url' });
    expect(contextOf([['encoding-type', 'URL']])).toEqual({});
    expect(contextOf([])).toEqual({});
  });
});

describe('streamField', () => {
  it('is the field that is the body', () => {
    expect(streamField(sample)).toBe('body');
    expect(streamField(operations.deleteMultipleObjects)).toBeUndefined();
  });
});
