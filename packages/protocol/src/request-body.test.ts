import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count, text } from './codec.ts';
import { isServiceError } from './errors.ts';
import { bucketName, element, many, operation, optional, struct, xml } from './operation.ts';
import { operations } from './operations/index.ts';
import { decodeRequestBody, encodeRequest } from './request.ts';

const configuration = operation({
  name: 'Configuration',
  method: 'PUT',
  level: 'bucket',
  marks: { query: ['configuration'] },
  request: {
    bucket: bucketName,
    days: xml(optional(element('Days', count))),
    rules: xml(many(struct('Rule', { id: element('ID', text) }))),
  },
  requestRoot: 'Configuration',
  requestBody: 'optional',
  results: { 200: { members: {} } },
  errors: [],
  permissions: () => [],
  retry: 'idempotent',
  bodyLimitBytes: 200,
});

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('encodeRequest', () => {
  it('names the type of an XML body, and has none where there is nothing to say', () => {
    const sent = encodeRequest(configuration, { bucket: 'bkt', days: 3, rules: [{ id: 'a&\x01' }] });
    expect(sent.headers).toEqual([['Content-Type', 'application/xml']]);
    expect(new TextDecoder().decode(sent.body as Uint8Array)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?>\n<Configuration><Days>3</Days><Rule><ID>a&amp;&#1;</ID></Rule></Configuration>',
    );
    expect(encodeRequest(configuration, { bucket: 'bkt', rules: [] })).toEqual({
      method: 'PUT',
      bucket: 'bkt',
      query: [['configuration', undefined]],
      headers: [],
    });
  });
});

describe('decodeRequestBody', () => {
  const decode = (value: string) => decodeRequestBody(configuration, bytes(value), {});

  it('reads the document', () => {
    expect(decode('<Configuration><Days>3</Days><Rule><ID>&#1;</ID></Rule></Configuration>')).toEqual({ days: 3, rules: [{ id: '\x01' }] });
  });

  it('takes no body for none where it is optional, and not where it is required', () => {
    expect(decode('')).toEqual({ rules: [] });
    expect(() => decodeRequestBody(operations.deleteMultipleObjects, bytes(''), {})).toThrow(
      expect.objectContaining({ code: 'MalformedXML', ec: '0016-00000608' }),
    );
  });

  it('has nothing to read in a definition without a document', () => {
    expect(decodeRequestBody(operations.putObject, bytes('<x'), {})).toEqual({});
  });

  it('tells what is wrong with a document, and where', () => {
    expect(() => decode('<Config/>')).toThrow(
      expect.objectContaining({
        code: 'MalformedXML',
        statusCode: 400,
        ec: '0015-00000231',
        message: 'The XML you provided was not well-formed or did not validate against our published schema.',
        elements: { ErrorDetail: '1:9: The root element is Config and should be Configuration.' },
      }),
    );
    expect(() => decodeRequestBody(configuration, new Uint8Array([0xff]), {})).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
    expect(() => decode(`<Configuration>${' '.repeat(200)}</Configuration>`)).toThrow(expect.objectContaining({ code: 'MalformedXML' }));
  });

  it("tells a malformed text as its member's error", () => {
    expect(() => decode('<Configuration><Days>x</Days></Configuration>')).toThrow(
      expect.objectContaining({ code: 'InvalidArgument', elements: { ArgumentName: 'Days', ArgumentValue: 'x' } }),
    );
  });

  it('throws ServiceError and nothing else for any bytes', () => {
    const pieces = fc.array(
      fc.constantFrom(
        '<Configuration>',
        '</Configuration>',
        '<Rule>',
        '</Rule>',
        '<ID>',
        '</ID>',
        '<Days>',
        '</Days>',
        '1',
        '&#1;',
        '<',
        '&',
        ' ',
      ),
      { maxLength: 12 },
    );
    const any = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      pieces.map((parts) => bytes(parts.join(''))),
    );
    fc.assert(
      fc.property(any, (body) => {
        try {
          decodeRequestBody(configuration, body, {});
        } catch (error) {
          expect(isServiceError(error)).toBe(true);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
