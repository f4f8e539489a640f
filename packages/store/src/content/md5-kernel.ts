/**
 * MD5 (RFC 1321) as WebAssembly, of one stream and of four streams in the lanes of SIMD registers. One stream is a chain in which every step waits for the
 * one before, so that a core idles most of the time; four chains side by side more than double what a core does.
 */
import { type Code, concat, get, i32, set, v128, type WasmFunction, whileLoop } from './wasm.ts';

const shifts = [
  [7, 12, 17, 22],
  [5, 9, 14, 20],
  [4, 11, 16, 23],
  [6, 10, 15, 21],
] as const;

/** The constants of RFC 1321: the whole part of 2^32 |sin(i + 1)|. */
export const md5Constants: readonly number[] = Array.from({ length: 64 }, (_, i) => Math.floor(2 ** 32 * Math.abs(Math.sin(i + 1))));

export const md5InitialWords: readonly number[] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];

/** What a step is made of, for numbers or for lanes of numbers. */
interface Arithmetic {
  readonly add: (left: Code, right: Code) => Code;
  readonly rotateLeft: (value: Code, bits: number) => Code;
  /** The step's function of b, c and d, added to `sum`. The parts that do not wait for b are added first: b is the last to be known. */
  readonly mix: (round: number, sum: Code, b: Code, c: Code, d: Code) => Code;
  readonly constant: (step: number) => Code;
  readonly word: (index: number) => Code;
}

/** The 64 steps over the locals a, b, c and d (numbers of locals, in that order). */
function steps(arithmetic: Arithmetic, registers: readonly [number, number, number, number]): Code {
  const codes: Code[] = [];
  for (let step = 0; step < 64; step++) {
    const round = step >> 4;
    const register = (offset: number) => registers[(offset + 64 - step) & 3] as number;
    const [a, b, c, d] = [register(0), register(1), register(2), register(3)];
    const index = [step, 5 * step + 1, 3 * step + 5, 7 * step][round] as number;
    const known = arithmetic.add(arithmetic.add(get(a), arithmetic.constant(step)), arithmetic.word(index & 15));
    const sum = arithmetic.mix(round, known, get(b), get(c), get(d));
    const bits = shifts[round]?.[step & 3] as number;
    codes.push(set(a, arithmetic.add(get(b), arithmetic.rotateLeft(sum, bits))));
  }
  return concat(...codes);
}

function mixNumbers(round: number, sum: Code, b: Code, c: Code, d: Code): Code {
  const { add, and, or, xor } = i32;
  const not = (value: Code) => xor(value, i32.constant(-1));
  if (round === 0) return add(sum, xor(and(xor(c, d), b), d));
  if (round === 1) return add(add(sum, and(not(d), c)), and(d, b));
  if (round === 2) return add(sum, xor(xor(c, d), b));
  return add(sum, xor(or(not(d), b), c));
}

/** `md5(state, data, blocks)`: folds whole blocks of 64 bytes into the four words at `state`. */
export function md5OneStream(): WasmFunction {
  const [state, data, blocks] = [0, 1, 2];
  const registers = [3, 4, 5, 6] as const;
  const arithmetic: Arithmetic = {
    add: i32.add,
    rotateLeft: (value, bits) => i32.rotateLeft(value, i32.constant(bits)),
    mix: mixNumbers,
    constant: (step) => i32.constant(md5Constants[step] as number),
    word: (index) => i32.load(get(data), index * 4),
  };
  const code = whileLoop(
    get(blocks),
    concat(
      ...registers.map((register, index) => set(register, i32.load(get(state), index * 4))),
      steps(arithmetic, registers),
      ...registers.map((register, index) => i32.store(get(state), i32.add(get(register), i32.load(get(state), index * 4)), index * 4)),
      set(data, i32.add(get(data), i32.constant(64))),
      set(blocks, i32.sub(get(blocks), i32.constant(1))),
    ),
  );
  return { name: 'md5', parameters: ['i32', 'i32', 'i32'], results: [], locals: ['i32', 'i32', 'i32', 'i32'], code };
}

