import { bucketNameFault, objectKeyFault } from '@ossature/protocol';
import { UsageError } from './usage-error.ts';

/** `oss://bucket/key`: everything behind the bucket is the key, as it is, with nothing decoded. */
export interface OssUrl {
  readonly bucket: string;
  /** '' where only the bucket is named. */
  readonly key: string;
}

export function isOssUrl(text: string): boolean {
  return text.startsWith('oss://');
}

/** Throws `UsageError` for what is no such URL. */
export function parseOssUrl(text: string): OssUrl {
  if (!isOssUrl(text)) throw new UsageError(`"${text}" is not of the form oss://bucket/key.`);
  const names = text.slice('oss://'.length);
  const slash = names.indexOf('/');
  const bucket = slash < 0 ? names : names.slice(0, slash);
  if (bucketNameFault(bucket) !== undefined)
    throw new UsageError(`"${text}" names no bucket: 3 to 63 lower-case letters, digits and hyphens.`);
  return { bucket, key: slash < 0 ? '' : names.slice(slash + 1) };
}

/** A URL that names a bucket and nothing in it. */
export function parseBucketUrl(text: string): string {
  const { bucket, key } = parseOssUrl(text);
  if (key !== '') throw new UsageError(`"${text}" names an object, and a bucket is wanted: oss://${bucket}`);
  return bucket;
}

/** A URL that names an object. */
export function parseObjectUrl(text: string): OssUrl {
  const url = parseOssUrl(text);
  const fault = objectKeyFault(url.key);
  if (fault !== undefined) throw new UsageError(`"${text}" names no object: ${fault}`);
  return url;
}

export function formatOssUrl({ bucket, key }: OssUrl): string {
  return `oss://${bucket}/${key}`;
}
