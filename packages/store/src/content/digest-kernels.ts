import { crc64Kernel, crc64TableBytes, writeCrc64Tables } from './crc64-kernel.ts';
import { md5Constants, md5FourStreams, md5OneStream } from './md5-kernel.ts';
import { wasmModule } from './wasm.ts';

// The types of Node leave these out, and those of browsers would bring in much that Node has not.
declare const WebAssembly: {
  readonly Memory: new (shape: { initial: number; maximum: number; shared: boolean }) => SharedMemory;
  readonly Module: new (bytes: Uint8Array<ArrayBuffer>) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
};

export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}

/** Memory that several threads compute on, with the tables of the kernels at its beginning. It can be sent to a worker. */
export interface DigestMemory {
  readonly memory: SharedMemory;
  readonly pages: number;
  /** How many threads can have kernels on it, numbered from 0. */
  readonly threads: number;
  /** From here on the memory is the caller's. */
  readonly freeOffset: number;
}

/** Whole blocks of 64 bytes, at an offset of the memory. */
export interface Md5Segment {
  readonly offset: number;
  readonly blocks: number;
}

/** One stream's part of a call: segments after each other. The words are replaced by those after the last one. */
export interface Md5Lane {
  words: readonly number[];
  readonly segments: readonly Md5Segment[];
}

/** The digests' inner loops, working in place on a `DigestMemory`; for one thread. */
export interface DigestKernels {
  /** Folds the segments of at most four streams into their words. */
  foldMd5(lanes: readonly Md5Lane[]): void;
  /** The CRC-64 of what `crc` stood for (0n: nothing) and the bytes after it. */
  crc64(crc: bigint, offset: number, lengthBytes: number): bigint;
}

export const md5BlockBytes = 64;
const pageBytes = 65_536;
const constantsBytes = 64 * 16;
/** Four words of four streams. */
const scratchBytes = 64;
const allOnes = 0xffff_ffff_ffff_ffffn;

const md5TableOffset = 0;
const crc64TableOffset = md5TableOffset + constantsBytes;
const scratchOffset = crc64TableOffset + crc64TableBytes;

interface KernelExports {
  md5(state: number, data: number, blocks: number): void;
  md5x4(state: number, constants: number, data0: number, data1: number, data2: number, data3: number, blocks: number): void;
  crc64(register: bigint, tables: number, data: number, length: number): bigint;
}

/** Memory is only taken from the machine as it is touched. */
export function createDigestMemory(threads: number, bytes: number): DigestMemory {
  const freeOffset = Math.ceil((scratchOffset + threads * scratchBytes) / pageBytes) * pageBytes;
  const pages = Math.ceil((freeOffset + bytes) / pageBytes);
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  const constants = new Uint32Array(memory.buffer, md5TableOffset, constantsBytes / 4);
  for (let i = 0; i < constants.length; i++) constants[i] = md5Constants[i >> 2] as number;
  writeCrc64Tables(new BigUint64Array(memory.buffer, crc64TableOffset, crc64TableBytes / 8));
  return { memory, pages, threads, freeOffset };
}

export function createDigestKernels({ memory, pages }: DigestMemory, thread: number): DigestKernels {
  const compiled = new WebAssembly.Module(wasmModule(pages, [md5OneStream(), md5FourStreams(), crc64Kernel()]));
  const kernels = new WebAssembly.Instance(compiled, { env: { memory } }).exports as KernelExports;
  const scratch = scratchOffset + thread * scratchBytes;
  const words = new Uint32Array(memory.buffer, scratch, 16);
  return {
    foldMd5: (lanes) => foldLanes(kernels, words, scratch, lanes),
    crc64: (crc, offset, lengthBytes) =>
      BigInt.asUintN(64, ~kernels.crc64(BigInt.asIntN(64, crc ^ allOnes), crc64TableOffset, offset, lengthBytes)),
  };
}

/** How far a lane has come. */
interface LaneProgress {
  readonly lane: Md5Lane;
  readonly left: Md5Segment[];
}

/** Segments end at different blocks: a kernel runs as far as the shortest, then again with the streams that are left. */
function foldLanes(kernels: KernelExports, words: Uint32Array, scratch: number, lanes: readonly Md5Lane[]): void {
  const progress = lanes.map((lane) => ({ lane, left: lane.segments.filter(({ blocks }) => blocks > 0) }));
  for (;;) {
    const running = progress.filter(({ left }) => left.length > 0);
    if (running.length === 0) return;
    const blocks = Math.min(...running.map(({ left: [segment] }) => (segment as Md5Segment).blocks));
    if (running.length === 1) foldOne(kernels, words, scratch, running[0] as LaneProgress, blocks);
    else foldFour(kernels, words, scratch, running, blocks);
    for (const { left } of running) {
      const segment = left.shift() as Md5Segment;
      if (segment.blocks > blocks) left.unshift({ offset: segment.offset + blocks * md5BlockBytes, blocks: segment.blocks - blocks });
    }
  }
}

function foldOne(kernels: KernelExports, words: Uint32Array, scratch: number, { lane, left }: LaneProgress, blocks: number): void {
  words.set(lane.words);
  kernels.md5(scratch, (left[0] as Md5Segment).offset, blocks);
  lane.words = Array.from(words.subarray(0, 4));
}

function foldFour(kernels: KernelExports, words: Uint32Array, scratch: number, running: readonly LaneProgress[], blocks: number): void {
  // A lane without a stream of its own computes the first one's again, and is forgotten.
  const laneOf = (index: number) => running[index] ?? (running[0] as LaneProgress);
  for (let index = 0; index < 16; index++) words[index] = laneOf(index & 3).lane.words[index >> 2] as number;
  const dataOf = (index: number) => (laneOf(index).left[0] as Md5Segment).offset;
  kernels.md5x4(scratch, md5TableOffset, dataOf(0), dataOf(1), dataOf(2), dataOf(3), blocks);
  running.forEach(({ lane }, index) => {
    lane.words = [0, 1, 2, 3].map((word) => words[word * 4 + index] as number);
  });
}
