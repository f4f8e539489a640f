import { ContentKey, keyLengthBytes } from './content/content-key.ts';
import type { Engine } from './engine.ts';
import type { Encryption, Envelope } from './store.ts';
import { StoreError } from './store-error.ts';

/** The content key of an object, and how it stands in the object's row. */
export interface ObjectKey {
  readonly key: ContentKey;
  readonly envelope: Envelope;
}

/** A key for new content. Rejects with `KeyFault`. Undefined: it stays plain. */
export async function mintObjectKey(engine: Engine, encryption: Encryption | undefined): Promise<ObjectKey | undefined> {
  if (encryption === undefined) return undefined;
  const key = engine.random.bytes(keyLengthBytes);
  const envelope = await engine.keys.wrap(encryption, key);
  return { key: new ContentKey(key, engine.random), envelope };
}

/** The key of content that stands. Rejects with `KeyFault`, and with StoreError `corrupt`. Undefined: the content is plain. */
export async function openObjectKey(engine: Engine, envelope: Envelope | undefined): Promise<ObjectKey | undefined> {
  if (envelope === undefined) return undefined;
  return { key: new ContentKey(await unwrap(engine, envelope), engine.random), envelope };
}

/** The content key as it stands, and the same one under another master key, or under the same one anew. Rejects as the two above. */
export async function rewrapObjectKey(
  engine: Engine,
  envelope: Envelope,
  encryption: Encryption,
): Promise<{ readonly from: ObjectKey; readonly to: ObjectKey }> {
  const bytes = await unwrap(engine, envelope);
  const key = new ContentKey(bytes, engine.random);
  return { from: { key, envelope }, to: { key, envelope: await engine.keys.wrap(encryption, bytes) } };
}

/** Whether two rows have the same wrapping of the same key, or both none. */
export function isSameEnvelope(left: Envelope | undefined, right: Envelope | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left.keyId === right.keyId && Buffer.compare(left.wrapped, right.wrapped) === 0;
}

async function unwrap(engine: Engine, envelope: Envelope): Promise<Uint8Array> {
  const key = await engine.keys.unwrap(envelope);
  if (key.length !== keyLengthBytes) throw new StoreError('corrupt', `the key ring answered a content key of ${key.length} bytes`);
  return key;
}
