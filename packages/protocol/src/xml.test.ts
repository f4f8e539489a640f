import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeAnswer, escapeRequest, parseXml, XML_MAX_DEPTH, XmlFault, xmlText } from './xml.ts';

/** The events of a document, as a flat list; the pieces of a text joined. */
function eventsOf(text: string): readonly string[] {
  const events: string[] = [];
  parseXml(text, {
    open: (name) => events.push(`<${name}>`),
    text: (piece) => {
      const last = events.at(-1);
      if (last?.startsWith('=') === true) events[events.length - 1] = last + piece;
      else events.push(`=${piece}`);
    },
    close: () => events.push('/'),
  });
  return events;
}

function nested(depth: number): string {
  return '<a>'.repeat(depth) + '</a>'.repeat(depth);
}

describe('parseXml', () => {
  it('walks elements and texts in order', () => {
    expect(eventsOf('<a><b>x &amp; y</b><c/></a>')).toEqual(['<a>', '<b>', '=x & y', '/', '<c>', '/', '/']);
  });

  it('accepts a declaration, a namespace, prefixes, comments, instructions and CDATA', () => {
    const text = `<?xml version="1.0" encoding="UTF-8"?><!-- c --><?p q?><o:a xmlns:o="http://doc.oss-cn-hangzhou.aliyuncs.com"><o:b at="1"><![CDATA[<&]]></o:b></o:a>`;
    expect(eventsOf(text)).toEqual(['<a>', '<b>', '=<&', '/', '/']);
  });

  it.each([
    ['an element that is not closed', '<a><b></a>'],
    ['two roots', '<a/><b/>'],
    ['text after the root', '<a/>x'],
    ['nothing', ''],
    ['a bare ampersand', '<a>&</a>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['an attribute without quotes', '<a b=c/>'],
    ['an attribute that stands twice', '<a b="1" b="2"/>'],
    ['a control character', '<a>\x01</a>'],
    ['a reference to NUL', '<a>&#0;</a>'],
    ['a reference beyond Unicode', '<a>&#x110000;</a>'],
    ['a reference to half of a pair', '<a>&#xd800;</a>'],
    ['a DOCTYPE', '<!DOCTYPE a><a/>'],
    ['a DOCTYPE with entities', '<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;">]><a>&m;</a>'],
    ['a DOCTYPE that refers elsewhere', '<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'],
    ['elements that are too deep', nested(XML_MAX_DEPTH + 1)],
  ])('refuses %s', (_, text) => {
    expect(() => eventsOf(text)).toThrow(XmlFault);
  });

  it('takes elements that are just not too deep', () => {
    expect(eventsOf(nested(XML_MAX_DEPTH)).filter((event) => event === '<a>')).toHaveLength(XML_MAX_DEPTH);
  });

  it('says where the fault is', () => {
    expect(() => eventsOf('<a>\n  <b>&x;</b></a>')).toThrow(/^2:8: /);
    expect(() => eventsOf('<!DOCTYPE a>\n<a/>')).toThrow(/^1:\d+: A DOCTYPE is not allowed\.$/);
  });

  it('reads references to control characters, as SDKs write them in keys', () => {
    expect(eventsOf('<a>x&#01;&#x1F;&#9;&#31;y</a>')).toEqual(['<a>', '=x\x01\x1f\t\x1fy', '/']);
  });

  it('lets no noncharacter stand for a control character', () => {
    expect(eventsOf('<a>\ufdd1</a>')).toEqual(['<a>', '=\ufdd1', '/']);
    expect(() => eventsOf('<a>\ufdd1&#1;</a>')).toThrow(XmlFault);
    expect(eventsOf('<a><![CDATA[&#1;]]></a>')).toEqual(['<a>', '=&#1;', '/']);
  });

  it('throws nothing else for any text', () => {
    const piece = fc.constantFrom(
      '<a>',
      '</a>',
      '<b/>',
      '&amp;',
      '&#1;',
      '&',
      '<',
      '>',
      '<!',
      ']]>',
      '<![CDATA[',
      '<?',
      '?>',
      '"',
      'x',
      '\r\n',
      ':',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((pieces) => pieces.join('')),
        ),
        (text) => {
          try {
            eventsOf(text);
          } catch (error) {
            expect(error).toBeInstanceOf(XmlFault);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe('xmlText', () => {
  it('reads UTF-8 and takes off a byte order mark', () => {
    expect(xmlText(new TextEncoder().encode('\ufeff<a>中文</a>'))).toBe('<a>中文</a>');
  });

  it('refuses what is not UTF-8', () => {
    expect(() => xmlText(new Uint8Array([0x3c, 0x61, 0xff]))).toThrow(XmlFault);
  });
});

describe('escapes', () => {
  it('leave ordinary text alone', () => {
    expect(escapeAnswer('"5EB6" 中文 😀 it\'s')).toBe('"5EB6" 中文 😀 it\'s');
  });

  it('escape what XML marks', () => {
    expect(escapeAnswer('a & b < c > d ]]>\r\n\t')).toBe('a &amp; b &lt; c &gt; d ]]&gt;&#13;\n\t');
  });

  it('replace in answers what XML cannot hold', () => {
    expect(escapeAnswer('a\x00b\x01c\ud800d\uffff')).toBe('a\ufffdb\ufffdc\ufffdd\ufffd');
  });

  it('keep in requests every character that anything can stand for', () => {
    expect(escapeRequest('a\x01\x1f')).toBe('a&#1;&#31;');
    for (const text of ['\x00', '\ud800', '\udc00x', '\ufffe', '\uffff']) expect(() => escapeRequest(text)).toThrow(TypeError);
  });

  it('are undone by reading', () => {
    const text = fc.string({
      unit: fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }), fc.constantFrom('&', '<', '\r', '\n', '\x02', ']]>')),
    });
    fc.assert(
      fc.property(text, (value) => {
        // XML joins nothing and trims nothing, but has no empty text.
        fc.pre(!/[\0\ufffe\uffff]|[\ud800-\udfff]/u.test(value) && value !== '' && !/[\ufdd0-\ufdef]/.test(value));
        expect(eventsOf(`<a>${escapeRequest(value)}</a>`)).toEqual(['<a>', `=${value}`, '/']);
      }),
      { numRuns: 1000 },
    );
  });
});
