import { isServiceError, isTransportError } from '@ossature/client';
import { BatchError } from './batch-error.ts';
import { visible } from './terminal.ts';
import { UsageError } from './usage-error.ts';

/** How the command ended, as ossutil 2 has it. */
export const exitCodes = {
  ok: 0,
  /** The command line is wrong. */
  usage: 1,
  /** The service refused. */
  service: 2,
  /** It went wrong on this side or on the way: a file, the network, a checksum. */
  client: 3,
  /** Some of several things went wrong; the others are done. */
  partial: 4,
  /** Ctrl-C, or a signal to end. */
  interrupted: 5,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof UsageError) return exitCodes.usage;
  if (error instanceof BatchError) return exitCodes.partial;
  if (isTransportError(error, 'aborted')) return exitCodes.interrupted;
  return isServiceError(error) ? exitCodes.service : exitCodes.client;
}

/** One line for a person, whatever names and texts of others are in it. It never holds a secret: errors carry none. */
export function describeError(error: unknown): string {
  return visible(textOf(error));
}

function textOf(error: unknown): string {
  if (isServiceError(error)) {
    const facts = [`status ${error.statusCode}`, ...(error.requestId === undefined ? [] : [`request id ${error.requestId}`])];
    return `${error.code}: ${error.message} (${facts.join(', ')})`;
  }
  if (isTransportError(error)) {
    const cause = error.cause instanceof Error && error.cause.message !== '' ? `: ${error.cause.message}` : '';
    return `${error.message}${cause}`;
  }
  return error instanceof Error ? error.message : String(error);
}
