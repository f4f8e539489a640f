import { Crc64 } from '@ossature/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDigestKernels, createDigestMemory, type Md5Lane } from './digest-kernels.ts';
import { crc64Of, foldMd5 } from './local-digests.ts';
import { md5InitialWords } from './md5-kernel.ts';
import { hexOf, md5Of, sampleBytes } from './sample-content.test.support.ts';

const areaBytes = 256 * 1024;
const memory = createDigestMemory(2, areaBytes);
const kernels = createDigestKernels(memory, 1);
const area = new Uint8Array(memory.memory.buffer, memory.freeOffset, areaBytes);

/** MD5 of whole blocks, from the words that the kernel left. */
function digestOf(words: readonly number[], blocks: number): string {
  const padding = new Uint8Array(64);
  padding[0] = 0x80;
  new DataView(padding.buffer).setBigUint64(56, BigInt(blocks * 64 * 8), true);
  return hexOf(new Uint8Array(Uint32Array.from(foldMd5(words, padding)).buffer));
}

describe('the CRC-64 kernel', () => {
  it('gives the check value of CRC-64/XZ', () => {
    expect(crc64Of(new TextEncoder().encode('123456789'))).toBe(0x995dc9bbdf1939fan);
    expect(crc64Of(new Uint8Array())).toBe(0n);
  });

  it('agrees with the plain one for every length around its steps', () => {
    const bytes = sampleBytes(1, 40_000);
    for (const around of [0, 8, 16, 16_384, 32_768]) {
      for (let length = Math.max(0, around - 9); length <= around + 9; length++) {
        const piece = bytes.subarray(3, 3 + length);
        expect(crc64Of(piece), `${length} bytes`).toBe(new Crc64().update(piece).digest());
      }
    }
  });

  it('goes on from any value, at any offset', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat({ max: 100_000 }), fc.nat({ max: 100_000 }), (seed, cut, sizeBytes) => {
        const bytes = sampleBytes(seed, sizeBytes);
        const before = crc64Of(bytes.subarray(0, cut));
        expect(crc64Of(bytes.subarray(cut), before)).toBe(new Crc64().update(bytes).digest());
      }),
      { numRuns: 50 },
    );
  });
});

describe('the MD5 kernels', () => {
  it('fold one to four streams of any lengths and segments as node:crypto does', () => {
    const stream = fc.array(fc.nat({ max: 40 }), { minLength: 0, maxLength: 4 });
    fc.assert(
      fc.property(fc.nat(), fc.array(stream, { minLength: 1, maxLength: 4 }), fc.nat({ max: 3 }), (seed, streams, shift) => {
        area.set(sampleBytes(seed, areaBytes));
        let offset = shift;
        const lanes = streams.map((segments): Md5Lane => {
          const placed = segments.map((blocks) => {
            // One byte of nothing between segments: they are not neighbours.
            const at = offset;
            offset += blocks * 64 + 1;
            return { offset: memory.freeOffset + at, blocks };
          });
          return { words: md5InitialWords, segments: placed };
        });
        kernels.foldMd5(lanes);
        for (const { words, segments } of lanes) {
          const bytes = Buffer.concat(segments.map(({ offset: at, blocks }) => new Uint8Array(memory.memory.buffer, at, blocks * 64)));
          expect(digestOf(words, bytes.length / 64)).toBe(md5Of(bytes));
        }
      }),
      { numRuns: 200 },
    );
  });
});
