import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count, integer, text } from './codec.ts';
import { element, many, optional, orEmpty, struct, within, type XmlField, type XmlFields } from './operation.ts';
import { escapeAnswer, escapeRequest, XML_DECLARATION, XmlFault } from './xml.ts';
import { buildXml, ElementMalformed, readXml, type XmlDocument, xmlDocument } from './xml-codec.ts';

const parts = xmlDocument('CompleteMultipartUpload', {
  parts: many(struct('Part', { partNumber: element('PartNumber', integer(1, 10_000)), etag: element('ETag', text) })),
});

const list = xmlDocument('ListResult', {
  prefix: orEmpty(element('Prefix', text)),
  maxKeys: element('MaxKeys', count),
  owner: optional(struct('Owner', { id: element('ID', text) })),
  buckets: many(struct('Bucket', { name: element('Name', text), class: optional(element('StorageClass', text)) }), 'Buckets'),
  grant: within('AccessControlList', element('Grant', text)),
  prefixes: many(struct('CommonPrefixes', { prefix: element('Prefix', text) })),
});

function build(document: XmlDocument, record: Readonly<Record<string, unknown>>): string {
  const xml = buildXml(document, record, {}, escapeAnswer);
  expect(xml.startsWith(XML_DECLARATION)).toBe(true);
  return xml.slice(XML_DECLARATION.length);
}

const sample = {
  prefix: 'a&b',
  maxKeys: 100,
  owner: { id: '1' },
  buckets: [{ name: 'one', class: 'IA' }, { name: 'two' }],
  grant: 'private',
  prefixes: [{ prefix: 'x/' }, { prefix: 'y/' }],
};
const SAMPLE =
  '<ListResult><Prefix>a&amp;b</Prefix><MaxKeys>100</MaxKeys><Owner><ID>1</ID></Owner>' +
  '<Buckets><Bucket><Name>one</Name><StorageClass>IA</StorageClass></Bucket><Bucket><Name>two</Name></Bucket></Buckets>' +
  '<AccessControlList><Grant>private</Grant></AccessControlList>' +
  '<CommonPrefixes><Prefix>x/</Prefix></CommonPrefixes><CommonPrefixes><Prefix>y/</Prefix></CommonPrefixes></ListResult>';

describe('a document', () => {
  it('is written in the order of its fields', () => {
    expect(build(list, sample)).toBe(SAMPLE);
  });

  it('is read back', () => {
    expect(readXml(list, SAMPLE, {})).toEqual(sample);
  });

  it('is read in any order, with white space, a namespace, and elements nobody knows', () => {
    const xml = `<?xml version="1.0"?>
      <ListResult xmlns="http://doc.oss-cn-hangzhou.aliyuncs.com">
        <CommonPrefixes><Prefix>x/</Prefix></CommonPrefixes>
        <New><Prefix>no</Prefix>text</New>
        <AccessControlList><New/><Grant>private</Grant></AccessControlList>
        <MaxKeys>100</MaxKeys>
        <Prefix> a </Prefix>
      </ListResult>`;
    expect(readXml(list, xml, {})).toEqual({ prefix: ' a ', maxKeys: 100, grant: 'private', buckets: [], prefixes: [{ prefix: 'x/' }] });
  });

  it('has empty elements for absent values where its fields say so, and reads them as absent', () => {
    const xml = build(list, { maxKeys: 1, buckets: [], grant: 'private', prefixes: [] });
    expect(xml).toContain('<ListResult><Prefix></Prefix><MaxKeys>1</MaxKeys><Buckets></Buckets>');
    expect(readXml(list, xml, {})).not.toHaveProperty('prefix');
  });

  it('may be one element alone, with or without a root around its text', () => {
    const located = xmlDocument('LocationConstraint', { location: element('', text) });
    expect(build(located, { location: 'oss-cn-hangzhou' })).toBe('<LocationConstraint>oss-cn-hangzhou</LocationConstraint>');
    expect(readXml(located, '<LocationConstraint>oss-cn-hangzhou</LocationConstraint>', {})).toEqual({ location: 'oss-cn-hangzhou' });
    const bare = xmlDocument(undefined, { status: struct('Status', { on: element('On', text) }) });
    expect(build(bare, { status: { on: 'x' } })).toBe('<Status><On>x</On></Status>');
    expect(readXml(bare, '<Status><On>x</On></Status>', {})).toEqual({ status: { on: 'x' } });
    expect(() => readXml(bare, '<Other/>', {})).toThrow(XmlFault);
  });

  it('has a list in an element that stands, and none where an optional wrapper is missing', () => {
    const tagged = xmlDocument('A', { tags: optional(many(element('Tag', text), 'TagSet')), names: optional(many(element('Name', text))) });
    expect(readXml(tagged, '<A/>', {})).toEqual({ names: [] });
    expect(readXml(tagged, '<A><TagSet/></A>', {})).toEqual({ tags: [], names: [] });
    expect(build(tagged, { tags: [] })).toBe('<A><TagSet></TagSet></A>');
    expect(build(tagged, {})).toBe('<A></A>');
  });

  it('shares a wrapper between fields', () => {
    const info = xmlDocument('A', { one: within('W', element('One', text)), two: within('W', optional(element('Two', text))) });
    expect(build(info, { one: '1', two: '2' })).toBe('<A><W><One>1</One><Two>2</Two></W></A>');
    expect(readXml(info, '<A><W><Two>2</Two><One>1</One></W></A>', {})).toEqual({ one: '1', two: '2' });
  });
});

