import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import type { StoredObject } from '../store.ts';
import { StoreError } from '../store-error.ts';
import { versionIdOf } from '../version-id.ts';
import { decodeBucket, encodeBucket } from './bucket-row.ts';
import { crc64, number, text } from './field.ts';
import { bucketKey, headKey, manifestKey, partKey, todoKey, uploadKey, versionKey } from './keys.ts';
import { decodeManifest, encodeManifest } from './manifest-row.ts';
import { decodeVersion, encodeVersion, isMarkerRow, type VersionRow } from './object-row.ts';
import { decodePart, encodePart } from './part-row.ts';
import { decodeTodo, encodeTodo, type Todo } from './queue-row.ts';
import { recordCodec } from './record.ts';
import { changeRecord, totalsRecord } from './statistics-row.ts';
import { decodeUpload, encodeUpload } from './upload-row.ts';

const key = Uint8Array.of(1);
const id = fc.string({ unit: fc.constantFrom(...'0123456789ABCDEF'), minLength: 32, maxLength: 32 });
const anyText = fc.string({ unit: 'binary', maxLength: 30 });
const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const sizeBytes = fc.integer({ min: 0, max: 2 ** 46 });
const bytes = fc.uint8Array({ maxLength: 50 });
const nameText = fc.string({ minLength: 1, maxLength: 10 }).filter((name) => !name.includes('\0'));

const properties = fc.record({
  contentHeaders: fc.record({ contentType: anyText, cacheControl: anyText, expires: anyText }, { requiredKeys: [] }),
  userMetadata: fc.dictionary(fc.oneof(anyText, fc.constantFrom('__proto__', 'constructor')), anyText),
  tags: fc.array(fc.tuple(anyText, anyText)),
  acl: fc.constantFrom('default' as const, 'private' as const, 'public-read' as const),
  storageClass: fc.constantFrom('Standard' as const, 'IA' as const, 'DeepColdArchive' as const),
  ownerId: anyText,
});
const object = fc
  .record({
    ...{ key: nameText, manifest: id, holder: id, sizeBytes, etag: anyText, hashCrc64: uint64, lastModifiedMs: sizeBytes },
    type: fc.constantFrom('Normal' as const, 'Multipart' as const, 'Appendable' as const),
    properties,
  })
  .map(({ properties, ...facts }): StoredObject => ({ ...facts, versionId: 'null', ...properties }));
/** Any version of an object, or a delete marker. */
const version = fc
  .record({
    object,
    order: fc.maxSafeNat(),
    id: fc.option(id),
    nullOrder: fc.option(fc.maxSafeNat(), { nil: undefined }),
    isMarker: fc.boolean(),
  })
  .map(({ object, order, id, nullOrder, isMarker }): VersionRow => {
    const versionId = id === null ? 'null' : versionIdOf({ order, id });
    const { key, lastModifiedMs, ownerId } = object;
    const placed = nullOrder === undefined ? { order } : { order, nullOrder };
    return isMarker ? { ...placed, marker: { key, versionId, lastModifiedMs, ownerId } } : { ...placed, object: { ...object, versionId } };
  });

const piece = fc.oneof(
  fc.record({ kind: fc.constant('inline' as const), bytes: bytes.map((each) => Buffer.from(each)), crc32: fc.nat(2 ** 32 - 1) }),
  fc.record({
    kind: fc.constant('extent' as const),
    extent: fc.record({
      blob: fc.constantFrom('p/00000001/a', 'p/00000001/b'),
      ...{ offsetBytes: sizeBytes, lengthBytes: sizeBytes, blobBytes: sizeBytes },
      crc32: fc.uint32Array({ maxLength: 5 }),
      crc64: fc.bigUint64Array({ maxLength: 5 }),
    }),
  }),
);

