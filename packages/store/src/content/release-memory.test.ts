import { describe, expect, it } from 'vitest';
import { releaseMemory } from './release-memory.ts';

describe('releaseMemory', () => {
  it('takes bytes away that have memory of their own, at once, as often as one likes', () => {
    for (let turn = 0; turn < 1_000; turn++) {
      const bytes = Buffer.allocUnsafeSlow(512 * 1024);
      releaseMemory(bytes);
      expect(bytes).toHaveLength(0);
      releaseMemory(bytes);
    }
    // A gigabyte would stand here otherwise, with no turn of the loop for the collector to come between.
    const { arrayBuffers } = process.memoryUsage();
    for (let turn = 0; turn < 2_000; turn++) releaseMemory(new Uint8Array(512 * 1024));
    expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(8 * 1024 * 1024);
  });

  it('leaves bytes alone that share their memory', () => {
    const whole = new Uint8Array(100).fill(7);
    releaseMemory(whole.subarray(1));
    expect(whole).toEqual(new Uint8Array(100).fill(7));
    const shared = new Uint8Array(new SharedArrayBuffer(8));
    releaseMemory(shared);
    expect(shared).toHaveLength(8);
    const pooled = Buffer.from('some text');
    releaseMemory(pooled);
    expect(pooled.toString()).toBe('some text');
  });
});
