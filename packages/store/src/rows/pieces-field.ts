import type { Extent } from '../content/extent.ts';
import type { Piece } from '../piece.ts';
import { bytes, type Field, listOf, number, numbers32, numbers64, struct, text, wrong } from './field.ts';

const extent: Field<Extent> = struct({
  blob: text,
  offsetBytes: number,
  lengthBytes: number,
  blobBytes: number,
  crc32: numbers32,
  crc64: numbers64,
});

const inline: Field<{ readonly bytes: Uint8Array; readonly crc32: number }> = struct({ bytes, crc32: number });

/** An extent has six fields and inline bytes have two: the number of fields tells them apart. */
const piece: Field<Piece> = {
  write: (value) => (value.kind === 'extent' ? extent.write(value.extent) : inline.write(value)),
  read(stored) {
    if (!Array.isArray(stored)) return wrong('a piece', stored);
    return stored.length === 2 ? { kind: 'inline', ...inline.read(stored) } : { kind: 'extent', extent: extent.read(stored) };
  },
};

export const pieces: Field<readonly Piece[]> = listOf(piece);
