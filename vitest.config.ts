import { defineConfig } from 'vitest/config';

// Tests run on what `tsc -b` emitted: exactly the JavaScript that ships, worker threads and child processes included.
export default defineConfig({
  test: {
    include: ['packages/*/dist/**/*.test.js', 'examples/dist/**/*.test.js', 'bench/dist/**/*.test.js', 'tidy.test.ts', 'reference.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    // Two cores: more workers only make each other late.
    maxWorkers: 2,
    reporters: ['default'],
  },
});
