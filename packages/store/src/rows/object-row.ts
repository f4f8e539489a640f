import type { Row } from '../kv/key-value.ts';
import type { StoredObject } from '../store.ts';
import { crc64, id, number, oneOf, optional, text } from './field.ts';
import { nameBytesOfHead, text as textOf } from './keys.ts';
import { envelope, propertiesShape } from './properties-field.ts';
import { recordCodec } from './record.ts';

/** A row of `head`. The name stands in the key. */
const objectRecord = recordCodec<Omit<StoredObject, 'key' | 'versionId'>>(
  'head',
  2,
  {
    manifest: id,
    holder: id,
    sizeBytes: number,
    etag: text,
    hashCrc64: crc64,
    type: oneOf('Normal', 'Multipart', 'Appendable', 'Symlink'),
    lastModifiedMs: number,
    ...propertiesShape,
    symlinkTarget: optional(text),
    encryption: optional(envelope),
  },
  { 1: 13 },
);

export function encodeObject(object: StoredObject): Uint8Array {
  return objectRecord.encode(object);
}

export function decodeObject(row: Pick<Row, 'key' | 'value'>): StoredObject {
  return { key: textOf(nameBytesOfHead(row.key)), versionId: 'null', ...objectRecord.decode(row) };
}
