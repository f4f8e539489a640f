import type { Row } from '../kv/key-value.ts';
import type { Piece } from '../piece.ts';
import { type Field, floats64, mapped, numbers16, numbers64, optional, struct, wrong } from './field.ts';
import { pieces } from './pieces-field.ts';
import { recordCodec } from './record.ts';

/** The immutable content of an object: pieces, or the parts of the upload of the same id, whose rows hold the pieces. */
export type Manifest = { readonly kind: 'pieces'; readonly pieces: readonly Piece[] } | ({ readonly kind: 'parts' } & PartTable);

/** Parallel tables, ascending by part number. */
export interface PartTable {
  readonly numbers: Uint16Array;
  readonly sizesBytes: Float64Array;
  readonly crc64: BigUint64Array;
}

interface StoredManifest {
  readonly pieces?: readonly Piece[] | undefined;
  readonly parts?: PartTable | undefined;
}

const content: Field<Manifest> = mapped(
  struct<StoredManifest>({
    pieces: optional(pieces),
    parts: optional(struct<PartTable>({ numbers: numbers16, sizesBytes: floats64, crc64: numbers64 })),
  }),
  (manifest) => (manifest.kind === 'pieces' ? { pieces: manifest.pieces } : { parts: manifest }),
  (stored) => {
    if (stored.parts !== undefined) return { kind: 'parts', ...stored.parts };
    return stored.pieces === undefined ? wrong('pieces or parts', undefined) : { kind: 'pieces', pieces: stored.pieces };
  },
);

/** In the first version pieces had no encryption. */
const manifestRecord = recordCodec<{ readonly content: Manifest }>('manifest', 2, { content }, { 1: 1 });

export function encodeManifest(manifest: Manifest): Uint8Array {
  return manifestRecord.encode({ content: manifest });
}

export function decodeManifest(row: Pick<Row, 'key' | 'value'>): Manifest {
  return manifestRecord.decode(row).content;
}