describe('records', () => {
  it('versions come back as they were written, from either row; the first byte tells a delete marker', () => {
    fc.assert(
      fc.property(version, (written) => {
        const { key } = written.object ?? written.marker;
        const value = encodeVersion(written);
        for (const rowKey of [headKey('0'.repeat(32), key), versionKey('0'.repeat(32), key, written.order)]) {
          expect(decodeVersion({ key: rowKey, value })).toEqual(written);
        }
        expect(isMarkerRow({ value })).toBe(written.marker !== undefined);
      }),
    );
  });

  it('a version id that says another order than that of its row is refused', () => {
    const marker = { key: 'k', versionId: versionIdOf({ order: 7, id: '0'.repeat(32) }), lastModifiedMs: 1, ownerId: 'o' };
    expect(() => encodeVersion({ order: 8, marker })).toThrow('says where its version stands');
  });

  it('rows from before there were versions are null versions, ordered by their time', () => {
    const ids = [Buffer.alloc(16, 1), Buffer.alloc(16, 2)];
    const headers = [null, 'no-cache', null, null, null, null];
    // What version 1 wrote: 13 fields.
    const fields = [...ids, 3, 'ETAG', Buffer.alloc(8), 'Normal', 1_704_067_200_123, headers, ['a', 'b'], ['t', '1'], 'default', 'IA', 'o'];
    const value = Buffer.concat([Buffer.of(1), new Packr({ useRecords: false }).pack(fields)]);
    expect(decodeVersion({ key: headKey('0'.repeat(32), 'k'), value })).toEqual({
      order: 1_704_067_200_123_000,
      object: {
        ...{ key: 'k', versionId: 'null', manifest: '01'.repeat(16), holder: '02'.repeat(16), sizeBytes: 3, etag: 'ETAG', hashCrc64: 0n },
        ...{ type: 'Normal', lastModifiedMs: 1_704_067_200_123, contentHeaders: { cacheControl: 'no-cache' }, userMetadata: { a: 'b' } },
        ...{ tags: [['t', '1']], acl: 'default', storageClass: 'IA', ownerId: 'o' },
      },
    });
    const tooFew = Buffer.concat([Buffer.of(1), new Packr({ useRecords: false }).pack(fields.slice(0, -1))]);
    expect(() => decodeVersion({ key: headKey('0'.repeat(32), 'k'), value: tooFew })).toThrow(StoreError);
  });

  it('statistics from before there were delete markers count none', () => {
    const older = (fields: readonly unknown[]) => ({
      key,
      value: Buffer.concat([Buffer.of(1), new Packr({ useRecords: false }).pack(fields)]),
    });
    const classes = [['Standard', 2, 30]];
    const figures = { uploads: 4, parts: 5, classes: [{ storageClass: 'Standard', objects: 2, storageBytes: 30 }], markers: 0 } as const;
    expect(totalsRecord.decode(older([9, 4, 5, classes]))).toEqual({ foldedMs: 9, ...figures });
    expect(changeRecord.decode(older([4, 5, classes]))).toEqual(figures);
    const counted = { ...figures, markers: -3 };
    expect(changeRecord.decode({ key, value: changeRecord.encode(counted) })).toEqual(counted);
    expect(totalsRecord.decode({ key, value: totalsRecord.encode({ foldedMs: 9, ...counted }) })).toEqual({ foldedMs: 9, ...counted });
  });

  it('uploads, buckets and work come back as they were written', () => {
    fc.assert(
      fc.property(id, nameText, properties, fc.option(id, { nil: undefined }), (id, name, properties, closing) => {
        const upload = { id, key: name, initiatedMs: 1_704_067_200_000, properties };
        expect(decodeUpload({ key: uploadKey(id, name, id), value: encodeUpload(upload) })).toEqual(upload);
        const facts = {
          id,
          name,
          region: 'r',
          ownerId: 'o',
          createdMs: 1,
          acl: 'private',
          storageClass: 'IA',
          dataRedundancyType: 'ZRS',
          configurations: { policy: '{}' },
        } as const;
        const bucket = { bucket: facts, closing };
        expect(decodeBucket({ key: bucketKey(name), value: encodeBucket(bucket) })).toEqual(bucket);
        const todos: Todo[] = [
          { kind: 'manifest', manifest: id },
          { kind: 'blobs', blobs: ['a', 'b'] },
          { kind: 'upload', upload: id, bucket: id },
        ];
        for (const todo of todos) expect(decodeTodo({ key: todoKey(id), value: encodeTodo(todo) })).toEqual(todo);
      }),
    );
  });

  it('parts and manifests come back with their tables, wherever their bytes lie in memory', () => {
    fc.assert(
      fc.property(id, fc.array(piece), uint64, fc.nat(7), (id, pieces, hashCrc64, shift) => {
        const moved = (value: Uint8Array) => Buffer.concat([Buffer.alloc(shift), value]).subarray(shift);
        const md5 = Buffer.alloc(16, 7);
        const part = { partNumber: 9, attempt: id, sizeBytes: 5, md5, hashCrc64, lastModifiedMs: 8, pieces };
        expect(decodePart({ key: partKey(id, 9), value: moved(encodePart(part)) })).toEqual(part);
        const ofPieces = { kind: 'pieces' as const, pieces };
        expect(decodeManifest({ key: manifestKey(id), value: moved(encodeManifest(ofPieces)) })).toEqual(ofPieces);
        const ofParts = {
          kind: 'parts' as const,
          numbers: Uint16Array.of(1, 10_000),
          sizesBytes: Float64Array.of(5 * 2 ** 30, 0),
          crc64: BigUint64Array.of(hashCrc64, 0n),
        };
        expect(decodeManifest({ key: manifestKey(id), value: moved(encodeManifest(ofParts)) })).toEqual(ofParts);
      }),
    );
  });

  it('a manifest of 10,000 parts takes less than a quarter of a megabyte', () => {
    const numbers = Uint16Array.from({ length: 10_000 }, (_, i) => i + 1);
    const manifest = {
      kind: 'parts' as const,
      numbers,
      sizesBytes: new Float64Array(10_000).fill(5e9),
      crc64: new BigUint64Array(10_000).fill(2n ** 63n),
    };
    expect(encodeManifest(manifest).length).toBeLessThan(250_000);
  });

  it('begin with their version', () => {
    const codec = recordCodec<{ readonly n: number }>('example', 7, { n: number });
    expect(codec.encode({ n: 1 })[0]).toBe(7);
  });
});

