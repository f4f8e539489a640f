/**
 * CRC-64/XZ, the checksum of `x-oss-hash-crc64ecma`: the ECMA-182 polynomial reflected, initial value and final xor all ones.
 * 64-bit values are pairs of unsigned 32-bit numbers here, high word first: BigInt in the inner loop would be a hundred times slower.
 */
const polynomialHigh = 0xc96c5795;
const polynomialLow = 0xd7870f42;

/** A running CRC-64 over chunks. */
export class Crc64 {
  #high: number;
  #low: number;

  /** Goes on from an earlier value, as AppendObject needs it; 0 is the value of no bytes. */
  constructor(initial = 0n) {
    const [high, low] = toWords(initial);
    this.#high = ~high;
    this.#low = ~low;
  }

  update(bytes: Uint8Array): this {
    let high = this.#high;
    let low = this.#low;
    const end = bytes.length;
    const endOfEights = end - (end % 8);
    let i = 0;
    for (; i < endOfEights; i += 8) {
      const a = low ^ readWord(bytes, i);
      const b = high ^ readWord(bytes, i + 4);
      const i7 = 0x700 | (a & 0xff);
      const i6 = 0x600 | ((a >>> 8) & 0xff);
      const i5 = 0x500 | ((a >>> 16) & 0xff);
      const i4 = 0x400 | (a >>> 24);
      const i3 = 0x300 | (b & 0xff);
      const i2 = 0x200 | ((b >>> 8) & 0xff);
      const i1 = 0x100 | ((b >>> 16) & 0xff);
      const i0 = b >>> 24;
      high = at(highs, i7) ^ at(highs, i6) ^ at(highs, i5) ^ at(highs, i4) ^ at(highs, i3) ^ at(highs, i2) ^ at(highs, i1) ^ at(highs, i0);
      low = at(lows, i7) ^ at(lows, i6) ^ at(lows, i5) ^ at(lows, i4) ^ at(lows, i3) ^ at(lows, i2) ^ at(lows, i1) ^ at(lows, i0);
    }
    for (; i < end; i++) {
      const index = (low ^ (bytes[i] as number)) & 0xff;
      low = ((low >>> 8) | (high << 24)) ^ at(lows, index);
      high = (high >>> 8) ^ at(highs, index);
    }
    this.#high = high;
    this.#low = low;
    return this;
  }

  /** The value of all bytes so far; more may follow. */
  digest(): bigint {
    return fromWords(~this.#high, ~this.#low);
  }
}

/** The CRC-64 of bytes at once. */
export function crc64(bytes: Uint8Array): bigint {
  return new Crc64().update(bytes).digest();
}

/**
 * The CRC-64 of A and B after each other, from the values of both and the length of B in bytes. Appending n bytes multiplies the
 * value of A by x^8n modulo the polynomial; the powers are computed once, and the last length's is kept, since parts are mostly of
 * one size.
 */
export function crc64Combine(a: bigint, b: bigint, bLengthBytes: number): bigint {
  if (!Number.isSafeInteger(bLengthBytes) || bLengthBytes < 0) throw new RangeError(`Not a length in bytes: ${bLengthBytes}`);
  const [aHigh, aLow] = toWords(a);
  const [bHigh, bLow] = toWords(b);
  if (bLengthBytes !== lastShift.lengthBytes) lastShift = { lengthBytes: bLengthBytes, power: powerOfBytes(bLengthBytes) };
  const [high, low] = multiply(aHigh, aLow, lastShift.power[0], lastShift.power[1]);
  return fromWords(high ^ bHigh, low ^ bLow);
}

type Words = readonly [high: number, low: number];

/** The polynomial 1: in reflected order the highest bit is the constant term. */
const one: Words = [0x80000000, 0];

let lastShift: { readonly lengthBytes: number; readonly power: Words } = { lengthBytes: 0, power: one };

/** `squares[k]` is x^(8·2^k) modulo the polynomial; filled as far as lengths have asked for it. */
const squares: Words[] = [[0x00800000, 0]];

/** x^(8n) modulo the polynomial, by the binary digits of n. */
function powerOfBytes(lengthBytes: number): Words {
  let power = one;
  let left = lengthBytes;
  for (let k = 0; left > 0; k++) {
    let square = squares[k];
    if (square === undefined) {
      const [high, low] = squares[k - 1] as Words;
      square = multiply(high, low, high, low);
      squares[k] = square;
    }
    // A length may need 53 bits, and the bit operators know 32.
    if (left % 2 === 1) power = multiply(power[0], power[1], square[0], square[1]);
    left = Math.floor(left / 2);
  }
  return power;
}

/** The product of two polynomials modulo the CRC's, all in reflected order. */
function multiply(aHigh: number, aLow: number, bHigh: number, bLow: number): Words {
  let high = 0;
  let low = 0;
  let shiftedHigh = bHigh;
  let shiftedLow = bLow;
  for (let bit = 0; bit < 64; bit++) {
    const word = bit < 32 ? aHigh : aLow;
    if ((word & (0x80000000 >>> (bit & 31))) !== 0) {
      high ^= shiftedHigh;
      low ^= shiftedLow;
    }
    const carry = shiftedLow & 1;
    shiftedLow = (shiftedLow >>> 1) | (shiftedHigh << 31);
    shiftedHigh >>>= 1;
    if (carry !== 0) {
      shiftedHigh ^= polynomialHigh;
      shiftedLow ^= polynomialLow;
    }
  }
  return [high, low];
}

/** Tables for eight bytes at a time: `highs[256·k + b]` is what byte b does to the value when k more bytes follow it in the step. */
const highs = new Int32Array(8 * 256);
const lows = new Int32Array(8 * 256);

for (let byte = 0; byte < 256; byte++) {
  let high = 0;
  let low = byte;
  for (let bit = 0; bit < 8; bit++) {
    const carry = low & 1;
    low = (low >>> 1) | (high << 31);
    high >>>= 1;
    if (carry !== 0) {
      high ^= polynomialHigh;
      low ^= polynomialLow;
    }
  }
  highs[byte] = high;
  lows[byte] = low;
}
for (let index = 256; index < 8 * 256; index++) {
  const high = at(highs, index - 256);
  const low = at(lows, index - 256);
  const byte = low & 0xff;
  highs[index] = (high >>> 8) ^ at(highs, byte);
  lows[index] = ((low >>> 8) | (high << 24)) ^ at(lows, byte);
}

/** The tables have all indices that are asked for; a check for each would double the time. */
function at(table: Int32Array, index: number): number {
  return table[index] as number;
}

function readWord(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset] as number) |
    ((bytes[offset + 1] as number) << 8) |
    ((bytes[offset + 2] as number) << 16) |
    ((bytes[offset + 3] as number) << 24)
  );
}

function toWords(value: bigint): Words {
  return [Number((value >> 32n) & 0xffffffffn) | 0, Number(value & 0xffffffffn) | 0];
}

function fromWords(high: number, low: number): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}
