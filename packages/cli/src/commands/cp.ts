import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Client } from '@ossature/client';
import { mediaTypeOf } from '@ossature/protocol';
import type { Command } from 'commander';
import type { ConnectionOptions } from '../connection.ts';
import { describeError } from '../exit-code.ts';
import { formatOssUrl, isOssUrl, type OssUrl, parseObjectUrl, parseOssUrl } from '../oss-url.ts';
import { loadProgressBar } from '../progress-bar.ts';
import { formatDuration, formatSize, parseInteger, parseSizeBytes } from '../quantity.ts';
import { type Terminal, visible } from '../terminal.ts';
import { copyObject } from '../transfer/copy-object.ts';
import { downloadFile } from '../transfer/download-file.ts';
import { isSameObject, type ObjectVersion, sameObject } from '../transfer/object-version.ts';
import { createProgress } from '../transfer/progress.ts';
import type { TransferOptions, Transferred } from '../transfer/transfer-options.ts';
import { uploadFile } from '../transfer/upload-file.ts';
import { UsageError } from '../usage-error.ts';
import { withClient, withConnectionOptions } from './connected-command.ts';

interface CpOptions extends ConnectionOptions {
  readonly bigfileThreshold: string;
  readonly partSize?: string;
  readonly parallel: string;
  readonly contentType?: string;
  readonly versionId?: string;
  readonly progress: boolean;
}

/** What is to be copied where. */
type Route =
  | { readonly kind: 'upload'; readonly path: string; readonly destination: OssUrl }
  | { readonly kind: 'download'; readonly source: ObjectVersion; readonly path: string }
  | { readonly kind: 'copy'; readonly source: ObjectVersion; readonly destination: OssUrl };

export function addCp(program: Command, terminal: Terminal): void {
  const command = program
    .command('cp')
    .description('copy a file to an object, an object to a file, or an object to an object')
    .argument('<source>', 'a file, or oss://bucket/key')
    .argument(
      '<destination>',
      'oss://bucket/key, or a file; a bucket, a key that ends in a slash or a directory takes the name of the source',
    )
    .option('--bigfile-threshold <size>', 'larger ones go in parts', '100M')
    .option('--part-size <size>', 'the size of a part, 100K to 5G; default: 64M, more for what would have over 10,000')
    .option('--parallel <n>', 'parts at the same time', '4')
    .option('--content-type <type>', 'the media type of an uploaded file; default: by its name')
    .option('--version-id <id>', 'this version of the source, not the current one')
    .option('--no-progress', 'no progress bar');
  withConnectionOptions(command).action((source: string, destination: string, options: CpOptions) =>
    cp(source, destination, options, terminal),
  );
}

async function cp(source: string, destination: string, options: CpOptions, terminal: Terminal): Promise<void> {
  const limits = {
    thresholdBytes: parseSizeBytes(options.bigfileThreshold, '--bigfile-threshold'),
    partBytes: options.partSize === undefined ? undefined : parsePartSize(options.partSize),
    parallel: parseInteger(options.parallel, '--parallel', 1, 64),
  };
  const route = await routeOf(source, destination, options.versionId);
  await withClient(options, terminal, async (client) => {
    const startedMs = performance.now();
    const bar = terminal.isWatched && options.progress ? await loadProgressBar() : undefined;
    try {
      const transferred = await run(client, route, options, {
        ...limits,
        signal: terminal.signal,
        progress: createProgress(bar),
        onLeftUpload: (uploadId, error) =>
          terminal.say(`The upload ${uploadId} could not be aborted, and its parts stay: ${describeError(error)}`),
      });
      bar?.stop();
      terminal.say(summary(route, transferred, performance.now() - startedMs));
    } finally {
      bar?.stop();
    }
  });
}

function parsePartSize(text: string): number {
  const bytes = parseSizeBytes(text, '--part-size');
  if (bytes < 100 * 1024 || bytes > 5 * 1024 ** 3) throw new UsageError(`--part-size is between 100K and 5G, not "${text}".`);
  return bytes;
}

async function routeOf(source: string, destination: string, versionId: string | undefined): Promise<Route> {
  if (!isOssUrl(source)) {
    if (versionId !== undefined) throw new UsageError('--version-id wants an object as source: oss://bucket/key.');
    if (!isOssUrl(destination)) throw new UsageError('One of source and destination must be oss://bucket/key.');
    const found = await stat(source);
    if (!found.isFile()) throw new UsageError(`${source} is no file.`);
    return { kind: 'upload', path: source, destination: named(parseOssUrl(destination), basename(source)) };
  }
  const from = { ...parseObjectUrl(source), versionId };
  const name = from.key.split('/').at(-1) ?? '';
  if (!isOssUrl(destination)) return { kind: 'download', source: from, path: await filePath(destination, name) };
  const to = named(parseOssUrl(destination), name);
  if (versionId === undefined && isSameObject(from, to)) throw sameObject();
  return { kind: 'copy', source: from, destination: to };
}

/** A bucket, and a key that ends in a slash, take the name of the source. */
function named(place: OssUrl, name: string): OssUrl {
  const url = place.key === '' || place.key.endsWith('/') ? { ...place, key: `${place.key}${name}` } : place;
  return parseObjectUrl(formatOssUrl(url));
}

async function filePath(destination: string, name: string): Promise<string> {
  const found = await stat(destination).catch(() => undefined);
  const isFolder = found === undefined ? destination.endsWith('/') : found.isDirectory();
  const path = isFolder ? join(destination, fileName(name)) : destination;
  const replaced = isFolder ? await stat(path).catch(() => undefined) : found;
  // A download takes the place of what has its name: a pipe or a device, such as /dev/null, must not lose it.
  if (replaced !== undefined && !replaced.isFile()) throw new UsageError(`${path} is there, and is no file.`);
  return path;
}

function fileName(name: string): string {
  if (['', '.', '..'].includes(name) || name.includes('\\')) throw new UsageError('The key ends in no name for a file: name the file.');
  return name;
}

function run(client: Client, route: Route, options: CpOptions, transfer: TransferOptions): Promise<Transferred> {
  switch (route.kind) {
    case 'upload':
      return uploadFile(client, route.path, route.destination, options.contentType ?? mediaTypeOf(route.path), transfer);
    case 'download':
      return downloadFile(client, route.source, route.path, transfer);
    case 'copy':
      return copyObject(client, route.source, route.destination, transfer);
  }
}

function summary(route: Route, { bytes, parts, hashCrc64 }: Transferred, elapsedMs: number): string {
  const from = route.kind === 'upload' ? route.path : formatOssUrl(route.source);
  const to = route.kind === 'download' ? route.path : formatOssUrl(route.destination);
  const inParts = parts > 1 ? ` in ${parts} parts` : '';
  const checksum = hashCrc64 === undefined ? 'no checksum told' : `CRC-64 ${hashCrc64}`;
  return `${visible(from)} -> ${visible(to)}: ${formatSize(bytes)}${inParts}, ${checksum}, ${formatDuration(elapsedMs)}`;
}
