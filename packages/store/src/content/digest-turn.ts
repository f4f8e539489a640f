import { crc32 } from 'node:zlib';
import type { DigestKernels, DigestMemory } from './digest-kernels.ts';
import type { DigestTurn, DigestTurnDone } from './digest-messages.ts';

/** What a thread does with a turn: nothing is kept between turns. */
export function workTurn({ memory }: DigestMemory, kernels: DigestKernels, turn: DigestTurn): DigestTurnDone {
  const lanes = turn.md5.map((lane) => ({ ...lane }));
  kernels.foldMd5(lanes);
  return {
    md5: lanes.map(({ words }) => words),
    crc: turn.crc.map((request) => ({
      crc32: crc32(new Uint8Array(memory.buffer, request.offset, request.lengthBytes), request.crc32),
      crc64: request.crc64 === undefined ? 0n : kernels.crc64(request.crc64, request.offset, request.lengthBytes),
    })),
  };
}
