/** Bytes that do not compress and cost nothing to make: one block of noise, again and again, each time with a number in it. */
import { randomFillSync } from 'node:crypto';

const block = randomFillSync(Buffer.allocUnsafe(1024 * 1024));

export function noise(sizeBytes: number): Uint8Array {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  for (let offset = 0; offset < sizeBytes; offset += block.length) block.copy(bytes, offset, 0, Math.min(block.length, sizeBytes - offset));
  return bytes;
}

export async function* noiseStream(sizeBytes: number, seed: number): AsyncIterable<Uint8Array> {
  for (let sent = 0, i = 0; sent < sizeBytes; i++) {
    const chunk = Buffer.from(block.subarray(0, Math.min(block.length, sizeBytes - sent)));
    if (chunk.length >= 8) chunk.writeUInt32LE((seed * 65_537 + i) >>> 0, 0);
    sent += chunk.length;
    yield chunk;
  }
}
