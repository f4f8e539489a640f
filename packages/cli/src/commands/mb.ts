import { type Command, Option } from 'commander';
import type { ConnectionOptions } from '../connection.ts';
import { parseBucketUrl } from '../oss-url.ts';
import type { Terminal } from '../terminal.ts';
import { withClient, withConnectionOptions } from './connected-command.ts';

const acls = ['private', 'public-read', 'public-read-write'] as const;
const storageClasses = ['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive'] as const;

interface MbOptions extends ConnectionOptions {
  readonly acl?: (typeof acls)[number];
  readonly storageClass?: (typeof storageClasses)[number];
}

export function addMb(program: Command, terminal: Terminal): void {
  const command = program
    .command('mb')
    .description('make a bucket')
    .argument('<oss-url>', 'oss://bucket')
    .addOption(new Option('--acl <acl>', 'who may use it').choices(acls))
    .addOption(new Option('--storage-class <class>', 'the class of objects that name none').choices(storageClasses));
  withConnectionOptions(command).action((url: string, options: MbOptions) => mb(url, options, terminal));
}

async function mb(url: string, options: MbOptions, terminal: Terminal): Promise<void> {
  const bucket = parseBucketUrl(url);
  await withClient(options, terminal, async (client) => {
    await client.putBucket({ bucket, acl: options.acl, storageClass: options.storageClass }, { signal: terminal.signal });
    terminal.say(`made oss://${bucket}`);
  });
}
