import type { Codec } from './operation.ts';

/** The source of a copy: the value of `x-oss-copy-source`, `/bucket/key[?versionId=id]`, the key percent-encoded. */
export interface CopySource {
  /** The bucket of the source; it must be in the region of the destination. */
  readonly sourceBucket: string;
  readonly sourceKey: string;
  /** The version to copy; without it the current one. */
  readonly sourceVersionId?: string | undefined;
}
export const copySource: Codec<CopySource> = null as never;
