import { determinePartSize } from '@ossature/client';

/** One part of an object: bytes `offsetBytes` to `offsetBytes + lengthBytes`. */
export interface PlannedPart {
  /** From 1. */
  readonly partNumber: number;
  readonly offsetBytes: number;
  readonly lengthBytes: number;
}

/** Parts of this size are few enough for most objects, and each is done in seconds. */
const preferredPartBytes = 64 * 1024 * 1024;

/** The parts of an object, equal but for the last: of the size asked for, doubled as long as there would be more than 10,000. */
export function planParts(totalBytes: number, partBytes = preferredPartBytes): readonly PlannedPart[] {
  const sizeBytes = determinePartSize(totalBytes, partBytes);
  const parts: PlannedPart[] = [];
  for (let offsetBytes = 0; offsetBytes < totalBytes; offsetBytes += sizeBytes) {
    parts.push({ partNumber: parts.length + 1, offsetBytes, lengthBytes: Math.min(sizeBytes, totalBytes - offsetBytes) });
  }
  return parts;
}

/** The part as a `Range` header, or a range of a copy's source. */
export function rangeOf(part: PlannedPart): string {
  return `bytes=${part.offsetBytes}-${part.offsetBytes + part.lengthBytes - 1}`;
}
