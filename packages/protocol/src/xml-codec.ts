/** Typed XML documents: records read and written by the shapes of a definition, which are compiled once. */
import { type Codec, type Context, Malformed, type XmlField, type XmlFields } from './operation.ts';
import { parseXml, XML_DECLARATION, type XmlEscape, XmlFault, type XmlHandler } from './xml.ts';
import { compileWriter, type XmlWriter } from './xml-writer.ts';

/** A compiled document: its root element and how its record is read and written. */
export interface XmlDocument {
  readonly root: string;
  readonly node: XmlNode;
  readonly write: XmlWriter;
}

type XmlNode = TextNode | StructNode;

interface TextNode {
  readonly kind: 'text';
  // biome-ignore lint/suspicious/noExplicitAny: texts of every type
  readonly codec: Codec<any>;
  /** Set for a root that holds text: the field of the record that it stands for. */
  readonly field?: string;
}

interface StructNode {
  readonly kind: 'struct';
  readonly children: ReadonlyMap<string, Child>;
  /** Its elements belong to the record around it. */
  readonly wrapper: boolean;
  readonly fields: readonly { readonly field: string; readonly description: XmlField }[];
}

interface Child {
  readonly element: string;
  readonly field: string;
  readonly many: boolean;
  readonly emptyWhenAbsent: boolean;
  readonly node: XmlNode;
}

/** A text that its codec refused, and where it stood. */
export class ElementMalformed extends Error {
  readonly element: string;
  readonly text: string;
  readonly malformed: Malformed;
  constructor(element: string, text: string, malformed: Malformed) {
    super(`${element}: ${malformed.message}`, { cause: malformed });
    this.name = 'ElementMalformed';
    this.element = element;
    this.text = text;
    this.malformed = malformed;
  }
}

/**
 * Compiles a document. A field with the empty name is the text of the root itself. Without a root, the only field is the root; it cannot be
 * repeated then.
 */
export function xmlDocument(root: string | undefined, fields: XmlFields): XmlDocument {
  const entries = Object.entries(fields);
  const [first] = entries;
  if (first !== undefined && entries.length === 1) {
    const [field, { name, shape }] = first;
    if (root !== undefined && name === '' && shape.kind === 'text') {
      return { root, node: { kind: 'text', codec: shape.codec, field }, write: compileWriter({ [field]: { ...first[1], name: root } }) };
    }
    if (root === undefined) {
      const children = new Map([[name, childOf(field, first[1])]]);
      const node: StructNode = { kind: 'struct', wrapper: false, children, fields: [] };
      return { root: '', node, write: compileWriter(fields) };
    }
  }
  if (root === undefined) throw new TypeError('A document needs a root, or one field that is the root.');
  const write = compileWriter({ root: { name: root, need: 'required', shape: { kind: 'struct', fields } } });
  return { root, node: structOf(fields, false), write: (record, pen) => write({ root: record }, pen) };
}

/** The document as text, with its declaration. Throws TypeError where a required value is missing or not of its type. */
export function buildXml(document: XmlDocument, record: Readonly<Record<string, unknown>>, context: Context, xmlEscape: XmlEscape): string {
  return XML_DECLARATION + document.write(record, { context, escape: xmlEscape });
}

/**
 * The record of a document. Unknown elements are ignored with all that they hold. Throws `XmlFault` for what is not well-formed, a wrong root, a
 * required element that is missing, an element that stands twice and may not (which of the two would count is nobody's guess), text
 * between elements and elements within text; `ElementMalformed` for a text that its codec refuses.
 */
export function readXml(document: XmlDocument, text: string, context: Context): Record<string, unknown> {
  const reader = new XmlReader(document, context);
  parseXml(text, reader);
  return reader.record;
}

function structOf(fields: XmlFields, wrapper: boolean): StructNode {
  const children = new Map<string, Child>();
  const wrapped = new Map<string, Record<string, XmlField>>();
  for (const [field, description] of Object.entries(fields)) {
    if (description.within === undefined) {
      children.set(description.name, childOf(field, description));
    } else {
      const { within, ...bare } = description;
      wrapped.set(within, { ...wrapped.get(within), [field]: bare });
    }
  }
  for (const [element, inner] of wrapped) {
    children.set(element, { element, field: '', many: false, emptyWhenAbsent: false, node: structOf(inner, true) });
  }
  return {
    kind: 'struct',
    children,
    wrapper,
    fields: Object.entries(fields).map(([field, description]) => ({ field, description })),
  };
}

function childOf(field: string, { name, shape, many, emptyWhenAbsent }: XmlField): Child {
  const node: XmlNode = shape.kind === 'text' ? { kind: 'text', codec: shape.codec } : structOf(shape.fields, false);
  return { element: name, field, many: many === true, emptyWhenAbsent: emptyWhenAbsent === true, node };
}

