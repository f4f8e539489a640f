import { type Command, Option } from 'commander';
import type { ConnectionOptions } from '../connection.ts';
import { listAll, ramService, readDocument, shownMember } from '../ram-call.ts';
import { type RpcCaller, recordMember, textMember, withRpc } from '../rpc-call.ts';
import { type Terminal, visible } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';
import { withConnectionOptions } from './connected-command.ts';

interface NamedOptions extends ConnectionOptions {
  readonly system?: boolean;
}
interface HolderOptions extends NamedOptions {
  readonly user?: string;
  readonly role?: string;
}

/** `ossature policy …`: what users and roles may do. Policies of buckets are set with PutBucketPolicy. */
export function addPolicy(program: Command, terminal: Terminal): void {
  const policy = program.command('policy').description('manage what users and roles may do (RAM)');
  const create = policy
    .command('add')
    .description('make a policy')
    .argument('<name>', 'letters, digits and ._@-')
    .argument('<file>', 'its JSON document; - is standard input')
    .option('--description <text>', 'what it is for');
  withConnectionOptions(create).action((name: string, file: string, options: ConnectionOptions & { readonly description?: string }) =>
    withRpc(options, ramService, terminal, async (call) => {
      const { description } = options;
      const document = { PolicyName: name, PolicyDocument: await readDocument(file) };
      await call('CreatePolicy', { ...document, ...(description === undefined ? {} : { Description: description }) });
      terminal.say(`made the policy ${visible(name)}`);
    }),
  );
  withConnectionOptions(policy.command('ls').description('list the policies')).action((options: ConnectionOptions) =>
    withRpc(options, ramService, terminal, async (call) => {
      for (const item of await listAll(call, 'ListPolicies', 'Policies', 'Policy')) {
        const [type, name, description] = ['PolicyType', 'PolicyName', 'Description'].map((member) => shownMember(item, member));
        terminal.print(`${type}  ${name}  ${description}`.trimEnd());
      }
    }),
  );
  const show = withSystem(policy.command('show').description('print the document of a policy').argument('<name>', 'the name'));
  withConnectionOptions(show).action((name: string, options: NamedOptions) =>
    withRpc(options, ramService, terminal, async (call) => {
      const answer = await call('GetPolicy', named(name, options));
      terminal.print(shownDocument(textMember(recordMember(answer, 'DefaultPolicyVersion'), 'PolicyDocument') ?? ''));
    }),
  );
  const remove = policy.command('rm').description('remove a policy that nobody has').argument('<name>', 'the name');
  withConnectionOptions(remove).action((name: string, options: ConnectionOptions) =>
    withRpc(options, ramService, terminal, async (call) => {
      await call('DeletePolicy', { PolicyName: name });
      terminal.say(`removed the policy ${visible(name)}`);
    }),
  );
  addHolding(policy, terminal, {
    name: 'attach',
    description: 'give a policy to a user or a role',
    action: 'AttachPolicyTo',
    done: 'attached',
  });
  addHolding(policy, terminal, {
    name: 'detach',
    description: 'take a policy from a user or a role',
    action: 'DetachPolicyFrom',
    done: 'detached',
  });
}

/** As it came, but for what would steer a terminal; the white space of JSON stays. */
function shownDocument(text: string): string {
  return text
    .split(/([\t\r\n]+)/)
    .map((piece, i) => (i % 2 === 0 ? visible(piece) : piece))
    .join('');
}

interface Holding {
  readonly name: string;
  readonly description: string;
  readonly action: 'AttachPolicyTo' | 'DetachPolicyFrom';
  readonly done: string;
}

function addHolding(policy: Command, terminal: Terminal, { name, description, action, done }: Holding): void {
  const command = withSystem(policy.command(name).description(description).argument('<name>', 'the name of the policy'))
    .addOption(new Option('--user <name>', 'whose it is').conflicts('role'))
    .option('--role <name>', 'whose it is');
  withConnectionOptions(command).action((policyName: string, options: HolderOptions) => {
    if (options.user === undefined && options.role === undefined) throw new UsageError('Whose? Give --user or --role.');
    return withRpc(options, ramService, terminal, async (call) => {
      await hold(call, action, named(policyName, options), options);
      terminal.say(`${done} ${visible(policyName)}`);
    });
  });
}

async function hold(
  call: RpcCaller,
  action: Holding['action'],
  policy: Readonly<Record<string, string>>,
  { user, role }: HolderOptions,
): Promise<void> {
  if (user !== undefined) await call(`${action}User`, { ...policy, UserName: user });
  else if (role !== undefined) await call(`${action}Role`, { ...policy, RoleName: role });
}

function withSystem(command: Command): Command {
  return command.option('--system', 'one of the policies that every account has');
}

function named(name: string, { system }: NamedOptions) {
  return { PolicyName: name, PolicyType: system === true ? 'System' : 'Custom' };
}
