import type { Bucket, Retention } from '@ossature/store';
import { configurationOf, jsonConfiguration } from './configuration.ts';

/** What a new object is protected by that names no retention of its own: so many days or years. */
export interface DefaultRetention {
  readonly mode: Retention['mode'];
  readonly days?: number | undefined;
  readonly years?: number | undefined;
}

/** That a bucket protects single objects (OSS: ObjectWorm); once there, it stays. */
export interface ObjectWorm {
  readonly defaultRetention?: DefaultRetention | undefined;
}

export const objectWorm = jsonConfiguration<ObjectWorm>('objectWorm');

/** Undefined: the bucket knows no retention of single objects. */
export function objectWormOf(bucket: Bucket): ObjectWorm | undefined {
  return configurationOf(bucket, objectWorm);
}
