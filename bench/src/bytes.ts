/** Bytes that do not compress and cost nothing to make: one block of noise, again and again, each time with a number in it. */
import { randomFillSync } from 'node:crypto';

const block = randomFillSync(Buffer.allocUnsafe(1024 * 1024));

export function noise(sizeBytes: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  for (let offset = 0; offset < sizeBytes; offset += block.length) block.copy(bytes, offset, 0, Math.min(block.length, sizeBytes - offset));
  return bytes;
}

/**
 * A stream of it. Two chunks are used in turn: a client that waits for its socket has sent one before it asks for the next but one, and new memory for each
 * would cost more than the sending.
 */
export async function* noiseStream(sizeBytes: number, seed: number): AsyncIterable<Uint8Array> {
  const chunks = [Buffer.from(block), Buffer.from(block)] as const;
  for (let sent = 0, i = 0; sent < sizeBytes; i++) {
    const chunk = (i % 2 === 0 ? chunks[0] : chunks[1]).subarray(0, Math.min(block.length, sizeBytes - sent));
    if (chunk.length >= 8) chunk.writeUInt32LE((seed * 65_537 + i) >>> 0, 0);
    sent += chunk.length;
    yield chunk;
  }
}
