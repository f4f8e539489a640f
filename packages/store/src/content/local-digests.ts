/**
 * Digests computed at once on the thread that asks, for what is too small to wait for a worker: small bodies, edges of ranges, and the last
 * blocks of a stream.
 */
import { createDigestKernels, createDigestMemory, type DigestKernels, md5BlockBytes } from './digest-kernels.ts';

const bufferBytes = 64 * 1024;

interface Bench {
  readonly kernels: DigestKernels;
  readonly offset: number;
  readonly buffer: Uint8Array;
}

let made: Bench | undefined;

/** One for the process: a WebAssembly memory takes little of the machine's memory but much of the address space. */
function bench(): Bench {
  if (made === undefined) {
    const memory = createDigestMemory(1, bufferBytes);
    const buffer = new Uint8Array(memory.memory.buffer, memory.freeOffset, bufferBytes);
    made = { kernels: createDigestKernels(memory, 0), offset: memory.freeOffset, buffer };
  }
  return made;
}

/** The CRC-64/XZ of what `before` stands for (0n: nothing) and the bytes after it. */
export function crc64Of(bytes: Uint8Array, before = 0n): bigint {
  const { kernels, offset, buffer } = bench();
  let crc = before;
  for (let taken = 0; taken < bytes.length; taken += bufferBytes) {
    const piece = bytes.subarray(taken, taken + bufferBytes);
    buffer.set(piece);
    crc = kernels.crc64(crc, offset, piece.length);
  }
  return crc;
}

/** MD5's words after whole blocks of 64 bytes, at most 64 KiB of them. */
export function foldMd5(words: readonly number[], blocks: Uint8Array): readonly number[] {
  const { kernels, offset, buffer } = bench();
  buffer.set(blocks);
  const lane = { words, segments: [{ offset, blocks: blocks.length / md5BlockBytes }] };
  kernels.foldMd5([lane]);
  return lane.words;
}
