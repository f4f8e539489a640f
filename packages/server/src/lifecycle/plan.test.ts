import type { StorageClass } from '@ossature/store';
import { describe, expect, it } from 'vitest';
import { dueMsAfter, dueOfCurrent, dueOfMarker, dueOfNoncurrent, dueOfUpload, expirationOf, type MarkerPlace } from './plan.ts';
import type { LifecycleRule } from './rule.ts';

const at = (text: string) => Date.parse(text);
const modified = at('2024-05-01T08:00:00Z');

const rule = (parts: Partial<LifecycleRule>): LifecycleRule => ({
  id: 'r',
  prefix: '',
  enabled: true,
  tags: [],
  transitions: [],
  noncurrentTransitions: [],
  ...parts,
});
const object = {
  key: 'logs/a.txt',
  sizeBytes: 1000,
  tags: [['team', 'x']] as const,
  storageClass: 'Standard' as StorageClass,
  type: 'Normal' as const,
  lastModifiedMs: modified,
};
const expire = { action: 'expire', ruleId: 'r' } as const;
const move = (storageClass: StorageClass, ruleId = 'r') => ({ action: 'transition', storageClass, ruleId }) as const;

describe('days', () => {
  it.each([
    ['2024-05-01T08:00:00Z', 1, '2024-05-03T00:00:00Z'],
    ['2024-05-01T00:00:00Z', 1, '2024-05-02T00:00:00Z'],
    ['2024-05-01T00:00:00.001Z', 1, '2024-05-03T00:00:00Z'],
    ['2024-05-01T23:59:59Z', 30, '2024-06-01T00:00:00Z'],
    ['2024-02-28T10:00:00Z', 1, '2024-03-01T00:00:00Z'],
  ])('count from the midnight after %s: %d of them end at %s', (since, days, due) => {
    expect(new Date(dueMsAfter(at(since), days)).toISOString()).toBe(new Date(due).toISOString());
  });
});

describe('a current version', () => {
  it('expires at its midnight and not a moment before', () => {
    const rules = [rule({ expiration: { days: 1 } })];
    expect(dueOfCurrent(rules, object, at('2024-05-02T23:59:59.999Z'))).toBeUndefined();
    expect(dueOfCurrent(rules, object, at('2024-05-03T00:00:00Z'))).toEqual(expire);
  });

  it('expires at once where it is older than a date, and never where it is not', () => {
    expect(dueOfCurrent([rule({ expiration: { beforeMs: at('2024-05-02T00:00:00Z') } })], object, modified)).toEqual(expire);
    expect(
      dueOfCurrent([rule({ expiration: { beforeMs: at('2024-05-01T00:00:00Z') } })], object, at('2030-01-01T00:00:00Z')),
    ).toBeUndefined();
    expect(dueOfCurrent([rule({ expiration: { beforeMs: modified } })], object, at('2030-01-01T00:00:00Z'))).toBeUndefined();
  });

  const later = at('2025-01-01T00:00:00Z');
  it.each<[title: string, parts: Partial<LifecycleRule>, matches: boolean]>([
    ['without a prefix', {}, true],
    ['with its prefix', { prefix: 'logs/' }, true],
    ['with another prefix', { prefix: 'log/' }, false],
    ['that is disabled', { enabled: false }, false],
    ['with its tag', { tags: [['team', 'x']] }, true],
    ['with another value of its tag', { tags: [['team', 'y']] }, false],
    [
      'with one tag too many',
      {
        tags: [
          ['team', 'x'],
          ['a', 'b'],
        ],
      },
      false,
    ],
    ['for greater ones', { filter: { greaterThanBytes: 1000, nots: [] } }, false],
    ['for ones that are not so great', { filter: { greaterThanBytes: 999, lessThanBytes: 1001, nots: [] } }, true],
    ['for smaller ones', { filter: { lessThanBytes: 1000, nots: [] } }, false],
    ['but not of its prefix', { filter: { nots: [{ prefix: 'logs/a' }] } }, false],
    ['but not of another prefix', { filter: { nots: [{ prefix: 'logs/b' }] } }, true],
    ['but not with its tag', { filter: { nots: [{ tag: ['team', 'x'] }] } }, false],
    ['but not with its prefix and another tag', { filter: { nots: [{ prefix: 'logs/', tag: ['team', 'y'] }] } }, true],
    ['but not with its prefix and its tag', { filter: { nots: [{ prefix: 'logs/', tag: ['team', 'x'] }] } }, false],
    ['but not of one of two', { filter: { nots: [{ prefix: 'x' }, { prefix: 'logs/' }] } }, false],
  ])('is the object of a rule %s', (_, parts, matches) => {
    expect(dueOfCurrent([rule({ expiration: { days: 1 }, ...parts })], object, later)).toEqual(matches ? expire : undefined);
  });

  it('expires rather than moves, and moves to the coldest class that is due', () => {
    const transitions = [
      { days: 30, storageClass: 'IA' },
      { days: 60, storageClass: 'Archive' },
      { days: 90, storageClass: 'ColdArchive' },
    ] as const;
    const rules = [rule({ transitions, expiration: { days: 120 } })];
    const after = (days: number) => dueOfCurrent(rules, object, dueMsAfter(modified, days));
    expect([29, 30, 59, 60, 90, 119, 120].map(after)).toEqual([
      undefined,
      move('IA'),
      move('IA'),
      move('Archive'),
      move('ColdArchive'),
      move('ColdArchive'),
      expire,
    ]);
  });

  it('never goes back to a warmer class, nor to the one that it has', () => {
    const rules = [rule({ transitions: [{ days: 1, storageClass: 'IA' }] })];
    for (const storageClass of ['IA', 'Archive', 'ColdArchive', 'DeepColdArchive'] as const) {
      expect(dueOfCurrent(rules, { ...object, storageClass }, later), storageClass).toBeUndefined();
    }
  });

  it('does not move where it is a link, and no further than Archive where it can grow', () => {
    const rules = [rule({ transitions: [{ days: 1, storageClass: 'DeepColdArchive' }] })];
    expect(dueOfCurrent(rules, { ...object, type: 'Symlink' }, later)).toBeUndefined();
    expect(dueOfCurrent(rules, { ...object, type: 'Appendable' }, later)).toBeUndefined();
    expect(dueOfCurrent(rules, { ...object, type: 'Multipart' }, later)).toEqual(move('DeepColdArchive'));
    const archive = [rule({ transitions: [{ days: 1, storageClass: 'Archive' }] })];
    expect(dueOfCurrent(archive, { ...object, type: 'Appendable' }, later)).toEqual(move('Archive'));
  });

  it('tells when it will expire: by the earliest rule', () => {
    const rules = [
      rule({ id: 'late', expiration: { days: 9 } }),
      rule({ id: 'early', prefix: 'logs', expiration: { days: 3 } }),
      rule({ id: 'off', enabled: false, expiration: { days: 1 } }),
      rule({ id: 'old', expiration: { beforeMs: at('2020-01-01T00:00:00Z') } }),
    ];
    expect(expirationOf(rules, object)).toEqual({ expiresMs: at('2024-05-05T00:00:00Z'), ruleId: 'early' });
    expect(expirationOf([rules[2] as LifecycleRule, rules[3] as LifecycleRule], object)).toBeUndefined();
  });
});

