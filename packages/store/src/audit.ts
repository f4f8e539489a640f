import type { BlobStore } from './blob/blob-store.ts';
import type { Id } from './ids.ts';
import type { KeyValue, Reader, Row } from './kv/key-value.ts';
import { read } from './kv/transact.ts';
import { blobsOf, type Piece } from './piece.ts';
import { decodeBucket } from './rows/bucket-row.ts';
import {
  allOf,
  blobOfOwner,
  dueKey,
  firstIdOf,
  headOf,
  holderKey,
  justAfter,
  lastIdOf,
  manifestKey,
  manifestOwner,
  type Owner,
  orderOf,
  ownerKey,
  partKey,
  partOwner,
  quarantineKey,
  sinceMsOf,
  under,
} from './rows/keys.ts';
import { decodeManifest } from './rows/manifest-row.ts';
import { decodeVersion } from './rows/object-row.ts';
import { decodePart } from './rows/part-row.ts';
import { decodeTodo, quarantineRecord } from './rows/queue-row.ts';
import { pinRecord } from './rows/reference-row.ts';
import { changeRecord, type Figures, totalsRecord } from './rows/statistics-row.ts';
import { addFigures, figuresOf, noFigures } from './statistics.ts';
import { isNull } from './targets.ts';

/** What disagrees, each in a line. */
export interface AuditReport {
  /** Something live lacks what keeps it: an alarm. */
  readonly missing: readonly string[];
  /** Something is kept that nothing needs, and that nothing on its way will clear: a leak. */
  readonly extra: readonly string[];
  /** Buckets whose totals and changes are not what their rows sum up to. */
  readonly miscounted: readonly string[];
}

/**
 * Recomputes holders, owners and statistics from heads, versions, uploads, parts and manifests, and compares them both ways (rule 29). Of a store at rest: what an
 * operation has under way would show as extra. It holds the names of everything in memory.
 */
export async function audit(kv: KeyValue, blobs: BlobStore): Promise<AuditReport> {
  const audit = await read(kv, async (reader) => {
    const rows = new Map<string, Row>();
    for (const tag of tags) for await (const row of allRows(reader, allOf(tag))) rows.set(nameOf(row.key), row);
    return new Audit(rows);
  });
  audit.references();
  audit.versions();
  audit.manifests();
  audit.parts();
  audit.quarantines();
  audit.buckets();
  await audit.blobs(blobs);
  return audit.report;
}

const tags = [
  'bucket',
  'head',
  'version',
  'upload',
  'part',
  'manifest',
  'holder',
  'owner',
  'pin',
  'todo',
  'quarantine',
  'due',
  'statistics',
  'change',
] as const;
const pageRows = 1_000;

async function* allRows(reader: Reader, prefix: Uint8Array): AsyncGenerator<Row, void, undefined> {
  let { from, to } = under(prefix, 1);
  for (;;) {
    const rows = await reader.scan({ from, to, limit: pageRows });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < pageRows) return;
    from = justAfter(last.key);
  }
}

const nameOf = (key: Uint8Array): string => Buffer.from(key).toString('latin1');
const shown = (name: string): string => `${name.charAt(0)}:${Buffer.from(name.slice(1), 'latin1').toString('hex')}`;

class Audit {
  readonly #rows: ReadonlyMap<string, Row>;
  readonly #missing: string[] = [];
  readonly #extra: string[] = [];
  readonly #miscounted: string[] = [];

  constructor(rows: ReadonlyMap<string, Row>) {
    this.#rows = rows;
  }

