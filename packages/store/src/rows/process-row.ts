import { number } from './field.ts';
import { recordCodec } from './record.ts';

export const layoutRecord = recordCodec<{ readonly layout: number }>('layout', 1, { layout: number });

/** Stands while its process does; never rewritten, so that its revision says which opening wrote it. */
export const leaseRecord = recordCodec<{ readonly startedMs: number }>('lease', 1, { startedMs: number });

/** Blob names are minted from `low` to `high`, both included; below `low` every name is published or removed. Minutes since 1970. */
export interface Windows {
  readonly low: number;
  readonly high: number;
}
/** Of a living process, and of a fenced one until it is swept. */
export const windowsRecord = recordCodec<Windows>('windows', 1, { low: number, high: number });
