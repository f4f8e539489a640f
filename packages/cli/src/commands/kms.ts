import type { Command } from 'commander';
import type { ConnectionOptions } from '../connection.ts';
import { type RpcCaller, recordMember, recordsMember, textMember, withRpc } from '../rpc-call.ts';
import { type Terminal, visible } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { withConnectionOptions } from './connected-command.ts';

const service = { name: 'kms', version: '2016-01-20' } as const;
/** As many keys as KMS tells at a time. */
const pageKeys = 100;

type RpcDocument = Readonly<Record<string, unknown>>;

/** `ossature kms …`: the master keys that a server encrypts with. */
export function addKms(program: Command, terminal: Terminal): void {
  const kms = program.command('kms').description('manage the master keys of encryption (KMS)');
  const add = <O extends ConnectionOptions>(command: Command, run: (call: RpcCaller, key: string, options: O) => Promise<void>) =>
    withConnectionOptions(command).action((key: string, options: O) =>
      withRpc(options, service, terminal, (call) => run(call, key, options)),
    );
  const ofKey = (name: string, description: string) =>
    kms.command(name).description(description).argument('<key>', 'the id of the key, as "kms ls" shows it');

  const create = kms.command('create').description('make a key, and print its id').option('--description <text>', 'what it is for');
  withConnectionOptions(create).action((options: ConnectionOptions & { readonly description?: string }) =>
    withRpc(options, service, terminal, (call) => createKey(call, options.description, terminal)),
  );
  withConnectionOptions(kms.command('ls').description('list the keys')).action((options: ConnectionOptions) =>
    withRpc(options, service, terminal, (call) => listKeys(call, terminal)),
  );
  add(ofKey('show', 'show what is known of a key'), (call, key) => showKey(call, key, terminal));
  add(ofKey('rotate', 'make a new version of a key, which is used from now on'), async (call, key) => {
    const answer = await call('CreateKeyVersion', { KeyId: key });
    terminal.say(
      `${visible(key)} has the new version ${textOf(recordMember(answer, 'KeyVersion'), 'KeyVersionId')}; what is encrypted stays readable`,
    );
  });
  add(ofKey('disable', 'refuse a key: what is encrypted under it cannot be read until it is enabled'), async (call, key) => {
    await call('DisableKey', { KeyId: key });
    terminal.say(`disabled ${visible(key)}`);
  });
  add(ofKey('enable', 'take a key again, also one that is scheduled for deletion'), (call, key) => enableKey(call, key, terminal));
  const remove = ofKey('delete', 'delete a key after some days, and with it for good what is encrypted under it').option(
    '--days <days>',
    'after how many days, 7 to 366; until then "kms enable" takes it back; default: 30',
  );
  add(remove, (call, key, options: ConnectionOptions & { readonly days?: string }) => deleteKey(call, key, options.days, terminal));
}

async function createKey(call: RpcCaller, description: string | undefined, terminal: Terminal): Promise<void> {
  const answer = await call('CreateKey', description === undefined ? {} : { Description: description });
  terminal.print(textOf(recordMember(answer, 'KeyMetadata'), 'KeyId'));
}

async function listKeys(call: RpcCaller, terminal: Terminal): Promise<void> {
  for (let page = 1, seen = 0; ; page++) {
    const answer = await call('ListKeys', { PageNumber: String(page), PageSize: String(pageKeys) });
    const keys = recordsMember(recordMember(answer, 'Keys'), 'Key');
    for (const key of keys) {
      const metadata = await describeKey(call, textMember(key, 'KeyId') ?? '');
      const [id, state, created] = ['KeyId', 'KeyState', 'CreationDate'].map((name) => textOf(metadata, name));
      terminal.print(`${id}  ${state?.padEnd(15)}  ${created}  ${textOf(metadata, 'Description')}`.trimEnd());
    }
    seen += keys.length;
    if (keys.length === 0 || seen >= Number(answer['TotalCount'])) return;
  }
}

async function describeKey(call: RpcCaller, key: string): Promise<RpcDocument> {
  return recordMember(await call('DescribeKey', { KeyId: key }), 'KeyMetadata');
}

async function showKey(call: RpcCaller, key: string, terminal: Terminal): Promise<void> {
  const metadata = await describeKey(call, key);
  for (const [label, name] of shown) {
    const value = textOf(metadata, name);
    if (value !== '') terminal.print(`${label.padEnd(16)} ${value}`);
  }
}

const shown = [
  ['Id', 'KeyId'],
  ['State', 'KeyState'],
  ['Description', 'Description'],
  ['Creator', 'Creator'],
  ['Created', 'CreationDate'],
  ['To be deleted', 'DeleteDate'],
  ['Version', 'PrimaryKeyVersion'],
  ['Rotated', 'LastRotationDate'],
  ['ARN', 'Arn'],
] as const;

async function enableKey(call: RpcCaller, key: string, terminal: Terminal): Promise<void> {
  const isPending = textMember(await describeKey(call, key), 'KeyState') === 'PendingDeletion';
  // KMS makes it Enabled with that.
  await call(isPending ? 'CancelKeyDeletion' : 'EnableKey', { KeyId: key });
  terminal.say(`enabled ${visible(key)}`);
}

async function deleteKey(call: RpcCaller, key: string, days: string | undefined, terminal: Terminal): Promise<void> {
  if (days !== undefined && !(/^\d{1,3}$/.test(days) && Number(days) >= 7 && Number(days) <= 366)) {
    throw new UsageError('--days must be a number from 7 to 366.');
  }
  await call('ScheduleKeyDeletion', { KeyId: key, ...(days === undefined ? {} : { PendingWindowInDays: days }) });
  const date = textMember(await describeKey(call, key), 'DeleteDate') ?? 'later';
  terminal.say(`${visible(key)} will be deleted at ${visible(date)}; "ossature kms enable ${visible(key)}" takes it back until then`);
}

function textOf(record: RpcDocument, name: string): string {
  return visible(textMember(record, name) ?? '');
}
