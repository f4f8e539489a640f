import type { CannedAcl, ContentHeaders, ObjectAcl, ObjectProperties, StorageClass, Tags } from '../store.ts';
import { type Field, listOf, mapped, oneOf, optional, struct, text, wrong } from './field.ts';

export const cannedAcl: Field<CannedAcl> = oneOf('private', 'public-read', 'public-read-write');
export const objectAcl: Field<ObjectAcl> = oneOf('default', 'private', 'public-read', 'public-read-write');
export const storageClass: Field<StorageClass> = oneOf('Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive');

/** Pairs as a flat list: `a, 1, b, 2`. */
const pairs: Field<Tags> = mapped(
  listOf(text),
  (tags) => tags.flat(),
  (flat) => {
    if (flat.length % 2 !== 0) return wrong('pairs', flat);
    return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i] ?? '', flat[2 * i + 1] ?? ''] as const);
  },
);

const textRecord: Field<Readonly<Record<string, string>>> = mapped(
  pairs,
  (record) => Object.entries(record),
  // `fromEntries` makes own properties of all names, also of `__proto__`.
  (entries) => Object.fromEntries(entries),
);

const contentHeaders: Field<ContentHeaders> = struct({
  contentType: optional(text),
  cacheControl: optional(text),
  contentDisposition: optional(text),
  contentEncoding: optional(text),
  contentLanguage: optional(text),
  expires: optional(text),
});

/** The members of `ObjectProperties`, in the order in which they stand in a record. */
export const propertiesShape: { readonly [K in keyof ObjectProperties]: Field<ObjectProperties[K]> } = {
  contentHeaders,
  userMetadata: textRecord,
  tags: pairs,
  acl: objectAcl,
  storageClass,
  ownerId: text,
};

/** Takes the properties out of what may carry more. */
export function propertiesOf({ contentHeaders, userMetadata, tags, acl, storageClass, ownerId }: ObjectProperties): ObjectProperties {
  return { contentHeaders, userMetadata, tags, acl, storageClass, ownerId };
}
