import type { Command } from 'commander';
import type { ConnectionOptions } from '../connection.ts';
import { parseDurationMs } from '../quantity.ts';
import { accountIdOf, listAll, printFacts, ramService, readDocument, shownMember } from '../ram-call.ts';
import { recordMember, recordsMember, withRpc } from '../rpc-call.ts';
import { type Terminal, visible } from '../terminal.ts';
import { withConnectionOptions } from './connected-command.ts';

interface AddOptions extends ConnectionOptions {
  readonly trust?: string;
  readonly description?: string;
  readonly maxSession?: string;
}

/** `ossature role …`: roles that users may assume. */
export function addRole(program: Command, terminal: Terminal): void {
  const role = program.command('role').description('manage roles that users may assume (RAM)');
  const create = role
    .command('add')
    .description('make a role, which may do nothing yet')
    .argument('<name>', 'letters, digits and ._@-')
    .option('--trust <file>', 'a JSON document that says who may assume it; default: every user of the account whose policies allow it')
    .option('--description <text>', 'what it is for')
    .option('--max-session <time>', 'the longest time that it may be assumed for, 1h to 12h; default: 1h');
  withConnectionOptions(create).action((name: string, options: AddOptions) => createRole(name, options, terminal));
  withConnectionOptions(role.command('ls').description('list the roles')).action((options: ConnectionOptions) =>
    withRpc(options, ramService, terminal, async (call) => {
      for (const item of await listAll(call, 'ListRoles', 'Roles', 'Role')) {
        const [id, created, arn] = ['RoleId', 'CreateDate', 'Arn'].map((member) => shownMember(item, member));
        terminal.print(`${id}  ${created}  ${arn}`);
      }
    }),
  );
  const show = role.command('show').description('show a role, whom it trusts, and its policies').argument('<name>', 'the name');
  withConnectionOptions(show).action((name: string, options: ConnectionOptions) =>
    withRpc(options, ramService, terminal, async (call) => {
      printFacts(terminal, recordMember(await call('GetRole', { RoleName: name }), 'Role'), roleFacts);
      const policies = recordMember(await call('ListPoliciesForRole', { RoleName: name }), 'Policies');
      for (const policy of recordsMember(policies, 'Policy')) {
        terminal.print(`Policy           ${shownMember(policy, 'PolicyName')}  ${shownMember(policy, 'PolicyType')}`);
      }
    }),
  );
  const remove = role.command('rm').description('remove a role that has no policies').argument('<name>', 'the name');
  withConnectionOptions(remove).action((name: string, options: ConnectionOptions) =>
    withRpc(options, ramService, terminal, async (call) => {
      await call('DeleteRole', { RoleName: name });
      terminal.say(`removed the role ${visible(name)}`);
    }),
  );
}

const roleFacts = [
  ['Name', 'RoleName'],
  ['Id', 'RoleId'],
  ['Arn', 'Arn'],
  ['Description', 'Description'],
  ['Longest session', 'MaxSessionDuration'],
  ['Created', 'CreateDate'],
  ['Trust', 'AssumeRolePolicyDocument'],
] as const;

async function createRole(name: string, options: AddOptions, terminal: Terminal): Promise<void> {
  const { trust, description, maxSession } = options;
  const seconds = maxSession === undefined ? undefined : Math.round(parseDurationMs(maxSession, '--max-session') / 1000);
  const document = trust === undefined ? trustOf(await accountIdOf(options, terminal)) : await readDocument(trust);
  await withRpc(options, ramService, terminal, async (call) => {
    const answer = await call('CreateRole', {
      RoleName: name,
      AssumeRolePolicyDocument: document,
      ...(description === undefined ? {} : { Description: description }),
      ...(seconds === undefined ? {} : { MaxSessionDuration: String(seconds) }),
    });
    terminal.print(shownMember(recordMember(answer, 'Role'), 'Arn'));
    terminal.say(`made the role ${visible(name)}`);
  });
}

/** Everybody of the account; their own policies must let them. */
function trustOf(accountId: string): string {
  const principal = { RAM: [`acs:ram::${accountId}:root`] };
  return JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: principal }] });
}
