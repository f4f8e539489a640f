/** Medians, rounds and concurrent loops: the arithmetic of every figure. */

export const rounds = 5;

export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

/** Runs `work` once as a warm-up and then `rounds` times; answers the median of what it answers. */
export async function medianOfRounds(work: (round: number) => Promise<number>): Promise<number> {
  await work(-1);
  const values: number[] = [];
  for (let round = 0; round < rounds; round++) values.push(await work(round));
  return median(values);
}

export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Runs every task with so many under way at once; answers the seconds that all took, and the milliseconds of each. */
export async function concurrently(
  tasks: readonly (() => Promise<unknown>)[],
  concurrency: number,
): Promise<{ readonly seconds: number; readonly latenciesMs: readonly number[] }> {
  const latenciesMs: number[] = [];
  let next = 0;
  const lane = async () => {
    for (let task = tasks[next++]; task !== undefined; task = tasks[next++]) {
      const start = performance.now();
      await task();
      latenciesMs.push(performance.now() - start);
    }
  };
  const seconds = await secondsOf(() => Promise.all(Array.from({ length: concurrency }, lane)));
  return { seconds, latenciesMs };
}
