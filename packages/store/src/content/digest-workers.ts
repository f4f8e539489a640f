import { Worker } from 'node:worker_threads';
import { StoreError } from '../store-error.ts';
import type { DigestMemory } from './digest-kernels.ts';
import type { CrcAnswer, CrcRequest, DigestTurn, DigestTurnDone, DigestWorkerData, Md5Request } from './digest-messages.ts';

interface Task<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
  /** Tasks are numbered in the order in which they came. */
  readonly number: number;
}
type Md5Task = Task<Md5Request, readonly number[]>;
type CrcTask = Task<CrcRequest, CrcAnswer>;

interface Turn {
  readonly md5: readonly Md5Task[];
  readonly crc: readonly CrcTask[];
}

interface Crew {
  readonly worker: DigestThread;
  readonly thread: number;
  turn: Turn | undefined;
}

/** As much of a `Worker` as is used here; a simulation computes on its own thread instead. */
export interface DigestThread {
  on(event: 'message', listener: (done: DigestTurnDone) => void): unknown;
  on(event: 'error', listener: (error: unknown) => void): unknown;
  on(event: 'exit', listener: () => void): unknown;
  postMessage(turn: DigestTurn): void;
  ref(): void;
  unref(): void;
  terminate(): Promise<unknown>;
}

export type StartWorker = (data: DigestWorkerData) => DigestThread;

const lanes = 4;
const crcsATurn = 8;
/**
 * Waking a thread can cost as much as the CRCs of a chunk: while MD5 is under way, which takes longer anyway, CRCs wait until there are so many. Half of
 * what one body may have under way, so that the other half is never waited for.
 */
const crcsWorthATurn = 4;

/**
 * Hands out work on shared memory to a few threads, which start when there is work for them and never keep the process alive without it.
 * Requests that wait are put together: four streams of MD5 in one turn cost little more than one.
 */
export class DigestWorkers {
  readonly #memory: DigestMemory;
  readonly #start: StartWorker;
  readonly #crews = new Set<Crew>();
  readonly #md5: Md5Task[] = [];
  readonly #crc: CrcTask[] = [];
  #number = 0;
  #closed = false;
  #dispatching = false;

  constructor(memory: DigestMemory, start: StartWorker = startDigestWorker) {
    this.#memory = memory;
    this.#start = start;
  }

  /** The words after the blocks. Rejects with StoreError `unavailable` where the worker died over it. */
  md5(request: Md5Request): Promise<readonly number[]> {
    return new Promise((resolve, reject) => this.#add(this.#md5, { request, resolve, reject, number: this.#number++ }));
  }

  crc(request: CrcRequest): Promise<CrcAnswer> {
    return new Promise((resolve, reject) => this.#add(this.#crc, { request, resolve, reject, number: this.#number++ }));
  }

  /** Fails what is under way with StoreError `closed`. */
  async close(): Promise<void> {
    this.#closed = true;
    const closed = new StoreError('closed', 'the digest workers are closed');
    for (const task of [...this.#md5.splice(0), ...this.#crc.splice(0)]) task.reject(closed);
    const crews = [...this.#crews];
    for (const crew of crews) this.#dismiss(crew, closed);
    await Promise.all(crews.map(({ worker }) => worker.terminate()));
  }

  #add<Request, Answer>(queue: Task<Request, Answer>[], task: Task<Request, Answer>): void {
    if (this.#closed) task.reject(new StoreError('closed', 'the digest workers are closed'));
    else queue.push(task);
    this.#dispatchSoon();
  }

  /** Not at once: streams that have just been given their words back come with their next blocks before the turns are put together. */
  #dispatchSoon(): void {
    if (this.#dispatching) return;
    this.#dispatching = true;
    setImmediate(() => {
      this.#dispatching = false;
      this.#dispatch();
    });
  }

  #dispatch(): void {
    for (;;) {
      const queue = this.#nextQueue();
      const crew = queue && this.#idleCrew();
      if (crew === undefined) return;
      this.#give(
        crew,
        queue === this.#md5 ? { md5: this.#md5.splice(0, lanes), crc: [] } : { md5: [], crc: this.#crc.splice(0, crcsATurn) },
      );
    }
  }

  /** The oldest task decides what the next turn is about. MD5 spreads over more threads only where each has its lanes full, or half of the threads are idle. */
  #nextQueue(): Md5Task[] | CrcTask[] | undefined {
    const turns = [...this.#crews].flatMap(({ turn }) => (turn !== undefined && turn.md5.length > 0 ? [turn.md5.length] : []));
    const streams = turns.reduce((sum, length) => sum + length, this.#md5.length);
    const mayFold = turns.length < Math.max(Math.ceil(streams / lanes), Math.floor(this.#memory.threads / 2), 1);
    const md5 = mayFold ? this.#md5[0] : undefined;
    const crc = turns.length === 0 || this.#crc.length >= crcsWorthATurn ? this.#crc[0] : undefined;
    if (md5 === undefined || crc === undefined) return md5 === undefined ? crc && this.#crc : this.#md5;
    return md5.number < crc.number ? this.#md5 : this.#crc;
  }

  #idleCrew(): Crew | undefined {
    for (const crew of this.#crews) if (crew.turn === undefined) return crew;
    const used = new Set([...this.#crews].map(({ thread }) => thread));
    for (let thread = 0; thread < this.#memory.threads; thread++) if (!used.has(thread)) return this.#hire(thread);
    return undefined;
  }

  #hire(thread: number): Crew {
    const worker = this.#start({ memory: this.#memory, thread });
    const crew: Crew = { worker, thread, turn: undefined };
    worker.unref();
    worker.on('message', (done: DigestTurnDone) => this.#finish(crew, done));
    worker.on('error', (cause) => this.#dismiss(crew, new StoreError('unavailable', 'a digest worker failed', { cause })));
    worker.on('exit', () => this.#dismiss(crew, new StoreError('unavailable', 'a digest worker has gone')));
    this.#crews.add(crew);
    return crew;
  }

  #give(crew: Crew, turn: Turn): void {
    crew.turn = turn;
    crew.worker.ref();
    const message: DigestTurn = { md5: turn.md5.map(({ request }) => request), crc: turn.crc.map(({ request }) => request) };
    crew.worker.postMessage(message);
  }

  #finish(crew: Crew, done: DigestTurnDone): void {
    const turn = crew.turn;
    crew.turn = undefined;
    crew.worker.unref();
    turn?.md5.forEach((task, index) => {
      task.resolve(done.md5[index] as readonly number[]);
    });
    turn?.crc.forEach((task, index) => {
      task.resolve(done.crc[index] as CrcAnswer);
    });
    this.#dispatchSoon();
  }

  /** Another worker is started when there is work again. */
  #dismiss(crew: Crew, error: StoreError): void {
    if (!this.#crews.delete(crew)) return;
    for (const task of [...(crew.turn?.md5 ?? []), ...(crew.turn?.crc ?? [])]) task.reject(error);
    crew.turn = undefined;
    if (!this.#closed) this.#dispatchSoon();
  }
}

export function startDigestWorker(data: DigestWorkerData): Worker {
  // What node itself was started with may be nothing for a worker (`--input-type`, `--eval`): it inherits none of it.
  return new Worker(new URL('./digest-worker.js', import.meta.url), { workerData: data, name: `digest-${data.thread}`, execArgv: [] });
}
