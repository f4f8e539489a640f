import { ok } from 'node:assert/strict';
import type { BlobName } from '../blob/blob-store.ts';
import { bytesOfId, type Id, idLengthBytes, textOfId } from '../ids.ts';
import type { Range } from '../kv/key-value.ts';

/**
 * The keys of all rows, as `docs/internals/data-layout.md` §2 lists them: a tag byte, then fields without separators. A name is its UTF-8 and a
 * 00 byte; it contains no NUL itself, so keys of one bucket sort by the bytes of the names.
 */
export type Key = Uint8Array;

const tags = {
  layout: 'A',
  bucket: 'B',
  change: 'C',
  due: 'D',
  document: 'E',
  fenced: 'F',
  head: 'H',
  windows: 'L',
  manifest: 'M',
  pin: 'N',
  owner: 'O',
  part: 'P',
  quarantine: 'Q',
  holder: 'R',
  statistics: 'S',
  todo: 'T',
  upload: 'U',
  version: 'V',
  lease: 'W',
  hold: 'X',
} as const;
type Tag = keyof typeof tags;

/** Of an object's name, in UTF-8. */
export const longestNameBytes = 1_023;
/** What fits the key; OSS allows 10,000. */
export const greatestPartNumber = 0xffff;
const nul = Uint8Array.of(0);
const orderBytes = 8;
const greatestOrder = 2n ** 64n - 1n;

export const layoutKey = (): Key => join('layout');
export const holdKey = (): Key => join('hold');
export const bucketKey = (name: string): Key => join('bucket', bytesOfName(name));
export const headKey = (bucket: Id, key: string): Key => join('head', bytesOfId(bucket), bytesOfName(key), nul);
/** Of a version that is not the current one. Later versions sort first. */
export const versionKey = (bucket: Id, key: string, order: number): Key =>
  join('version', bytesOfId(bucket), bytesOfName(key), nul, bytesOfOrder(order));
export const uploadKey = (bucket: Id, key: string, upload: Id): Key =>
  join('upload', bytesOfId(bucket), bytesOfName(key), nul, bytesOfId(upload));
export const partKey = (upload: Id, partNumber: number): Key => join('part', bytesOfId(upload), bytesOfNumber(partNumber, 2));
export const manifestKey = (manifest: Id): Key => join('manifest', bytesOfId(manifest));
export const holderKey = (manifest: Id, holder: Id): Key => join('holder', bytesOfId(manifest), bytesOfId(holder));
export const pinKey = (upload: Id, holder: Id): Key => join('pin', bytesOfId(upload), bytesOfId(holder));
export const ownerKey = (blob: BlobName, owner: Owner): Key => join('owner', Buffer.from(blob, 'latin1'), nul, owner);
export const todoKey = (id: Id): Key => join('todo', bytesOfId(id));
export const quarantineKey = (manifest: Id): Key => join('quarantine', bytesOfId(manifest));
export const dueKey = (sinceMs: number, manifest: Id): Key => join('due', bytesOfNumber(sinceMs, 6), bytesOfId(manifest));
export const statisticsKey = (bucket: Id): Key => join('statistics', bytesOfId(bucket));
export const changeKey = (bucket: Id, id: Id): Key => join('change', bytesOfId(bucket), bytesOfId(id));
export const leaseKey = (process: Id): Key => join('lease', bytesOfId(process));
export const windowsKey = (process: Id): Key => join('windows', bytesOfId(process));
export const fencedKey = (process: Id): Key => join('fenced', bytesOfId(process));

/** What an owner row names: a manifest, or one attempt of a part. */
export type Owner = Uint8Array;
export const manifestOwner = (manifest: Id): Owner => bytesOfId(manifest);
export const partOwner = (upload: Id, partNumber: number, attempt: Id): Owner =>
  Buffer.concat([bytesOfId(upload), bytesOfNumber(partNumber, 2), bytesOfId(attempt)]);

/** Prefixes: every key that begins with one belongs to it. */
export const allOf = (tag: Tag): Key => join(tag);
export const headsOf = (bucket: Id): Key => join('head', bytesOfId(bucket));
export const versionsOf = (bucket: Id): Key => join('version', bytesOfId(bucket));
/** The versions of one object that are not the current one. */
export const versionsOfName = (bucket: Id, key: string): Key => join('version', bytesOfId(bucket), bytesOfName(key), nul);
export const uploadsOf = (bucket: Id): Key => join('upload', bytesOfId(bucket));
export const partsOf = (upload: Id): Key => join('part', bytesOfId(upload));
export const holdersOf = (manifest: Id): Key => join('holder', bytesOfId(manifest));
export const pinsOf = (upload: Id): Key => join('pin', bytesOfId(upload));
export const ownersOf = (blob: BlobName): Key => join('owner', Buffer.from(blob, 'latin1'), nul);
export const changesOf = (bucket: Id): Key => join('change', bytesOfId(bucket));
/** Quarantines since a date or before it. */
export const dueUntil = (sinceMs: number): Key => upperBound(join('due', bytesOfNumber(Math.max(0, sinceMs), 6)));

