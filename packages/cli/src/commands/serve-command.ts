import { type Command, Option } from 'commander';
import type { Terminal } from '../terminal.ts';
import type { ServeOptions } from './serve.ts';

export function addServe(program: Command, terminal: Terminal): void {
  program
    .command('serve')
    .description('serve the OSS protocol from a directory, or from memory')
    .option('--data <dir>', 'keep everything in this directory, which is made where it is missing')
    .option('--memory', 'keep everything in memory, and nothing after the end')
    .option('--host <address>', 'listen on this address; default: 127.0.0.1')
    .option('--port <n>', 'listen on this port, 0 for a free one; default: 9720')
    .option('--region <region...>', 'serve these regions, the first one by default; default: cn-hangzhou')
    .option('--bucket <name...>', 'make these buckets where they are missing')
    .option('--base-domain <domain...>', 'take <bucket>.<domain> for the bucket')
    .option('--public-url <url>', 'what programs reach the server by, as lists of buckets tell it')
    .option('--tls-cert <file>', 'speak https with this certificate (PEM)')
    .option('--tls-key <file>', 'its key (PEM)')
    .option('--quarantine <time>', 'keep bytes that nothing holds any more for so long, such as 1s or 24h')
    .option('--strict', 'refuse x-oss-* headers that OSS does not know')
    .option('--unlimited-copy', 'copy objects of any size in one request, also where OSS would not')
    .option('--strict-retention-on-source', 'refuse copies from buckets with a retention policy too')
    .option('--no-block-public-access', 'make new buckets without the block on public access')
    .option('--callback-allow <host...>', 'let callbacks be sent to these hosts; default: callbacks are refused')
    .option('--trust-proxy <address...>', 'believe X-Forwarded-For from these addresses or networks')
    .option('--restore-time <time>', 'how long archived objects take to be restored, such as 2s; default: as long as in OSS')
    .option('--key-file <file>', 'the key under which secrets are kept; default: server.key in the data directory')
    .option('--config <file>', 'options from a JSON file, by their names in camelCase, and "account"; those given here count more')
    .addOption(
      new Option('--log-level <level>', 'the least level of log lines; default: info').choices(['debug', 'info', 'warn', 'error', 'off']),
    )
    .addHelpText(
      'after',
      '\nThe account comes from OSSATURE_ACCESS_KEY_ID and OSSATURE_ACCESS_KEY_SECRET, else from the configuration, else from\naccount.json of the data directory, which is made with a new account where it is missing.',
    )
    .action(async (options: ServeOptions) => {
      // The server and its store are loaded by this command alone: the others start without them.
      const { serve } = await import('./serve.ts');
      await serve(options, terminal);
    });
}
