import { type Context, Malformed, type XmlField, type XmlFields } from './operation.ts';
import type { XmlEscape } from './xml.ts';

/** What every element of a document is written with. */
export interface XmlPen {
  readonly context: Context;
  readonly escape: XmlEscape;
}

/** Writes the elements of a record. */
export type XmlWriter = (record: Readonly<Record<string, unknown>>, pen: XmlPen) => string;

/** Compiles the fields of a struct, in their order; fields that share a wrapper and stand together share its element. */
export function compileWriter(fields: XmlFields): XmlWriter {
  const parts: XmlWriter[] = [];
  const entries = Object.entries(fields);
  for (let i = 0; i < entries.length; i++) {
    const wrapper = entries[i]?.[1].within;
    const group: XmlWriter[] = [];
    // Consecutive fields of one wrapper are one part; a field without wrapper is a part of its own.
    for (let entry = entries[i]; entry !== undefined && entry[1].within === wrapper; entry = entries[i]) {
      group.push(fieldWriter(entry[0], entry[1]));
      if (wrapper === undefined) break;
      i++;
    }
    if (wrapper !== undefined) i--;
    parts.push(wrapper === undefined ? sequence(group) : wrapped(wrapper, group, entries));
  }
  return sequence(parts);
}

function sequence(parts: readonly XmlWriter[]): XmlWriter {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  return (record, pen) => {
    let out = '';
    for (const part of parts) out += part(record, pen);
    return out;
  };
}

/** A wrapper is left out where everything in it is optional and absent. */
function wrapped(wrapper: string, parts: readonly XmlWriter[], entries: readonly (readonly [string, XmlField])[]): XmlWriter {
  const inside = entries.filter(([, { within }]) => within === wrapper);
  const isRequired = inside.some(([, { need }]) => need === 'required');
  const write = sequence(parts);
  return (record, pen) =>
    isRequired || inside.some(([field]) => record[field] !== undefined) ? `<${wrapper}>${write(record, pen)}</${wrapper}>` : '';
}

function fieldWriter(field: string, description: XmlField): XmlWriter {
  const { name, need, many, emptyWhenAbsent } = description;
  const write = elementWriter(name, description);
  if (many === true) {
    return (record, pen) => {
      const values = record[field];
      if (values === undefined) return '';
      if (!Array.isArray(values)) throw new TypeError(`${field} must be a list`);
      let out = '';
      for (const value of values) out += write(value, pen);
      return out;
    };
  }
  const absent = emptyWhenAbsent === true ? `<${name}></${name}>` : '';
  return (record, pen) => {
    const value = record[field];
    if (value !== undefined) return write(value, pen);
    if (need === 'required') throw new TypeError(`${field} is missing`);
    return absent;
  };
}

function elementWriter(name: string, { shape }: XmlField): (value: unknown, pen: XmlPen) => string {
  const open = `<${name}>`;
  const close = `</${name}>`;
  if (shape.kind === 'struct') {
    const write = compileWriter(shape.fields);
    return (value, pen) => {
      if (typeof value !== 'object' || value === null) throw new TypeError(`${name} must be a record`);
      return open + write(value as Readonly<Record<string, unknown>>, pen) + close;
    };
  }
  const { codec } = shape;
  return (value, pen) => {
    try {
      const text = codec.encode(value, pen.context);
      if (typeof text !== 'string') throw new TypeError('not of the documented type');
      return open + pen.escape(text) + close;
    } catch (error) {
      if (error instanceof Malformed || error instanceof TypeError) throw new TypeError(`${name}: ${error.message}`, { cause: error });
      throw error;
    }
  };
}
