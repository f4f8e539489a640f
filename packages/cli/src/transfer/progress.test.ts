import { describe, expect, it } from 'vitest';
import { createProgress } from './progress.ts';

describe('createProgress', () => {
  it('sums up parts, and counts a repeated part once', () => {
    const seen: number[] = [];
    const progress = createProgress({ start: (bytes) => seen.push(-bytes), update: (bytes) => seen.push(bytes) });
    progress.begin(20);
    progress.report(1, 10);
    progress.report(2, 5);
    progress.report(1, 4);
    progress.report(1, 10);
    progress.report(1, 12);
    expect(seen).toEqual([-20, 10, 15, 17]);
  });
});
