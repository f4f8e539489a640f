import { ServiceError } from '@ossature/protocol';
import type { CallOptions } from './core.ts';
import { mergeVersions, type VersionEntry } from './merge-versions.ts';
import type { Methods } from './methods.ts';

/** The pages of a list, asked for as they are needed; or its entries one by one. Can be gone through again, which asks again. */
export interface Pages<Page, Item> extends AsyncIterable<Page> {
  /** The entries of all pages: objects, versions, parts, uploads or buckets. */
  items(): AsyncIterable<Item>;
}

type PageOf<K extends keyof Methods> = Awaited<ReturnType<Methods[K]>>;
type RequestOfMethod<K extends keyof Methods> = NonNullable<Parameters<Methods[K]>[0]>;
type ItemOf<T> = T extends readonly (infer I)[] ? I : never;

export interface PagedLists {
  /** The buckets of the caller. */
  listBuckets(
    request?: RequestOfMethod<'listBuckets'>,
    options?: CallOptions,
  ): Pages<PageOf<'listBuckets'>, ItemOf<PageOf<'listBuckets'>['buckets']>>;
  /** Objects; pages also hold the common prefixes. */
  listObjectsV2(
    request: RequestOfMethod<'listObjectsV2'>,
    options?: CallOptions,
  ): Pages<PageOf<'listObjectsV2'>, ItemOf<PageOf<'listObjectsV2'>['contents']>>;
  /** Objects, by the older of the two lists. */
  listObjects(
    request: RequestOfMethod<'listObjects'>,
    options?: CallOptions,
  ): Pages<PageOf<'listObjects'>, ItemOf<PageOf<'listObjects'>['contents']>>;
  /** All versions of objects, delete markers among them; pages also hold the common prefixes. */
  listObjectVersions(
    request: RequestOfMethod<'listObjectVersions'>,
    options?: CallOptions,
  ): Pages<PageOf<'listObjectVersions'>, VersionEntry>;
  /** The parts of an upload. */
  listParts(request: RequestOfMethod<'listParts'>, options?: CallOptions): Pages<PageOf<'listParts'>, ItemOf<PageOf<'listParts'>['parts']>>;
  /** Unfinished uploads. */
  listMultipartUploads(
    request: RequestOfMethod<'listMultipartUploads'>,
    options?: CallOptions,
  ): Pages<PageOf<'listMultipartUploads'>, ItemOf<PageOf<'listMultipartUploads'>['uploads']>>;
}

export function createPagedLists(methods: Methods): PagedLists {
  return {
    listBuckets: (request = {}, options) =>
      paged(
        (cursor: { readonly marker?: string | undefined }) => methods.listBuckets({ ...request, ...cursor }, options),
        (page) => (page.isTruncated ? { marker: page.nextMarker } : undefined),
        (page) => page.buckets,
      ),
    listObjectsV2: (request, options) =>
      paged(
        (cursor: { readonly continuationToken?: string | undefined }) => methods.listObjectsV2({ ...request, ...cursor }, options),
        (page) => (page.isTruncated ? { continuationToken: page.nextContinuationToken } : undefined),
        (page) => page.contents,
      ),
    listObjects: (request, options) =>
      paged(
        (cursor: { readonly marker?: string | undefined }) => methods.listObjects({ ...request, ...cursor }, options),
        (page) => (page.isTruncated ? { marker: page.nextMarker } : undefined),
        (page) => page.contents,
      ),
    listObjectVersions: (request, options) =>
      paged(
        (cursor: { readonly keyMarker?: string | undefined; readonly versionIdMarker?: string | undefined }) =>
          methods.listObjectVersions({ ...request, ...cursor }, options),
        (page) => (page.isTruncated ? { keyMarker: page.nextKeyMarker, versionIdMarker: page.nextVersionIdMarker } : undefined),
        mergeVersions,
      ),
    listParts: (request, options) =>
      paged(
        (cursor: { readonly partNumberMarker?: number | undefined }) => methods.listParts({ ...request, ...cursor }, options),
        (page) => (page.isTruncated ? { partNumberMarker: page.nextPartNumberMarker } : undefined),
        (page) => page.parts,
      ),
    listMultipartUploads: (request, options) =>
      paged(
        (cursor: { readonly keyMarker?: string | undefined; readonly uploadIdMarker?: string | undefined }) =>
          methods.listMultipartUploads({ ...request, ...cursor }, options),
        (page) => (page.isTruncated ? { keyMarker: page.nextKeyMarker, uploadIdMarker: page.nextUploadIdMarker } : undefined),
        (page) => page.uploads,
      ),
  };
}

/** `next` answers where the next page begins, `undefined` after the last one. */
function paged<Page, Cursor extends object, Item>(
  fetchPage: (cursor: Cursor | Record<never, never>) => Promise<Page>,
  next: (page: Page) => Cursor | undefined,
  itemsOf: (page: Page) => readonly Item[],
): Pages<Page, Item> {
  const pages = () => walk(fetchPage, next);
  return {
    [Symbol.asyncIterator]: pages,
    items: async function* () {
      for await (const page of pages()) yield* itemsOf(page);
    },
  };
}

async function* walk<Page, Cursor extends object>(
  fetchPage: (cursor: Cursor | Record<never, never>) => Promise<Page>,
  next: (page: Page) => Cursor | undefined,
): AsyncGenerator<Page> {
  let cursor: Cursor | undefined;
  for (;;) {
    const page = await fetchPage(cursor ?? {});
    yield page;
    const following = next(page);
    if (following === undefined) return;
    // A list that says it goes on, and does not say from where, would be read from its start for ever.
    const stands = Object.values(following).every((value) => value === undefined) || JSON.stringify(following) === JSON.stringify(cursor);
    if (stands) throw new ServiceError('BadResponse', { message: 'The list goes on, but its marker does not.' });
    cursor = following;
  }
}
