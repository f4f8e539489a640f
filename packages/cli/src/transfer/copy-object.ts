import { ChecksumError, type Client } from '@ossature/client';
import type { OssUrl } from '../oss-url.ts';
import { multipartTransfer } from './multipart.ts';
import { isSameObject, type ObjectVersion, sameObject } from './object-version.ts';
import { type PlannedPart, planParts, rangeOf } from './part-plan.ts';
import type { TransferOptions, Transferred } from './transfer-options.ts';

type Head = Awaited<ReturnType<Client['headObject']>>;

/**
 * Copies an object inside the service: in one request up to the threshold, else in parts, with the same headers, metadata and tags either way. Every
 * request is pinned to the state of the source that was seen first, and the CRC-64 of the copy is compared with the source's.
 */
export async function copyObject(
  client: Client,
  source: ObjectVersion,
  destination: OssUrl,
  options: TransferOptions,
): Promise<Transferred> {
  const head = await client.headObject(source, { signal: options.signal });
  // Only a bucket with versions tells one.
  if (isSameObject(source, destination) && head.versionId === undefined) throw sameObject();
  // HEAD tells of what a link points to, and a copy takes the link itself: its ETag is another.
  if (head.objectType === 'Symlink') return copyLink(client, source, destination, options);
  const bytes = head.contentLength ?? 0;
  options.progress.begin(bytes);
  const pinned = { sourceBucket: source.bucket, sourceKey: source.key, sourceVersionId: source.versionId, ifMatch: head.etag };
  if (bytes <= options.thresholdBytes) {
    const copy = await client.copyObject({ ...destination, ...pinned }, { signal: options.signal });
    if (head.hashCrc64 !== undefined && copy.hashCrc64 !== undefined && copy.hashCrc64 !== head.hashCrc64) {
      throw new ChecksumError('The CRC-64 of the copy', head.hashCrc64, copy.hashCrc64);
    }
    options.progress.report(1, bytes);
    return { bytes, parts: 1, hashCrc64: copy.hashCrc64 };
  }
  const initiate = { ...destination, ...(await propertiesOf(client, source, head, options.signal)) };
  const transfer = async (uploadId: string, part: PlannedPart, signal: AbortSignal) => {
    const request = { ...destination, ...pinned, uploadId, partNumber: part.partNumber, sourceRange: rangeOf(part) };
    const copied = await client.uploadPartCopy(request, { signal });
    options.progress.report(part.partNumber, part.lengthBytes);
    return { etag: copied.etag, hashCrc64: copied.hashCrc64 };
  };
  const parts = planParts(bytes, options.partBytes);
  return multipartTransfer(client, { initiate, parts, transfer, expectedHashCrc64: head.hashCrc64 }, options);
}

async function copyLink(client: Client, source: ObjectVersion, destination: OssUrl, options: TransferOptions): Promise<Transferred> {
  const { bucket: sourceBucket, key: sourceKey, versionId: sourceVersionId } = source;
  options.progress.begin(0);
  const copy = await client.copyObject({ ...destination, sourceBucket, sourceKey, sourceVersionId }, { signal: options.signal });
  return { bytes: 0, parts: 1, hashCrc64: copy.hashCrc64 };
}

/** What a simple copy takes along and a copy by parts does not: it is read from the source and given to the upload. */
async function propertiesOf(client: Client, source: ObjectVersion, head: Head, signal: AbortSignal) {
  const { contentType, cacheControl, contentDisposition, contentEncoding, contentLanguage, expires, metadata, taggingCount } = head;
  const tagging = taggingCount ? (await client.getObjectTagging(source, { signal })).tags : undefined;
  return { contentType, cacheControl, contentDisposition, contentEncoding, contentLanguage, expires, metadata, tagging };
}
