import { expect, it } from 'vitest';
import { mergeVersions } from './merge-versions.ts';

const at = (seconds: number) => new Date(Date.UTC(2024, 4, 1, 8, 0, seconds));
const version = (key: string, versionId: string, isLatest: boolean, seconds: number) => ({
  ...{ key, versionId, isLatest, lastModified: at(seconds) },
  ...{ etag: '"A"', size: 1 },
});
const marker = (key: string, versionId: string, isLatest: boolean, seconds: number) => ({
  ...{ key, versionId, isLatest, lastModified: at(seconds) },
});

it('puts versions and markers of a page in one order', () => {
  const merged = mergeVersions({
    versions: [version('a', 'a1', false, 1), version('b', 'b3', true, 9), version('b', 'b1', false, 1), version('\u{1f600}', 'e', true, 0)],
    deleteMarkers: [marker('a', 'a2', true, 1), marker('b', 'b2', false, 5), marker('\uffff', 'f', true, 0)],
  });
  expect(merged.map(({ versionId, isDeleteMarker }) => `${versionId}${isDeleteMarker ? ' marker' : ''}`)).toEqual([
    'a2 marker',
    'a1',
    'b3',
    'b2 marker',
    'b1',
    'f marker',
    'e',
  ]);
});
