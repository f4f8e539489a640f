import { allOf, under } from '../rows/keys.ts';
import { seededRandom } from '../seeded-random.ts';
import type { Store } from '../store.ts';
import { StoreError } from '../store-error.ts';
import { applyStep } from './apply-step.ts';
import { Draw } from './draw.ts';
import { drawBlobStep, drawStep, drawStepBeside } from './draw-step.ts';
import { adopt, explain, learn, type Ran, uploadIdOf } from './explain.ts';
import { emptyState, type ModelState } from './model-state.ts';
import { performStep } from './perform-step.ts';
import { type Plant, SimulatedWorld, type Trouble } from './simulated-world.ts';
import type { Step, UploadName } from './step.ts';
import { differenceOf, differenceOfValues, nameOf, type VisibleState, visibleState } from './visible-state.ts';

export interface SimulationOptions {
  readonly seed: number;
  readonly steps: number;
  readonly plant?: Plant;
}

/** What was tried, to see that a simulation does what it is there for. */
export interface SimulationFacts {
  readonly steps: number;
  readonly refusals: number;
  readonly crashes: number;
  readonly faults: number;
  readonly together: number;
  /** Versions that are not current ones, at most. */
  readonly older: number;
}

const endedUploadsKept = 6;
/** Steps between two looks at everything. */
const lookEvery = 20;
/** Calls of the adapters, of which one is to go wrong; most operations need fewer. */
const troubleWithin = 24;

/**
 * Runs a random history against the store and the plain model, with crashes, faults, steps at the same time and processes that were fenced, and compares what a
 * caller sees and what is kept. All of it follows from the seed. Throws an Error that says what differs, and the last steps.
 */
export async function simulate(options: SimulationOptions): Promise<SimulationFacts> {
  const simulation = new Simulation(options);
  try {
    return await simulation.run(options.steps);
  } catch (error) {
    throw new Error(simulation.describe(error), { cause: error });
  }
}

class Simulation {
  readonly #seed: number;
  readonly #draw: Draw;
  readonly #world: SimulatedWorld;
  readonly #history: string[] = [];
  readonly #ended: UploadName[] = [];
  readonly #facts = { steps: 0, refusals: 0, crashes: 0, faults: 0, together: 0, older: 0 };
  #state: ModelState = emptyState;
  /** A fault may have left what only the next opening clears; and an earlier opening what the collector of this one clears. */
  #leftForNext = false;
  #leftByEarlier = false;

  constructor({ seed, plant = {} }: SimulationOptions) {
    this.#seed = seed;
    this.#draw = new Draw(seededRandom(seed));
    const quarantineMs = this.#draw.oneIn(2) ? 0 : 1_000;
    this.#world = new SimulatedWorld(seed, this.#draw, quarantineMs, plant);
  }

  async run(steps: number): Promise<SimulationFacts> {
    await this.#world.open();
    while (this.#facts.steps < steps) {
      await this.#turn();
      if (this.#facts.steps % lookEvery < 2) await this.#look();
    }
    await this.#look();
    await this.#end();
    return this.#facts;
  }

  describe(error: unknown): string {
    const what = error instanceof Error ? error.message : String(error);
    const replay = `OSSATURE_SEEDS=${this.#seed}-${this.#seed} npx vitest run packages/store/dist/simulation`;
    return [`seed ${this.#seed}, step ${this.#facts.steps}: ${what}`, `again: ${replay}`, 'last steps:', ...this.#history.slice(-12)].join(
      '\n',
    );
  }

  async #turn(): Promise<void> {
    const kind = this.#draw.below(100);
    if (kind < 60) return this.#plainStep();
    if (kind < 67) return this.#collectAndMove();
    if (kind < 69) return this.#reopen();
    if (kind < 75) return this.#faultyStep();
    if (kind < 83) return this.#crash(1 + this.#draw.below(2));
    if (kind < 96) return this.#together(2 + this.#draw.below(2));
    return this.#fence();
  }

