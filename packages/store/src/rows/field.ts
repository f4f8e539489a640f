import { bytesOfId, type Id, idLengthBytes, textOfId } from '../ids.ts';

/** One positional field of a record: how a value stands in MessagePack, and back. `read` throws where it is not what `write` makes. */
export interface Field<T> {
  write(value: T): unknown;
  read(stored: unknown): T;
}

export type FieldValue<F> = F extends Field<infer T> ? T : never;

export const number: Field<number> = {
  write: (value) => value,
  read: (stored) => (typeof stored === 'number' ? stored : wrong('a number', stored)),
};

export const flag: Field<boolean> = {
  write: (value) => value,
  read: (stored) => (typeof stored === 'boolean' ? stored : wrong('true or false', stored)),
};

export const text: Field<string> = {
  write: (value) => value,
  read: (stored) => (typeof stored === 'string' ? stored : wrong('text', stored)),
};

export const bytes: Field<Uint8Array> = {
  write: (value) => value,
  read: (stored) => (stored instanceof Uint8Array ? stored : wrong('bytes', stored)),
};

export const id: Field<Id> = {
  write: bytesOfId,
  read(stored) {
    const found = bytes.read(stored);
    return found.length === idLengthBytes ? textOfId(found) : wrong('an id', stored);
  },
};

/** 64 unsigned bits as 8 bytes: MessagePack's integers come back as number or bigint, whichever fits. */
export const crc64: Field<bigint> = {
  write(value) {
    const buffer = Buffer.alloc(8);
    buffer.writeBigUInt64BE(value);
    return buffer;
  },
  read(stored) {
    const found = bytes.read(stored);
    return found.length === 8 ? Buffer.from(found).readBigUInt64BE() : wrong('a CRC-64', stored);
  },
};

/** A table of 16-bit, 32-bit, 64-bit or float numbers, little endian. Read into memory of its own: views need alignment. */
export const numbers16: Field<Uint16Array> = table((buffer) => new Uint16Array(buffer), 2);
export const numbers32: Field<Uint32Array> = table((buffer) => new Uint32Array(buffer), 4);
export const numbers64: Field<BigUint64Array> = table((buffer) => new BigUint64Array(buffer), 8);
export const floats64: Field<Float64Array> = table((buffer) => new Float64Array(buffer), 8);

export function oneOf<const T extends string>(...values: readonly T[]): Field<T> {
  return {
    write: (value) => value,
    read: (stored) => values.find((value) => value === stored) ?? wrong(values.join(' or '), stored),
  };
}

export function optional<T>(field: Field<T>): Field<T | undefined> {
  return {
    write: (value) => (value === undefined ? null : field.write(value)),
    read: (stored) => (stored === null ? undefined : field.read(stored)),
  };
}

export function listOf<T>(field: Field<T>): Field<readonly T[]> {
  return {
    write: (values) => values.map(field.write),
    read: (stored) => (Array.isArray(stored) ? stored.map(field.read) : wrong('a list', stored)),
  };
}

type Shape<T> = { readonly [K in keyof T]: Field<T[K]> };

/**
 * A record inside a record: its fields in the order in which they are declared. Fields that were added later are optional ones at the end; `leastFields` is how many there
 * were at first, and those that an older row does not have are read as absent.
 */
export function struct<T extends object>(shape: Shape<T>, leastFields?: number): Field<T> {
  const entries = Object.entries(shape) as [keyof T & string, Field<unknown>][];
  const least = leastFields ?? entries.length;
  return {
    write: (value) => entries.map(([name, field]) => field.write(value[name])),
    read(stored) {
      if (!Array.isArray(stored) || stored.length < least || stored.length > entries.length)
        return wrong(`${entries.length} fields`, stored);
      const value: Partial<Record<keyof T, unknown>> = {};
      for (let i = 0; i < entries.length; i++) {
        const [name, field] = entries[i] as [keyof T, Field<unknown>];
        const found = field.read(i < stored.length ? stored[i] : null);
        // What was left out is left out again, so that a row equals what was written.
        if (found !== undefined) value[name] = found;
      }
      return value as T;
    },
  };
}

/**
 * Two records in one list: the fields of the second come after those of the first, of which there are `firstFields`. Of two values it makes no third one: an object of so
 * many members as a row has is slow to make.
 */
export function joined<A, B>(first: Field<A>, firstFields: number, second: Field<B>): Field<readonly [A, B]> {
  return {
    write: ([a, b]) => [...(first.write(a) as readonly unknown[]), ...(second.write(b) as readonly unknown[])],
    read(stored) {
      if (!Array.isArray(stored)) return wrong('two records', stored);
      return [first.read(stored.slice(0, firstFields)), second.read(stored.slice(firstFields))];
    },
  };
}

/** The same value in another form. */
export function mapped<T, S>(field: Field<S>, to: (value: T) => S, from: (stored: S) => T): Field<T> {
  return { write: (value) => field.write(to(value)), read: (stored) => from(field.read(stored)) };
}

export function wrong(wanted: string, stored: unknown): never {
  throw new TypeError(`${wanted} was expected, and ${stored === null ? 'null' : typeof stored} found`);
}

function table<T extends ArrayBufferView>(view: (buffer: ArrayBuffer) => T, elementBytes: number): Field<T> {
  return {
    write: (value) => Buffer.from(value.buffer, value.byteOffset, value.byteLength),
    read(stored) {
      const found = bytes.read(stored);
      if (found.length % elementBytes !== 0) return wrong(`a table of ${elementBytes} bytes a number`, stored);
      return view(new Uint8Array(found).buffer);
    },
  };
}
