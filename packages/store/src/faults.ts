import type { Random } from './random.ts';
import { StoreError } from './store-error.ts';

/**
 * What happens at a step. `fail-before`: it rejects and nothing was done; `fail-after`: it was done, and rejects all the same. `crash-…`: the
 * same, and from then on everything rejects: the process is gone, and only what was done is left.
 */
export type FaultOutcome = 'ok' | 'fail-before' | 'fail-after' | 'crash-before' | 'crash-after';

export interface Step {
  /** Counted from 0, over all that shares these faults. */
  readonly index: number;
  /** `kv.get`, `kv.scan`, `kv.snapshot`, `kv.commit`, `blob.put`, `blob.chunk` (one of a put's stream or of a get's), `blob.get`, `blob.head`, `blob.remove`, `blob.list`. */
  readonly call: string;
}

/** A promise delays the step until it is settled: a test holds the gate, no timer does. */
export type FaultPlan = (step: Step) => FaultOutcome | Promise<FaultOutcome>;

/** Deals out faults to the adapters of one world, which fail and crash together. */
export class Faults {
  readonly #plan: FaultPlan;
  #steps = 0;
  #crashed = false;

  constructor(plan: FaultPlan) {
    this.#plan = plan;
  }

  /** How many steps there were. A run without faults tells how many places there are to crash at. */
  get steps(): number {
    return this.#steps;
  }

  get hasCrashed(): boolean {
    return this.#crashed;
  }

  /** Nothing that has not been done yet is done any more. */
  crash(): void {
    this.#crashed = true;
  }

  async step<T>(call: string, effect: () => T | Promise<T>): Promise<T> {
    this.#judgeAlive();
    const outcome = await this.#plan({ index: this.#steps++, call });
    // It may have crashed while this step waited.
    this.#judgeAlive();
    if (outcome === 'crash-before') this.crash();
    this.#judgeAlive();
    if (outcome === 'fail-before') throw failed(call);
    const result = await effect();
    if (outcome === 'crash-after') this.crash();
    // Done, but there is nobody left to hear of it.
    this.#judgeAlive();
    if (outcome === 'fail-after') throw failed(call);
    return result;
  }

  #judgeAlive(): void {
    if (this.#crashed) throw new StoreError('closed', 'the process has crashed');
  }
}

/** Fails about one step in `oneIn`, half of them after the step was done; the same ones for the same random. */
export function faultsBySeed(random: Random, oneIn: number): FaultPlan {
  const draw = (below: number) => new DataView(new Uint8Array(random.bytes(4)).buffer).getUint32(0) % below;
  return () => {
    if (draw(oneIn) !== 0) return 'ok';
    return draw(2) === 0 ? 'fail-before' : 'fail-after';
  };
}

/** Crashes at the step with this number: before it is done, or after. */
export function crashAt(index: number, when: 'before' | 'after'): FaultPlan {
  return (step) => (step.index === index ? `crash-${when}` : 'ok');
}

function failed(call: string): StoreError {
  return new StoreError('unavailable', `${call} failed as planned`);
}
