import type { StorageClass, Tags } from '@ossature/store';

/** So many days after, or on what is older than a date, in milliseconds. */
export type Timing = { readonly days: number; readonly beforeMs?: undefined } | { readonly beforeMs: number; readonly days?: undefined };

/** A rule as it is kept: plain data. */
export interface LifecycleRule {
  readonly id: string;
  /** Empty: all of the bucket. */
  readonly prefix: string;
  readonly enabled: boolean;
  /** All of them. */
  readonly tags: Tags;
  readonly filter?: SizeFilter | undefined;
  readonly expiration?: Timing | undefined;
  /** Removes delete markers that no version stands behind. */
  readonly expiresLoneMarkers?: true | undefined;
  readonly transitions: readonly (Timing & { readonly storageClass: StorageClass })[];
  readonly abortUploads?: Timing | undefined;
  readonly noncurrentExpirationDays?: number | undefined;
  readonly noncurrentTransitions: readonly { readonly days: number; readonly storageClass: StorageClass }[];
}

export interface SizeFilter {
  readonly greaterThanBytes?: number | undefined;
  readonly lessThanBytes?: number | undefined;
  /** Objects that match one of these are left alone; one with prefix and tag is matched by both. */
  readonly nots: readonly { readonly prefix?: string | undefined; readonly tag?: readonly [key: string, value: string] | undefined }[];
}
