import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Piece } from '../piece.ts';
import { bytes, crc64, id, number, numbers32, numbers64, struct, text } from './field.ts';
import { manifestKey, partKey } from './keys.ts';
import { decodeManifest, encodeManifest } from './manifest-row.ts';
import { decodePart, encodePart } from './part-row.ts';
import { recordCodec } from './record.ts';

const node = '0123456789ABCDEF'.repeat(2);
const anyBytes = fc.uint8Array({ maxLength: 70 }).map((each) => Buffer.from(each));
const optionally = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const given = <T extends object>(value: T): T => {
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(entries) as T;
};

const piece: fc.Arbitrary<Piece> = fc.oneof(
  fc
    .record({ bytes: anyBytes, crc32: fc.nat(2 ** 32 - 1), encryption: optionally(fc.record({ nonce: anyBytes, tag: anyBytes })) })
    .map((inline) => ({ kind: 'inline' as const, ...given(inline) })),
  fc
    .record({
      blob: fc.constantFrom('p/00000001/a', 'p/00000001/b'),
      ...{ offsetBytes: fc.nat(), lengthBytes: fc.nat(), blobBytes: fc.nat() },
      crc32: fc.uint32Array({ maxLength: 5 }),
      crc64: fc.bigUint64Array({ maxLength: 5 }),
      encryption: optionally(fc.record({ tags: anyBytes, key: anyBytes })),
    })
    .map((extent) => ({ kind: 'extent' as const, extent: given(extent) })),
);

const part = (pieces: readonly Piece[]) => ({
  ...{ partNumber: 9, attempt: node, sizeBytes: 5, md5: Buffer.alloc(16, 7), hashCrc64: 3n, lastModifiedMs: 8, pieces },
});

describe('pieces in rows', () => {
  it('come back as they were written, plain or encrypted', () => {
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        expect(decodePart({ key: partKey(node, 9), value: encodePart(part(pieces)) })).toEqual(part(pieces));
        const manifest = { kind: 'pieces' as const, pieces };
        expect(decodeManifest({ key: manifestKey(node), value: encodeManifest(manifest) })).toEqual(manifest);
      }),
    );
  });

  it('of the first version, which knew no encryption, are plain', () => {
    const oldExtent = struct({
      blob: text,
      offsetBytes: number,
      lengthBytes: number,
      blobBytes: number,
      crc32: numbers32,
      crc64: numbers64,
    });
    const oldInline = struct({ bytes, crc32: number });
    const extent = { blob: 'p/1/a', offsetBytes: 1, lengthBytes: 2, blobBytes: 3, crc32: Uint32Array.of(4), crc64: BigUint64Array.of(5n) };
    const inline = { bytes: Buffer.from('abc'), crc32: 6 };
    const wanted: readonly Piece[] = [
      { kind: 'extent', extent },
      { kind: 'inline', ...inline },
    ];
    const stored = {
      write: () => [oldExtent.write(extent), oldInline.write(inline)],
      read: () => [],
    };
    const facts = { attempt: id, sizeBytes: number, md5: bytes, hashCrc64: crc64, lastModifiedMs: number, pieces: stored };
    const { partNumber, ...row } = part([]);
    const oldPart = recordCodec('part', 1, facts).encode({ ...row, pieces: [] });
    expect(decodePart({ key: partKey(node, partNumber), value: oldPart })).toEqual(part(wanted));
    const content = { write: () => [stored.write(), null], read: () => undefined };
    const oldManifest = recordCodec<{ readonly content: undefined }>('manifest', 1, { content }).encode({ content: undefined });
    expect(decodeManifest({ key: manifestKey(node), value: oldManifest })).toEqual({ kind: 'pieces', pieces: wanted });
  });

  it('of other shapes are corrupt', () => {
    const corrupt = expect.objectContaining({ fault: 'corrupt' });
    const shapes: readonly (readonly unknown[])[] = [
      [[Buffer.of(1)]],
      [[Buffer.of(1), 2, null, 4]],
      [[Buffer.of(1), 2, [Buffer.of(1)]]],
      [['a', 1, 2, 3, Buffer.alloc(4), Buffer.alloc(8), [Buffer.of(1)]]],
      [['a', 1, 2, 3, Buffer.alloc(4)]],
    ];
    for (const shape of shapes) {
      const content = { write: () => [shape, null], read: () => undefined };
      const value = recordCodec<{ readonly content: undefined }>('manifest', 2, { content }).encode({ content: undefined });
      expect(() => decodeManifest({ key: manifestKey(node), value }), JSON.stringify(shape)).toThrow(corrupt);
    }
  });
});
