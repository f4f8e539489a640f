import type { DigestMemory, Md5Segment } from './digest-kernels.ts';

/** What a digest worker is started with. */
export interface DigestWorkerData {
  readonly memory: DigestMemory;
  /** Its number among the threads of the memory. */
  readonly thread: number;
}

/** One turn of work: up to four streams' blocks for MD5, and chunks for CRCs. */
export interface DigestTurn {
  readonly md5: readonly Md5Request[];
  readonly crc: readonly CrcRequest[];
}

export interface Md5Request {
  readonly words: readonly number[];
  readonly segments: readonly Md5Segment[];
}

/** Bytes in the memory; the values that stand for what came before them. */
export interface CrcRequest {
  readonly offset: number;
  readonly lengthBytes: number;
  readonly crc32: number;
  /** Undefined: only CRC-32 is wanted. */
  readonly crc64: bigint | undefined;
}

export interface CrcAnswer {
  readonly crc32: number;
  readonly crc64: bigint;
}

/** In the order of the turn's requests. */
export interface DigestTurnDone {
  readonly md5: readonly (readonly number[])[];
  readonly crc: readonly CrcAnswer[];
}
