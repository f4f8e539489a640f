import type { Client } from '@ossature/client';
import type { Command } from 'commander';
import type { ConnectionOptions } from '../connection.ts';
import { parseObjectUrl, parseOssUrl } from '../oss-url.ts';
import { type Terminal, visible } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { withClient, withConnectionOptions } from './connected-command.ts';

interface StatOptions extends ConnectionOptions {
  readonly versionId?: string;
}

export function addStat(program: Command, terminal: Terminal): void {
  const command = program
    .command('stat')
    .description('show what is known of an object or a bucket')
    .argument('<oss-url>', 'oss://bucket/key or oss://bucket')
    .option('--version-id <id>', 'this version of the object, not the current one');
  withConnectionOptions(command).action((url: string, options: StatOptions) => stat(url, options, terminal));
}

async function stat(url: string, options: StatOptions, terminal: Terminal): Promise<void> {
  const { bucket, key } = parseOssUrl(url);
  if (key === '' && options.versionId !== undefined) throw new UsageError('--version-id wants an object: oss://bucket/key.');
  await withClient(options, terminal, async (client) => {
    const facts = key === '' ? await bucketFacts(client, bucket, terminal) : await objectFacts(client, url, options.versionId, terminal);
    for (const [name, value] of facts) {
      if (value !== undefined) terminal.print(`${name.padEnd(16)} ${visible(textOf(value))}`);
    }
  });
}

type Facts = readonly (readonly [name: string, value: string | number | Date | undefined])[];

async function bucketFacts(client: Client, bucket: string, { signal }: Terminal): Promise<Facts> {
  const [{ bucketInfo: info }, stat] = await Promise.all([
    client.getBucketInfo({ bucket }, { signal }),
    client.getBucketStat({ bucket }, { signal }),
  ]);
  return [
    ['Name', info.name],
    ['Location', info.location],
    ['Created', info.creationDate],
    ['Storage class', info.storageClass],
    ['ACL', info.acl],
    ['Versioning', info.versioning],
    ['Encryption', info.serverSideEncryptionRule?.sseAlgorithm],
    ['KMS key', info.serverSideEncryptionRule?.kmsMasterKeyId],
    ['Owner', info.owner.id],
    ['Objects', stat.objectCount],
    ['Bytes', stat.storage],
    ['Uploads', stat.multipartUploadCount],
  ];
}

async function objectFacts(client: Client, url: string, versionId: string | undefined, { signal }: Terminal): Promise<Facts> {
  const object = { ...parseObjectUrl(url), versionId };
  const [head, acl] = await Promise.all([client.headObject(object, { signal }), client.getObjectAcl(object, { signal })]);
  return [
    ['Size', head.contentLength],
    ['Last modified', head.lastModified],
    ['ETag', head.etag],
    ['CRC-64', head.hashCrc64],
    ['Type', head.objectType],
    ['Storage class', head.storageClass],
    ['Restore', head.restore],
    ['ACL', acl.acl],
    ['Encryption', head.serverSideEncryption],
    ['KMS key', head.serverSideEncryptionKeyId],
    ['Content-Type', head.contentType],
    ['Cache-Control', head.cacheControl],
    ['Content-Encoding', head.contentEncoding],
    ['Tags', head.taggingCount],
    ['Version', head.versionId],
    ...Object.entries(head.metadata ?? {}).map(([name, value]) => [`x-oss-meta-${name}`, value] as const),
  ];
}

function textOf(value: string | number | Date): string {
  return value instanceof Date ? value.toISOString() : String(value);
}
