import type { Credentials } from '@ossature/protocol';
import type { Call, CallOptions, Core, Fields } from './core.ts';
import type { Plan } from './plan.ts';
import { type Resolution, resolverOf } from './resolve.ts';
import { delayMs, judge, retryAfterMs, type Verdict } from './retry.ts';
import { abortReason, isTransportError, TransportError } from './transport-error.ts';
import type { SentBytes } from './upload.ts';

/** A call and what it runs on. */
export interface Task {
  readonly core: Core;
  readonly plan: Plan;
  readonly options: CallOptions;
  /** Calls other operations, to find out what became of this one. */
  readonly look: Call;
}

/** What one try leaves behind for the decision about the next. */
export interface Attempt {
  credentials: Credentials | undefined;
  /** The bytes of the body, once all of them were taken. */
  sent: () => SentBytes | undefined;
}

/** What the tries of one call have come to. */
interface Progress {
  tries: number;
  readonly startedMs: number;
  /** A try may have been carried out although its reply was lost. */
  uncertain: boolean;
  clockCorrected: boolean;
  credentialsRenewed: boolean;
}

/** Runs the tries of one call: as often as its policy allows, and never one that could do harm. */
export async function withRetries(task: Task, run: (attempt: Attempt) => Promise<Fields>): Promise<Fields> {
  const { core, options } = task;
  const progress: Progress = {
    tries: 0,
    startedMs: core.clock.now(),
    uncertain: false,
    clockCorrected: false,
    credentialsRenewed: false,
  };
  for (;;) {
    const attempt: Attempt = { credentials: undefined, sent: () => undefined };
    progress.tries++;
    try {
      if (options.signal?.aborted) throw abortReason(options.signal);
      return await run(attempt);
    } catch (error) {
      const found = await afterFailure(task, progress, attempt, error);
      if (found !== undefined) return found;
    }
  }
}

/** Decides on a failure: answers what was found to have happened, `undefined` for another try, or throws. */
async function afterFailure(task: Task, progress: Progress, attempt: Attempt, error: unknown): Promise<Fields | undefined> {
  const { core, plan, options } = task;
  const verdict = judge(error);
  if (verdict === 'unknown') progress.uncertain = true;
  const final = described(error, progress, core);
  if (isTransportError(error, 'aborted')) throw final;
  const resolution = progress.uncertain ? await resolve(task, attempt) : undefined;
  if (resolution?.state === 'done') return resolution.result;
  if (options.signal?.aborted) throw abortReason(options.signal);
  const attempts = options.attempts ?? core.retry.attempts;
  if (progress.tries >= attempts || resolution?.state === 'unknown') throw final;
  if (plan.upload?.canSend() === false) throw final;
  if (!mayRepeat(task, progress, attempt, verdict, resolution)) throw final;
  // A corrected clock and new credentials need no wait: nothing is overloaded.
  if (verdict === 'skewed' || verdict === 'credentials') return undefined;
  await pause(core, options, delayMs(core.retry, progress.tries, core.random, retryAfterMs(error, core.clock.now())));
  return undefined;
}

function mayRepeat(task: Task, progress: Progress, attempt: Attempt, verdict: Verdict, resolution: Resolution | undefined): boolean {
  switch (verdict) {
    case 'final':
      return false;
    case 'not-done':
      return true;
    case 'skewed':
      return once(progress, 'clockCorrected');
    case 'credentials':
      return task.core.credentials.discard(attempt.credentials) && once(progress, 'credentialsRenewed');
    case 'unknown':
      return resolution?.state === 'not-done' || task.plan.definition.retry === 'idempotent';
  }
}

function once(progress: Progress, what: 'clockCorrected' | 'credentialsRenewed'): boolean {
  const first = !progress[what];
  progress[what] = true;
  return first;
}

/** Looks whether a call whose reply was lost has been carried out. A look that fails shows nothing. */
async function resolve({ core, plan, look }: Task, attempt: Attempt): Promise<Resolution | undefined> {
  const resolver = resolverOf(plan.operation, plan.request);
  if (resolver === undefined) return undefined;
  try {
    return await resolver({
      request: plan.request,
      location: locationOf(plan),
      sent: plan.upload?.known ?? attempt.sent(),
      call: look,
      digests: core.digests,
    });
  } catch {
    return { state: 'unknown' };
  }
}

function locationOf({ address: { origin, host, target } }: Plan): string {
  return `${origin.scheme}://${host}${target.split('?', 1)[0]}`;
}

async function pause(core: Core, options: CallOptions, ms: number): Promise<void> {
  const signal = options.signal ?? new AbortController().signal;
  await core.clock.sleep(ms, signal);
  if (signal.aborted) throw abortReason(signal);
}

/** A transport error says how often and how long it was tried. */
function described(error: unknown, progress: Progress, core: Core): unknown {
  if (!isTransportError(error)) return error;
  const elapsedMs = core.clock.now() - progress.startedMs;
  const suffix = progress.tries === 1 ? '' : ` (${progress.tries} tries in ${elapsedMs} ms)`;
  return new TransportError(error.kind, { message: `${error.message}${suffix}`, cause: error.cause, tries: progress.tries, elapsedMs });
}
