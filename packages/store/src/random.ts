import { randomBytes } from 'node:crypto';

/** Randomness, injected: a simulation replays from a seed. */
export interface Random {
  /** Bytes that nobody else was given; the caller may keep and change them. */
  bytes(length: number): Uint8Array;
}

/** Asking the system for every id was a tenth of a copy's time; it is asked for so many bytes at once. */
const drawBytes = 8192;

/** The system's randomness, handed out in slices; no byte is given twice. */
export const systemRandom: Random = drawnRandom();

function drawnRandom(): Random {
  let drawn = new Uint8Array(0);
  return {
    bytes: (length) => {
      if (length > drawBytes / 16) return randomBytes(length);
      // A copy, for the slice of a Buffer is a view: wiping what was taken would wipe what was given.
      if (length > drawn.length) drawn = new Uint8Array(randomBytes(drawBytes));
      const taken = drawn.slice(0, length);
      drawn.fill(0, 0, length);
      drawn = drawn.subarray(length);
      return taken;
    },
  };
}
