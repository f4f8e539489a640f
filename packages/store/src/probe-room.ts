import { open, rm } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';

const { ENOSPC, EDQUOT, EFBIG } = constants.errno;
const probeBytes = 1024 * 1024;

/** Whether an error of the system says that there is no room: the disk is full, a quota is used up, or a file may not grow. */
export function isFull(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { errno, code } = error as NodeJS.ErrnoException;
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code ?? '') || (errno !== undefined && [ENOSPC, EDQUOT, EFBIG].includes(Math.abs(errno)));
}

/** Whether a file in the directory may have `offsetBytes` and grow by another 1 MiB: tried for real, on a file of its own that is removed. */
export async function hasRoom(directory: string, offsetBytes: number): Promise<boolean> {
  const path = join(directory, 'probe');
  try {
    const handle = await open(path, 'w');
    try {
      await handle.write(Buffer.alloc(probeBytes), 0, probeBytes, offsetBytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    return !isFull(error);
  } finally {
    await rm(path, { force: true });
  }
}
