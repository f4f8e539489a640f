import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Ran } from '../simulation/explain.ts';
import type { Outcome, Step } from '../simulation/step.ts';

export interface Killed {
  /** What was acknowledged before the end, and what was under way at it. */
  readonly ran: readonly Ran[];
  /** The call at which it was killed; undefined: it came to its end before. */
  readonly at: string | undefined;
}

/** Runs the steps in a process of its own, and kills it at its n-th effect on the disk; see `crash-child.ts`. */
export async function runAndKill(directory: string, steps: readonly Step[], killAt: number, how: 'stand' | 'run'): Promise<Killed> {
  const program = fileURLToPath(new URL('./crash-child.js', import.meta.url));
  const child = spawn(process.execPath, [program, directory, JSON.stringify(steps), String(killAt), how], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const outcomes: Outcome[] = [];
  let at: string | undefined;
  for await (const line of createInterface({ input: child.stdout })) {
    const told = JSON.parse(line) as { readonly at?: string; readonly done?: Outcome; readonly end?: number };
    if (told.done !== undefined) outcomes.push(told.done);
    at ??= told.at;
    if (told.at !== undefined || told.end !== undefined) child.kill('SIGKILL');
  }
  const [, signal] = await exited;
  if (signal !== 'SIGKILL') throw new Error(`the process that was to be killed ended by itself: ${signal}`);
  const ran = outcomes.map((outcome, index) => ({ step: steps[index] as Step, outcome }));
  const next = steps[outcomes.length];
  return { ran: next === undefined ? ran : [...ran, { step: next, outcome: 'cut' }], at };
}
