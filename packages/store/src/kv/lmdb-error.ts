import { constants } from 'node:os';
import { StoreError } from '../store-error.ts';

const { ENOSPC, EDQUOT, EFBIG, EIO } = constants.errno;
const mapFull = -30_792;
const pageNotFound = -30_797;
const corrupted = -30_796;

/**
 * What an error of lmdb means to the port. A failed commit carries the true error in a promise of its own, which must be taken up in any
 * case: nobody else does. An error without a code of LMDB or of the system is a bug, and comes back as it is.
 */
export async function storeErrorOf(error: unknown): Promise<unknown> {
  if (!(error instanceof Error) || error instanceof StoreError) return error;
  const cause: unknown = 'commitError' in error ? await Promise.resolve(error.commitError).catch((reason: unknown) => reason) : error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (typeof code !== 'number') return cause === error ? error : new StoreError('unavailable', 'a commit failed', { cause });
  const message = `LMDB: ${(cause as Error).message}`;
  if ([ENOSPC, EDQUOT, EFBIG, mapFull].includes(code)) return new StoreError('full', message, { cause });
  if (code === pageNotFound || code === corrupted) return new StoreError('corrupt', message, { cause });
  return new StoreError('unavailable', message, { cause });
}

/** Whether what stands behind a fault is the system's EIO. */
export function isInputOutput({ cause }: StoreError): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === EIO;
}
