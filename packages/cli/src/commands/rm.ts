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
}

/** DeleteMultipleObjects takes so many. */
const batchKeys = 1000;

export function addRm(program: Command, terminal: Terminal): void {
  const command = program
    .command('rm')
    .description('remove objects')
    .argument('<oss-url...>', 'oss://bucket/key; with -r everything that begins so')
    .option('-r, --recursive', 'remove every object whose key begins so')
    .option('-f, --force', 'with -r: also everything of a bucket');
  withConnectionOptions(command).action((urls: string[], options: RmOptions) => rm(urls, options, terminal));
}

async function rm(urls: readonly string[], options: RmOptions, terminal: Terminal): Promise<void> {
  const places = urls.map((url) => (options.recursive ? parseOssUrl(url) : parseObjectUrl(url)));
  const whole = places.find((place) => place.key === '');
  if (whole !== undefined && !options.force) {
    throw new UsageError(`-r with oss://${whole.bucket} removes every object of the bucket: say --force to mean that.`);
  }
  await withClient(options, terminal, async (client) => {
    const outcome = { removed: 0, failed: 0 };
    for (const place of places) {
      if (options.recursive) await removeAll(client, place, outcome, terminal);
      else if (places.length === 1) await removeOne(client, place, outcome, terminal);
      else await attempt(() => removeOne(client, place, outcome, terminal), 1, outcome, formatOssUrl(place), terminal);
    }
    terminal.say(`removed ${outcome.removed} ${outcome.removed === 1 ? 'object' : 'objects'}`);
    if (outcome.failed > 0) throw new BatchError(`${outcome.failed} could not be removed.`);
  });
}

interface Outcome {
  removed: number;
  failed: number;
}

async function removeOne(client: Client, place: OssUrl, outcome: Outcome, terminal: Terminal): Promise<void> {
  await client.deleteObject(place, { signal: terminal.signal });
  outcome.removed++;
}

async function removeAll(client: Client, place: OssUrl, outcome: Outcome, terminal: Terminal): Promise<void> {
  const { bucket, key: prefix } = place;
  for await (const page of client.pages.listObjectsV2({ bucket, prefix, maxKeys: batchKeys }, { signal: terminal.signal })) {
    const keys = page.contents.map((object) => object.key);
    const inXml = keys.filter(fitsXml);
    if (inXml.length > 0) {
      const what = `${inXml.length} objects from ${formatOssUrl({ bucket, key: inXml[0] ?? '' })}`;
      await attempt(() => removeBatch(client, bucket, inXml, outcome, terminal), inXml.length, outcome, what, terminal);
    }
    for (const key of keys.filter((candidate) => !fitsXml(candidate))) {
      const url = { bucket, key };
      await attempt(() => removeOne(client, url, outcome, terminal), 1, outcome, formatOssUrl(url), terminal);
    }
  }
}

async function removeBatch(client: Client, bucket: string, keys: readonly string[], outcome: Outcome, terminal: Terminal): Promise<void> {
  const objects = keys.map((key) => ({ key }));
  const { deletedObjects = [] } = await client.deleteMultipleObjects({ bucket, objects }, { signal: terminal.signal });
  const removed = new Set(deletedObjects.map((object) => object.key));
  const left = keys.filter((key) => !removed.has(key));
  outcome.removed += keys.length - left.length;
  outcome.failed += left.length;
  for (const key of left) terminal.say(`${visible(formatOssUrl({ bucket, key }))}: not removed`);
}

/** Goes on after a failure, which is reported and counted. */
async function attempt(remove: () => Promise<void>, count: number, outcome: Outcome, what: string, terminal: Terminal): Promise<void> {
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