function mixLanes(round: number, sum: Code, b: Code, c: Code, d: Code): Code {
  const { addLanes, select, xor, or, not } = v128;
  if (round === 0) return addLanes(sum, select(c, d, b));
  if (round === 1) return addLanes(sum, select(b, c, d));
  if (round === 2) return addLanes(sum, xor(xor(c, d), b));
  return addLanes(sum, xor(or(not(d), b), c));
}

/** Words 4 × quarter to 4 × quarter + 3 of the four streams' blocks, turned so that a local holds one word of every stream. */
function loadQuarter(pointers: readonly number[], words: number, spare: number, quarter: number): Code {
  const row = (stream: number) => v128.load(get(pointers[stream] as number), quarter * 16);
  const target = words + quarter * 4;
  const { shuffleLanes } = v128;
  return concat(
    ...[0, 1, 2, 3].map((stream) => set(spare + stream, row(stream))),
    // Words 0 and 1 of streams 0 and 1, then 2 and 3; the same of streams 2 and 3.
    set(target, shuffleLanes(get(spare), get(spare + 1), [0, 4, 1, 5])),
    set(target + 1, shuffleLanes(get(spare), get(spare + 1), [2, 6, 3, 7])),
    set(target + 2, shuffleLanes(get(spare + 2), get(spare + 3), [0, 4, 1, 5])),
    set(target + 3, shuffleLanes(get(spare + 2), get(spare + 3), [2, 6, 3, 7])),
    set(spare, shuffleLanes(get(target), get(target + 2), [0, 1, 4, 5])),
    set(spare + 1, shuffleLanes(get(target), get(target + 2), [2, 3, 6, 7])),
    set(spare + 2, shuffleLanes(get(target + 1), get(target + 3), [0, 1, 4, 5])),
    set(spare + 3, shuffleLanes(get(target + 1), get(target + 3), [2, 3, 6, 7])),
    ...[0, 1, 2, 3].map((word) => set(target + word, get(spare + word))),
  );
}

/**
 * `md5x4(state, constants, data0, data1, data2, data3, blocks)`: the same for four streams at once. `state` holds the words of all streams
 * side by side (a of the four streams, b of the four, …); `constants` is a table of the 64 constants, each four times.
 */
export function md5FourStreams(): WasmFunction {
  const [state, constants, blocks] = [0, 1, 6];
  const pointers = [2, 3, 4, 5];
  const registers = [7, 8, 9, 10] as const;
  const [words, spare] = [11, 27];
  const arithmetic: Arithmetic = {
    add: v128.addLanes,
    rotateLeft: (value, bits) =>
      concat(set(spare, value), v128.or(v128.shiftLanesLeft(get(spare), bits), v128.shiftLanesRightUnsigned(get(spare), 32 - bits))),
    mix: mixLanes,
    constant: (step) => v128.load(get(constants), step * 16),
    word: (index) => get(words + index),
  };
  const code = whileLoop(
    get(blocks),
    concat(
      ...registers.map((register, index) => set(register, v128.load(get(state), index * 16))),
      ...[0, 1, 2, 3].map((quarter) => loadQuarter(pointers, words, spare, quarter)),
      steps(arithmetic, registers),
      ...registers.map((register, index) =>
        v128.store(get(state), v128.addLanes(get(register), v128.load(get(state), index * 16)), index * 16),
      ),
      ...pointers.map((pointer) => set(pointer, i32.add(get(pointer), i32.constant(64)))),
      set(blocks, i32.sub(get(blocks), i32.constant(1))),
    ),
  );
  const locals = Array.from({ length: 4 + 16 + 4 }, () => 'v128' as const);
  return { name: 'md5x4', parameters: ['i32', 'i32', 'i32', 'i32', 'i32', 'i32', 'i32'], results: [], locals, code };
}