/** Keys that begin with the prefix. */
export function under(prefix: Key, limit: number): Range {
  return { from: prefix, to: upperBound(prefix), limit };
}

/** One key alone, as a range: a read that is no check. */
export function only(key: Key): Range {
  return { from: key, to: justAfter(key), limit: 1 };
}

/** The least key that is greater. */
export function justAfter(key: Key): Key {
  return Buffer.concat([key, nul]);
}

/** The least key that is greater than every key that begins with the prefix. */
export function upperBound(prefix: Key): Key {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length--;
  ok(length > 0, 'a prefix of FF bytes has no upper bound');
  const bound = Buffer.from(prefix.subarray(0, length));
  bound[length - 1] = (bound[length - 1] ?? 0) + 1;
  return bound;
}

/** The document's name, or the beginning of names. */
export const documentKey = (name: string): Key => join('document', bytesOfName(name));
export const documentNameOf = (key: Key): string => text(key.subarray(1));
export const bucketNameOf = (key: Key): string => text(key.subarray(1));
/** The bytes of an object's name in a key of `head`. */
export const nameBytesOfHead = (key: Key): Uint8Array => key.subarray(1 + idLengthBytes, -1);
/** The bytes of an object's name in a key of `head` or of `version`. */
export const nameBytesOfVersioned = (key: Key): Uint8Array =>
  isHead(key) ? nameBytesOfHead(key) : key.subarray(1 + idLengthBytes, -1 - orderBytes);
/** Of a key of `head` or of `version`: whether it is the former. */
export const isHead = (key: Key): boolean => key[0] === tags.head.charCodeAt(0);
/**
 * Keys of `head` and of `version` of one bucket as one sequence, without their tags: by name, then the head, then the older versions, the newest first.
 */
export const untagged = (key: Key): Key => key.subarray(1);
export const nameBytesOfUntagged = (key: Key): Uint8Array => key.subarray(idLengthBytes, key.indexOf(0, idLengthBytes));
export const isUntaggedHead = (key: Key): boolean => key.indexOf(0, idLengthBytes) === key.length - 1;
export const tagged = (tag: Tag, key: Key): Key => join(tag, key);
/** The key of the head that an older version stands under. */
export const headOf = (key: Key): Key => join('head', key.subarray(1, -orderBytes));
/** The order in a key of `version`. */
export const orderOf = (key: Key): number => Number(greatestOrder - Buffer.from(key.subarray(-orderBytes)).readBigUInt64BE());
/** The bytes of an object's name in a key of `upload`. */
export const nameBytesOfUpload = (key: Key): Uint8Array => key.subarray(1 + idLengthBytes, -1 - idLengthBytes);
/** The id that a key ends with. */
export const lastIdOf = (key: Key): Id => textOfId(key.subarray(-idLengthBytes));
/** The id that follows the tag. */
export const firstIdOf = (key: Key): Id => textOfId(key.subarray(1, 1 + idLengthBytes));
export const partNumberOf = (key: Key): number => (key.at(-2) ?? 0) * 256 + (key.at(-1) ?? 0);
export const sinceMsOf = (key: Key): number => Buffer.from(key).readUIntBE(1, 6);
export function blobOfOwner(key: Key): { readonly blob: BlobName; readonly owner: Owner } {
  const end = key.indexOf(0);
  return { blob: Buffer.from(key.subarray(1, end)).toString('latin1'), owner: key.subarray(end + 1) };
}

/** Whether a text can stand in a key: 1 to 1,023 bytes of UTF-8, no NUL. */
export function isName(name: string): boolean {
  // A surrogate without its other half would be written as U+FFFD: two names would share a row.
  const lengthBytes = Buffer.byteLength(name);
  return lengthBytes > 0 && lengthBytes <= longestNameBytes && !/[\0\p{Surrogate}]/u.test(name);
}

/** A name's UTF-8. */
export function bytesOfName(name: string): Uint8Array {
  ok(isName(name), 'a name is well-formed text of 1 to 1,023 bytes without NUL');
  return Buffer.from(name, 'utf8');
}

export function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function bytesOfNumber(value: number, lengthBytes: number): Uint8Array {
  const bytes = Buffer.alloc(lengthBytes);
  bytes.writeUIntBE(value, 0, lengthBytes);
  return bytes;
}

/** Inverted: what is greater sorts first. */
function bytesOfOrder(order: number): Uint8Array {
  ok(Number.isSafeInteger(order) && order >= 0, 'an order is a whole number that is exact');
  const bytes = Buffer.alloc(orderBytes);
  bytes.writeBigUInt64BE(greatestOrder - BigInt(order));
  return bytes;
}

function join(tag: Tag, ...fields: readonly Uint8Array[]): Key {
  return Buffer.concat([Buffer.from(tags[tag], 'latin1'), ...fields]);
}
