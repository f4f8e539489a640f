import type { Bucket, Retention, StoredObject } from '@ossature/store';
import { describe, expect, it } from 'vitest';
import { type BucketWorm, worm } from '../bucket-configurations/worm.ts';
import { isImmutable } from './judge-immutable.ts';
import { judgeRetention } from './judge-retention.ts';
import { defaultRetention } from './new-protection.ts';

const dayMs = 86_400_000;
const writtenMs = Date.UTC(2024, 4, 1);

function bucketWith(configurations: Bucket['configurations'] = {}): Bucket {
  return {
    id: 'b1',
    name: 'bkt',
    region: 'cn-hangzhou',
    ownerId: '1',
    createdMs: 0,
    acl: 'private',
    storageClass: 'Standard',
    dataRedundancyType: 'LRS',
    configurations,
  };
}

const policy = (state: BucketWorm['state'], days: number, createdMs = writtenMs) =>
  bucketWith({ worm: worm.format({ id: 'A', state, days, createdMs }) });

function objectWith(protection: Partial<StoredObject> = {}): StoredObject {
  return {
    key: 'k',
    versionId: 'null',
    contentHeaders: {},
    userMetadata: {},
    tags: [],
    acl: 'default',
    storageClass: 'Standard',
    ownerId: '1',
    sizeBytes: 0,
    etag: '',
    hashCrc64: 0n,
    type: 'Normal',
    lastModifiedMs: writtenMs,
    holder: 'h',
    manifest: 'm',
    ...protection,
  };
}

const until = (mode: Retention['mode'], untilMs: number) => objectWith({ retention: { mode, untilMs } });

describe('a version is protected', () => {
  it.each<[string, Bucket, StoredObject, number, { readonly own: boolean; readonly bypassed: boolean }]>([
    ['by nothing', bucketWith(), objectWith(), 0, { own: false, bypassed: false }],
    ['by a policy in progress', policy('InProgress', 1), objectWith(), 0, { own: true, bypassed: true }],
    ['until the last moment of its period', policy('Locked', 3), objectWith(), 3 * dayMs - 1, { own: true, bypassed: true }],
    ['no longer than its period', policy('Locked', 3), objectWith(), 3 * dayMs, { own: false, bypassed: false }],
    ['by a policy that is not yet lapsed', policy('InProgress', 3), objectWith(), dayMs - 1, { own: true, bypassed: true }],
    ['not by one that lapsed', policy('InProgress', 3), objectWith(), dayMs, { own: false, bypassed: false }],
    ['by a policy made later', policy('Locked', 3, writtenMs + dayMs), objectWith(), 2 * dayMs, { own: true, bypassed: true }],
    ['by COMPLIANCE', bucketWith(), until('COMPLIANCE', writtenMs + 1000), 999, { own: true, bypassed: true }],
    ['not after it', bucketWith(), until('COMPLIANCE', writtenMs + 1000), 1000, { own: false, bypassed: false }],
    ['by GOVERNANCE, which yields', bucketWith(), until('GOVERNANCE', writtenMs + 1000), 999, { own: true, bypassed: false }],
    ['by a hold', bucketWith(), objectWith({ legalHold: true }), 1000 * dayMs, { own: true, bypassed: true }],
    ['not by a hold that was taken back', bucketWith(), objectWith({ legalHold: false }), 0, { own: false, bypassed: false }],
    [
      'by a hold after its retention',
      bucketWith(),
      objectWith({ legalHold: true, retention: { mode: 'GOVERNANCE', untilMs: writtenMs } }),
      1,
      { own: true, bypassed: true },
    ],
  ])('%s', (_, bucket, object, afterMs, expected) => {
    expect(isImmutable(bucket, object, writtenMs + afterMs)).toBe(expected.own);
    expect(isImmutable(bucket, object, writtenMs + afterMs, { bypassGovernance: true })).toBe(expected.bypassed);
  });
});

describe('a retention in force', () => {
  const now = writtenMs;
  const of = (mode: Retention['mode'], seconds: number): Retention => ({ mode, untilMs: now + seconds * 1000 });

  it.each<[string, Retention | undefined, Retention | undefined, 'yes' | 'bypassed' | 'no']>([
    ['none', undefined, of('COMPLIANCE', 1), 'yes'],
    ['none, and none is to be', undefined, undefined, 'yes'],
    ['ended', of('COMPLIANCE', 0), undefined, 'yes'],
    ['COMPLIANCE becomes longer', of('COMPLIANCE', 5), of('COMPLIANCE', 6), 'yes'],
    ['COMPLIANCE stays', of('COMPLIANCE', 5), of('COMPLIANCE', 5), 'yes'],
    ['COMPLIANCE becomes shorter', of('COMPLIANCE', 5), of('COMPLIANCE', 4), 'no'],
    ['COMPLIANCE becomes GOVERNANCE', of('COMPLIANCE', 5), of('GOVERNANCE', 9), 'no'],
    ['COMPLIANCE goes', of('COMPLIANCE', 5), undefined, 'no'],
    ['GOVERNANCE becomes longer', of('GOVERNANCE', 5), of('GOVERNANCE', 6), 'yes'],
    ['GOVERNANCE becomes COMPLIANCE', of('GOVERNANCE', 5), of('COMPLIANCE', 5), 'yes'],
    ['GOVERNANCE becomes shorter', of('GOVERNANCE', 5), of('GOVERNANCE', 4), 'bypassed'],
    ['GOVERNANCE becomes a shorter COMPLIANCE', of('GOVERNANCE', 5), of('COMPLIANCE', 4), 'bypassed'],
    ['GOVERNANCE goes', of('GOVERNANCE', 5), undefined, 'bypassed'],
  ])('%s', (_, existing, changed, allowed) => {
    const judge = (bypassGovernance: boolean) => () => judgeRetention(existing, changed, now, { bypassGovernance });
    if (allowed === 'yes') expect(judge(false)).not.toThrow();
    else expect(judge(false)).toThrow('The object you specified is immutable.');
    if (allowed === 'no') expect(judge(true)).toThrow('The object you specified is immutable.');
    else expect(judge(true)).not.toThrow();
  });
});

describe('a default retention', () => {
  const of = (rule: object) => bucketWith({ objectWorm: JSON.stringify({ defaultRetention: { mode: 'COMPLIANCE', ...rule } }) });

  it('ends so many days or calendar years later, at a whole second', () => {
    const now = Date.UTC(2024, 1, 29, 12, 0, 0, 250);
    expect(defaultRetention(of({ days: 2 }), now)).toEqual({ mode: 'COMPLIANCE', untilMs: Date.UTC(2024, 2, 2, 12) });
    expect(defaultRetention(of({ years: 1 }), now)).toEqual({ mode: 'COMPLIANCE', untilMs: Date.UTC(2025, 2, 1, 12) });
    expect(defaultRetention(of({ years: 4 }), now)).toEqual({ mode: 'COMPLIANCE', untilMs: Date.UTC(2028, 1, 29, 12) });
  });

  it('is none where the bucket names none', () => {
    expect(defaultRetention(bucketWith({ objectWorm: '{}' }), 0)).toBeUndefined();
    expect(defaultRetention(bucketWith(), 0)).toBeUndefined();
  });
});
