import { isFull } from '../probe-room.ts';
import { StoreError } from '../store-error.ts';

/** What a fault of the file system means to the port; an error that is none of the system's comes back as it is. */
export function storeErrorOf(error: unknown): unknown {
  const code = codeOf(error);
  if (code === undefined || error instanceof StoreError) return error;
  if (isFull(error)) return new StoreError('full', `there is no room for the blob: ${code}`, { cause: error });
  return new StoreError('unavailable', `the file system failed: ${(error as Error).message}`, { cause: error });
}

/** The system's code of an error, as `ENOENT`; undefined for other errors. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Whether an error says that there is nothing under a path. */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
}

/** Runs file operations, and nothing of the caller's: what they throw becomes a StoreError. */
export async function onFiles<T>(operate: () => Promise<T>): Promise<T> {
  try {
    return await operate();
  } catch (error) {
    throw storeErrorOf(error);
  }
}
