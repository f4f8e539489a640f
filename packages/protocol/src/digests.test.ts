import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Digests } from './digests.ts';
import { browserDigests } from './digests-browser.ts';
import { nodeDigests } from './digests-node.ts';
import { encodeHex } from './hex.ts';

/** Any character but half a surrogate pair. */
const character = fc
  .oneof(fc.integer({ min: 0, max: 0xff }), fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((codePoint) => String.fromCodePoint(codePoint));

const implementations: readonly (readonly [name: string, digests: Digests])[] = [
  ['nodeDigests', nodeDigests],
  ['browserDigests', browserDigests],
];

describe.each(implementations)('%s', (_, digests) => {
  it('gives the published values', () => {
    expect(encodeHex(digests.hash('md5', ''))).toBe('d41d8cd98f00b204e9800998ecf8427e');
    expect(encodeHex(digests.hash('sha1', 'abc'))).toBe('a9993e364706816aba3e25717850c26c9cd0d89d');
    expect(encodeHex(digests.hash('sha256', 'abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    // RFC 2202 and RFC 4231, test case 2.
    const text = 'what do ya want for nothing?';
    expect(encodeHex(digests.hmac('sha1', 'Jefe', text))).toBe('effcdf6ae5eb2fa2d27416d5f184df9c259a7c79');
    expect(encodeHex(digests.hmac('sha256', 'Jefe', text))).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843');
  });

  it('takes text for its UTF-8', () => {
    expect(digests.hash('md5', '中😀')).toEqual(digests.hash('md5', new TextEncoder().encode('中😀')));
  });
});

describe('both', () => {
  it('agree on every input', () => {
    const data = fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: character, maxLength: 100 }));
    fc.assert(
      fc.property(data, data, (key, value) => {
        for (const algorithm of ['md5', 'sha1', 'sha256'] as const) {
          expect(browserDigests.hash(algorithm, value)).toEqual(nodeDigests.hash(algorithm, value));
        }
        for (const algorithm of ['sha1', 'sha256'] as const) {
          expect(browserDigests.hmac(algorithm, key, value)).toEqual(nodeDigests.hmac(algorithm, key, value));
        }
      }),
    );
  });

  it('are reached by the names of the package', async () => {
    const node = await import('@ossature/protocol/node');
    const browser = await import('@ossature/protocol/browser');
    expect(node.nodeDigests).toBe(nodeDigests);
    expect(browser.browserDigests).toBe(browserDigests);
  });
});
