import type { Command } from 'commander';
import type { ConnectionOptions } from '../connection.ts';
import { printFacts, ramService, shownMember } from '../ram-call.ts';
import { type RpcCaller, recordMember, recordsMember, withRpc } from '../rpc-call.ts';
import { type Terminal, visible } from '../terminal.ts';
import { withConnectionOptions } from './connected-command.ts';

/** `ossature key …`: the access keys of users. */
export function addKey(program: Command, terminal: Terminal): void {
  const key = program.command('key').description('manage the access keys of users (RAM)');
  const create = key.command('add').description('make a key, and print its secret this once').argument('<user>', 'whose key it is');
  withConnectionOptions(create).action((user: string, options: ConnectionOptions) =>
    withRpc(options, ramService, terminal, async (call) => {
      const answer = await call('CreateAccessKey', { UserName: user });
      printFacts(terminal, recordMember(answer, 'AccessKey'), [
        ['AccessKeyId', 'AccessKeyId'],
        ['AccessKeySecret', 'AccessKeySecret'],
      ]);
      terminal.say('The secret is shown this once: keep it now.');
    }),
  );
  withConnectionOptions(key.command('ls').description('list the keys of a user').argument('<user>', 'whose keys')).action(
    (user: string, options: ConnectionOptions) =>
      withRpc(options, ramService, terminal, async (call) => {
        const keys = recordsMember(recordMember(await call('ListAccessKeys', { UserName: user }), 'AccessKeys'), 'AccessKey');
        for (const each of keys) {
          const [id, status, created] = ['AccessKeyId', 'Status', 'CreateDate'].map((name) => shownMember(each, name));
          terminal.print(`${id}  ${status?.padEnd(8)}  ${created}`);
        }
      }),
  );
  const ofKey = (name: string, description: string, run: (call: RpcCaller, user: string, id: string) => Promise<void>) => {
    const command = key.command(name).description(description).argument('<user>', 'whose key it is').argument('<id>', 'the id of the key');
    withConnectionOptions(command).action((user: string, id: string, options: ConnectionOptions) =>
      withRpc(options, ramService, terminal, (call) => run(call, user, id)),
    );
  };
  const update = (status: 'Active' | 'Inactive', done: string) => async (call: RpcCaller, user: string, id: string) => {
    await call('UpdateAccessKey', { UserName: user, UserAccessKeyId: id, Status: status });
    terminal.say(`${done} ${visible(id)}`);
  };
  ofKey('disable', 'refuse a key until it is enabled again', update('Inactive', 'disabled'));
  ofKey('enable', 'take a key again', update('Active', 'enabled'));
  ofKey('rm', 'remove a key for good', async (call, user, id) => {
    await call('DeleteAccessKey', { UserName: user, UserAccessKeyId: id });
    terminal.say(`removed ${visible(id)}`);
  });
}
