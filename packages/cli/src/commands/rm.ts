import { type Client, isTransportError } from '@ossature/client';
import type { Command } from 'commander';
import { BatchError } from '../batch-error.ts';
import type { ConnectionOptions } from '../connection.ts';
import { describeError } from '../exit-code.ts';
import { formatOssUrl, type OssUrl, parseObjectUrl, parseOssUrl } from '../oss-url.ts';
import { type Terminal, visible } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { withClient, withConnectionOptions } from './connected-command.ts';

interface RmOptions extends ConnectionOptions {
  readonly recursive?: true;
  readonly force?: true;
  readonly versionId?: string;
  readonly allVersions?: true;
}

/** DeleteMultipleObjects takes so many. */
const batchKeys = 1000;

export function addRm(program: Command, terminal: Terminal): void {
  const command = program
    .command('rm')
    .description('remove objects')
    .argument('<oss-url...>', 'oss://bucket/key; with -r everything that begins so')
    .option('-r, --recursive', 'remove every object whose key begins so')
    .option('--version-id <id>', 'remove this version, for good')
    .option('--all-versions', 'remove every version and delete marker, for good')
    .option('-f, --force', 'with -r: also everything of a bucket');
  withConnectionOptions(command).action((urls: string[], options: RmOptions) => rm(urls, options, terminal));
}

async function rm(urls: readonly string[], options: RmOptions, terminal: Terminal): Promise<void> {
  const { versionId } = options;
  const places = urls.map((url) => (options.recursive ? parseOssUrl(url) : parseObjectUrl(url)));
  if (versionId !== undefined && (places.length > 1 || options.recursive || options.allVersions)) {
    throw new UsageError('--version-id wants one object, and neither -r nor --all-versions.');
  }
  const whole = places.find((place) => place.key === '');
  if (whole !== undefined && !options.force) {
    throw new UsageError(`-r with oss://${whole.bucket} removes every object of the bucket: say --force to mean that.`);
  }
  await withClient(options, terminal, async (client) => {
    const removal: Removal = { client, terminal, outcome: { removed: 0, failed: 0 } };
    for (const place of places) {
      if (options.allVersions) await removeVersions(removal, place, options.recursive === true);
      else if (options.recursive) await removeAll(removal, place);
      else if (places.length === 1) await removeOne(removal, { ...place, versionId });
      else await attempt(removal, () => removeOne(removal, place), 1, formatOssUrl(place));
    }
    const { removed, failed } = removal.outcome;
    const what = options.allVersions || versionId !== undefined ? 'version' : 'object';
    terminal.say(`removed ${removed} ${what}${removed === 1 ? '' : 's'}`);
    if (failed > 0) throw new BatchError(`${failed} could not be removed.`);
  });
}

/** What one command works with, and what came of it so far. */
interface Removal {
  readonly client: Client;
  readonly terminal: Terminal;
  readonly outcome: { removed: number; failed: number };
}

interface Removable {
  readonly key: string;
  readonly versionId?: string | undefined;
}

async function removeOne({ client, terminal, outcome }: Removal, object: Removable & { readonly bucket: string }): Promise<void> {
  await client.deleteObject(object, { signal: terminal.signal });
  outcome.removed++;
}

async function removeAll(removal: Removal, { bucket, key: prefix }: OssUrl): Promise<void> {
  const { client, terminal } = removal;
  for await (const page of client.pages.listObjectsV2({ bucket, prefix, maxKeys: batchKeys }, { signal: terminal.signal })) {
    await removeListed(removal, bucket, page.contents);
  }
}

/** The listing goes on behind what is removed: the markers of a page need not stand any more. */
async function removeVersions(removal: Removal, { bucket, key }: OssUrl, recursive: boolean): Promise<void> {
  const { client, terminal } = removal;
  for await (const page of client.pages.listObjectVersions({ bucket, prefix: key, maxKeys: batchKeys }, { signal: terminal.signal })) {
    const found = [...page.versions, ...page.deleteMarkers];
    await removeListed(removal, bucket, recursive ? found : found.filter((version) => version.key === key));
    // The key itself comes before all that only begins with it.
    if (!recursive && found.some((version) => version.key !== key)) return;
  }
}

async function removeListed(removal: Removal, bucket: string, found: readonly Removable[]): Promise<void> {
  const objects = found.map(({ key, versionId }) => ({ key, versionId }));
  const inXml = objects.filter(({ key }) => fitsXml(key));
  if (inXml.length > 0) {
    const what = `${inXml.length} objects from ${formatOssUrl({ bucket, key: inXml[0]?.key ?? '' })}`;
    await attempt(removal, () => removeBatch(removal, bucket, inXml), inXml.length, what);
  }
  for (const object of objects.filter(({ key }) => !fitsXml(key))) {
    await attempt(removal, () => removeOne(removal, { bucket, ...object }), 1, formatOssUrl({ bucket, key: object.key }));
  }
}

async function removeBatch({ client, terminal, outcome }: Removal, bucket: string, objects: readonly Removable[]): Promise<void> {
  const { deletedObjects = [] } = await client.deleteMultipleObjects({ bucket, objects }, { signal: terminal.signal });
  const removed = new Set(deletedObjects.map(nameOf));
  const left = objects.filter((object) => !removed.has(nameOf(object)));
  outcome.removed += objects.length - left.length;
  outcome.failed += left.length;
  for (const { key } of left) terminal.say(`${visible(formatOssUrl({ bucket, key }))}: not removed`);
}

function nameOf({ key, versionId }: Removable): string {
  return `${key}\0${versionId ?? ''}`;
}

/** Goes on after a failure, which is reported and counted. */
async function attempt({ outcome, terminal }: Removal, remove: () => Promise<void>, count: number, what: string): Promise<void> {
  try {
    await remove();
  } catch (error) {
    if (isTransportError(error, 'aborted')) throw error;
    outcome.failed += count;
    terminal.say(`${visible(what)}: ${describeError(error)}`);
  }
}

/** The body of DeleteMultipleObjects is XML, which has no place for most control characters. */
function fitsXml(key: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return !/[\x00-\x1f\ufffe\uffff]/.test(key);
}
