import { describe, expect, it } from 'vitest';
import { runLimited } from './run-limited.ts';

const never = new AbortController().signal;
const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('runLimited', () => {
  it('answers in the order of the items, and runs no more than allowed', async () => {
    let running = 0;
    let most = 0;
    const results = await runLimited([5, 1, 4, 2, 3], 2, never, async (item) => {
      most = Math.max(most, ++running);
      for (let i = 0; i < item; i++) await turn();
      running--;
      return item * 10;
    });
    expect(results).toEqual([50, 10, 40, 20, 30]);
    expect(most).toBe(2);
  });

  it('starts nothing after a failure, tells the others, and waits for them', async () => {
    const started: number[] = [];
    const ended: number[] = [];
    const task = async (item: number, signal: AbortSignal) => {
      started.push(item);
      if (item === 1) {
        await turn();
        throw new Error('the first failure');
      }
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      await turn();
      ended.push(item);
      throw new Error('a later one');
    };
    await expect(runLimited([0, 1, 2, 3], 2, never, task)).rejects.toThrow('the first failure');
    expect(started).toEqual([0, 1]);
    expect(ended).toEqual([0]);
  });

  it('ends with the signal', async () => {
    const controller = new AbortController();
    const running = runLimited([1, 2], 1, controller.signal, (_, signal) => {
      controller.abort(new Error('enough'));
      return Promise.reject(signal.reason);
    });
    await expect(running).rejects.toThrow('enough');
    await expect(runLimited([1], 1, controller.signal, async () => 1)).rejects.toThrow('enough');
  });

  it('does nothing for no items', async () => {
    expect(await runLimited([], 4, never, async () => 1)).toEqual([]);
  });
});