/** An element that is open. */
interface Frame {
  readonly element: string;
  /** Absent for the root. */
  readonly child: Child | undefined;
  readonly node: XmlNode;
  /** Of a struct: what it has so far. A wrapper has that of the element around it. */
  readonly record: Record<string, unknown>;
  /** The children that may stand only once and did. */
  readonly seen: Child[];
  text: string;
}

class XmlReader implements XmlHandler {
  readonly record: Record<string, unknown> = {};
  readonly #document: XmlDocument;
  readonly #context: Context;
  readonly #frames: Frame[] = [];
  /** How deep in an element that no shape knows. */
  #skipped = 0;

  constructor(document: XmlDocument, context: Context) {
    this.#document = document;
    this.#context = context;
    // A document whose only field is its root is read as a struct around it.
    if (document.root === '') this.#push('', undefined, document.node, this.record);
  }

  open(name: string): void {
    const frame = this.#frames.at(-1);
    if (this.#skipped > 0) {
      this.#skipped++;
    } else if (frame === undefined) {
      const { root, node } = this.#document;
      if (name !== root) throw new XmlFault(`The root element is ${name} and should be ${root}.`);
      this.#push(name, undefined, node, this.record);
    } else {
      this.#openChild(frame, name);
    }
  }

  text(text: string): void {
    const frame = this.#frames.at(-1);
    if (this.#skipped > 0 || frame === undefined) return;
    if (frame.node.kind === 'text') frame.text += text;
    else if (/[^ \t\r\n]/.test(text)) throw new XmlFault(`There is text between the elements of ${frame.element}.`);
  }

  close(): void {
    if (this.#skipped > 0) {
      this.#skipped--;
      return;
    }
    const frame = this.#frames.pop();
    if (frame === undefined) return;
    const value = frame.node.kind === 'text' ? this.#decode(frame, frame.node) : finish(frame, frame.node);
    const { child } = frame;
    if (child === undefined) {
      if (frame.node.kind === 'text' && frame.node.field !== undefined) this.record[frame.node.field] = value;
      return;
    }
    const around = this.#frames.at(-1);
    if (around === undefined || child.field === '' || value === undefined) return;
    if (child.many) listIn(around.record, child.field).push(value);
    else around.record[child.field] = value;
  }

  #openChild(frame: Frame, name: string): void {
    if (frame.node.kind === 'text') throw new XmlFault(`${frame.element} holds text and no elements; ${name} was found.`);
    const child = frame.node.children.get(name);
    if (child === undefined) {
      if (this.#document.root === '' && this.#frames.length === 1) throw new XmlFault(`The root element may not be ${name}.`);
      this.#skipped = 1;
      return;
    }
    if (!child.many) {
      if (frame.seen.includes(child)) throw new XmlFault(`${name} stands twice in ${frame.element}.`);
      frame.seen.push(child);
    }
    const isWrapper = child.node.kind === 'struct' && child.node.wrapper;
    this.#push(name, child, child.node, isWrapper ? frame.record : {});
  }

  #push(element: string, child: Child | undefined, node: XmlNode, record: Record<string, unknown>): void {
    // A wrapper that stands says that there is a list, even an empty one.
    if (node.kind === 'struct' && node.wrapper) {
      for (const { field, description } of node.fields) if (description.many === true) listIn(record, field);
    }
    this.#frames.push({ element, child, node, record, seen: [], text: '' });
  }

  #decode(frame: Frame, node: TextNode): unknown {
    const { element, text } = frame;
    if (text === '' && frame.child?.emptyWhenAbsent === true) return undefined;
    try {
      return node.codec.decode(text, this.#context);
    } catch (error) {
      throw error instanceof Malformed ? new ElementMalformed(element, text, error) : error;
    }
  }
}

function listIn(record: Record<string, unknown>, field: string): unknown[] {
  const list = record[field];
  if (Array.isArray(list)) return list;
  const created: unknown[] = [];
  record[field] = created;
  return created;
}

/** What a struct gives at its end; `undefined` for a wrapper, and for an empty element that stands for an absent value. */
function finish(frame: Frame, node: StructNode): unknown {
  if (node.wrapper) return undefined;
  const { record } = frame;
  if (frame.child?.emptyWhenAbsent === true && Object.keys(record).length === 0) return undefined;
  for (const { field, description } of node.fields) {
    if (record[field] !== undefined) continue;
    // A list without a wrapper is empty in an element that stands; one with a wrapper may be absent together with it.
    if (description.many === true && (description.within === undefined || description.need === 'required')) record[field] = [];
    else if (description.need === 'required') throw new XmlFault(`${description.name} is missing in ${frame.element}.`);
  }
  return record;
}
