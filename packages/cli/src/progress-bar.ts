import { formatSize } from './quantity.ts';

/** A bar on standard error. */
export interface ProgressBar {
  update(doneBytes: number): void;
  /** Leaves the line as it is; more than once does no harm. */
  stop(): void;
}

/** Loaded when there is somebody to see it: most commands are over before a bar could be drawn. */
export async function startProgressBar(totalBytes: number): Promise<ProgressBar> {
  const { SingleBar, Presets } = (await import('cli-progress')).default;
  const bar = new SingleBar(
    {
      stream: process.stderr,
      clearOnComplete: false,
      hideCursor: true,
      format: '{bar} {percentage}%  {done} of {whole}',
      etaBuffer: 50,
      fps: 5,
    },
    Presets.shades_classic,
  );
  bar.start(totalBytes, 0, { done: formatSize(0), whole: formatSize(totalBytes) });
  return {
    update: (doneBytes) => bar.update(doneBytes, { done: formatSize(doneBytes) }),
    stop: () => bar.stop(),
  };
}
