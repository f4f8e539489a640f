import { ok } from 'node:assert/strict';
import type { Id } from '../ids.ts';
import type { Row } from '../kv/key-value.ts';
import type { DeleteMarker, StoredObject } from '../store.ts';
import { nullVersion, parseVersionId, versionIdOf } from '../version-id.ts';
import { crc64, type Field, id, joined, number, oneOf, optional, struct, text } from './field.ts';
import { nameBytesOfVersioned, text as textOf } from './keys.ts';
import { envelope, propertiesShape } from './properties-field.ts';
import { recordCodecOf } from './record.ts';

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
const placed: Field<Placed> = struct<Placed>({ version: optional(id), order: optional(number), nullOrder: optional(number) }, 0);

type ObjectFacts = Omit<StoredObject, 'key' | 'versionId'>;
const objectShape: { readonly [K in keyof ObjectFacts]: Field<ObjectFacts[K]> } = {
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
};
/** In the first version there were no versions, and of an object so many fields. */
const firstObjectFields = 13;
const object = joined(struct<ObjectFacts>(objectShape, firstObjectFields), Object.keys(objectShape).length, placed);
const objectRecord = recordCodecOf('head', 2, object, { 1: firstObjectFields });

/** Version bytes of markers begin here: the first byte of a row tells them from objects. */
const markerBit = 0x80;

type MarkerFacts = Omit<DeleteMarker, 'key' | 'versionId'>;
const markerShape: { readonly [K in keyof MarkerFacts]: Field<MarkerFacts[K]> } = { lastModifiedMs: number, ownerId: text };
const marker = joined(struct<MarkerFacts>(markerShape), Object.keys(markerShape).length, placed);
const markerRecord = recordCodecOf('marker', markerBit + 1, marker);

export function encodeVersion({ order, nullOrder, object, marker }: VersionRow): Uint8Array {
  const { versionId } = object ?? marker;
  const name = parseVersionId(versionId);
  ok(versionId === nullVersion || name?.order === order, 'a version id says where its version stands');
  const placed = { version: name?.id, order, nullOrder };
  return object === undefined ? markerRecord.encode([marker, placed]) : objectRecord.encode([object, placed]);
}

export function decodeVersion(row: Pick<Row, 'key' | 'value'>): VersionRow {
  const key = textOf(nameBytesOfVersioned(row.key));
  if (isMarkerRow(row)) {
    const [facts, at] = markerRecord.decode(row);
    const order = at.order ?? orderAt(facts.lastModifiedMs);
    return { order, nullOrder: at.nullOrder, marker: { key, versionId: textOfVersion(order, at.version), ...facts } };
  }
  const [facts, at] = objectRecord.decode(row);
  const order = at.order ?? orderAt(facts.lastModifiedMs);
  return { order, nullOrder: at.nullOrder, object: { key, versionId: textOfVersion(order, at.version), ...facts } };
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
