/**
 * Copies an object in one request, within a bucket or between two buckets of a region, with every header that such a copy can have.
 *
 *   node dist/copy-object.js --region cn-hangzhou --endpoint http://127.0.0.1:9720 \
 *     --source_bucket source --source_key a.txt --bucket destination --key b.txt --storage_class IA
 */
import { isServiceError } from '@ossature/client';
import { connect } from './connect.ts';
import { oneOf, readOptions } from './read-options.ts';

const options = readOptions({
  region: { help: 'The region of both buckets', required: true },
  endpoint: { help: 'The address of the service; default: the public one of the region' },
  source_bucket: { help: 'The bucket to copy from', required: true },
  source_key: { help: 'The name of the object to copy', required: true },
  bucket: { help: 'The bucket to copy to; may be the same', required: true },
  key: { help: 'The name of the copy', required: true },
  forbid_overwrite: { help: 'true: an object that has the name already is an error' },
  if_match: { help: 'Copy only where the ETag of the source is this' },
  if_none_match: { help: 'Copy only where the ETag of the source is another' },
  if_unmodified_since: { help: 'Copy only where the source is not younger: RFC 1123, or 2021-12-09T07:01:56.000Z' },
  if_modified_since: { help: 'Copy only where the source is younger' },
  metadata_directive: { help: 'COPY: the metadata of the source. REPLACE: that of these options' },
  content_type: { help: 'With REPLACE: the media type of the copy' },
  metadata: { help: 'With REPLACE: user metadata, k1=v1&k2=v2' },
  server_side_encryption: { help: 'AES256, KMS or SM4' },
  server_side_encryption_key_id: { help: 'With KMS: the id of the key' },
  acl: { help: 'The access to the copy: default, private, public-read, public-read-write' },
  storage_class: { help: 'Standard, IA, Archive, ColdArchive or DeepColdArchive' },
  tagging: { help: 'With Replace: the tags of the copy, k1=v1&k2=v2' },
  tagging_directive: { help: 'Copy: the tags of the source. Replace: those of this command' },
});

/** `k1=v1&k2=v2`, each side percent-encoded, as pairs. */
function pairs(text: string): [string, string][] {
  return [...new URLSearchParams(text)];
}

async function main(): Promise<void> {
  const client = connect(options);
  try {
    const result = await client.copyObject({
      bucket: options.bucket,
      key: options.key,
      sourceBucket: options.source_bucket,
      sourceKey: options.source_key,
      forbidOverwrite: options.forbid_overwrite === undefined ? undefined : options.forbid_overwrite === 'true',
      ifMatch: options.if_match,
      ifNoneMatch: options.if_none_match,
      ifUnmodifiedSince: options.if_unmodified_since,
      ifModifiedSince: options.if_modified_since,
      metadataDirective: oneOf('metadata_directive', options.metadata_directive, ['COPY', 'REPLACE']),
      contentType: options.content_type,
      metadata: options.metadata === undefined ? undefined : Object.fromEntries(pairs(options.metadata)),
      serverSideEncryption: oneOf('server_side_encryption', options.server_side_encryption, ['AES256', 'KMS', 'SM4']),
      serverSideEncryptionKeyId: options.server_side_encryption_key_id,
      acl: oneOf('acl', options.acl, ['default', 'private', 'public-read', 'public-read-write']),
      storageClass: oneOf('storage_class', options.storage_class, ['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive']),
      tagging: options.tagging === undefined ? undefined : pairs(options.tagging).map(([key, value]) => ({ key, value })),
      taggingDirective: oneOf('tagging_directive', options.tagging_directive, ['Copy', 'Replace']),
    });
    process.stdout.write(`result.status: ${result.statusCode}\n`);
  } catch (error) {
    // A condition that does not hold is an answer, and no accident: 304 or 412.
    if (!isServiceError(error)) throw error;
    process.stdout.write(`result.status: ${error.statusCode}\n`);
    process.stderr.write(`${error.code}: ${error.message} (request id ${error.requestId ?? 'none'})\n`);
    process.exitCode = 2;
  } finally {
    await client.close();
  }
}

await main();
