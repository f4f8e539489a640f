import { type Client, mergeVersions } from '@ossature/client';
import type { Command } from 'commander';
import type { ConnectionOptions } from '../connection.ts';
import { formatOssUrl, type OssUrl, parseOssUrl } from '../oss-url.ts';
import { formatSize } from '../quantity.ts';
import { type Terminal, visible } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { withClient, withConnectionOptions } from './connected-command.ts';

interface LsOptions extends ConnectionOptions {
  readonly recursive?: true;
  readonly allVersions?: true;
}

export function addLs(program: Command, terminal: Terminal): void {
  const command = program
    .command('ls')
    .description('list buckets, or the objects of one')
    .argument('[oss-url]', 'oss://bucket or oss://bucket/prefix; without it the buckets')
    .option('-r, --recursive', 'also what lies deeper than the next slash')
    .option('--all-versions', 'every version and delete marker, with its version id; `*` marks the current one');
  withConnectionOptions(command).action((url: string | undefined, options: LsOptions) => ls(url, options, terminal));
}

async function ls(url: string | undefined, options: LsOptions, terminal: Terminal): Promise<void> {
  const place = url === undefined || url === 'oss://' ? undefined : parseOssUrl(url);
  if (place === undefined && options.allVersions) throw new UsageError('--all-versions wants oss://bucket.');
  const list = options.allVersions ? listVersions : listObjects;
  await withClient(options, terminal, (client) =>
    place === undefined ? listBuckets(client, terminal) : list(client, place, options.recursive === true, terminal),
  );
}

async function listBuckets(client: Client, terminal: Terminal): Promise<void> {
  let count = 0;
  for await (const bucket of client.pages.listBuckets({}, { signal: terminal.signal }).items()) {
    terminal.print(
      row(seconds(bucket.creationDate), bucket.region ?? bucket.location, bucket.storageClass, `oss://${visible(bucket.name)}`),
    );
    count++;
  }
  terminal.say(`${count} ${count === 1 ? 'bucket' : 'buckets'}`);
}

async function listObjects(client: Client, place: OssUrl, recursive: boolean, terminal: Terminal): Promise<void> {
  const { bucket, key: prefix } = place;
  const request = { bucket, prefix, maxKeys: 1000, ...(recursive ? {} : { delimiter: '/' }) };
  let count = 0;
  let bytes = 0;
  for await (const page of client.pages.listObjectsV2(request, { signal: terminal.signal })) {
    // A page has its prefixes beside its objects; shown, they stand in one order.
    for (const common of page.commonPrefixes) terminal.print(row('', 'PREFIX', '', visible(formatOssUrl({ bucket, key: common.prefix }))));
    for (const object of page.contents) {
      const url = visible(formatOssUrl({ bucket, key: object.key }));
      terminal.print(row(seconds(object.lastModified), String(object.size), object.storageClass ?? '', url));
      count++;
      bytes += object.size;
    }
  }
  terminal.say(`${count} ${count === 1 ? 'object' : 'objects'}, ${formatSize(bytes)}`);
}

async function listVersions(client: Client, { bucket, key: prefix }: OssUrl, recursive: boolean, terminal: Terminal): Promise<void> {
  const request = { bucket, prefix, maxKeys: 1000, ...(recursive ? {} : { delimiter: '/' }) };
  let versions = 0;
  let markers = 0;
  let bytes = 0;
  const urlOf = (key: string) => visible(formatOssUrl({ bucket, key }));
  for await (const page of client.pages.listObjectVersions(request, { signal: terminal.signal })) {
    for (const common of page.commonPrefixes) terminal.print(versionRow(row('', 'PREFIX', '', ''), '', urlOf(common.prefix)));
    for (const entry of mergeVersions(page)) {
      const [size, storageClass] = entry.isDeleteMarker ? ['MARKER', ''] : [String(entry.size), entry.storageClass ?? ''];
      const mark = `${entry.isLatest ? '*' : '-'} ${entry.versionId}`;
      terminal.print(versionRow(row(seconds(entry.lastModified), size, storageClass, ''), mark, urlOf(entry.key)));
      if (entry.isDeleteMarker) markers++;
      else {
        versions++;
        bytes += entry.size;
      }
    }
  }
  terminal.say(
    `${versions} ${versions === 1 ? 'version' : 'versions'}, ${markers} ${markers === 1 ? 'delete marker' : 'delete markers'}, ${formatSize(bytes)}`,
  );
}

/** Ids of OSS have 64 characters. */
function versionRow(columns: string, mark: string, url: string): string {
  return `${columns}${mark.padEnd(66)}  ${url}`;
}

/** Columns that line up, and that a program can split at white space. */
function row(time: string, middle: string, storageClass: string, url: string): string {
  return `${time.padEnd(20)}  ${middle.padStart(14)}  ${storageClass.padEnd(15)}  ${url}`;
}

function seconds(date: Date): string {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
