import { type Id, isId } from './ids.ts';

/** What a version id says: where the version stands among those of its key, and an id minted for it. */
export interface VersionName {
  readonly order: number;
  readonly id: Id;
}

/** The id of the version without one. */
export const nullVersion = 'null';

/** Nine bytes, of which the last is this one: bit 62 of the number, so that the varint of any order has one length. */
const orderMark = 0x40;
const varintBytes = 9;
const orderAt = 5;
const idAt = orderAt + varintBytes + 2;
const lengthBytes = 48;
const hexBytes = 32;

/**
 * 64 characters, as those of OSS: base64 in an alphabet that needs no escaping, of a protobuf message with the fields 1 (always 1), 2 (a small number), 3
 * (a large one: the order) and 4 (hex digits in lower case).
 */
export function versionIdOf({ order, id }: VersionName): string {
  const bytes = Buffer.alloc(lengthBytes);
  bytes.set([0x08, 1, 0x10, 1, 0x18]);
  let left = order;
  for (let i = 0; i < varintBytes - 1; i++) {
    bytes[orderAt + i] = (left % 0x80) | 0x80;
    left = Math.floor(left / 0x80);
  }
  bytes.set([orderMark, 0x22, hexBytes], idAt - 3);
  bytes.write(id.toLowerCase(), idAt, 'latin1');
  return bytes.toString('base64').replaceAll('+', '.').replaceAll('/', '_');
}

/** Undefined: a text that no version of this store can have as its id. */
export function parseVersionId(text: string): VersionName | undefined {
  if (!/^CAEQ[A-Za-z0-9._]{60}$/.test(text)) return undefined;
  const bytes = Buffer.from(text.replaceAll('.', '+').replaceAll('_', '/'), 'base64');
  let order = 0;
  for (let i = varintBytes - 2; i >= 0; i--) order = order * 0x80 + ((bytes[orderAt + i] ?? 0) & 0x7f);
  const hex = bytes.toString('latin1', idAt).toUpperCase();
  if (!isId(hex)) return undefined;
  const name = { order, id: hex };
  // Only what was minted is an id: no other text of the same meaning.
  return Number.isSafeInteger(name.order) && versionIdOf(name) === text ? name : undefined;
}
