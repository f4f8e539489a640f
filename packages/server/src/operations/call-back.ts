import type { RequestedCallback } from '../callback/requested-callback.ts';
import { type CallbackOccasion, runCallback } from '../callback/run-callback.ts';
import type { HandlerContext } from './handler.ts';

/** Tells the application's server of the write that a handler has done, and answers what it said. Throws CallbackFailed; the object stays. */
export function callBack(
  callback: RequestedCallback,
  write: Pick<CallbackOccasion, 'operation' | 'bucket' | 'object' | 'versionId'>,
  { requestId, clientAddress, principal, config }: HandlerContext,
): Promise<string> {
  return runCallback(callback, { ...write, requestId, clientAddress, principal }, config.clock);
}
