/**
 * Copies a large object part by part, with parts of a size that suits it, and compares the sizes at the end.
 *
 *   node dist/copy-large-object.js --region cn-hangzhou --endpoint http://127.0.0.1:9720 \
 *     --source_bucket source --source_key big.bin --bucket destination --key copy.bin
 */
import { type Client, determinePartSize } from '@ossature/client';
import { connect } from './connect.ts';
import { readOptions } from './read-options.ts';

const options = readOptions({
  region: { help: 'The region of both buckets', required: true },
  endpoint: { help: 'The address of the service; default: the public one of the region' },
  source_bucket: { help: 'The bucket to copy from', required: true },
  source_key: { help: 'The name of the object to copy', required: true },
  bucket: { help: 'The bucket to copy to', required: true },
  key: { help: 'The name of the copy', required: true },
  part_size: { help: 'The preferred size of a part in bytes; default 102400' },
});

const destination = { bucket: options.bucket, key: options.key };
const source = { sourceBucket: options.source_bucket, sourceKey: options.source_key };

function say(what: string, value: unknown): void {
  process.stdout.write(`${what}: ${String(value)}\n`);
}

/** Copies range after range, and answers the status of the completion. */
async function copyByParts(client: Client, totalBytes: number, partBytes: number, etag: string): Promise<number> {
  const { uploadId } = await client.initiateMultipartUpload(destination);
  try {
    const parts: { partNumber: number; etag: string }[] = [];
    for (let offset = 0; offset < totalBytes; offset += partBytes) {
      const partNumber = parts.length + 1;
      const sourceRange = `bytes=${offset}-${Math.min(offset + partBytes, totalBytes) - 1}`;
      const part = await client.uploadPartCopy({ ...destination, ...source, uploadId, partNumber, sourceRange, ifMatch: etag });
      parts.push({ partNumber, etag: part.etag });
    }
    return (await client.completeMultipartUpload({ ...destination, uploadId, parts })).statusCode;
  } catch (error) {
    await client.abortMultipartUpload({ ...destination, uploadId }).catch(() => undefined);
    throw error;
  }
}

async function main(): Promise<void> {
  const client = connect(options);
  try {
    const head = await client.headObject({ bucket: source.sourceBucket, key: source.sourceKey });
    const totalBytes = head.contentLength ?? 0;
    say('source object size', totalBytes);
    const partBytes = determinePartSize(totalBytes, Number(options.part_size ?? 100 * 1024));
    say('part size', partBytes);
    // No part can hold nothing: an empty object is copied whole.
    const status =
      totalBytes === 0
        ? (await client.copyObject({ ...destination, ...source })).statusCode
        : await copyByParts(client, totalBytes, partBytes, head.etag ?? '');
    say('result', status);
    const copied = (await client.headObject(destination)).contentLength ?? 0;
    say('destination object size', copied);
    if (copied !== totalBytes) throw new Error(`The copy has ${copied} bytes, and its source ${totalBytes}.`);
  } finally {
    await client.close();
  }
}

await main();
