import type { Client } from '@ossature/client';
import { type Command, Option } from 'commander';
import { type ConnectionOptions, connect } from '../connection.ts';
import type { Terminal } from '../terminal.ts';

/** Gives a command the options of a connection. */
export function withConnectionOptions(command: Command): Command {
  return command
    .option('-i, --access-key-id <id>', 'the access key; default: OSS_ACCESS_KEY_ID')
    .option('-k, --access-key-secret <secret>', 'its secret, which other users of the machine can see here; better: OSS_ACCESS_KEY_SECRET')
    .option('-t, --sts-token <token>', 'the token of temporary keys; default: OSS_SESSION_TOKEN')
    .option('-e, --endpoint <endpoint>', 'the address of the service; default: OSS_ENDPOINT, else the public one of the region')
    .option('--region <region>', 'the region of the buckets, such as cn-hangzhou; default: OSS_REGION')
    .addOption(new Option('--profile <name>', 'local: a server on this machine, with the account of its data directory'))
    .option('--data <dir>', 'with --profile local: the data directory; default: ./data');
}

/** Runs with a client, which is closed whatever comes. */
export async function withClient(options: ConnectionOptions, terminal: Terminal, run: (client: Client) => Promise<void>): Promise<void> {
  const client = await connect(options, terminal);
  try {
    await run(client);
  } finally {
    await client.close();
  }
}
