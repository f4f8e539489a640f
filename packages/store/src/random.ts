import { randomBytes } from 'node:crypto';

/** Randomness, injected: a simulation replays from a seed. */
export interface Random {
  bytes(length: number): Uint8Array;
}

export const systemRandom: Random = { bytes: (length) => randomBytes(length) };
