import { isServiceError, ServiceError } from '@ossature/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundBody, readBody } from './request-body.ts';

async function* inChunks(bytes: Uint8Array, sizes: readonly number[]) {
  let offset = 0;
  for (const size of sizes) {
    yield bytes.subarray(offset, offset + size);
    offset += size;
  }
  if (offset < bytes.length) yield bytes.subarray(offset);
}

const tooLong = () => new ServiceError('EntityTooLarge');

describe('readBody', () => {
  it('answers the declared bytes, or the error of the body, however it is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 60 }),
        fc.array(fc.nat(20), { maxLength: 6 }),
        fc.option(fc.nat(60), { nil: undefined }),
        fc.nat(60),
        async (bytes, sizes, declaredBytes, limitBytes) => {
          const meter = { bytes: 0 };
          const expectedBytes = Math.min(bytes.length, declaredBytes ?? Number.POSITIVE_INFINITY);
          let outcome: Uint8Array | string;
          try {
            outcome = await readBody(inChunks(bytes, sizes), { declaredBytes, limitBytes, tooLong }, meter);
          } catch (error) {
            outcome = isServiceError(error) ? error.code : String(error);
          }
          if (expectedBytes > limitBytes) expect(outcome).toBe('EntityTooLarge');
          else if (declaredBytes !== undefined && bytes.length < declaredBytes) expect(outcome).toBe('IncompleteBody');
          else {
            expect(Buffer.from(outcome as Uint8Array)).toEqual(Buffer.from(bytes.subarray(0, expectedBytes)));
            expect(meter.bytes).toBe(expectedBytes);
          }
        },
      ),
    );
  });

  it('takes bytes, and no body as an empty one', async () => {
    const bounds = { declaredBytes: undefined, limitBytes: 10, tooLong };
    expect(await readBody(Buffer.from('abc'), bounds, { bytes: 0 })).toEqual(Buffer.from('abc'));
    expect((await readBody(undefined, bounds, { bytes: 0 })).length).toBe(0);
  });
});

describe('boundBody', () => {
  it('ends its source when it has all that was declared', async () => {
    let ended = false;
    async function* source() {
      try {
        for (;;) yield new Uint8Array(4);
      } finally {
        ended = true;
      }
    }
    let bytes = 0;
    for await (const chunk of boundBody(source(), { declaredBytes: 10, limitBytes: 100, tooLong }, { bytes: 0 })) bytes += chunk.length;
    expect([bytes, ended]).toEqual([10, true]);
  });
});
