import { type AuditReport, audit } from '../audit.ts';
import type { BlobStore } from '../blob/blob-store.ts';
import { faultyBlobStore } from '../blob/faulty.ts';
import { memoryBlobStore } from '../blob/memory.ts';
import { DigestPool } from '../content/digest-pool.ts';
import { type FaultOutcome, Faults } from '../faults.ts';
import { faultyKeyValue } from '../kv/faulty.ts';
import type { KeyValue } from '../kv/key-value.ts';
import { memoryKeyValue } from '../kv/memory.ts';
import { type ManualClock, manualClock } from '../manual-clock.ts';
import { openEngine } from '../open-engine.ts';
import type { Random } from '../random.ts';
import { seededRandom } from '../seeded-random.ts';
import type { Store } from '../store.ts';
import type { Draw } from './draw.ts';
import { inlineDigestMachine } from './inline-digest-thread.ts';
import { memoryKeyRing } from './memory-key-ring.ts';

/** A bug that is planted between the engine and its adapters, to show that the simulation finds such a one. */
export interface Plant {
  readonly kv?: (kv: KeyValue) => KeyValue;
  readonly blobs?: (blobs: BlobStore) => BlobStore;
}

/** What is to go wrong in a turn: at the step of the adapters with this number, counted from the turn's beginning. */
export interface Trouble {
  readonly what: 'crash-before' | 'crash-after' | 'fail-before';
  readonly atStep: number;
}

/** An opening of the store that stands still from one of its calls on, like a process that the system does not run. */
export interface Pause {
  /** Whether it stands. */
  isReached(): boolean;
  end(): void;
}

interface Opening {
  readonly faults: Faults;
  /** While it stands still, what its calls wait for. */
  standing: ((step: number) => Promise<FaultOutcome> | undefined) | undefined;
}

/** One for all: its memory takes much of the address space. */
const machine = inlineDigestMachine(16);

/** A store over adapters in memory that outlive it, with a clock that is moved by hand, and with faults by plan. All of it replays from a seed. */
export class SimulatedWorld {
  readonly clock: ManualClock = manualClock({ sleep: 'advance' });
  readonly alarms: string[] = [];
  readonly kv: KeyValue;
  readonly blobs: BlobStore;
  readonly #plant: Plant;
  readonly #quarantineMs: number;
  readonly #random: Random;
  readonly #draw: Draw;
  #trouble: Trouble | undefined;
  #stepsOfTurn = 0;
  #isSlow = false;
  #opening: Opening | undefined;
  #store: Store | undefined;

  constructor(seed: number, draw: Draw, quarantineMs: number, plant: Plant) {
    this.kv = memoryKeyValue();
    this.blobs = memoryBlobStore();
    this.#plant = plant;
    this.#quarantineMs = quarantineMs;
    this.#random = seededRandom(seed ^ 0x5eed);
    this.#draw = draw;
  }

  get store(): Store {
    if (this.#store === undefined) throw new Error('the world is not open');
    return this.#store;
  }

  /** Whether the trouble of this turn has happened. */
  get isTroubled(): boolean {
    return this.#trouble !== undefined && this.#stepsOfTurn > this.#trouble.atStep;
  }

  /** Begins a turn. `isSlow`: calls of the adapters take any time, so that what runs at the same time mixes. */
  beginTurn(trouble: Trouble | undefined, isSlow: boolean): void {
    this.#trouble = trouble;
    this.#stepsOfTurn = 0;
    this.#isSlow = isSlow;
  }

  /** Opens the store on what is there now; what was open before is left to itself, like a process that was killed or stands still. */
  async open(): Promise<void> {
    const faults: Faults = new Faults(({ index }) => opening.standing?.(index) ?? this.#outcomeOfStep());
    const opening: Opening = { faults, standing: undefined };
    this.#opening = opening;
    const kv = faultyKeyValue(this.#plant.kv?.(this.kv) ?? this.kv, faults);
    const blobs = faultyBlobStore(this.#plant.blobs?.(this.blobs) ?? this.blobs, faults);
    const close = async () => {};
    this.#store = await openEngine({
      kv: { ...kv, close },
      blobs: { ...blobs, close },
      ...{ clock: this.clock, random: this.#random, quarantineMs: this.#quarantineMs, runner: false },
      alarm: (message) => this.alarms.push(message),
      digests: new DigestPool({ machine }),
      keys: memoryKeyRing(this.#random),
    });
  }

  /** Pauses what is open now, after so many more calls of its adapters. */
  pause(afterSteps: number): Pause {
    const opening = this.#opening;
    if (opening === undefined) throw new Error('the world is not open');
    const from = opening.faults.steps + afterSteps;
    let end = () => {};
    let isReached = false;
    const ended = new Promise<FaultOutcome>((resolve) => {
      end = () => resolve('ok');
    });
    opening.standing = (step) => {
      if (step < from) return undefined;
      isReached = true;
      return ended;
    };
    return { isReached: () => isReached, end };
  }

  /** Everything that is due, until nothing is in quarantine any more. */
  async collectAll(): Promise<void> {
    await this.store.collect();
    this.clock.advance(this.#quarantineMs + 1);
    await this.store.collect();
    this.clock.advance(this.#quarantineMs + 1);
    await this.store.collect();
  }

  audit(): Promise<AuditReport> {
    return audit(this.kv, this.blobs);
  }

  #outcomeOfStep(): FaultOutcome | Promise<FaultOutcome> {
    const step = this.#stepsOfTurn++;
    const outcome = step === this.#trouble?.atStep ? this.#trouble.what : 'ok';
    return this.#isSlow ? this.#afterAWhile(outcome) : outcome;
  }

  async #afterAWhile(outcome: FaultOutcome): Promise<FaultOutcome> {
    for (let turns = this.#draw.below(4); turns > 0; turns--) await new Promise(setImmediate);
    return outcome;
  }
}
