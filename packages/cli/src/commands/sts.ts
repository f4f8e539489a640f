import type { Command } from 'commander';
import type { ConnectionOptions } from '../connection.ts';
import { parseDurationMs } from '../quantity.ts';
import { accountIdOf, readDocument, shownMember, stsService } from '../ram-call.ts';
import { recordMember, withRpc } from '../rpc-call.ts';
import type { Terminal } from '../terminal.ts';
import { withConnectionOptions } from './connected-command.ts';

interface AssumeOptions extends ConnectionOptions {
  readonly session: string;
  readonly duration?: string;
  readonly policy?: string;
}

/** `ossature sts …`: temporary credentials. */
export function addSts(program: Command, terminal: Terminal): void {
  const sts = program.command('sts').description('get temporary credentials (STS)');
  const assume = sts
    .command('assume-role')
    .description('print temporary keys of a role, as variables of the environment; for keys of users')
    .argument('<role>', 'the name of the role, or its ARN')
    .option('--session <name>', 'what the session is called in policies and logs', 'ossature')
    .option('--duration <time>', 'how long they are good, from 15m to what the role allows; default: 1h')
    .option('--policy <file>', 'a JSON document that narrows what they may do');
  withConnectionOptions(assume).action((role: string, options: AssumeOptions) => assumeRole(role, options, terminal));
}

async function assumeRole(role: string, options: AssumeOptions, terminal: Terminal): Promise<void> {
  const { session, duration, policy } = options;
  const seconds = duration === undefined ? undefined : Math.round(parseDurationMs(duration, '--duration') / 1000);
  const document = policy === undefined ? undefined : await readDocument(policy);
  const arn = role.startsWith('acs:ram:') ? role : `acs:ram::${await accountIdOf(options, terminal)}:role/${role}`;
  await withRpc(options, stsService, terminal, async (call) => {
    const answer = await call('AssumeRole', {
      RoleArn: arn,
      RoleSessionName: session,
      ...(seconds === undefined ? {} : { DurationSeconds: String(seconds) }),
      ...(document === undefined ? {} : { Policy: document }),
    });
    const credentials = recordMember(answer, 'Credentials');
    terminal.print(`OSS_ACCESS_KEY_ID=${shownMember(credentials, 'AccessKeyId')}`);
    terminal.print(`OSS_ACCESS_KEY_SECRET=${shownMember(credentials, 'AccessKeySecret')}`);
    terminal.print(`OSS_SESSION_TOKEN=${shownMember(credentials, 'SecurityToken')}`);
    terminal.say(`good until ${shownMember(credentials, 'Expiration')}`);
  });
}
