import type { Random } from './random.ts';

/** The same bytes for the same seed, on every machine; for tests and simulations, and not for anything that must be hard to guess. */
export function seededRandom(seed: number): Random {
  const next = wordsFrom(seed);
  return {
    bytes: (length) => {
      const bytes = new Uint8Array(length);
      for (let i = 0; i < length; i++) bytes[i] = next() >>> 24;
      return bytes;
    },
  };
}

/** SplitMix32: a counter, mixed. Its period is 2^32 words, its quality enough to choose what a test does next. */
function wordsFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 16), 0x21f0aaad);
    word = Math.imul(word ^ (word >>> 15), 0x735a2d97);
    return (word ^ (word >>> 15)) >>> 0;
  };
}
