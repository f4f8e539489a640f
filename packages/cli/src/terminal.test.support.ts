import { TransportError } from '@ossature/client';
import type { Terminal } from './terminal.ts';

/** A terminal that remembers. */
export interface RecordingTerminal extends Terminal {
  readonly printed: readonly string[];
  readonly said: readonly string[];
  interrupt(): void;
}

export function recordingTerminal(environment: Terminal['environment'] = {}): RecordingTerminal {
  const controller = new AbortController();
  const printed: string[] = [];
  const said: string[] = [];
  return {
    printed,
    said,
    print: (line) => printed.push(line),
    say: (line) => said.push(line),
    isWatched: false,
    environment,
    signal: controller.signal,
    interrupt: () => controller.abort(new TransportError('aborted', { message: 'Interrupted.' })),
  };
}