describe('a document that is not the one', () => {
  it.each([
    ['another root', '<Complete/>', /The root element is Complete and should be CompleteMultipartUpload/],
    [
      'a missing element',
      '<CompleteMultipartUpload><Part><ETag>a</ETag></Part></CompleteMultipartUpload>',
      /PartNumber is missing in Part/,
    ],
    [
      'an element that stands twice',
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>a</ETag><ETag>b</ETag></Part></CompleteMultipartUpload>',
      /ETag stands twice in Part/,
    ],
    ['text between elements', '<CompleteMultipartUpload>x</CompleteMultipartUpload>', /text between the elements/],
    [
      'elements in text',
      '<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag><b/></ETag></Part></CompleteMultipartUpload>',
      /ETag holds text and no elements; b was found/,
    ],
  ])('has %s', (_, xml, message) => {
    expect(() => readXml(parts, xml, {})).toThrow(XmlFault);
    expect(() => readXml(parts, xml, {})).toThrow(message);
  });

  it('names the element whose text is refused', () => {
    const xml = '<CompleteMultipartUpload><Part><PartNumber>0</PartNumber><ETag>a</ETag></Part></CompleteMultipartUpload>';
    try {
      readXml(parts, xml, {});
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ElementMalformed);
      expect(error).toMatchObject({ element: 'PartNumber', text: '0', malformed: { code: 'InvalidArgument' } });
    }
  });

  it('is not built', () => {
    const whole = { maxKeys: 1, buckets: [], grant: 'private', prefixes: [] };
    expect(() => build(list, { ...whole, maxKeys: undefined })).toThrow('maxKeys is missing');
    expect(() => build(list, { ...whole, buckets: 'one' })).toThrow('buckets must be a list');
    expect(() => build(list, { ...whole, grant: 5 })).toThrow('Grant: not of the documented type');
    expect(() => build(list, { ...whole, owner: '1' })).toThrow('Owner must be a record');
    expect(() => xmlDocument(undefined, {})).toThrow(TypeError);
  });
});

/** A random shape, with a generator of its records. */
interface Drawn {
  readonly fields: XmlFields;
  readonly records: fc.Arbitrary<Record<string, unknown>>;
}

const texts = fc.string({
  unit: fc.oneof(fc.constantFrom('a', ' ', '&', '<', '\r', '\n', '中', '😀', '\x1b', '"'), fc.string({ minLength: 1, maxLength: 1 })),
});

function drawnFields(depth: number): fc.Arbitrary<Drawn> {
  return fc.array(drawnField(depth), { minLength: 1, maxLength: 4 }).map((drawn) => {
    const fields: Record<string, XmlField> = {};
    const values: Record<string, fc.Arbitrary<unknown>> = {};
    for (const [index, { make, value }] of drawn.entries()) {
      fields[`f${index}`] = make(`E${index}`, `W${index}`);
      values[`f${index}`] = value;
    }
    return { fields, records: fc.record(values, { noNullPrototype: true }).map(withoutAbsent) };
  });
}

interface DrawnField {
  readonly make: (name: string, wrapper: string) => XmlField;
  readonly value: fc.Arbitrary<unknown>;
}

function drawnField(depth: number): fc.Arbitrary<DrawnField> {
  const leaf = fc.constantFrom<DrawnField>(
    { make: (name) => element(name, text), value: texts },
    { make: (name) => element(name, count), value: fc.nat() },
  );
  const inner: fc.Arbitrary<DrawnField> =
    depth === 0
      ? leaf
      : fc.oneof(
          leaf,
          drawnFields(depth - 1).map(({ fields, records }): DrawnField => ({ make: (name) => struct(name, fields), value: records })),
        );
  const absent = (value: fc.Arbitrary<unknown>) => fc.option(value, { nil: undefined });
  return fc
    .tuple(inner, fc.constantFrom('required', 'optional', 'wrapped', 'many', 'manyWrapped', 'optionalMany'))
    .map(([drawn, kind]): DrawnField => {
      const { make, value } = drawn;
      if (kind === 'optional') return { make: (name) => optional(make(name, '')), value: absent(value) };
      if (kind === 'wrapped') return { make: (name, wrapper) => within(wrapper, make(name, '')), value };
      if (kind === 'many') return { make: (name) => many(make(name, '')), value: fc.array(value, { maxLength: 4 }) };
      if (kind === 'manyWrapped')
        return { make: (name, wrapper) => many(make(name, ''), wrapper), value: fc.array(value, { maxLength: 4 }) };
      if (kind === 'optionalMany') {
        return { make: (name, wrapper) => optional(many(make(name, ''), wrapper)), value: absent(fc.array(value, { maxLength: 4 })) };
      }
      return drawn;
    });
}

function withoutAbsent(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined));
}

describe('documents of any shape', () => {
  it('are read as they were written', () => {
    const drawn = drawnFields(3).chain(({ fields, records }) => fc.tuple(fc.constant(fields), records));
    fc.assert(
      fc.property(drawn, ([fields, record]) => {
        fc.pre(!/\\u0000|\\ud[89a-f]/.test(JSON.stringify(record)));
        const document = xmlDocument('Root', fields);
        const xml = buildXml(document, record, {}, escapeRequest);
        expect(readXml(document, xml, {})).toEqual(record);
        // White space between elements changes nothing.
        expect(readXml(document, xml.replace(/(<\/[^>]*>)(?=<)/g, '$1\n  '), {})).toEqual(record);
      }),
      { numRuns: 500 },
    );
  });
});