  #next(): Step {
    const step = this.#draw.oneIn(25) ? ({ do: 'collect' } as const) : drawStep(this.#draw, this.#state, this.#ended);
    this.#facts.steps++;
    return step;
  }

  /** For the same time: often such as meet in one key or upload. */
  #nextOnes(count: number): readonly Step[] {
    const first = this.#next();
    const beside = () => (this.#draw.oneIn(2) ? drawStepBeside(this.#draw, this.#state, first) : undefined);
    const others = Array.from({ length: count - 1 }, () => {
      const step = beside();
      if (step !== undefined) this.#facts.steps++;
      return step ?? this.#next();
    });
    return [first, ...others];
  }

  #note(what: string, steps: readonly Step[]): void {
    this.#history.push(`  ${what}: ${steps.map((step) => JSON.stringify(step)).join(' & ')}`);
  }

  async #plainStep(): Promise<void> {
    const step = this.#next();
    this.#note('step', [step]);
    this.#world.beginTurn(undefined, false);
    const outcome = await performStep(this.#world.store, step);
    const applied = applyStep(this.#state, step, uploadIdOf(this.#state, outcome));
    const difference = differenceOfValues(applied.outcome, outcome);
    if (difference !== undefined) throw new Error(difference);
    if (outcome.kind === 'refused') this.#facts.refusals++;
    this.#become(learn(applied.state, step, outcome));
    this.#judgeAlarms();
  }

  async #collectAndMove(): Promise<void> {
    this.#world.beginTurn(undefined, false);
    this.#world.clock.advance(this.#draw.below(1_500));
    await this.#collect();
    this.#judgeAlarms();
  }

  async #reopen(): Promise<void> {
    this.#history.push('  reopened');
    this.#world.beginTurn(undefined, false);
    await this.#world.store.close();
    await this.#world.open();
    this.#leftByEarlier ||= this.#leftForNext;
    this.#leftForNext = false;
    await this.#look();
  }

  async #collect(): Promise<void> {
    await this.#world.store.collect();
    this.#leftByEarlier = false;
  }

  /** One call of an adapter fails, and the process lives on: the step is done, or it is refused and nothing of it is there. */
  async #faultyStep(): Promise<void> {
    const step = this.#next();
    this.#note('fault in', [step]);
    this.#world.beginTurn(this.#trouble('fail-before'), false);
    const [ran] = await this.#run([this.#perform(this.#world.store, step)]);
    const isTroubled = this.#world.isTroubled;
    this.#world.beginTurn(undefined, false);
    if (ran === undefined || (ran.outcome === 'cut' && !isTroubled)) throw new Error('a step failed without a fault');
    if (isTroubled) this.#facts.faults++;
    this.#leftForNext ||= isTroubled;
    await this.#settle(ran.outcome === 'cut' ? [] : [ran]);
    this.#world.alarms.length = 0;
  }

  /** The process dies somewhere in the steps, or right after them; the next one finds what was done. */
  async #crash(count: number): Promise<void> {
    const steps = this.#nextOnes(count);
    this.#note('crash in', steps);
    const what = this.#draw.oneIn(2) ? 'crash-before' : 'crash-after';
    this.#world.beginTurn(this.#trouble(what), count > 1);
    const ran = await this.#run(steps.map((step) => this.#perform(this.#world.store, step)));
    this.#facts.crashes++;
    await this.#openAgain();
    await this.#settle(ran);
    this.#world.alarms.length = 0;
    if (this.#draw.oneIn(2)) return;
    await this.#collect();
    await this.#look();
  }

  /** The opening after a crash may crash too. */
  async #openAgain(): Promise<void> {
    while (this.#draw.oneIn(4)) {
      this.#world.beginTurn(this.#trouble('crash-after'), false);
      await this.#world.open().catch((error: unknown) => this.#cut(error));
    }
    this.#world.beginTurn(undefined, false);
    await this.#world.open();
    this.#leftForNext = false;
    this.#leftByEarlier = true;
  }

  async #together(count: number): Promise<void> {
    const steps = this.#nextOnes(count);
    this.#note('together', steps);
    this.#facts.together++;
    this.#world.beginTurn(undefined, true);
    const ran = await this.#run(steps.map((step) => this.#perform(this.#world.store, step)));
    this.#world.beginTurn(undefined, false);
    judgeUncut(ran);
    await this.#settle(ran);
    this.#judgeAlarms();
  }

  /** The process stands still in the middle of a step; another opens the store, works and collects; then the first one goes on. */
  async #fence(): Promise<void> {
    const first = this.#draw.oneIn(2) ? drawBlobStep(this.#draw) : this.#next();
    const second = this.#next();
    this.#note('fenced in the first', [first, second]);
    this.#world.beginTurn(undefined, false);
    const pause = this.#world.pause(this.#draw.below(1 + this.#draw.below(troubleWithin)));
    let isDone = false;
    const paused = this.#perform(this.#world.store, first).finally(() => {
      isDone = true;
    });
    while (!isDone && !pause.isReached()) await new Promise(setImmediate);
    await this.#world.open();
    const ran = await this.#perform(this.#world.store, second);
    if (this.#draw.oneIn(2)) await this.#world.store.collect();
    pause.end();
    const all = [await paused, ran];
    this.#leftByEarlier = true;
    judgeUncut([ran]);
    await this.#settle(all);
    this.#world.alarms.length = 0;
  }

  #trouble(what: Trouble['what']): Trouble {
    // Early calls more often: short operations have no others.
    return { what, atStep: this.#draw.below(1 + this.#draw.below(troubleWithin)) };
  }

  #run(steps: readonly Promise<Ran>[]): Promise<readonly Ran[]> {
    return Promise.all(steps);
  }

  async #perform(store: Store, step: Step): Promise<Ran> {
    try {
      return { step, outcome: await performStep(store, step) };
    } catch (error) {
      return { step, outcome: this.#cut(error) };
    }
  }

  /** Only what was planned may go wrong. */
  #cut(error: unknown): 'cut' {
    if (error instanceof StoreError && error.fault !== 'corrupt' && error.fault !== 'full') return 'cut';
    throw error;
  }

  async #settle(ran: readonly Ran[]): Promise<void> {
    const visible = await visibleState(this.#world.store, touchedBy(ran));
    const explained = explain(this.#state, ran, visible);
    if ('difference' in explained) throw new Error(explained.difference);
    this.#become(adoptFrom(explained.state, visible));
  }

  #become(state: ModelState): void {
    for (const { id, bucket, key } of this.#state.uploads.values()) {
      if (state.uploads.has(id)) continue;
      this.#ended.push({ bucket, key, uploadId: id });
      if (this.#ended.length > endedUploadsKept) this.#ended.shift();
    }
    this.#state = state;
    const keys = [...state.buckets.values()].flatMap((bucket) => [...bucket.keys.values()]);
    this.#facts.older = Math.max(this.#facts.older, keys.flat().length - keys.length);
  }

  #judgeAlarms(): void {
    const [alarm] = this.#world.alarms;
    if (alarm !== undefined) throw new Error(`alarm: ${alarm}`);
  }

  async #look(): Promise<void> {
    const difference = differenceOf(this.#state, await visibleState(this.#world.store));
    if (difference !== undefined) throw new Error(difference);
    const { missing, extra, miscounted } = await this.#world.audit();
    const wrong = [...missing, ...miscounted, ...(this.#leftForNext || this.#leftByEarlier ? [] : extra)];
    if (wrong.length > 0) throw new Error(`audit: ${wrong.join(', ')}`);
  }

  /** Nothing is left that nobody needs: first with what there is, then when everything was removed. */
  async #end(): Promise<void> {
    await this.#world.open();
    await this.#world.collectAll();
    await this.#judgeClean();
    await removeEverything(this.#world.store, this.#draw, this.#state);
    this.#state = emptyState;
    await this.#world.collectAll();
    await this.#judgeClean();
    const rows = await this.#world.kv.scan({ from: Uint8Array.of(0), to: Uint8Array.of(0xff), limit: 100 });
    const tags = rows.map(({ key }) => String.fromCharCode(key[0] ?? 0)).join('');
    // Layout, windows and lease.
    if (tags !== 'ALW') throw new Error(`rows ${tags} are left in an empty store`);
  }

  async #judgeClean(): Promise<void> {
    this.#judgeAlarms();
    const difference = differenceOf(this.#state, await visibleState(this.#world.store));
    if (difference !== undefined) throw new Error(`at the end: ${difference}`);
    const { missing, extra, miscounted } = await this.#world.audit();
    const wrong = [...missing, ...extra, ...miscounted];
    if (wrong.length > 0) throw new Error(`audit at the end: ${wrong.join(', ')}`);
    for (const tag of ['todo', 'quarantine', 'due', 'fenced', 'pin'] as const) {
      if ((await this.#world.kv.scan(under(allOf(tag), 1))).length > 0) throw new Error(`a ${tag} row is left when everything was due`);
    }
  }
}

/** Whose bytes are looked at right away; those of all others every few steps. */
function touchedBy(ran: readonly Ran[]): (name: string) => boolean {
  const addresses = ran.flatMap(({ step }) => [
    ...('to' in step ? [step.to] : []),
    ...('from' in step ? [step.from] : []),
    ...('upload' in step ? [step.upload] : []),
  ]);
  const names = new Set(addresses.map(({ bucket, key }) => nameOf(bucket, key)));
  return (name) => names.has(name);
}

/** Without faults nothing fails; only what is read may go away under its reader. */
function judgeUncut(ran: readonly Ran[]): void {
  const failed = ran.find(({ step, outcome }) => outcome === 'cut' && step.do !== 'read');
  if (failed !== undefined) throw new Error(`${failed.step.do} failed without a fault`);
}

/** The versions in any order. */
async function removeEverything(store: Store, draw: Draw, { buckets, uploads }: ModelState): Promise<void> {
  for (const { id, bucket, key } of uploads.values()) await store.abortUpload({ bucket, key, uploadId: id }, () => {});
  for (const [bucket, { keys }] of buckets) {
    for (const [key, versions] of keys) {
      const left = versions.map(({ versionId }) => versionId);
      while (left.length > 0) {
        const [versionId] = left.splice(draw.below(left.length), 1);
        await store.removeObject({ bucket, key, versionId }, () => {});
      }
    }
    if ((await store.deleteBucket(bucket, () => {})) !== 'deleted') throw new Error(`bucket ${bucket} is not empty`);
  }
}

function adoptFrom(state: ModelState, { versions }: VisibleState): ModelState {
  return adopt(state, (bucket, key, index) => versions.get(nameOf(bucket, key))?.[index]?.facts);
}
