import type {
  CannedAcl,
  ContentFacts,
  ContentHeaders,
  Envelope,
  ObjectAcl,
  ObjectProperties,
  Restoration,
  Retention,
  StorageClass,
  StoredObject,
  Tags,
} from '../store.ts';
import { bytes, type Field, flag, number, oneOf, optional, struct, text, wrong } from './field.ts';

export const cannedAcl: Field<CannedAcl> = oneOf('private', 'public-read', 'public-read-write');
export const objectAcl: Field<ObjectAcl> = oneOf('default', 'private', 'public-read', 'public-read-write');
export const storageClass: Field<StorageClass> = oneOf('Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive');

/** Pairs as a flat list: `a, 1, b, 2`. Plain loops: a page of a listing reads two of these for each of a thousand rows. */
const pairs: Field<Tags> = {
  write: (tags) => tags.flat(),
  read(stored) {
    const flat = flatPairs(stored);
    const tags: (readonly [string, string])[] = [];
    for (let i = 0; i < flat.length; i += 2) tags.push([text.read(flat[i]), text.read(flat[i + 1])]);
    return tags;
  },
};

export const textRecord: Field<Readonly<Record<string, string>>> = {
  write: (record) => Object.entries(record).flat(),
  read(stored) {
    const flat = flatPairs(stored);
    const record: Record<string, string> = {};
    for (let i = 0; i < flat.length; i += 2) {
      const name = text.read(flat[i]);
      const value = text.read(flat[i + 1]);
      // Assigned like others, this one would be lost.
      if (name === '__proto__') Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
      else record[name] = value;
    }
    return record;
  },
};

function flatPairs(stored: unknown): readonly unknown[] {
  return Array.isArray(stored) && stored.length % 2 === 0 ? stored : wrong('pairs', stored);
}

const contentHeaders: Field<ContentHeaders> = struct({
  contentType: optional(text),
  cacheControl: optional(text),
  contentDisposition: optional(text),
  contentEncoding: optional(text),
  contentLanguage: optional(text),
  expires: optional(text),
});

const retention: Field<Retention> = struct({ mode: oneOf('COMPLIANCE', 'GOVERNANCE'), untilMs: number });

const restoration: Field<Restoration> = struct({
  requestedMs: number,
  readyMs: number,
  expiresMs: number,
  tier: optional(text),
});

export const envelope: Field<Envelope> = struct({ algorithm: oneOf('AES256', 'KMS'), keyId: optional(text), wrapped: bytes });

/** The members of `ObjectProperties`, in the order in which they stand in a record. */
export const propertiesShape: { readonly [K in keyof ObjectProperties]: Field<ObjectProperties[K]> } = {
  contentHeaders,
  userMetadata: textRecord,
  tags: pairs,
  acl: objectAcl,
  storageClass,
  ownerId: text,
  persistentHeaders: optional(textRecord),
  retention: optional(retention),
  legalHold: optional(flag),
  restore: optional(restoration),
  sealedMs: optional(number),
  transitionedMs: optional(number),
};
/** Of them, how many the first records had. */
export const firstPropertiesFields = 6;

export type Content = ContentFacts & Pick<StoredObject, 'symlinkTarget' | 'encryption' | 'manifest'>;

/**
 * Takes out of an object what its bytes are, and how they are kept: what a copy shares with its source. Who makes a whole object of this and of properties names its other
 * members first: after what was spread each would cost the engine of JavaScript a microsecond or two.
 */
export function contentOf(object: StoredObject): Content {
  const { sizeBytes, etag, hashCrc64, type, symlinkTarget, encryption, manifest } = object;
  return {
    ...{ sizeBytes, etag, hashCrc64, type, manifest },
    ...(symlinkTarget === undefined ? {} : { symlinkTarget }),
    ...(encryption && { encryption }),
  };
}

/** Takes the properties out of what may carry more. */
export function propertiesOf(given: ObjectProperties): ObjectProperties {
  const { contentHeaders, userMetadata, tags, acl, storageClass, ownerId } = given;
  const { persistentHeaders, retention, legalHold, restore, sealedMs, transitionedMs } = given;
  return {
    ...{ contentHeaders, userMetadata, tags, acl, storageClass, ownerId },
    ...(persistentHeaders && { persistentHeaders }),
    ...(retention && { retention }),
    ...(legalHold === undefined ? {} : { legalHold }),
    ...(restore && { restore }),
    ...(sealedMs === undefined ? {} : { sealedMs }),
    ...(transitionedMs === undefined ? {} : { transitionedMs }),
  };
}
