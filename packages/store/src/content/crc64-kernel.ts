/**
 * CRC-64/XZ (ECMA-182 polynomial, reflected) as WebAssembly: eight bytes a step by eight tables, and where there are enough bytes four quarters
 * side by side, since one chain of steps leaves most of a core idle. The quarters are joined by a ninth kind of table: what a register becomes
 * after a quarter's worth of zero bytes.
 */
import { crc64Combine } from '@ossature/protocol';
import { type Code, concat, get, i32, i64, set, type WasmFunction, whileLoop } from './wasm.ts';

const polynomial = 0xc96c5795d7870f42n;
const quarterBytes = 4096;
const tableBytes = 256 * 8;

/** Sixteen tables of 256 registers: eight to step over bytes, then eight to step over a quarter of zeros. */
export const crc64TableBytes = 16 * tableBytes;

/** Writes the tables: `crc64TableBytes` bytes. */
export function writeCrc64Tables(target: BigUint64Array): void {
  for (let byte = 0; byte < 256; byte++) {
    let register = BigInt(byte);
    for (let bit = 0; bit < 8; bit++) register = (register & 1n) === 1n ? (register >> 1n) ^ polynomial : register >> 1n;
    target[byte] = register;
  }
  const stepZero = (register: bigint) => (register >> 8n) ^ (target[Number(register & 0xffn)] as bigint);
  for (let table = 1; table < 8; table++) {
    for (let byte = 0; byte < 256; byte++) target[table * 256 + byte] = stepZero(target[(table - 1) * 256 + byte] as bigint);
  }
  for (let bit = 0; bit < 64; bit++) {
    target[(8 + (bit >> 3)) * 256 + (1 << (bit & 7))] = crc64Combine(1n << BigInt(bit), 0n, quarterBytes);
  }
  // A step over zeros is linear: an entry is the sum of the entries of its bits.
  for (let table = 8; table < 16; table++) {
    for (let byte = 1; byte < 256; byte++) {
      const low = byte & -byte;
      const at = table * 256;
      if (low !== byte) target[at + byte] = (target[at + low] as bigint) ^ (target[at + (byte ^ low)] as bigint);
    }
  }
}

/** The entries for the eight bytes of a register, joined. Byte n is looked up in the table that `tableOf` names. */
function lookUp(tables: number, register: number, tableOf: (byte: number) => number): Code {
  const entry = (byte: number): Code => {
    const shifted = byte === 0 ? get(register) : i64.shiftRightUnsigned(get(register), i64.constant(byte * 8));
    const index = i32.and(i64.wrap(shifted), i32.constant(0xff));
    return i64.load(i32.add(get(tables), i32.shiftLeft(index, i32.constant(3))), tableOf(byte) * tableBytes);
  };
  let joined = entry(0);
  for (let byte = 1; byte < 8; byte++) joined = i64.xor(joined, entry(byte));
  return joined;
}

/** `crc64(register, tables, data, length): register`. The register is the CRC without the inversions at its beginning and end. */
export function crc64Kernel(): WasmFunction {
  const [register, tables, data, length] = [0, 1, 2, 3];
  const quarters = [register, 4, 5, 6];
  const end = 7;
  const advance = (bytes: number) =>
    concat(set(data, i32.add(get(data), i32.constant(bytes))), set(length, i32.sub(get(length), i32.constant(bytes))));
  const take8 = (local: number, offset: number): Code =>
    concat(
      set(local, i64.xor(get(local), i64.load(get(data), offset))),
      set(
        local,
        lookUp(tables, local, (byte) => 7 - byte),
      ),
    );
  const fourQuarters = concat(
    ...quarters.slice(1).map((local) => set(local, i64.constant(0))),
    set(end, i32.add(get(data), i32.constant(quarterBytes))),
    whileLoop(
      i32.xor(get(data), get(end)),
      concat(...quarters.map((local, index) => take8(local, index * quarterBytes)), set(data, i32.add(get(data), i32.constant(8)))),
    ),
    ...quarters.slice(1).map((local) =>
      set(
        register,
        i64.xor(
          lookUp(tables, register, (byte) => 8 + byte),
          get(local),
        ),
      ),
    ),
    set(data, i32.add(get(data), i32.constant(3 * quarterBytes))),
    set(length, i32.sub(get(length), i32.constant(4 * quarterBytes))),
  );
  const oneByte = set(
    register,
    i64.xor(
      i64.shiftRightUnsigned(get(register), i64.constant(8)),
      i64.load(
        i32.add(
          get(tables),
          i32.shiftLeft(i32.and(i32.xor(i64.wrap(get(register)), i32.loadByte(get(data))), i32.constant(0xff)), i32.constant(3)),
        ),
      ),
    ),
  );
  const atLeast = (bytes: number) => i32.greaterOrEqualUnsigned(get(length), i32.constant(bytes));
  const code = concat(
    whileLoop(atLeast(4 * quarterBytes), fourQuarters),
    whileLoop(atLeast(8), concat(take8(register, 0), advance(8))),
    whileLoop(get(length), concat(oneByte, advance(1))),
    get(register),
  );
  return { name: 'crc64', parameters: ['i64', 'i32', 'i32', 'i32'], results: ['i64'], locals: ['i64', 'i64', 'i64', 'i32'], code };
}
