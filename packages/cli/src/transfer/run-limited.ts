/**
 * Runs a task for every item, at most `limit` at a time, and answers the results in the order of the items. The first failure ends it: nothing
 * more is started, what runs is told by the signal and waited for, and the failure is thrown.
 */
export async function runLimited<Item, Result>(
  items: readonly Item[],
  limit: number,
  signal: AbortSignal,
  task: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = new Array(items.length);
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal.reason);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  let next = 0;
  const failures: unknown[] = [];
  const worker = async () => {
    while (!stop.signal.aborted && next < items.length) {
      const index = next++;
      try {
        results[index] = await task(items[index] as Item, stop.signal);
      } catch (error) {
        failures.push(error);
        stop.abort(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  signal.removeEventListener('abort', onAbort);
  if (failures.length > 0) throw failures[0];
  if (signal.aborted) throw signal.reason;
  return results;
}
