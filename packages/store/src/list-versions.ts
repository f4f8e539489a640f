import type { Engine } from './engine.ts';
import type { Id } from './ids.ts';
import type { Reader, Row } from './kv/key-value.ts';
import { read } from './kv/transact.ts';
import {
  headKey,
  headsOf,
  isName,
  isUntaggedHead,
  justAfter,
  nameBytesOfUntagged,
  tagged,
  text,
  untagged,
  versionKey,
} from './rows/keys.ts';
import { decodeVersion } from './rows/object-row.ts';
import { type Found, skipScan } from './skip-scan.ts';
import type { ListedVersion, ListedVersions, VersionPage } from './store.ts';
import { findBucket, isNull, seeing, versionIdOfRow } from './targets.ts';
import { nullVersion, parseVersionId } from './version-id.ts';

/** One page from one snapshot, by key, the newest first. Undefined: no such bucket. */
export function listVersions(engine: Engine, bucket: string, page: VersionPage): Promise<ListedVersions | undefined> {
  return read(engine.kv, async (reader) => {
    const row = await findBucket(seeing(reader), bucket);
    if (row === undefined) return undefined;
    const { id } = row.bucket;
    const afterKey = await keyAfter(reader, id, page);
    const found = await skipScan({
      ...{ reader: mergedReader(reader), base: untagged(headsOf(id)), nameOf: ({ key }) => nameBytesOfUntagged(key), limit: page.limit },
      ...{ prefix: Buffer.from(page.prefix), delimiter: Buffer.from(page.delimiter), after: Buffer.from(page.keyMarker), afterKey },
    });
    const shown = found.slice(0, page.limit);
    return {
      items: shown.flatMap((each) => (each.kind === 'row' ? [listedVersion(each.row)] : [])),
      commonPrefixes: shown.flatMap((each) => (each.kind === 'prefix' ? [text(each.commonPrefix)] : [])),
      next: found.length > page.limit ? markersOf(shown.at(-1)) : undefined,
    };
  });
}

/** Heads and older versions as one sequence of rows, under keys without tags. It reads at most twice the rows that are asked for. */
function mergedReader(reader: Reader): Pick<Reader, 'scan'> {
  return {
    async scan({ from, to, limit }) {
      const rowsOf = async (tag: 'head' | 'version') => {
        const rows = await reader.scan({ from: tagged(tag, from), to: tagged(tag, to), limit });
        return rows.map((row) => ({ ...row, key: untagged(row.key) }));
      };
      const rows = [...(await rowsOf('head')), ...(await rowsOf('version'))];
      return rows.toSorted((a, b) => Buffer.compare(a.key, b.key)).slice(0, limit);
    },
  };
}

function decodeUntagged({ key, value }: Row) {
  return decodeVersion({ key: tagged(isUntaggedHead(key) ? 'head' : 'version', key), value });
}

function listedVersion(row: Row): ListedVersion {
  const { object, marker } = decodeUntagged(row);
  const isLatest = isUntaggedHead(row.key);
  return object === undefined ? { isLatest, marker } : { isLatest, object };
}

function markersOf(last: Found | undefined): ListedVersions['next'] {
  if (last === undefined) return undefined;
  if (last.kind === 'prefix') return { keyMarker: text(last.commonPrefix), versionIdMarker: '' };
  return { keyMarker: text(nameBytesOfUntagged(last.row.key)), versionIdMarker: versionIdOfRow(decodeUntagged(last.row)) };
}

/**
 * Where the versions of the marked key that are older than the marked one begin. An id says it by itself, also when its version is gone: then the current one may be an older one. A null
 * version that is gone says nothing: then the key is listed again, since whoever removes what each page shows is to come past everything.
 */
async function keyAfter(reader: Reader, bucket: Id, { keyMarker, versionIdMarker }: VersionPage): Promise<Uint8Array | undefined> {
  const name = parseVersionId(versionIdMarker);
  if (!isName(keyMarker) || (name === undefined && versionIdMarker !== nullVersion)) return undefined;
  const [row] = await reader.get([headKey(bucket, keyMarker)]);
  const head = row && decodeVersion(row);
  const nullOrder = head && isNull(head) ? head.order : head?.nullOrder;
  const order = name === undefined ? nullOrder : name.order;
  const isBefore = order === undefined || (head !== undefined && head.order < order);
  return isBefore ? untagged(headKey(bucket, keyMarker)) : justAfter(untagged(versionKey(bucket, keyMarker, order)));
}
