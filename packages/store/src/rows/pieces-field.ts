import type { InlineEncryption } from '../content/content-key.ts';
import type { Extent, ExtentEncryption } from '../content/extent.ts';
import type { InlinePiece, Piece } from '../piece.ts';
import { bytes, type Field, listOf, number, numbers32, numbers64, optional, struct, text, wrong } from './field.ts';

const extent: Field<Extent> = struct<Extent>(
  {
    blob: text,
    offsetBytes: number,
    lengthBytes: number,
    blobBytes: number,
    crc32: numbers32,
    crc64: numbers64,
    encryption: optional(struct<ExtentEncryption>({ tags: bytes, key: bytes })),
  },
  6,
);

type Inline = Omit<InlinePiece, 'kind'>;
const inline: Field<Inline> = struct<Inline>(
  { bytes, crc32: number, encryption: optional(struct<InlineEncryption>({ nonce: bytes, tag: bytes })) },
  2,
);

/** An extent has six fields or, with its encryption, seven; inline bytes have two or three: the number of fields tells them apart. */
const piece: Field<Piece> = {
  write: (value) => (value.kind === 'extent' ? extent.write(value.extent) : inline.write(value)),
  read(stored) {
    if (!Array.isArray(stored)) return wrong('a piece', stored);
    return stored.length <= 3 ? { kind: 'inline', ...inline.read(stored) } : { kind: 'extent', extent: extent.read(stored) };
  },
};

export const pieces: Field<readonly Piece[]> = listOf(piece);