describe('a record that is not understood is corrupt, and never guessed', () => {
  const codec = recordCodec<{ readonly n: number; readonly t: string }>('example', 1, { n: number, t: text });
  const encoded = Buffer.from(codec.encode({ n: 1, t: 'x' }));
  const longer = recordCodec<{ readonly n: number; readonly t: string; readonly c: bigint }>('example', 1, {
    n: number,
    t: text,
    c: crc64,
  });
  const swapped = recordCodec<{ readonly t: string; readonly n: number }>('example', 1, { t: text, n: number });
  it.each([
    ['another version', Buffer.concat([Buffer.of(2), encoded.subarray(1)])],
    ['nothing', Buffer.alloc(0)],
    ['cut short', encoded.subarray(0, 2)],
    ['bytes behind it', Buffer.concat([encoded, Buffer.of(1)])],
    ['another number of fields', longer.encode({ n: 1, t: 'x', c: 1n })],
    ['fields of other types', swapped.encode({ t: 'x', n: 1 })],
  ])('%s', (_, value) => {
    const decode = () => codec.decode({ key, value });
    expect(decode).toThrow(StoreError);
    expect(decode).toThrow(expect.objectContaining({ fault: 'corrupt' }));
  });

  it('a value that no list of values has', () => {
    const value = Buffer.from(encodeTodo({ kind: 'blobs', blobs: [] }));
    value.write('blobz', value.indexOf('blobs'));
    expect(() => decodeTodo({ key, value })).toThrow(expect.objectContaining({ fault: 'corrupt' }));
  });
});
