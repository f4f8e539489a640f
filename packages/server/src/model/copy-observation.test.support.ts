/** What a server shows of the state of a case's buckets, and what it should show of a state of the model. */
import { formatHttpDate, formatIsoDate } from '@ossature/protocol';
import type { Answer, TestRequest, TestServer } from '../sender.test.support.ts';
import { linkTarget, unquoted } from './copy-setting.test.support.ts';
import { type BucketState, etagOf, isArchived, type ObjectState, type VersionState, versionsOf } from './copy-state.test.support.ts';

type Shown = Readonly<Record<string, unknown>>;

/** Everything that is shown of a bucket: its list of versions, and of each object what HEAD, ACL, tags and, of the current one, the bytes are. */
export async function observe(test: TestServer, bucket: BucketState): Promise<Shown> {
  const list = await test.send({ bucket: bucket.name, query: { versions: undefined, 'encoding-type': 'url' } });
  const objects: Record<string, Shown> = {};
  for (const { key, version, isLatest } of linesOf(bucket)) {
    const { id, object } = version;
    if (object === undefined) continue;
    const at = { bucket: bucket.name, key, query: bucket.versioning === undefined ? {} : { versionId: id } };
    const head = headShown(await test.send({ ...at, method: 'HEAD' }));
    const hasBytes = isLatest && isReadable(object, test.clock.nowMs);
    objects[`${key} ${id}`] = key === linkTarget ? head : { ...head, ...(await restShown(test, at, object, hasBytes)) };
  }
  return { versions: listShown(list, 'Version'), markers: listShown(list, 'DeleteMarker'), objects };
}

/** The same of the model. */
export function expectation(bucket: BucketState, nowMs: number): Shown {
  const objects: Record<string, Shown> = {};
  const lines = linesOf(bucket);
  for (const { key, version, isLatest } of lines) {
    const { object } = version;
    if (object === undefined) continue;
    const head = headExpected(version, object, bucket, nowMs);
    objects[`${key} ${version.id}`] =
      key === linkTarget ? head : { ...head, ...restExpected(object, isLatest && isReadable(object, nowMs)) };
  }
  return {
    versions: lines.flatMap((line) => {
      const { object } = line.version;
      if (object === undefined) return [];
      const { etag, storageClass, type } = object;
      return [{ ...markExpected(line), etag, size: String(Buffer.byteLength(object.content)), storageClass, type }];
    }),
    markers: lines.filter(({ version }) => version.object === undefined).map(markExpected),
    objects,
  };
}

interface Line {
  readonly key: string;
  readonly version: VersionState;
  readonly isLatest: boolean;
}

/** By key in byte order, the newest version first. */
function linesOf(bucket: BucketState): readonly Line[] {
  return [...bucket.keys]
    .sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    .flatMap(([key, versions]) => versions.map((version, index) => ({ key, version, isLatest: index === 0 })));
}

function markExpected({ key, version: { id, lastModifiedMs }, isLatest }: Line): Shown {
  return { key, id, isLatest: String(isLatest), lastModified: formatIsoDate(lastModifiedMs) };
}

function listShown(list: Answer, element: 'Version' | 'DeleteMarker'): readonly Shown[] {
  if (list.status !== 200) throw new Error(`the versions cannot be listed: ${list.text}`);
  return [...list.text.matchAll(new RegExp(`<${element}>(.*?)</${element}>`, 'gs'))].map(([, text = '']) => {
    const of = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1] ?? '';
    const mark = { key: decodeURIComponent(of('Key')), id: of('VersionId'), isLatest: of('IsLatest'), lastModified: of('LastModified') };
    if (element === 'DeleteMarker') return mark;
    const etag = of('ETag').replaceAll(/"|&quot;|&#34;/g, '');
    return { ...mark, etag, size: of('Size'), storageClass: of('StorageClass'), type: of('Type') };
  });
}

/** The headers that the model speaks of. */
const shownHeaders: ReadonlySet<string> = new Set(
  `content-length etag last-modified content-md5 content-type cache-control content-disposition content-encoding content-language expires x-oss-object-type
  x-oss-storage-class x-oss-hash-crc64ecma x-oss-version-id x-oss-tagging-count x-oss-next-append-position x-oss-server-side-encryption x-oss-restore
  x-oss-sealed-time x-own content-security-policy`.split(/\s+/),
);

