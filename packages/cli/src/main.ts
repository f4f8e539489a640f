#!/usr/bin/env node
import { TransportError } from '@ossature/client';
import { exitCodes } from './exit-code.ts';
import { runCommand } from './run-command.ts';

/** The first signal lets a command clean up behind itself; the second one does not wait for that. */
function signalOfProcess(): AbortSignal {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort(new TransportError('aborted', { message: 'Interrupted.' }));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return controller.signal;
}

// A reader that has seen enough, as `head` has, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(exitCodes.ok);
  throw error;
});

// Nobody reads what is said to a person: no reason to end, least of all for a server.
process.stderr.on('error', () => undefined);

process.exitCode = await runCommand(process.argv.slice(2), {
  print: (line) => process.stdout.write(`${line}\n`),
  say: (line) => process.stderr.write(`${line}\n`),
  isWatched: process.stderr.isTTY === true,
  environment: process.env,
  signal: signalOfProcess(),
});
