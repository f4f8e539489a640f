import { Packr } from 'msgpackr';
import type { Row } from '../kv/key-value.ts';
import { StoreError } from '../store-error.ts';
import { type Field, struct } from './field.ts';

/** How a row's value is written: a version byte, then the fields as a MessagePack array. */
export interface RecordCodec<T> {
  encode(value: T): Uint8Array;
  /** Throws StoreError `corrupt` where the version byte is unknown or the fields are not those of the record: nothing is guessed. */
  decode(row: Pick<Row, 'key' | 'value'>): T;
}

/** How many fields the records of earlier versions had, by version: those that came later are optional, and absent in them. */
export type OlderRecords = Readonly<Record<number, number>>;
const noneOlder: OlderRecords = {};

const packr = new Packr({ useRecords: false, copyBuffers: false });

export function recordCodec<T extends object>(
  name: string,
  version: number,
  shape: { readonly [K in keyof T]: Field<T[K]> },
  older: OlderRecords = noneOlder,
): RecordCodec<T> {
  return recordCodecOf(name, version, struct<T>(shape, Math.min(Object.keys(shape).length, ...Object.values(older))), older);
}

/** The same of fields that are read and written in another way. They stand for an array. */
export function recordCodecOf<T>(name: string, version: number, fields: Field<T>, older: OlderRecords = noneOlder): RecordCodec<T> {
  return {
    encode(value) {
      const packed = packr.pack(fields.write(value));
      const encoded = Buffer.allocUnsafe(1 + packed.length);
      encoded[0] = version;
      encoded.set(packed, 1);
      return encoded;
    },
    decode({ key, value }) {
      const found = value[0];
      if (found !== version && (found === undefined || older[found] === undefined))
        throw corrupt(name, key, `version ${found ?? 'none'} is not known`);
      try {
        return fields.read(packr.unpack(value.subarray(1)));
      } catch (cause) {
        throw corrupt(name, key, 'it cannot be read', cause);
      }
    },
  };
}

function corrupt(name: string, key: Uint8Array, why: string, cause?: unknown): StoreError {
  return new StoreError('corrupt', `the ${name} row ${Buffer.from(key).toString('hex')}: ${why}`, { cause });
}