function headShown(answer: Answer): Shown {
  const shown: Record<string, unknown> = { status: answer.status };
  for (const [given, value] of answer.headers) {
    const name = given.toLowerCase();
    if (shownHeaders.has(name) || name.startsWith('x-oss-meta-')) shown[name] = Buffer.from(value, 'latin1').toString('utf8');
  }
  if (typeof shown['etag'] === 'string') shown['etag'] = unquoted(shown['etag']);
  // Whether a link tells the encryption of what it points to, nobody says.
  if (shown['x-oss-object-type'] === 'Symlink') delete shown['x-oss-server-side-encryption'];
  return shown;
}

function headExpected(version: VersionState, object: ObjectState, bucket: BucketState, nowMs: number): Shown {
  const isLink = object.type === 'Symlink';
  const bytes = isLink ? versionsOf(bucket, linkTarget)[0]?.object : object;
  if (bytes === undefined) throw new Error('every bucket has what its links point to');
  const metadata = Object.entries(object.metadata).map(([name, value]): [string, string] => [`x-oss-meta-${name}`, value]);
  const tagCount = Object.keys(object.tags).length;
  return {
    status: 200,
    'content-type': 'application/octet-stream',
    ...object.contentHeaders,
    ...Object.fromEntries(metadata),
    ...object.persistent,
    'content-length': String(Buffer.byteLength(bytes.content)),
    etag: bytes.etag,
    'last-modified': formatHttpDate(version.lastModifiedMs),
    'x-oss-object-type': object.type,
    'x-oss-storage-class': bytes.storageClass,
    'x-oss-hash-crc64ecma': bytes.crc,
    ...(bytes.type === 'Normal' ? { 'content-md5': Buffer.from(etagOf(bytes.content), 'hex').toString('base64') } : {}),
    ...(bucket.versioning === undefined ? {} : { 'x-oss-version-id': version.id }),
    ...(tagCount === 0 ? {} : { 'x-oss-tagging-count': String(tagCount) }),
    ...(object.type === 'Appendable' ? { 'x-oss-next-append-position': String(Buffer.byteLength(object.content)) } : {}),
    ...(object.encryption === undefined || isLink ? {} : { 'x-oss-server-side-encryption': object.encryption }),
    ...restoreExpected(object, nowMs),
    ...(object.sealedMs === undefined ? {} : { 'x-oss-sealed-time': formatHttpDate(object.sealedMs) }),
  };
}

const dayMs = 24 * 60 * 60 * 1000;

/** A restoration is for one day, counted from when the object can be read. */
function restoreExpected({ readyMs }: ObjectState, nowMs: number): Shown {
  if (readyMs === undefined) return {};
  if (nowMs < readyMs) return { 'x-oss-restore': 'ongoing-request="true"' };
  return { 'x-oss-restore': `ongoing-request="false", expiry-date="${formatHttpDate(readyMs + dayMs)}"` };
}

async function restShown(test: TestServer, at: TestRequest, object: ObjectState, hasBytes: boolean): Promise<Shown> {
  const acl = await test.send({ ...at, query: { ...at.query, acl: undefined } });
  const tagging = await test.send({ ...at, query: { ...at.query, tagging: undefined } });
  const tags = [...tagging.text.matchAll(/<Key>([^<]*)<\/Key><Value>([^<]*)<\/Value>/g)].map(([, key, value]) => [key, value]);
  const link = object.type === 'Symlink' ? await test.send({ ...at, query: { ...at.query, symlink: undefined } }) : undefined;
  return {
    acl: acl.element('Grant'),
    tags: Object.fromEntries(tags),
    ...(link === undefined ? {} : { link: `${link.header('x-oss-symlink-target')} ${unquoted(link.header('etag'))}` }),
    ...(hasBytes ? { bytes: (await test.send(at)).text } : {}),
  };
}

function restExpected(object: ObjectState, hasBytes: boolean): Shown {
  return {
    acl: object.acl,
    tags: object.tags,
    ...(object.type === 'Symlink' ? { link: `${linkTarget} ${object.etag}` } : {}),
    ...(hasBytes ? { bytes: object.content } : {}),
  };
}

/** Bytes are compared where an object has some of its own. */
function isReadable(object: ObjectState, nowMs: number): boolean {
  if (object.type === 'Symlink') return false;
  return !isArchived(object) || (object.readyMs !== undefined && object.readyMs <= nowMs);
}