  get report(): AuditReport {
    return { missing: this.#missing, extra: this.#extra, miscounted: this.#miscounted };
  }

  /** Holders and owners, both ways. */
  references(): void {
    const expected = new Set<string>();
    const owned = (pieces: readonly Piece[], owner: Owner) => {
      for (const blob of blobsOf(pieces)) expected.add(nameOf(ownerKey(blob, owner)));
    };
    for (const { object } of [...this.#of('head'), ...this.#of('version')].map(decodeVersion)) {
      if (object !== undefined) expected.add(nameOf(holderKey(object.manifest, object.holder)));
    }
    for (const row of this.#of('pin')) expected.add(nameOf(holderKey(pinRecord.decode(row).manifest, lastIdOf(row.key))));
    for (const row of this.#of('manifest')) {
      const manifest = decodeManifest(row);
      if (manifest.kind === 'pieces') owned(manifest.pieces, manifestOwner(firstIdOf(row.key)));
    }
    for (const row of this.#of('part')) {
      const part = decodePart(row);
      owned(part.pieces, partOwner(firstIdOf(row.key), part.partNumber, part.attempt));
    }
    for (const name of expected) if (!this.#rows.has(name)) this.#missing.push(`reference ${shown(name)}`);
    for (const row of [...this.#of('holder'), ...this.#of('owner')]) {
      if (!expected.has(nameOf(row.key))) this.#extra.push(`reference ${shown(nameOf(row.key))}`);
    }
  }

  /** Older versions stand under a head that is newer than they are, and that knows where the null version is, if it is one of them. */
  versions(): void {
    const older = new Map<string, Row[]>();
    for (const row of this.#of('version')) {
      const name = nameOf(headOf(row.key));
      const rows = older.get(name);
      if (rows === undefined) older.set(name, [row]);
      else rows.push(row);
    }
    for (const name of older.keys()) if (!this.#rows.has(name)) this.#missing.push(`head ${shown(name)}`);
    for (const row of this.#of('head')) {
      const head = decodeVersion(row);
      const versions = (older.get(nameOf(row.key)) ?? []).map((each) => ({ ...decodeVersion(each), keyOrder: orderOf(each.key) }));
      const name = shown(nameOf(row.key));
      for (const { order, nullOrder, keyOrder } of versions) {
        if (order !== keyOrder || order >= head.order || nullOrder !== undefined) this.#extra.push(`version ${keyOrder} of ${name}`);
      }
      const nulls = versions.filter(isNull).map(({ order }) => order);
      const expected = head.nullOrder === undefined ? [] : [head.nullOrder];
      if (isNull(head) && nulls.length > 0) this.#extra.push(`a second null version of ${name}`);
      else if (nulls.join() !== expected.join())
        this.#missing.push(`null version ${expected.join()} of ${name}, instead of ${nulls.join()}`);
    }
  }

  /** What holders hold is there, with its pages; what nobody holds is on its way out. */
  manifests(): void {
    const held = new Set(this.#of('holder').map(({ key }) => firstIdOf(key)));
    const queued = new Set(this.#todos().flatMap((todo) => (todo.kind === 'manifest' ? [todo.manifest] : [])));
    for (const manifest of held) {
      if (!this.#has(manifestKey(manifest))) this.#missing.push(`manifest ${manifest}`);
    }
    for (const row of this.#of('manifest')) {
      const id = firstIdOf(row.key);
      const manifest = decodeManifest(row);
      if (!held.has(id) && !queued.has(id) && !this.#has(quarantineKey(id))) this.#extra.push(`manifest ${id}`);
      if (manifest.kind !== 'parts' || !held.has(id)) continue;
      for (const [i, partNumber] of manifest.numbers.entries()) {
        const part = this.#rows.get(nameOf(partKey(id, partNumber)));
        if (part === undefined || decodePart(part).sizeBytes !== manifest.sizesBytes[i]) this.#missing.push(`part ${partNumber} of ${id}`);
      }
    }
  }

  /** A part belongs to a running upload, or is a page of a manifest, or is queued with its ended upload. */
  parts(): void {
    const uploads = new Set(this.#of('upload').map(({ key }) => lastIdOf(key)));
    const queued = new Set(this.#todos().flatMap((todo) => (todo.kind === 'upload' ? [todo.upload] : [])));
    for (const { key } of [...this.#of('part'), ...this.#of('pin')]) {
      const upload = firstIdOf(key);
      if (uploads.has(upload) || queued.has(upload)) continue;
      const row = this.#rows.get(nameOf(manifestKey(upload)));
      const manifest = row && decodeManifest(row);
      const isPage = manifest?.kind === 'parts' && manifest.numbers.includes((key.at(-2) ?? 0) * 256 + (key.at(-1) ?? 0));
      if (!isPage) this.#extra.push(`row ${shown(nameOf(key))} of upload ${upload}`);
    }
  }

  quarantines(): void {
    for (const row of this.#of('quarantine')) {
      if (!this.#has(dueKey(quarantineRecord.decode(row).sinceMs, firstIdOf(row.key))))
        this.#extra.push(`quarantine ${firstIdOf(row.key)}`);
    }
    for (const { key } of this.#of('due')) {
      const row = this.#rows.get(nameOf(quarantineKey(lastIdOf(key))));
      if (row === undefined || quarantineRecord.decode(row).sinceMs !== sinceMsOf(key)) this.#extra.push(`date of ${lastIdOf(key)}`);
    }
  }

  /** Objects and uploads live in buckets that exist, and the statistics are their sums. */
  buckets(): void {
    const counted = new Map<Id, Figures>(this.#of('bucket').map((row) => [decodeBucket(row).bucket.id, noFigures]));
    const count = (bucket: Id, figures: Figures, what: string) => {
      const before = counted.get(bucket);
      if (before === undefined) this.#missing.push(`bucket ${bucket} of ${what}`);
      counted.set(bucket, addFigures(before ?? noFigures, figures));
    };
    const bucketOfUpload = new Map(this.#of('upload').map(({ key }) => [lastIdOf(key), firstIdOf(key)]));
    for (const todo of this.#todos()) if (todo.kind === 'upload') bucketOfUpload.set(todo.upload, todo.bucket);
    for (const row of [...this.#of('head'), ...this.#of('version')])
      count(firstIdOf(row.key), figuresOf(decodeVersion(row), 1), 'an object');
    for (const { key } of this.#of('upload')) count(firstIdOf(key), { ...noFigures, uploads: 1 }, 'an upload');
    for (const { key } of this.#of('part')) {
      const upload = firstIdOf(key);
      const bucket = bucketOfUpload.get(upload);
      // Pages of an object are not counted as parts; what a deleted bucket leaves to be cleared is counted nowhere.
      const row = this.#rows.get(nameOf(manifestKey(upload)));
      const manifest = row && decodeManifest(row);
      const isPage = manifest?.kind === 'parts' && manifest.numbers.includes((key.at(-2) ?? 0) * 256 + (key.at(-1) ?? 0));
      if (bucket !== undefined && counted.has(bucket) && !isPage) count(bucket, { ...noFigures, parts: 1 }, 'a part');
    }
    for (const row of this.#of('bucket')) this.#compareFigures(decodeBucket(row).bucket.id, counted);
  }

  /** Every owned blob is there, and every blob that is there is owned or queued. */
  async blobs(store: BlobStore): Promise<void> {
    const owned = new Set(this.#of('owner').map(({ key }) => blobOfOwner(key).blob));
    const queued = new Set(this.#todos().flatMap((todo) => (todo.kind === 'blobs' ? todo.blobs : [])));
    const found = new Set<string>();
    for await (const name of store.list('')) {
      found.add(name);
      if (!owned.has(name) && !queued.has(name)) this.#extra.push(`blob ${name}`);
    }
    for (const name of owned) if (!found.has(name)) this.#missing.push(`blob ${name}`);
  }

  #compareFigures(bucket: Id, counted: ReadonlyMap<Id, Figures>): void {
    const totals = this.#of('statistics').filter(({ key }) => firstIdOf(key) === bucket);
    const changes = this.#of('change').filter(({ key }) => firstIdOf(key) === bucket);
    const kept = addFigures(...totals.map(totalsRecord.decode), ...changes.map(changeRecord.decode));
    const text = (figures: Figures) => JSON.stringify([figures.uploads, figures.parts, figures.markers, classesOf(figures)]);
    const wanted = counted.get(bucket) ?? noFigures;
    if (text(kept) !== text(wanted)) this.#miscounted.push(`bucket ${bucket}: ${text(kept)} instead of ${text(wanted)}`);
  }

  #of(tag: (typeof tags)[number]): readonly Row[] {
    const prefix = nameOf(allOf(tag));
    return [...this.#rows].flatMap(([name, row]) => (name.startsWith(prefix) ? [row] : []));
  }

  #todos() {
    return this.#of('todo').map(decodeTodo);
  }

  #has(key: Uint8Array): boolean {
    return this.#rows.has(nameOf(key));
  }
}

function classesOf({ classes }: Figures) {
  return classes.toSorted((a, b) => (a.storageClass < b.storageClass ? -1 : 1));
}
