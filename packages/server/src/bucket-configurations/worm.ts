import type { Bucket } from '@ossature/store';
import { configurationOf, jsonConfiguration } from './configuration.ts';

/** The retention policy of a bucket (OSS: BucketWorm). */
export interface BucketWorm {
  /** 32 upper-case hex characters. */
  readonly id: string;
  /** `InProgress` protects like `Locked`, for a day. */
  readonly state: 'InProgress' | 'Locked';
  /** Objects are kept so many days after their last modification. */
  readonly days: number;
  readonly createdMs: number;
}

export const worm = jsonConfiguration<BucketWorm>('worm');

/** A policy that nobody completes within a day is none any more (OSS: InitiateBucketWorm). */
export const wormGraceMs = 24 * 60 * 60 * 1000;

/** The policy that stands at this time. What state it is in follows from the time alone: a lapsed one is only taken for none. */
export function wormOf(bucket: Bucket, nowMs: number): BucketWorm | undefined {
  const found = configurationOf(bucket, worm);
  return found?.state === 'InProgress' && nowMs >= found.createdMs + wormGraceMs ? undefined : found;
}
