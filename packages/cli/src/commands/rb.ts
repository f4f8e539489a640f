import type { Command } from 'commander';
import type { ConnectionOptions } from '../connection.ts';
import { parseBucketUrl } from '../oss-url.ts';
import type { Terminal } from '../terminal.ts';
import { withClient, withConnectionOptions } from './connected-command.ts';

export function addRb(program: Command, terminal: Terminal): void {
  const command = program.command('rb').description('remove an empty bucket').argument('<oss-url>', 'oss://bucket');
  withConnectionOptions(command).action((url: string, options: ConnectionOptions) => rb(url, options, terminal));
}

async function rb(url: string, options: ConnectionOptions, terminal: Terminal): Promise<void> {
  const bucket = parseBucketUrl(url);
  await withClient(options, terminal, async (client) => {
    await client.deleteBucket({ bucket }, { signal: terminal.signal });
    terminal.say(`removed oss://${bucket}`);
  });
}
