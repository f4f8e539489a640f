import { formatSize } from './quantity.ts';
import type { ProgressDisplay } from './transfer/progress.ts';

/** A bar on standard error. */
export interface ProgressBar extends ProgressDisplay {
  /** Leaves the line as it is; more than once does no harm. */
  stop(): void;
}

/** Loaded when there is somebody to see it: most commands are over before a bar could be drawn. */
export async function loadProgressBar(): Promise<ProgressBar> {
  const { SingleBar, Presets } = (await import('cli-progress')).default;
  const bar = new SingleBar(
    { stream: process.stderr, hideCursor: true, format: '{bar} {percentage}%  {done} of {whole}', fps: 5 },
    Presets.shades_classic,
  );
  return {
    start: (totalBytes) => bar.start(totalBytes, 0, { done: formatSize(0), whole: formatSize(totalBytes) }),
    update: (doneBytes) => bar.update(doneBytes, { done: formatSize(doneBytes) }),
    stop: () => bar.stop(),
  };
}
