/** Bytes that differ from place to place, so that a piece that is missing, doubled or moved is seen. */
export function patterned(length: number, seed = 0): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = (seed * 2654435761) >>> 0;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Hands out the bytes in chunks, in one buffer that is overwritten as soon as the next chunk is asked for, as the port allows. */
export async function* inChunks(bytes: Uint8Array, chunkLength: number): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = new Uint8Array(chunkLength);
  for (let from = 0; from < bytes.length; from += chunkLength) {
    const chunk = bytes.subarray(from, from + chunkLength);
    buffer.set(chunk);
    yield buffer.subarray(0, chunk.length);
    buffer.fill(0xee);
  }
}
