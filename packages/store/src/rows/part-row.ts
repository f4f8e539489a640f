import type { Id } from '../ids.ts';
import type { Row } from '../kv/key-value.ts';
import type { Piece } from '../piece.ts';
import type { Part } from '../store.ts';
import { bytes, crc64, id, number } from './field.ts';
import { partNumberOf } from './keys.ts';
import { pieces } from './pieces-field.ts';
import { recordCodec } from './record.ts';

/** A part of an upload; after Complete, a page of the manifest. The number stands in the key. */
export interface PartRow {
  readonly partNumber: number;
  /** Minted for each time that the part is sent: its owner rows carry it. */
  readonly attempt: Id;
  readonly sizeBytes: number;
  /** 16 bytes. */
  readonly md5: Uint8Array;
  readonly hashCrc64: bigint;
  readonly lastModifiedMs: number;
  readonly pieces: readonly Piece[];
}

const partRecord = recordCodec<Omit<PartRow, 'partNumber'>>(
  'part',
  2,
  {
    attempt: id,
    sizeBytes: number,
    md5: bytes,
    hashCrc64: crc64,
    lastModifiedMs: number,
    pieces,
  },
  // Pieces had no encryption.
  { 1: 6 },
);

export function encodePart(part: PartRow): Uint8Array {
  return partRecord.encode(part);
}

export function decodePart(row: Pick<Row, 'key' | 'value'>): PartRow {
  return { partNumber: partNumberOf(row.key), ...partRecord.decode(row) };
}

/** A part as callers see it. */
export function partOf({ partNumber, sizeBytes, md5, hashCrc64, lastModifiedMs }: PartRow): Part {
  return { partNumber, sizeBytes, etag: etagOfMd5(md5), hashCrc64, lastModifiedMs };
}

/** Upper-case hex, without quotes. */
export function etagOfMd5(md5: Uint8Array): string {
  return Buffer.from(md5).toString('hex').toUpperCase();
}
