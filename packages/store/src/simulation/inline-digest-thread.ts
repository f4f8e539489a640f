import { EventEmitter } from 'node:events';
import { createDigestKernels } from '../content/digest-kernels.ts';
import { createDigestMachine, type DigestMachine } from '../content/digest-machine.ts';
import type { DigestTurn } from '../content/digest-messages.ts';
import { workTurn } from '../content/digest-turn.ts';
import type { DigestThread } from '../content/digest-workers.ts';

/** Digests on the thread that asks, a turn of the event loop later: the order in which things happen replays. */
export function inlineDigestMachine(slotCount: number): DigestMachine {
  return createDigestMachine(slotCount, ({ memory, thread }) => {
    const kernels = createDigestKernels(memory, thread);
    const events = new EventEmitter();
    const inline: DigestThread = {
      on: (event: string, listener: (...values: never[]) => void) => events.on(event, listener as () => void),
      postMessage: (turn: DigestTurn) => {
        setImmediate(() => events.emit('message', workTurn(memory, kernels, turn)));
      },
      ref: () => {},
      unref: () => {},
      terminate: async () => {},
    };
    return inline;
  });
}
