/**
 * A worker thread that computes digests of bytes in shared memory. It keeps nothing between turns: a stream's next bytes may go to any
 * worker, and one that dies takes no more with it than the turn it was at.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { createDigestKernels } from './digest-kernels.ts';
import type { DigestTurn, DigestWorkerData } from './digest-messages.ts';
import { workTurn } from './digest-turn.ts';

const { memory, thread } = workerData as DigestWorkerData;
const kernels = createDigestKernels(memory, thread);

parentPort?.on('message', (turn: DigestTurn) => parentPort?.postMessage(workTurn(memory, kernels, turn)));
