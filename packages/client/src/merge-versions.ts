import { compareKeys } from '@ossature/protocol';
import type { Methods } from './methods.ts';

type VersionsPage = Awaited<ReturnType<Methods['listObjectVersions']>>;

/** One version of an object, or a delete marker. */
export type VersionEntry =
  | ({ readonly isDeleteMarker: false } & VersionsPage['versions'][number])
  | ({ readonly isDeleteMarker: true } & VersionsPage['deleteMarkers'][number]);

/**
 * Versions and delete markers of a page in one order: by key, the current one first, then the newest. The service tells them apart in two lists; of two that were
 * made in the same second and are in different lists, nobody can say which came first.
 */
export function mergeVersions({ versions, deleteMarkers }: Pick<VersionsPage, 'versions' | 'deleteMarkers'>): readonly VersionEntry[] {
  const entries: VersionEntry[] = [
    ...deleteMarkers.map((marker) => ({ isDeleteMarker: true as const, ...marker })),
    ...versions.map((version) => ({ isDeleteMarker: false as const, ...version })),
  ];
  return entries.sort(
    (a, b) => compareKeys(a.key, b.key) || Number(b.isLatest) - Number(a.isLatest) || b.lastModified.getTime() - a.lastModified.getTime(),
  );
}
