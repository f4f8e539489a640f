import { ok } from 'node:assert/strict';
import type { Id } from '../ids.ts';
import type { Row } from '../kv/key-value.ts';
import type { DeleteMarker, StoredObject } from '../store.ts';
import { nullVersion, parseVersionId, versionIdOf } from '../version-id.ts';
import { crc64, id, number, oneOf, optional, text } from './field.ts';
import { nameBytesOfVersioned, text as textOf } from './keys.ts';
import { envelope, propertiesShape } from './properties-field.ts';
import { recordCodec } from './record.ts';

/** A row of `head` or of `version`: an object or a delete marker, and where it stands among the versions of its key. */
export type VersionRow = {
  /** Later versions have greater ones. */
  readonly order: number;
  /** In the head's row: the order of the null version, where that is an older one. */
  readonly nullOrder?: number | undefined;
} & ({ readonly object: StoredObject; readonly marker?: undefined } | { readonly marker: DeleteMarker; readonly object?: undefined });

/** Where the version stands; the name stands in the key. */
interface Placed {
  /** What a version id has beside the order; undefined: the null version. */
  readonly version?: Id | undefined;
  readonly order?: number | undefined;
  readonly nullOrder?: number | undefined;
}
const placedShape = { version: optional(id), order: optional(number), nullOrder: optional(number) };

const objectRecord = recordCodec<Omit<StoredObject, 'key' | 'versionId'> & Placed>(
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
    ...placedShape,
  },
  { 1: 13 },
);

/** Version bytes of markers begin here: the first byte of a row tells them from objects. */
const markerBit = 0x80;

const markerRecord = recordCodec<Omit<DeleteMarker, 'key' | 'versionId'> & Placed>('marker', markerBit + 1, {
  lastModifiedMs: number,
  ownerId: text,
  ...placedShape,
});

export function encodeVersion({ order, nullOrder, object, marker }: VersionRow): Uint8Array {
  const name = parseVersionId((object ?? marker).versionId);
  ok((object ?? marker).versionId === nullVersion || name?.order === order, 'a version id says where its version stands');
  const placed = { version: name?.id, order, nullOrder };
  return object === undefined ? markerRecord.encode({ ...marker, ...placed }) : objectRecord.encode({ ...object, ...placed });
}

export function decodeVersion(row: Pick<Row, 'key' | 'value'>): VersionRow {
  const key = textOf(nameBytesOfVersioned(row.key));
  if (isMarkerRow(row)) {
    const { version, order: placed, nullOrder, ...facts } = markerRecord.decode(row);
    const order = placed ?? orderAt(facts.lastModifiedMs);
    return { order, ...(nullOrder !== undefined && { nullOrder }), marker: { key, versionId: textOfVersion(order, version), ...facts } };
  }
  const { version, order: placed, nullOrder, ...facts } = objectRecord.decode(row);
  const order = placed ?? orderAt(facts.lastModifiedMs);
  return { order, ...(nullOrder !== undefined && { nullOrder }), object: { key, versionId: textOfVersion(order, version), ...facts } };
}

/** Without reading all of it. */
export function isMarkerRow({ value }: Pick<Row, 'value'>): boolean {
  return ((value[0] ?? 0) & markerBit) !== 0;
}

/** The order of a version that comes at this time, where no later one stands; also of a row that was written before there were versions. */
export function orderAt(nowMs: number): number {
  return Math.max(0, Math.floor(nowMs)) * 1_000;
}

function textOfVersion(order: number, version: Id | undefined): string {
  return version === undefined ? nullVersion : versionIdOf({ order, id: version });
}
