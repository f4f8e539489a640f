/**
 * WebAssembly written as bytes: the few instructions that the digest kernels need. The kernels are programs of this project, made
 * when a process starts, so that no generated binary lies in the repository. Code is a list of bytes in stack order; a function
 * here that takes code answers code, so that an expression reads like the formula that it computes.
 */

export type Code = readonly number[];

export const valueTypes = { i32: 0x7f, i64: 0x7e, v128: 0x7b } as const;
export type ValueType = keyof typeof valueTypes;

export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly results: readonly ValueType[];
  /** Further locals, numbered after the parameters. */
  readonly locals: readonly ValueType[];
  readonly code: Code;
}

export function concat(...codes: readonly Code[]): Code {
  return codes.flat();
}

/** Unsigned LEB128. */
export function unsigned(value: number): Code {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

/** Signed LEB128 of a 32-bit number. */
function signed(value: number): Code {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(done ? low : low | 0x80);
    if (done) return bytes;
  }
}

const binary = (opcode: Code) => (left: Code, right: Code) => concat(left, right, opcode);
const unary = (opcode: Code) => (operand: Code) => concat(operand, opcode);
const simd = (number: number) => [0xfd, ...unsigned(number)];
/** A load with its alignment hint (a power of two) and the offset that is added to the address. */
const load =
  (opcode: Code, align: number) =>
  (address: Code, offset = 0) =>
    concat(address, opcode, [align], unsigned(offset));

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => concat(value, [0x21], unsigned(local));

export const i32 = {
  constant: (value: number): Code => [0x41, ...signed(value)],
  load: load([0x28], 0),
  loadByte: load([0x2d], 0),
  add: binary([0x6a]),
  sub: binary([0x6b]),
  and: binary([0x71]),
  or: binary([0x72]),
  xor: binary([0x73]),
  shiftLeft: binary([0x74]),
  rotateLeft: binary([0x77]),
  greaterOrEqualUnsigned: binary([0x4f]),
  store: (address: Code, value: Code, offset = 0): Code => concat(address, value, [0x36, 0], unsigned(offset)),
};

export const i64 = {
  constant: (value: number): Code => [0x42, ...signed(value)],
  load: load([0x29], 0),
  xor: binary([0x85]),
  and: binary([0x83]),
  shiftRightUnsigned: binary([0x88]),
  extendUnsigned: unary([0xad]),
  wrap: unary([0xa7]),
};

export const v128 = {
  load: load(simd(0), 0),
  store: (address: Code, value: Code, offset = 0): Code => concat(address, value, simd(11), [0], unsigned(offset)),
  not: unary(simd(77)),
  and: binary(simd(78)),
  or: binary(simd(80)),
  xor: binary(simd(81)),
  /** Bits of `ones` where the mask is 1, else of `zeros`. */
  select: (ones: Code, zeros: Code, mask: Code): Code => concat(ones, zeros, mask, simd(82)),
  addLanes: binary(simd(174)),
  shiftLanesLeft: (value: Code, bits: number): Code => concat(value, i32.constant(bits), simd(171)),
  shiftLanesRightUnsigned: (value: Code, bits: number): Code => concat(value, i32.constant(bits), simd(173)),
  /** Four 32-bit lanes out of eight: 0 to 3 of `left`, 4 to 7 of `right`. */
  shuffleLanes: (left: Code, right: Code, lanes: readonly number[]): Code =>
    concat(
      left,
      right,
      simd(13),
      lanes.flatMap((lane) => [lane * 4, lane * 4 + 1, lane * 4 + 2, lane * 4 + 3]),
    ),
};

/** Runs the body while the condition holds, judged before each turn. */
export function whileLoop(condition: Code, body: Code): Code {
  const stopUnless = concat(condition, [0x45, 0x0d, 1]);
  return concat([0x02, 0x40, 0x03, 0x40], stopUnless, body, [0x0c, 0, 0x0b, 0x0b]);
}

const vector = (items: readonly Code[]): Code => concat(unsigned(items.length), ...items);
const section = (id: number, content: Code): Code => concat([id], unsigned(content.length), content);
const name = (text: string): Code => vector([...new TextEncoder().encode(text)].map((byte) => [byte]));
const typeList = (list: readonly ValueType[]): Code => vector(list.map((type) => [valueTypes[type]]));

/** A module with these functions exported, over a shared memory imported as `env.memory` of exactly so many pages of 64 KiB. */
export function wasmModule(pages: number, functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const types = functions.map((fn) => concat([0x60], typeList(fn.parameters), typeList(fn.results)));
  const bodies = functions.map((fn) => {
    const locals = vector(fn.locals.map((type) => [1, valueTypes[type]]));
    const body = concat(locals, fn.code, [0x0b]);
    return concat(unsigned(body.length), body);
  });
  const memory = concat(name('env'), name('memory'), [0x02, 0x03], unsigned(pages), unsigned(pages));
  return Uint8Array.from(
    concat(
      [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
      section(1, vector(types)),
      section(2, vector([memory])),
      section(3, vector(functions.map((_, index) => unsigned(index)))),
      section(7, vector(functions.map((fn, index) => concat(name(fn.name), [0x00], unsigned(index))))),
      section(10, vector(bodies)),
    ),
  );
}
