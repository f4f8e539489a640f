import type { Command } from 'commander';
import type { ConnectionOptions } from '../connection.ts';
import { listAll, printFacts, ramService, shownMember } from '../ram-call.ts';
import { type RpcCaller, recordMember, recordsMember, textMember, withRpc } from '../rpc-call.ts';
import { type Terminal, visible } from '../terminal.ts';
import { withConnectionOptions } from './connected-command.ts';

interface AddOptions extends ConnectionOptions {
  readonly displayName?: string;
  readonly comments?: string;
}

/** `ossature user …`: the users of the account. */
export function addUser(program: Command, terminal: Terminal): void {
  const user = program.command('user').description('manage the users of the account (RAM)');
  const create = user
    .command('add')
    .description('make a user, who may do nothing yet')
    .argument('<name>', 'letters, digits and ._@-')
    .option('--display-name <text>', 'what the user is called')
    .option('--comments <text>', 'what the user is for');
  withConnectionOptions(create).action((name: string, options: AddOptions) =>
    withRpc(options, ramService, terminal, (call) => createUser(call, name, options, terminal)),
  );
  withConnectionOptions(user.command('ls').description('list the users')).action((options: ConnectionOptions) =>
    withRpc(options, ramService, terminal, async (call) => {
      for (const item of await listAll(call, 'ListUsers', 'Users', 'User')) {
        const [name, id, created] = ['UserName', 'UserId', 'CreateDate'].map((member) => shownMember(item, member));
        terminal.print(`${id}  ${created}  ${name}`);
      }
    }),
  );
  const show = user.command('show').description('show a user, with keys and policies').argument('<name>', 'the name');
  withConnectionOptions(show).action((name: string, options: ConnectionOptions) =>
    withRpc(options, ramService, terminal, (call) => showUser(call, name, terminal)),
  );
  const remove = user
    .command('rm')
    .description('remove a user who has no keys and no policies')
    .argument('<name>', 'the name')
    .option('--force', 'remove the keys too, and detach the policies');
  withConnectionOptions(remove).action((name: string, options: ConnectionOptions & { readonly force?: boolean }) =>
    withRpc(options, ramService, terminal, async (call) => {
      if (options.force === true) await stripUser(call, name);
      await call('DeleteUser', { UserName: name });
      terminal.say(`removed the user ${visible(name)}`);
    }),
  );
}

async function createUser(call: RpcCaller, name: string, options: AddOptions, terminal: Terminal): Promise<void> {
  const { displayName, comments } = options;
  const answer = await call('CreateUser', {
    UserName: name,
    ...(displayName === undefined ? {} : { DisplayName: displayName }),
    ...(comments === undefined ? {} : { Comments: comments }),
  });
  terminal.print(shownMember(recordMember(answer, 'User'), 'UserId'));
  terminal.say(`made the user ${visible(name)}; "ossature key add ${visible(name)}" makes keys`);
}

async function showUser(call: RpcCaller, name: string, terminal: Terminal): Promise<void> {
  printFacts(terminal, recordMember(await call('GetUser', { UserName: name }), 'User'), [
    ['Name', 'UserName'],
    ['Id', 'UserId'],
    ['Display name', 'DisplayName'],
    ['Comments', 'Comments'],
    ['Created', 'CreateDate'],
  ]);
  for (const key of await keysOf(call, name)) {
    terminal.print(`Key              ${shownMember(key, 'AccessKeyId')}  ${shownMember(key, 'Status')}`);
  }
  for (const policy of await policiesOf(call, name)) {
    terminal.print(`Policy           ${shownMember(policy, 'PolicyName')}  ${shownMember(policy, 'PolicyType')}`);
  }
}

async function keysOf(call: RpcCaller, name: string) {
  return recordsMember(recordMember(await call('ListAccessKeys', { UserName: name }), 'AccessKeys'), 'AccessKey');
}

async function policiesOf(call: RpcCaller, name: string) {
  return recordsMember(recordMember(await call('ListPoliciesForUser', { UserName: name }), 'Policies'), 'Policy');
}

async function stripUser(call: RpcCaller, name: string): Promise<void> {
  for (const key of await keysOf(call, name)) {
    await call('DeleteAccessKey', { UserName: name, UserAccessKeyId: textMember(key, 'AccessKeyId') ?? '' });
  }
  for (const policy of await policiesOf(call, name)) {
    const [type, policyName] = [textMember(policy, 'PolicyType') ?? '', textMember(policy, 'PolicyName') ?? ''];
    await call('DetachPolicyFromUser', { UserName: name, PolicyType: type, PolicyName: policyName });
  }
}
