import type { Random } from '../random.ts';

/** Choices that replay from a seed. */
export class Draw {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** 0 to `bound` - 1. */
  below(bound: number): number {
    return new DataView(new Uint8Array(this.#random.bytes(4)).buffer).getUint32(0) % bound;
  }

  oneIn(count: number): boolean {
    return this.below(count) === 0;
  }

  pick<T>(items: readonly [T, ...T[]]): T;
  pick<T>(items: readonly T[]): T | undefined;
  pick<T>(items: readonly T[]): T | undefined {
    return items[items.length === 0 ? 0 : this.below(items.length)];
  }
}
