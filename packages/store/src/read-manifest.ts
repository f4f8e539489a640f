import type { ContentKey } from './content/content-key.ts';
import type { Engine } from './engine.ts';
import type { Id } from './ids.ts';
import type { Reader } from './kv/key-value.ts';
import { readPieces } from './read-pieces.ts';
import { manifestKey, partKey } from './rows/keys.ts';
import { decodeManifest, type Manifest, type PartTable } from './rows/manifest-row.ts';
import { decodePart, type PartRow } from './rows/part-row.ts';
import type { ByteRange } from './store.ts';
import { StoreError } from './store-error.ts';

/** A row of a manifest that a reader came to is gone: where the object still stands the store is corrupt (rule 19). */
export class PageMissing extends StoreError {
  constructor(manifest: Id, partNumber: number | undefined) {
    super(
      'corrupt',
      partNumber === undefined ? `manifest ${manifest} is missing` : `part ${partNumber} of manifest ${manifest} is missing`,
    );
  }
}

/** Rows of parts that are read at a time: no snapshot is held while a body is on its way. */
const pageParts = 64;

export async function findManifest(reader: Reader, manifest: Id): Promise<Manifest> {
  const [row] = await reader.get([manifestKey(manifest)]);
  if (row === undefined) throw new PageMissing(manifest, undefined);
  return decodeManifest(row);
}

/** A part's share of a range, in the part's own bytes. */
export interface PartSpan extends ByteRange {
  readonly partNumber: number;
  readonly partBytes: number;
}

/** The parts that a range touches, in order. */
export function spansOf({ numbers, sizesBytes }: PartTable, range: ByteRange): readonly PartSpan[] {
  const spans: PartSpan[] = [];
  let startBytes = 0;
  for (let i = 0; i < numbers.length; i++) {
    const partBytes = sizesBytes[i] ?? 0;
    const from = Math.max(range.offsetBytes - startBytes, 0);
    const to = Math.min(range.offsetBytes + range.lengthBytes - startBytes, partBytes);
    startBytes += partBytes;
    if (from < to) spans.push({ partNumber: numbers[i] ?? 0, partBytes, offsetBytes: from, lengthBytes: to - from });
  }
  return spans;
}

/** The rows of the spans, a page at a time as they are asked for. Rejects with `PageMissing`. */
export async function* readParts(
  engine: Engine,
  manifest: Id,
  spans: readonly PartSpan[],
): AsyncGenerator<{ readonly span: PartSpan; readonly part: PartRow }, void, undefined> {
  for (let i = 0; i < spans.length; i += pageParts) {
    const page = spans.slice(i, i + pageParts);
    const rows = await engine.kv.get(page.map(({ partNumber }) => partKey(manifest, partNumber)));
    for (const [j, span] of page.entries()) {
      const row = rows[j];
      if (row === undefined) throw new PageMissing(manifest, span.partNumber);
      const part = decodePart(row);
      if (part.sizeBytes !== span.partBytes) {
        throw new StoreError('corrupt', `part ${span.partNumber} of ${manifest} has ${part.sizeBytes} bytes and not ${span.partBytes}`);
      }
      yield { span, part };
    }
  }
}

/** The bytes of a range of a manifest. `key`: of its object, where it is encrypted. Rejects as `readPieces` does, and with `PageMissing`. */
export async function* readManifest(
  engine: Engine,
  id: Id,
  manifest: Manifest,
  range: ByteRange,
  signal: AbortSignal,
  key?: ContentKey | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (manifest.kind === 'pieces') return yield* readPieces(engine.blobs, manifest.pieces, range, signal, key);
  for await (const { span, part } of readParts(engine, id, spansOf(manifest, range))) {
    yield* readPieces(engine.blobs, part.pieces, span, signal, key);
  }
}
