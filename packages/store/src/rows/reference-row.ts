import type { Id } from '../ids.ts';
import { id, oneOf } from './field.ts';
import { recordCodec } from './record.ts';

/** Keeps a manifest alive, for an object row or for a pin. */
export const holderRecord = recordCodec<{ readonly by: 'object' | 'pin' }>('holder', 1, { by: oneOf('object', 'pin') });

/** Keeps a blob alive. All of it stands in the key. */
export const ownerRecord = recordCodec<object>('owner', 1, {});

/** Under an upload: which manifest it pins, and for which process, so that the pins of a dead one can be dropped. */
export interface Pin {
  readonly manifest: Id;
  readonly process: Id;
}
export const pinRecord = recordCodec<Pin>('pin', 1, { manifest: id, process: id });
