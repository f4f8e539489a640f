/**
 * Copies an object in parts of 1 MiB: begin an upload, copy every range of the source into a part, put the parts together.
 *
 *   node dist/upload-part-copy.js --region cn-hangzhou --endpoint http://127.0.0.1:9720 \
 *     --source_bucket source --source_key big.bin --bucket destination --key copy.bin
 */
import { type Client, determinePartSize } from '@ossature/client';
import { connect } from './connect.ts';
import { readOptions } from './read-options.ts';

const options = readOptions({
  region: { help: 'The region of both buckets', required: true },
  bucket: { help: 'The bucket to copy to', required: true },
  endpoint: { help: 'The address of the service; default: the public one of the region' },
  key: { help: 'The name of the copy', required: true },
  source_bucket: { help: 'The bucket to copy from', required: true },
  source_key: { help: 'The name of the object to copy', required: true },
});

const destination = { bucket: options.bucket, key: options.key };
const source = { sourceBucket: options.source_bucket, sourceKey: options.source_key };
const preferredPartBytes = 1024 * 1024;

type Part = { readonly partNumber: number; readonly etag: string };

/** One line of `name: value` pairs. */
function report(facts: Readonly<Record<string, unknown>>): void {
  const text = (value: unknown) => (value instanceof Date ? value.toISOString() : String(value ?? 'none'));
  process.stdout.write(
    `${Object.entries(facts)
      .map(([name, value]) => `${name}: ${text(value)}`)
      .join(', ')}\n`,
  );
}

async function copyParts(client: Client, uploadId: string, totalBytes: number, etag: string): Promise<Part[]> {
  const parts: Part[] = [];
  // 1 MiB, and more only where 10,000 parts of that would not do.
  const partBytes = determinePartSize(totalBytes, preferredPartBytes);
  for (let offset = 0; offset < totalBytes; offset += partBytes) {
    const partNumber = parts.length + 1;
    const end = Math.min(offset + partBytes, totalBytes) - 1;
    // Without the condition, a source that changes meanwhile would give a mixture of old and new bytes.
    const part = await client.uploadPartCopy({
      ...destination,
      ...source,
      uploadId,
      partNumber,
      sourceRange: `bytes=${offset}-${end}`,
      ifMatch: etag,
    });
    report({
      'status code': part.statusCode,
      'request id': part.requestId,
      'part number': partNumber,
      'last modified': part.lastModified,
      etag: part.etag,
      'source version id': part.sourceVersionId,
    });
    parts.push({ partNumber, etag: part.etag });
  }
  return parts;
}

/** A source without bytes has no ranges, and an upload needs at least one part: such an object is copied whole. */
async function copyEmpty(client: Client): Promise<void> {
  const copy = await client.copyObject({ ...destination, ...source });
  report({
    'status code': copy.statusCode,
    'request id': copy.requestId,
    bucket: destination.bucket,
    key: destination.key,
    location: undefined,
    etag: copy.etag,
    'encoding type': undefined,
    'hash crc64': copy.hashCrc64,
    'version id': copy.versionId,
  });
}

async function copyByParts(client: Client, totalBytes: number, etag: string): Promise<void> {
  const { uploadId } = await client.initiateMultipartUpload(destination);
  try {
    const parts = await copyParts(client, uploadId, totalBytes, etag);
    const object = await client.completeMultipartUpload({ ...destination, uploadId, parts });
    report({
      'status code': object.statusCode,
      'request id': object.requestId,
      bucket: object.bucket,
      key: object.key,
      location: object.location,
      etag: object.etag,
      'encoding type': object.encodingType,
      'hash crc64': object.hashCrc64,
      'version id': object.versionId,
    });
  } catch (error) {
    // The parts of an upload that is neither completed nor aborted stay, and cost.
    await client.abortMultipartUpload({ ...destination, uploadId }).catch(() => undefined);
    throw error;
  }
}

async function main(): Promise<void> {
  const client = connect(options);
  try {
    const meta = await client.getObjectMeta({ bucket: source.sourceBucket, key: source.sourceKey });
    const totalBytes = meta.contentLength ?? 0;
    await (totalBytes === 0 ? copyEmpty(client) : copyByParts(client, totalBytes, meta.etag ?? ''));
  } finally {
    await client.close();
  }
}

await main();
