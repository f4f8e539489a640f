import type { Progress } from './progress.ts';

/** How objects are moved. */
export interface TransferOptions {
  /** Objects up to this size go in one request. */
  readonly thresholdBytes: number;
  /** The size of a part; default 64 MiB, more for objects that would have more than 10,000. */
  readonly partBytes: number | undefined;
  /** Parts at the same time. */
  readonly parallel: number;
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Called with the id of an upload that could not be aborted: its parts stay until somebody does. */
  readonly onLeftUpload: (uploadId: string, error: unknown) => void;
}

/** What was moved. */
export interface Transferred {
  readonly bytes: number;
  /** 1 for a simple transfer. */
  readonly parts: number;
  /** CRC-64 of the whole, in decimal; `undefined` where the service told none. */
  readonly hashCrc64: string | undefined;
}
