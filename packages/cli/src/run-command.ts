import { Command, CommanderError } from 'commander';
import { addCp } from './commands/cp.ts';
import { addKey } from './commands/key.ts';
import { addKms } from './commands/kms.ts';
import { addLs } from './commands/ls.ts';
import { addMb } from './commands/mb.ts';
import { addPolicy } from './commands/policy.ts';
import { addRb } from './commands/rb.ts';
import { addRm } from './commands/rm.ts';
import { addRole } from './commands/role.ts';
import { addServe } from './commands/serve-command.ts';
import { addStat } from './commands/stat.ts';
import { addSts } from './commands/sts.ts';
import { addUser } from './commands/user.ts';
import { describeError, type ExitCode, exitCodeOf, exitCodes } from './exit-code.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line (without `node` and the program's name) and answers how it ended. Never rejects. */
export async function runCommand(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const program = createProgram(terminal);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    // commander has said what is wrong, or shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    terminal.say(`ossature: ${describeError(error)}`);
    return exitCodeOf(error);
  }
}

function createProgram(terminal: Terminal): Command {
  const program = new Command('ossature')
    .description('An object store that speaks the Alibaba Cloud OSS protocol, and the commands to use it or OSS itself.')
    .addHelpText(
      'after',
      '\nExit status: 0 done, 1 wrong command line, 2 refused by the service, 3 failed on this side, 4 done in part, 5 interrupted.',
    );
  for (const add of [addServe, addMb, addRb, addLs, addStat, addCp, addRm, addKms, addUser, addKey, addPolicy, addRole, addSts])
    add(program, terminal);
  for (const command of withSubcommands(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => terminal.print(text.replace(/\n$/, '')),
      writeErr: (text) => terminal.say(text.replace(/\n$/, '')),
    });
  }
  return program;
}

function withSubcommands(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