describe('an older version', () => {
  it('goes by the day on which a newer one came, and not by its own', () => {
    const rules = [
      rule({ noncurrentExpirationDays: 7, expiration: { days: 1 }, noncurrentTransitions: [{ days: 3, storageClass: 'IA' }] }),
    ];
    const since = at('2024-06-01T00:00:00Z');
    expect(dueOfNoncurrent(rules, object, since, at('2024-06-03T23:59:59Z'))).toBeUndefined();
    expect(dueOfNoncurrent(rules, object, since, at('2024-06-04T00:00:00Z'))).toEqual(move('IA'));
    expect(dueOfNoncurrent(rules, object, since, at('2024-06-08T00:00:00Z'))).toEqual(expire);
  });
});

describe('a delete marker', () => {
  const now = at('2024-06-10T00:00:00Z');
  const noncurrent: MarkerPlace = { place: 'noncurrent', sinceMs: at('2024-06-01T00:00:00Z') };
  it.each<[title: string, parts: Partial<LifecycleRule>, place: MarkerPlace, goes: boolean]>([
    ['alone goes where that is said', { expiresLoneMarkers: true }, { place: 'alone' }, true],
    ['with versions behind it stays', { expiresLoneMarkers: true }, { place: 'current' }, false],
    ['alone stays where only objects expire', { expiration: { days: 1 } }, { place: 'alone' }, false],
    ['that is older goes as versions do', { noncurrentExpirationDays: 9 }, noncurrent, true],
    ['that is older stays until then', { noncurrentExpirationDays: 10 }, noncurrent, false],
    ['of another prefix stays', { expiresLoneMarkers: true, prefix: 'x' }, { place: 'alone' }, false],
    ['has no tags', { noncurrentExpirationDays: 1, tags: [['team', 'x']] }, noncurrent, false],
    ['has no size', { noncurrentExpirationDays: 1, filter: { lessThanBytes: 5, nots: [] } }, noncurrent, false],
  ])('%s', (_, parts, place, goes) => {
    expect(dueOfMarker([rule(parts)], { key: 'logs/a' }, place, now)).toBe(goes ? 'r' : undefined);
  });
});

describe('an upload', () => {
  const upload = { key: 'logs/a', initiatedMs: modified };
  it('ends so many days after it began, or where it is older than a date', () => {
    const byDays = [rule({ abortUploads: { days: 2 } })];
    expect(dueOfUpload(byDays, upload, at('2024-05-03T23:59:59Z'))).toBeUndefined();
    expect(dueOfUpload(byDays, upload, at('2024-05-04T00:00:00Z'))).toBe('r');
    expect(dueOfUpload([rule({ abortUploads: { beforeMs: at('2024-05-02T00:00:00Z') } })], upload, modified)).toBe('r');
    expect(dueOfUpload([rule({ abortUploads: { days: 2 }, prefix: 'x' })], upload, at('2030-01-01T00:00:00Z'))).toBeUndefined();
    expect(dueOfUpload([rule({ abortUploads: { days: 2 }, enabled: false })], upload, at('2030-01-01T00:00:00Z'))).toBeUndefined();
    expect(dueOfUpload([rule({ expiration: { days: 2 } })], upload, at('2030-01-01T00:00:00Z'))).toBeUndefined();
  });
});
