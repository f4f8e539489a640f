import type { Engine } from './engine.ts';
import { type Id, leastIdAfter } from './ids.ts';
import { read } from './kv/transact.ts';
import { headsOf, isName, lastIdOf, nameBytesOfHead, nameBytesOfUpload, text, uploadKey, uploadsOf } from './rows/keys.ts';
import { decodeVersion, isMarkerRow } from './rows/object-row.ts';
import { decodeUpload } from './rows/upload-row.ts';
import { type Found, skipScan } from './skip-scan.ts';
import type { Listed, ListedUploads, ListPage, StoredObject, Upload, UploadPage } from './store.ts';
import { findBucket, seeing } from './targets.ts';

/** One page from one snapshot, of heads alone: it costs the same however many versions a key has. Undefined: no such bucket. */
export function listObjects(engine: Engine, bucket: string, page: ListPage): Promise<Listed<StoredObject> | undefined> {
  return read(engine.kv, async (reader) => {
    const row = await findBucket(seeing(reader), bucket);
    if (row === undefined) return undefined;
    const found = await skipScan({
      ...{ reader, base: headsOf(row.bucket.id), nameOf: (row) => nameBytesOfHead(row.key), isPassed: isMarkerRow, limit: page.limit },
      ...{ prefix: Buffer.from(page.prefix), delimiter: Buffer.from(page.delimiter), after: Buffer.from(page.after) },
    });
    const shown = found.slice(0, page.limit);
    const last = shown.at(-1);
    return {
      items: shown.flatMap((each) => (each.kind === 'row' ? (decodeVersion(each.row).object ?? []) : [])),
      commonPrefixes: commonPrefixesOf(shown),
      next: found.length > page.limit && last !== undefined ? nameOf(last, nameBytesOfHead) : undefined,
    };
  });
}

/** One page from one snapshot, by key and then by upload id. A marker of an upload counts only together with its key. */
export function listUploads(engine: Engine, bucket: string, page: UploadPage): Promise<ListedUploads | undefined> {
  return read(engine.kv, async (reader) => {
    const row = await findBucket(seeing(reader), bucket);
    if (row === undefined) return undefined;
    const base = uploadsOf(row.bucket.id);
    const afterKey = keyAfter(row.bucket.id, page);
    const found = await skipScan({
      ...{ reader, base, nameOf: (row) => nameBytesOfUpload(row.key), limit: page.limit },
      ...{ prefix: Buffer.from(page.prefix), delimiter: Buffer.from(page.delimiter), after: Buffer.from(page.keyMarker), afterKey },
    });
    const shown = found.slice(0, page.limit);
    const last = shown.at(-1);
    return {
      items: shown.flatMap((each): Upload[] => (each.kind === 'row' ? [decodeUpload(each.row)] : [])),
      commonPrefixes: commonPrefixesOf(shown),
      next:
        found.length > page.limit && last !== undefined
          ? { keyMarker: nameOf(last, nameBytesOfUpload), uploadIdMarker: last.kind === 'row' ? lastIdOf(last.row.key) : '' }
          : undefined,
    };
  });
}

/** Where the uploads of the marked key with greater ids begin. A marker that is no id is compared with ids all the same, as text. */
function keyAfter(bucket: Id, { keyMarker, uploadIdMarker }: UploadPage): Uint8Array | undefined {
  if (!isName(keyMarker) || uploadIdMarker === '') return undefined;
  const least = leastIdAfter(uploadIdMarker);
  return least === undefined ? undefined : uploadKey(bucket, keyMarker, least);
}

function commonPrefixesOf(found: readonly Found[]): readonly string[] {
  return found.flatMap((each) => (each.kind === 'prefix' ? [text(each.commonPrefix)] : []));
}

function nameOf(found: Found, nameBytes: (key: Uint8Array) => Uint8Array): string {
  return text(found.kind === 'prefix' ? found.commonPrefix : nameBytes(found.row.key));
}
