import type { Row } from '../kv/key-value.ts';
import type { Upload } from '../store.ts';
import { number, optional, struct } from './field.ts';
import { lastIdOf, nameBytesOfUpload, text as textOf } from './keys.ts';
import { envelope, firstPropertiesFields, propertiesShape } from './properties-field.ts';
import { recordCodec } from './record.ts';

/** A running upload. Its id and the name stand in the key. */
const uploadRecord = recordCodec<Omit<Upload, 'id' | 'key'>>(
  'upload',
  2,
  {
    initiatedMs: number,
    properties: struct(propertiesShape, firstPropertiesFields),
    encryption: optional(envelope),
  },
  { 1: 2 },
);

export function encodeUpload(upload: Upload): Uint8Array {
  return uploadRecord.encode(upload);
}

export function decodeUpload(row: Pick<Row, 'key' | 'value'>): Upload {
  return { id: lastIdOf(row.key), key: textOf(nameBytesOfUpload(row.key)), ...uploadRecord.decode(row) };
}
