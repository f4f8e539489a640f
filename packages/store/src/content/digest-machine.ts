import { availableParallelism } from 'node:os';
import { chunkBytes } from '../blob/blob-store.ts';
import { createDigestMemory } from './digest-kernels.ts';
import { DigestWorkers, type StartWorker } from './digest-workers.ts';
import { Slots } from './slots.ts';

/** Slots, and the threads that compute on them. */
export interface DigestMachine {
  readonly slots: Slots;
  readonly workers: DigestWorkers;
}

/** 64 MiB: all that bodies on their way and digests under way take, however many there are. */
export const defaultSlotCount = 128;
/** More threads than this would wait for memory and not for each other. */
const greatestThreadCount = 8;

export function createDigestMachine(slotCount: number, start?: StartWorker): DigestMachine {
  const memory = createDigestMemory(Math.min(availableParallelism(), greatestThreadCount), slotCount * chunkBytes);
  return { slots: new Slots(memory, slotCount), workers: new DigestWorkers(memory, start) };
}
