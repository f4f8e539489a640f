import { limits } from './limits.ts';

const preferredDefaultBytes = 10 * 1024 * 1024;

/**
 * The size of the parts that an object is cut into: the whole object where it is smaller than the preferred size, else the
 * preferred size, doubled until the parts are few enough and no smaller than the smallest. The rule is that of the Python SDK's
 * `determine_part_size`, so that programs get the sizes they know; a doubling never goes over the greatest part.
 *
 * All sizes in bytes. Throws RangeError for an object that no parts can make up.
 */
export function determinePartSize(totalBytes: number, preferredBytes: number = preferredDefaultBytes): number {
  if (!Number.isSafeInteger(totalBytes) || totalBytes < 0 || totalBytes > limits.objectSizeMaxBytes) {
    throw new RangeError(`The size of an object is an integer between 0 and ${limits.objectSizeMaxBytes}, not ${totalBytes}.`);
  }
  if (!Number.isSafeInteger(preferredBytes) || preferredBytes < 1 || preferredBytes > limits.partSizeMaxBytes) {
    throw new RangeError(`The preferred size of a part is an integer between 1 and ${limits.partSizeMaxBytes}, not ${preferredBytes}.`);
  }
  if (totalBytes < preferredBytes) return totalBytes;
  let sizeBytes = preferredBytes;
  while (sizeBytes * limits.partCountMax < totalBytes || sizeBytes < limits.partSizeMinBytes) sizeBytes *= 2;
  return Math.min(sizeBytes, limits.partSizeMaxBytes);
}
