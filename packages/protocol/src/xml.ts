/** XML as both ends read and write it: strict, bounded, and without anything that refers elsewhere. */
import { SaxesParser } from 'saxes';

/** Elements deeper than this are refused; the deepest document of the protocol has six. */
export const XML_MAX_DEPTH = 16;

/** The declaration that every document begins with. */
export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** A document that is not well-formed, or not the one that was asked for. The message says where, as `line:column: what`. */
export class XmlFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'XmlFault';
  }
}

/** What a document consists of, in order. Names come without prefix; attributes, comments and instructions do not come at all. */
export interface XmlHandler {
  open(name: string): void;
  /** Of one element it may come in pieces. */
  text(text: string): void;
  close(): void;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The text of a document: UTF-8 whatever its declaration says, a byte order mark taken off. Throws `XmlFault`. */
export function xmlText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new XmlFault('The document is not UTF-8.');
  }
}

/**
 * Walks a document. Throws `XmlFault` where it is not well-formed, holds a DOCTYPE or an entity beyond the five of XML, or is deeper than
 * `XML_MAX_DEPTH`; a fault that the handler throws gets its position.
 */
export function parseXml(text: string, handler: XmlHandler): void {
  const controls = hideControls(text);
  const parser = new SaxesParser();
  let depth = 0;
  parser.on('error', (error) => {
    throw new XmlFault(error.message);
  });
  const at = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      throw error instanceof XmlFault ? new XmlFault(`${parser.line}:${parser.column}: ${error.message}`) : error;
    }
  };
  parser.on('doctype', () => at(refuseDoctype));
  parser.on('opentag', (tag) =>
    at(() => {
      if (++depth > XML_MAX_DEPTH) throw new XmlFault(`Elements are nested more than ${XML_MAX_DEPTH} deep.`);
      handler.open(localName(tag.name));
    }),
  );
  const onText = (piece: string): void => at(() => handler.text(controls.show(piece)));
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => {
    depth--;
    at(() => handler.close());
  });
  parser.write(controls.text).close();
}

function refuseDoctype(): never {
  throw new XmlFault('A DOCTYPE is not allowed.');
}

function localName(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? name : name.slice(colon + 1);
}

const CONTROL_REFERENCE = /&#(?:x0*(1?[0-9a-f])|0*([12]?[0-9]|3[01]));/gi;
const STAND_INS = /[\ufdd0-\ufdef]/g;

/**
 * The official SDKs write control characters in keys as references (`&#01;`), which XML 1.0 forbids and OSS reads. They are hidden from the
 * strict parser behind the 32 noncharacters U+FDD0 to U+FDEF, and shown again in the text. A document that holds such a noncharacter itself,
 * or a CDATA section, in which a reference is none, is left as it is; so is a reference to NUL.
 */
function hideControls(text: string): { readonly text: string; readonly show: (piece: string) => string } {
  const asItIs = { text, show: (piece: string) => piece };
  if (text.search(CONTROL_REFERENCE) < 0 || text.search(STAND_INS) >= 0 || text.includes('<![CDATA[')) return asItIs;
  return {
    text: text.replace(CONTROL_REFERENCE, (reference, hex: string | undefined, decimal: string | undefined) => {
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code === 0 || code === 9 || code === 10 || code === 13 ? reference : String.fromCharCode(0xfdd0 + code);
    }),
    show: (piece) => piece.replace(STAND_INS, (standIn) => String.fromCharCode(standIn.charCodeAt(0) - 0xfdd0)),
  };
}

/** What turns text into the content of an element. */
export type XmlEscape = (text: string) => string;

// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that XML cannot hold as they are
const MARKED = /[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, surrogate pairs taken as the characters they are
const SPECIAL = /[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]/gu;

function escapeWith(text: string, unrepresentable: (character: string) => string): string {
  if (!MARKED.test(text)) return text;
  return text.replace(SPECIAL, (character) => {
    if (character === '&') return '&amp;';
    if (character === '<') return '&lt;';
    if (character === '>') return '&gt;';
    // A bare carriage return would be read as a line feed.
    if (character === '\r') return '&#13;';
    return unrepresentable(character);
  });
}

/**
 * For answers: what XML 1.0 cannot hold, even as a reference, becomes U+FFFD, since a strict parser would refuse the whole list for one
 * key. Who needs such names asks for `encoding-type=url`, which exists for them.
 */
export const escapeAnswer: XmlEscape = (text) => escapeWith(text, () => '\ufffd');

/**
 * For requests: a control character is written as a reference, as the official SDKs do and OSS reads it, since any other text would name another
 * object. Throws TypeError for NUL, lone surrogates and the noncharacters U+FFFE and U+FFFF, which nothing can stand for.
 */
export const escapeRequest: XmlEscape = (text) =>
  escapeWith(text, (character) => {
    const code = character.charCodeAt(0);
    if (code === 0 || code >= 0x20) throw new TypeError(`U+${code.toString(16).toUpperCase().padStart(4, '0')} cannot be sent in XML`);
    return `&#${code};`;
  });
